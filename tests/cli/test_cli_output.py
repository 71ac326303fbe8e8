"""Where output goes, in which form, and for which files."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from jsonschema import Draft202012Validator
from support.commands import run_digestpin
from support.repositories import make_repository, run_git, write_files
from support.trees import read_tree

from digestpin.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Schemas = "Callable[[str], dict[str, object]]"
DigestOf = "Callable[[str, str], str]"


def places(stdout: str) -> list[str]:
    """Return `path:line` of each finding of the concise form."""
    return [
        ":".join(line.split(":")[:2]) for line in stdout.splitlines() if "[DP" in line
    ]


def check_json(folder: Path, *arguments: str) -> dict[str, Any]:
    ran = run_digestpin(folder, "check", "--output-format", "json", *arguments)
    report: dict[str, Any] = json.loads(ran.stdout)
    return report


def test_json_keeps_to_the_shipped_schema(
    repository: Path, schemas: Callable[[str], dict[str, object]]
) -> None:
    validator = Draft202012Validator(schemas("report-v1.schema.json"))
    for command in (("check",), ("fix", "--offline")):
        ran = run_digestpin(repository, *command, "--output-format", "json")
        assert list(validator.iter_errors(json.loads(ran.stdout))) == []
    validator = Draft202012Validator(schemas("inventory-v1.schema.json"))
    ran = run_digestpin(repository, "list", "--output-format", "json")
    assert list(validator.iter_errors(json.loads(ran.stdout))) == []


def test_edits_in_json_are_those_that_fix_makes(repository: Path) -> None:
    report = check_json(repository)
    wanted = {
        name: data
        for name, data in read_tree(repository).items()
        if name.endswith(".yaml")
    }
    for finding in report["findings"]:
        for edit in finding["fix"]["edits"]:
            span = slice(edit["start_offset"], edit["end_offset"])
            data = wanted[edit["path"]]
            new = edit["replacement"].encode()
            wanted[edit["path"]] = data[: span.start] + new + data[span.stop :]
    run_digestpin(repository, "fix", "--offline")
    found = read_tree(repository)
    assert {name: found[name] for name in wanted} == wanted


def test_a_format_with_a_file_goes_there_beside_the_text(
    repository: Path, tmp_path: Path
) -> None:
    ran = run_digestpin(
        repository,
        "check",
        *("--output-format", f"sarif:{tmp_path}/out.sarif"),
        *("--output-format", "text"),
    )
    log = json.loads((tmp_path / "out.sarif").read_text())
    assert ran.stdout == run_digestpin(repository, "check").stdout
    results = [result["ruleId"] for result in log["runs"][0]["results"]]
    assert results == ["DP001", "DP001"]


def test_output_file_leaves_stdout_empty(repository: Path) -> None:
    ran = run_digestpin(repository, "check", "--output-file", "out.txt")
    assert (ran.code, ran.stdout) == (1, "")
    assert (repository / "out.txt").read_text() == run_digestpin(
        repository, "check"
    ).stdout


def test_statistics_count_by_rule(repository: Path) -> None:
    ran = run_digestpin(repository, "check", "--statistics")
    last = ran.stdout.splitlines()[-1]
    assert "DP001" in last
    assert last.split()[0] == "2"


def test_color_is_for_terminals_and_who_asks(repository: Path) -> None:
    assert "\x1b[" not in run_digestpin(repository, "check").stdout
    assert "\x1b[" in run_digestpin(repository, "check", "--color", "always").stdout


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(("--select", "DP001"), {"DP001"}, id="a code"),
        pytest.param(("--select", "unpinned-tag"), {"DP001"}, id="a name"),
        pytest.param(("--select", "DP1"), {"DP101"}, id="the start of codes"),
        pytest.param(("--ignore", "DP001"), {"DP101"}, id="all but one"),
        pytest.param(
            ("--select", "DP001, DP101"), {"DP001", "DP101"}, id="two by comma"
        ),
        pytest.param(("--kind", "v0.27.0"), {"DP001"}, id="another kind version"),
    ],
)
def test_rules_are_chosen(
    tmp_path: Path, options: tuple[str, ...], expected: set[str]
) -> None:
    repository = make_repository(
        tmp_path / "r",
        {".tool-versions": "kind 0.26.0\n", "a.sh": "x kindest/node:v1.32.1\n"},
    )
    found = check_json(repository, *options)["findings"]
    assert {finding["rule"] for finding in found} == expected


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        pytest.param((), [".github/workflows/e2e.yaml", "hack/kind.yaml"], id="none"),
        pytest.param(("hack",), ["hack/kind.yaml"], id="a folder"),
        pytest.param(("hack/kind.yaml",), ["hack/kind.yaml"], id="a file"),
        pytest.param(("src",), [], id="a folder with nothing"),
        pytest.param(
            (".github", "hack"),
            [".github/workflows/e2e.yaml", "hack/kind.yaml"],
            id="two folders",
        ),
    ],
)
def test_named_files_limit_what_is_reported(
    repository: Path, paths: tuple[str, ...], expected: list[str]
) -> None:
    report = check_json(repository, *paths)
    assert [finding["path"] for finding in report["findings"]] == expected


def test_a_named_file_is_read_though_git_ignores_it(repository: Path) -> None:
    files = {"gen.sh": "kind create cluster --image kindest/node:v1.30.8\n"}
    write_files(repository, {".gitignore": "gen.sh\n", **files})
    assert "gen.sh" not in run_digestpin(repository, "check", "-q").stdout
    ran = run_digestpin(repository, "check", "-q", "gen.sh")
    assert places(ran.stdout) == ["gen.sh:1"]


def test_pins_in_files_that_are_not_named_count(repository: Path) -> None:
    (finding,) = check_json(repository, "hack/kind.yaml")["findings"]
    related = [(place["path"], place["message"]) for place in finding["related"]]
    assert related == [
        (
            ".github/workflows/e2e.yaml",
            "kind v0.26.0 is pinned here (helm/kind-action@v1.12.0 default)",
        )
    ]


def test_fix_of_a_named_file_leaves_the_others(repository: Path) -> None:
    before = read_tree(repository)
    run_digestpin(repository, "fix", "--offline", "hack")
    after = read_tree(repository)
    changed = [name for name in after if after[name] != before[name]]
    assert changed == ["hack/kind.yaml"]


def test_a_sub_folder_reports_on_the_whole_repository(repository: Path) -> None:
    inside = run_digestpin(repository / "hack", "check", "-q")
    assert places(inside.stdout) == [
        ".github/workflows/e2e.yaml:6",
        "hack/kind.yaml:5",
    ]
    named = run_digestpin(repository / "hack", "check", "-q", "kind.yaml")
    assert places(named.stdout) == ["hack/kind.yaml:5"]


def test_outside_git_a_folder_is_walked(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    write_files(
        folder,
        {
            ".tool-versions": "kind 0.26.0\n",
            ".gitignore": "out/\n",
            "a.sh": "x kindest/node:v1.31.4\n",
            "out/b.sh": "x kindest/node:v1.31.4\n",
        },
    )
    assert places(run_digestpin(folder, "check", "-q").stdout) == ["a.sh:1"]
    assert run_digestpin(folder, "fix", "--offline").code == 0
    assert "@sha256:" in (folder / "a.sh").read_text()
    assert "@sha256:" not in (folder / "out/b.sh").read_text()


def test_untracked_files_count_and_ignored_ones_do_not(repository: Path) -> None:
    write_files(
        repository,
        {
            ".gitignore": "ignored.sh\n",
            "new.sh": "x kindest/node:v1.31.4\n",
            "ignored.sh": "x kindest/node:v1.31.4\n",
        },
    )
    assert places(run_digestpin(repository, "check", "-q").stdout) == [
        ".github/workflows/e2e.yaml:6",
        "hack/kind.yaml:5",
        "new.sh:1",
    ]


def test_the_diff_is_one_that_git_applies(repository: Path, tmp_path: Path) -> None:
    write_files(
        repository,
        {
            "no-newline.sh": "x kindest/node:v1.31.4",
            "crlf.sh": "a\r\nx kindest/node:v1.31.4\r\n",
            "latin.sh": "# é\nx kindest/node:v1.31.4\n".encode("latin-1"),
            "a file.sh": "x kindest/node:v1.31.4\n",
        },
    )
    before = read_tree(repository)
    ran = run_digestpin(repository, "fix", "--offline", "--diff", "--ignore", "DP9")
    assert read_tree(repository) == before
    assert "latin.sh" in ran.stdout
    patch = tmp_path / "fix.diff"
    patch.write_bytes(ran.raw)
    run_git(repository, "apply", "--whitespace=nowarn", str(patch))
    applied = read_tree(repository)
    run_git(repository, "apply", "--reverse", "--whitespace=nowarn", str(patch))
    assert read_tree(repository) == before
    run_digestpin(repository, "fix", "--offline")
    assert read_tree(repository) == applied


def test_problems_are_told_on_stderr_and_not_in_results(repository: Path) -> None:
    locked = repository / "locked.yaml"
    locked.write_text("image: kindest/node:v1.31.4\n")
    locked.chmod(0o444)
    ran = run_digestpin(repository, "fix", "--offline", "--output-format", "json")
    assert ran.code == 3
    report = json.loads(ran.stdout)
    assert [problem["path"] for problem in report["problems"]] == ["locked.yaml"]
    assert "locked.yaml" in ran.stderr


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("check",), id="check"),
        pytest.param(("list",), id="list"),
        pytest.param(("fix", "--offline"), id="fix offline"),
        pytest.param(("fix", "--offline", "--unsafe"), id="fix offline and unsafe"),
        pytest.param(("resolve", "--offline", "kindest/node:v1.31.4"), id="resolve"),
        pytest.param(
            ("resolve", "--kind", "v0.26.0", "kindest/node:v1.31.4"), id="for a kind"
        ),
    ],
)
def test_no_network_is_used(
    repository: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("the network is used")

    write_files(repository, {"a.sh": "x kindest/node:v9.99.1 kindest/node:latest\n"})
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert run_digestpin(repository, *command).code in (0, 1)


def test_explain_shows_the_page_of_each_rule(tmp_path: Path) -> None:
    for rule in load_rules():
        by_code = run_digestpin(tmp_path, "explain", rule.info.code.lower())
        by_name = run_digestpin(tmp_path, "explain", rule.info.name)
        assert by_code == by_name
        first = f"{rule.info.code} {rule.info.name} ({rule.info.severity})"
        assert by_code.stdout.splitlines()[0] == first
    table = run_digestpin(tmp_path, "explain").stdout.splitlines()
    assert [line.split()[0] for line in table] == [
        rule.info.code for rule in load_rules()
    ]


def test_resolve_answers_from_the_data_for_a_kind(
    tmp_path: Path, digest_of: Callable[[str, str], str]
) -> None:
    ran = run_digestpin(
        tmp_path,
        *("resolve", "--kind", "v0.28.0", "kindest/node:v1.33.1"),
        *("docker.io/kindest/node:v1.33.1", "--output-format", "json"),
    )
    answers = json.loads(ran.stdout)
    digest = digest_of("v0.28.0", "v1.33.1")
    assert ran.code == 0
    assert [item["digest"] for item in answers["resolved"]] == [digest, digest]
    assert answers["schema_version"] == 1
    assert answers["resolved"][0]["built_for"] == ["v0.28.0"]


def test_resolve_for_a_kind_that_cannot_drive_it_says_why(tmp_path: Path) -> None:
    ran = run_digestpin(
        tmp_path, "resolve", "--kind", "v0.26.0", "kindest/node:v1.32.1"
    )
    assert ran.code == 3
    assert "failed to detect containerd snapshotter" in ran.stdout + ran.stderr


def test_list_follows_named_paths(repository: Path) -> None:
    ran = run_digestpin(repository, "list", "hack", "--output-format", "json")
    listing = json.loads(ran.stdout)
    assert [item["path"] for item in listing["references"]] == ["hack/kind.yaml"]
    (reference,) = listing["references"]
    assert [pin["version"] for pin in reference["kind_pins"]] == ["v0.26.0"]


def test_quiet_is_a_line_a_finding_and_nothing_when_clean(repository: Path) -> None:
    ran = run_digestpin(repository, "check", "-q")
    assert ran.stdout.splitlines() == [
        ".github/workflows/e2e.yaml:6:23: error[DP001] kindest/node:v1.31.4 is not "
        "pinned to a digest",
        "hack/kind.yaml:5:12: error[DP001] kindest/node:v1.30.8 is not pinned to a "
        "digest",
    ]
    run_digestpin(repository, "fix", "--offline")
    assert run_digestpin(repository, "check", "-q").stdout == ""
