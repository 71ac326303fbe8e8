"""What the house is built on: layers, one door a library, complete tables."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

import digestpin
from digestpin import formats, reports, rules
from digestpin.formats.interface import FileFormat

if TYPE_CHECKING:
    from types import ModuleType

SOURCE = Path(digestpin.__file__).parent
REPOSITORY = SOURCE.parent.parent
MODULES = {
    ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts): path
    for path in sorted(SOURCE.rglob("*.py"))
}

# A value type may go anywhere; every other library has its doors.
EVERYWHERE = {"packaging"}
DOORS = {
    "pathspec": {"selection"},
    "requests": {"registry.http"},
    "ruamel": {"verification"},
    "tree_sitter": {"shelltext", "yamltext"},
    "tree_sitter_bash": {"shelltext"},
    "tree_sitter_yaml": {"yamltext"},
    "typer": {"cli", "cli.parameters", "cli.questions", "cli.repository"},
    "urllib3": {"registry.http"},
}

# What each package may never import: what is above it, and its neighbours.
ABOVE = ("cli", "commands", "pipeline", "fixing")
FORBIDDEN = {
    "oci": (*ABOVE, "source", "kind", "formats", "rules", "reports", "registry"),
    "kind": (*ABOVE, "inventory", "formats", "rules", "reports", "registry"),
    "formats": (*ABOVE, "inventory", "rules", "reports", "registry", "findings"),
    "rules": (*ABOVE, "formats", "reports", "writing", "git", "discovery", "reading"),
    "reports": (*ABOVE, "formats", "rules", "registry", "writing", "inventory"),
    "registry": (*ABOVE, "inventory", "formats", "rules", "reports", "writing"),
}

MOST_LINES = 300
HEADINGS = ["What it reports", "Why", "Example", "Fix", "See also"]


def name_of(module: str) -> str:
    """Return a module's name below the package: `formats.github`."""
    return module.removeprefix("digestpin").removeprefix(".").removesuffix(".__init__")


@cache
def imports(module: str, *, lazy: bool = True) -> tuple[str, ...]:
    """Return the modules that one imports at run time; `lazy`: in functions too."""
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    return tuple(_imports(tree, lazy=lazy))


def _imports(node: ast.AST, *, lazy: bool) -> list[str]:
    found = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            found += [alias.name for alias in child.names]
        elif isinstance(child, ast.ImportFrom):
            base = child.module or ""
            found.append(base)
            found += [f"{base}.{alias.name}" for alias in child.names]
        elif isinstance(child, ast.If) and _is_typing(child.test):
            continue
        elif lazy or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            found += _imports(child, lazy=lazy)
    return found


