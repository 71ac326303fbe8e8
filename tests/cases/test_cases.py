"""Small repositories from end to end: what is found, and what a fix makes of them.

A case is a folder `<topic>/<name>/`:

- `in/`: the repository. A file that our own tools would look at is stored with `.case`
  behind its name.
- `findings.txt`: what `digestpin check` says, one line a finding.
- `check.txt`, `list.json`: the whole text, the inventory; where the case has them.
- `fixed/`: the files that `digestpin fix --offline` changes; none: it changes nothing.
- `fixed-unsafe/`: those that it changes with `--unsafe`; where the case has it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.commands import run_digestpin
from support.trees import (
    bare,
    copy_tree,
    is_shell,
    load_yaml,
    read_tree,
    write_tree,
)

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/in"))
NAMES = [path.relative_to(HERE).as_posix() for path in CASES]
FIXES = [
    pytest.param(case, golden, options, id=f"{name}{''.join(options)}")
    for case, name in zip(CASES, NAMES, strict=True)
    for golden, options in (("fixed", ()), ("fixed-unsafe", ("--unsafe",)))
    if not options or (case / golden).exists()
]
PRINTED = (
    ("findings.txt", ("check", "--output-format", "concise")),
    ("check.txt", ("check",)),
    ("list.json", ("list", "--output-format", "json")),
)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def copy(
    tmp_path: Path, bare_repository: Path, request: pytest.FixtureRequest
) -> Callable[[], Path]:
    """Return a function that makes a git repository of the case's files."""
    case: Path = request.node.callspec.params["case"]

    def make() -> Path:
        folder = tmp_path / f"copy-{len(list(tmp_path.iterdir()))}"
        copy_tree(bare_repository, folder)
        copy_tree(case / "in", folder)
        return folder

    return make


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_what_is_found(case: Path, copy: Callable[[], Path], update: bool) -> None:
    repository = copy()
    before = read_tree(repository)
    for name, command in PRINTED:
        path = case / name
        if not path.exists() and name != "findings.txt":
            continue
        ran = run_digestpin(repository, *command)
        assert ran.code in (0, 1), ran
        if update:
            path.write_text(ran.stdout, encoding="utf-8", newline="\n")
        assert ran.stdout == path.read_text(encoding="utf-8")
    assert read_tree(repository) == before


@pytest.mark.parametrize(("case", "golden", "options"), FIXES)
def test_what_is_fixed(
    case: Path,
    golden: str,
    options: tuple[str, ...],
    copy: Callable[[], Path],
    update: bool,
) -> None:
    repository = copy()
    before = read_tree(case / "in")
    run_digestpin(repository, "fix", "--offline", *options)
    after = read_tree(repository)
    assert after.keys() == before.keys()
    changed = {name: data for name, data in after.items() if data != before[name]}
    if update:
        write_tree(case / golden, changed)
    assert changed == read_tree(case / golden)
    for name, data in changed.items():
        check_faithful(name, before[name], data)
    run_digestpin(repository, "fix", "--offline", *options)
    assert read_tree(repository) == after


def check_faithful(name: str, before: bytes, after: bytes) -> None:
    """Check that a file differs in references alone."""
    assert bare(after) == bare(before)
    if name.endswith((".yml", ".yaml")):
        assert load_yaml(after) == load_yaml(before)
    if name.endswith((".sh", ".bash")):
        assert is_shell(before)
        assert is_shell(after)
