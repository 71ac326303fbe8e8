"""The documentation says what the program does.

`pytest tests/docs --update-golden` writes what comes from the program.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from digestpin.commands import ExitCode
from digestpin.rules import load_rules
from digestpin.settings import list_options

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"
SNIPPETS = DOCS / "snippets"
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
TEXTS = [
    *PAGES,
    *(path for path in (*EXAMPLES.rglob("*"), *SNIPPETS.iterdir()) if path.is_file()),
]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
SOURCE_FILE = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.py|[a-z_]+/)`")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def load_script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    pages: dict[Path, str] = load_script("make_pages").pages()
    return {name_of(path): text for path, text in pages.items()}


def test_every_page_is_as_the_program_makes_it(
    written: dict[str, str], request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--update-golden"):
        for name, text in written.items():
            (ROOT / name).write_text(text, encoding="utf-8", newline="\n")
    differing = [
        name
        for name, text in written.items()
        if not (ROOT / name).exists()
        or (ROOT / name).read_text(encoding="utf-8") != text
    ]
    assert differing == [], "run python docs/make_pages.py"


def test_no_page_is_left_of_a_rule_that_went() -> None:
    codes = [rule.info.code for rule in load_rules()]
    assert sorted(path.stem for path in (DOCS / "rules").iterdir()) == codes


def test_every_rule_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    missing = [
        rule.info.code
        for rule in load_rules()
        if f"- rules/{rule.info.code}.md\n" not in navigation
    ]
    assert missing == []


def test_every_option_and_exit_code_is_documented() -> None:
    reference = (DOCS / "configuration.md").read_text(encoding="utf-8")
    for option in list_options():
        assert f"\n## `{option.key}`\n" in reference
    for page in (ROOT / "README.md", DOCS / "commands.md"):
        text = page.read_text(encoding="utf-8")
        for code in ExitCode:
            assert f"\n| {code.value} | " in text


@pytest.mark.skipif(sys.platform != "linux", reason="the pictures are made on Linux")
def test_the_pictures_show_what_is_printed(request: pytest.FixtureRequest) -> None:
    script = load_script("make_pictures")
    if request.config.getoption("--update-golden"):
        script.main()
    for name in script.PICTURES:
        written = (DOCS / "img" / name).read_text(encoding="utf-8")
        assert written == script.picture(name), name


def test_every_picture_is_shown() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = [
        path.name for path in (DOCS / "img").iterdir() if f"/{path.name})" not in shown
    ]
    assert missing == []


@pytest.mark.parametrize(
    "path", [*TEXTS, ROOT / "action.yml", ROOT / "mkdocs.yml"], ids=name_of
)
def test_no_home_of_the_project_is_made_up(path: Path) -> None:
    """What needs an address has a placeholder, which the recipes explain."""
    text = path.read_text(encoding="utf-8")
    owners = set(re.findall(r"([\w.-]+)/digestpin(?=@|\.git|$)", text, re.MULTILINE))
    assert owners - {"src", "bin"} <= {"OWNER"}


@pytest.mark.parametrize("page", ["README.md", "docs/ci.md"])
def test_the_placeholder_is_explained(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert text.count("`OWNER/digestpin` stands for") == 1


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_source_files_that_are_named_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    source = ROOT / "src" / "digestpin"
    missing = [
        name
        for name in SOURCE_FILE.findall(text)
        if "your_" not in name
        and not (source / name).exists()
        and not (ROOT / name).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_every_digest_is_a_known_one(path: Path) -> None:
    data = (ROOT / "src/digestpin/data/kind-releases.json").read_text(encoding="utf-8")
    known = set(DIGEST.findall(data))
    assert set(DIGEST.findall(path.read_text(encoding="utf-8"))) <= known


# Examples


def copy_example(folder: Path) -> Path:
    copy = folder / "operator"
    shutil.copytree(EXAMPLES / "operator", copy)
    subprocess.run(["git", "init", "--quiet", str(copy)], check=True)
    return copy


def check_in(folder: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "digestpin", "check", "--output-format", "json"]
    result = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_example_is_judged_alike_in_this_repository_and_alone(
    tmp_path: Path,
) -> None:
    def places(report: dict[str, Any], prefix: str) -> list[tuple[str, ...]]:
        return [
            (item["rule"], item["path"].removeprefix(prefix), item["message"])
            for item in report["findings"]
        ]

    here = check_in(ROOT, "examples/operator")
    alone = check_in(copy_example(tmp_path))
    assert places(here, "examples/operator/") == places(alone, "")


def test_the_example_shows_the_case_that_the_project_is_for(tmp_path: Path) -> None:
    report = check_in(copy_example(tmp_path), "Makefile")
    assert [item["rule"] for item in report["findings"]] == ["DP001", "DP101"]
    message = report["findings"][1]["message"]
    assert message == (
        "kind v0.26.0 cannot drive kindest/node:v1.32.1: `kind load` fails: failed to "
        "detect containerd snapshotter"
    )


def test_the_demonstration_ends_with_nothing_left() -> None:
    result = subprocess.run(
        [sys.executable, str(EXAMPLES / "demo.py")],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stderr
    assert "nothing left to do" in result.stdout


def test_this_repository_is_clean() -> None:
    report = check_in(ROOT, "--config", ".ci/digestpin.toml")
    assert report["findings"] == []
    assert report["problems"] == []


# Snippets


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("azure-pipelines", "azure-pipelines.yml"),
        ("circle-ci", "circleci.yml"),
        ("github-actions", "../../action.yml"),
        ("github-workflows", "github-*.yaml"),
        ("github-workflows", "../../.github/workflows/*.yaml"),
        ("gitlab-ci", "gitlab-ci.yml"),
        ("renovate", "renovate.json"),
    ],
)
def test_snippets_follow_the_schemas_of_their_systems(
    schema: str, pattern: str
) -> None:
    files = [str(path) for path in sorted(SNIPPETS.glob(pattern))]
    assert files
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--regex-variant",
        "nonunicode",
    ]
    result = subprocess.run(
        [*command, "--builtin-schema", f"vendor.{schema}", *files],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("script", sorted(SNIPPETS.glob("*.sh")), ids=name_of)
def test_scripts_are_scripts(script: Path) -> None:
    checked = subprocess.run(["bash", "-n", str(script)], check=False)
    assert checked.returncode == 0


def test_every_snippet_is_shown() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    missing = [
        path.name
        for path in SNIPPETS.iterdir()
        if f"<!-- generated: snippet {path.name} -->" not in shown
    ]
    assert missing == []