def _is_typing(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def is_library(name: str) -> bool:
    top = name.partition(".")[0]
    return top not in sys.stdlib_module_names and top != "digestpin"


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_its_door(library: str) -> None:
    users = {
        name_of(module)
        for module in MODULES
        if any(name.partition(".")[0] == library for name in imports(module))
    }
    assert users == DOORS[library]


def test_there_are_no_other_libraries() -> None:
    used = {
        name.partition(".")[0]
        for module in MODULES
        for name in imports(module)
        if is_library(name)
    }
    assert used - EVERYWHERE == set(DOORS)


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_a_package_knows_nothing_of_what_is_above_or_beside_it(package: str) -> None:
    wrong = [
        f"{name_of(module)} imports {name}"
        for module in MODULES
        if name_of(module).partition(".")[0] == package
        for name in imports(module)
        if name_of(name).partition(".")[0] in FORBIDDEN[package]
        and name.startswith("digestpin.")
    ]
    assert wrong == []


def test_no_two_modules_import_each_other() -> None:
    graph = {
        module: [name for name in imports(module, lazy=False) if name in MODULES]
        for module in MODULES
    }
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path, module))
        if module not in done:
            for other in graph[module]:
                visit(other, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def test_only_one_module_replaces_files_and_one_writes_output() -> None:
    writers = re.compile(
        r"\.write_(?:bytes|text)\(|os\.(?:replace|rename)\(|\btempfile\."
    )
    found = {
        name_of(module)
        for module, path in MODULES.items()
        if writers.search(path.read_text("utf-8"))
    }
    assert found <= {"writing", "output", "registry.cache"}


def modules_with(package: ModuleType, name: str) -> set[str]:
    """Return the modules of a package that assign a name at their top."""
    folder = Path(inspect.getfile(package)).parent
    return {
        path.stem
        for path in folder.glob("*.py")
        if re.search(rf"^{name}\b.* = ", path.read_text("utf-8"), re.MULTILINE)
    }


def test_each_rule_is_listed_once() -> None:
    assert len(set(rules.MODULES)) == len(rules.MODULES)
    assert set(rules.MODULES) == modules_with(rules, "RULE")


def test_each_format_is_listed_once() -> None:
    listed = formats.load_formats()
    there = [
        import_module(f"digestpin.formats.{module}").FORMAT
        for module in modules_with(formats, "FORMAT")
    ]
    assert [item.id for item in there if item not in listed] == []
    assert len({item.id for item in listed}) == len(listed)


@pytest.mark.parametrize(
    "path",
    [
        ".bashrc",
        ".buildkite/pipeline.yml",
        ".circleci/config.yml",
        ".drone.yml",
        ".env",
        ".envrc",
        ".github/actions/x/action.yml",
        ".github/workflows/x.yml",
        ".gitlab-ci.yml",
        ".kind-0.26.0.pkg",
        ".mise.toml",
        ".rtx.toml",
        ".tool-versions",
        ".travis.yml",
        "Brewfile",
        "Containerfile",
        "Dockerfile.e2e",
        "GNUmakefile",
        "Jenkinsfile",
        "Justfile",
        "Makefile.local",
        "Taskfile.dist.yaml",
        "Tiltfile",
        "action.yaml",
        "aqua.yaml",
        "azure-pipelines.yml",
        "devbox.json",
        "dev.env",
        "e2e.bats",
        "flake.nix",
        "go.mod",
        "hack/e2e",
        "hack/e2e.zsh",
        "main.tf",
        "mise/config.toml",
        "mk/rules.mk",
        "x.dockerfile",
        "x.go",
        "x.json",
        "x.unknown",
    ],
)
@pytest.mark.parametrize("head", [b"", b"#!/bin/sh\n", b"runs:\n"])
def test_a_format_is_asked_about_every_file_that_it_takes(
    path: str, head: bytes
) -> None:
    first = next(
        item
        for item in formats.load_formats()
        if item.matches(PurePosixPath(path), head)
    )
    found = formats.find_format(PurePosixPath(path), head)
    assert found is not None
    assert found.id == first.id


def test_each_report_is_listed_once() -> None:
    ids = [reports.load_format(form).id for form in reports.FORMAT_IDS]
    assert ids == list(reports.FORMAT_IDS)
    assert len(set(ids)) == len(modules_with(reports, "REPORT"))


def test_formats_say_what_they_read() -> None:
    found = formats.load_formats()
    assert all(isinstance(item, FileFormat) for item in found)
    assert all(item.summary.strip() for item in found)


@pytest.mark.parametrize("module", rules.MODULES)
def test_each_rule_is_documented_and_named_after_its_module(module: str) -> None:
    rule = next(
        rule
        for rule in rules.load_rules()
        if rule.info.name.replace("-", "_") == module
    )
    info = rule.info
    assert re.findall(r"^## (.+)$", info.documentation, re.MULTILINE) == HEADINGS
    assert info.summary.endswith(".")
    assert "\n" not in info.summary
    page = REPOSITORY / "docs" / "rules" / f"{info.code}.md"
    assert info.name in page.read_text("utf-8")


def test_rules_are_in_the_order_of_their_codes() -> None:
    codes = [rule.info.code for rule in rules.load_rules()]
    assert codes == sorted(set(codes))


def test_no_module_is_too_long() -> None:
    too_long = {
        name_of(module)
        for module, path in MODULES.items()
        if len(path.read_text("utf-8").splitlines()) > MOST_LINES
    }
    assert too_long == set()


def test_each_module_says_what_it_does() -> None:
    silent = [
        module
        for module, path in MODULES.items()
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_the_command_line_imports_nothing_heavy() -> None:
    heavy = ("requests", "urllib3", "ruamel", "tree_sitter", "rich", "pathspec")
    code = (
        "import sys, digestpin.cli\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "[]\n"


def test_a_clean_run_imports_no_registry_client_and_no_second_parser(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.yaml").write_text("image: kindest/node@sha256:" + "0" * 64)
    code = (
        "import sys\n"
        "from digestpin.entry import main\n"
        "sys.argv = ['digestpin', 'check', '-q', '--exit-zero']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = ('requests', 'ruamel', 'rich', 'tree_sitter_bash')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr.splitlines()[-1] == "[]"
