"""Applies edits to the files of a project in memory, and verifies what comes out.

A file that cannot be written is refused before anything is done with it; one whose new
text is not right, re-read, is put back as it was and refused from then on. Nothing is
written here.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digestpin.edits import apply_edits
from digestpin.errors import EditError
from digestpin.findings import Problem
from digestpin.source import SourceFile
from digestpin.verification import verify_references, verify_yaml
from digestpin.writing import check_replaceable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import PurePosixPath

    from digestpin.edits import Edit
    from digestpin.errors import DigestpinError
    from digestpin.findings import Fix
    from digestpin.gathering import Project
    from digestpin.inventory import Inventory
    from digestpin.source import Span

    Edits = Mapping[PurePosixPath, Sequence[Edit]]
    Check = Callable[[Inventory, Inventory, SourceFile, Edits], None]

Change = tuple["PurePosixPath", bytes, bytes]
"""A file that is otherwise now: its path, its bytes before and after."""


class Claims:
    """Lets in fixes of which no two touch the same bytes."""

    def __init__(self) -> None:
        self._taken: dict[PurePosixPath, list[Edit]] = defaultdict(list)
        self._known: set[Edit] = set()

    def take(self, fix: Fix) -> bool:
        """Take in a fix; False when another one has its bytes."""
        new = set(fix.edits) - self._known
        if any(_clashes(edit, self._taken[edit.path]) for edit in new):
            return False
        for edit in new:
            insort(self._taken[edit.path], edit, key=_span)
        self._known |= new
        return True


def _by_path(fixes: Iterable[Fix]) -> dict[PurePosixPath, list[Edit]]:
    edits: dict[PurePosixPath, list[Edit]] = defaultdict(list)
    for fix in fixes:
        for edit in fix.edits:
            edits[edit.path].append(edit)
    return edits


def _clashes(edit: Edit, others: list[Edit]) -> bool:
    """Say whether an edit touches the bytes of others, which are in file order."""
    behind = bisect_right(others, edit.span.start, key=_end)
    return behind < len(others) and others[behind].span.start < edit.span.end


def _span(edit: Edit) -> Span:
    return edit.span


def _end(edit: Edit) -> int:
    return edit.span.end


@dataclass
class Rewriting:
    """Rewrites the files of one project.

    References are compared always. `checks` are asked too, of each rewritten file with
    the inventory before and after, its old text and all edits; they raise `EditError`
    when it is not as intended.
    """

    project: Project
    checks: tuple[Check, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    _before: dict[PurePosixPath, bytes] = field(default_factory=dict)
    _refused: set[PurePosixPath] = field(default_factory=set)
    _dropped: set[Fix] = field(default_factory=set)
    _asked: set[PurePosixPath] = field(default_factory=set)

    def admits(self, fix: Fix) -> bool:
        """Say whether a fix may be made; a file that cannot be written is refused."""
        for path in {edit.path for edit in fix.edits} - self._asked:
            self._asked.add(path)
            data = self.project.sources[path.as_posix()].data
            try:
                check_replaceable(self.project.root.path, path, data)
            except EditError as error:
                self._refuse(path, error)
        return not self.is_refused(fix)

    def is_refused(self, fix: Fix) -> bool:
        """Say whether a fix is wrong by itself, or for a file that is left alone."""
        if fix in self._dropped:
            return True
        return any(edit.path in self._refused for edit in fix.edits)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every file that is otherwise now, by path."""
        return tuple(
            (path, before, self.project.sources[path.as_posix()].data)
            for path, before in sorted(self._before.items())
        )

    def apply(self, fixes: Iterable[Fix], before: Inventory) -> Inventory:
        """Apply fixes, which must not clash, and return the inventory after them."""
        fixes = tuple(fixes)
        edits = _by_path(fixes)
        texts = self._compose(edits)
        if self._drop_wrong(fixes, texts):
            edits = _by_path(fix for fix in fixes if fix not in self._dropped)
            texts = self._compose(edits)
        sources = {path: self.project.sources[path.as_posix()] for path in edits}
        for path, text in texts.items():
            if isinstance(text, EditError):
                self._refuse(path, text)
            else:
                self._put(SourceFile(path, text))
        after = self.project.gather()
        while self._revert_wrong(sources, edits, before, after):
            after = self.project.gather()
        for path, source in sources.items():
            if path not in self._refused:
                self._before.setdefault(path, source.data)
        return after

    def give_up(self, path: PurePosixPath, error: DigestpinError) -> None:
        """Put a changed file back as it was, since it was not written after all."""
        before = self._before.pop(path)
        self._put(SourceFile(path, before))
        self._refuse(path, error)

    def _compose(self, edits: Edits) -> dict[PurePosixPath, bytes | EditError]:
        """Return the new text of each file, or what is wrong with it."""
        texts: dict[PurePosixPath, bytes | EditError] = {}
        for path, wanted in edits.items():
            source = self.project.sources[path.as_posix()]
            try:
                after = apply_edits(source.data, wanted)
                verify_yaml(source, after, wanted)
            except EditError as error:
                texts[path] = error
            else:
                texts[path] = after
        return texts

    def _drop_wrong(
        self, fixes: Iterable[Fix], texts: Mapping[PurePosixPath, bytes | EditError]
    ) -> bool:
        """Drop what alone makes a file wrong: it costs no other fix; say if any was.

        A file that is wrong only by several fixes together is left alone.
        """
        wrong = {path for path, text in texts.items() if isinstance(text, EditError)}
        is_any = False
        for fix in fixes if wrong else ():
            alone = {p: its for p, its in _by_path((fix,)).items() if p in wrong}
            for path, text in self._compose(alone).items():
                if isinstance(text, EditError):
                    self._dropped.add(fix)
                    self._tell(path, text)
                    is_any = True
        return is_any

    def _put(self, source: SourceFile) -> None:
        """Take a file's new text; what nothing is looked for in stays so."""
        key = source.path.as_posix()
        is_read = bool(self.project.facts.get(key))
        self.project.add(source)
        if not is_read:
            self.project.facts[key] = ()

    def _revert_wrong(
        self,
        sources: Mapping[PurePosixPath, SourceFile],
        edits: Edits,
        before: Inventory,
        after: Inventory,
    ) -> bool:
        """Put back each file that is not as intended; say if any was."""
        is_wrong = False
        for path, source in sources.items():
            if path in self._refused:
                continue
            try:
                for check in (verify_references, *self.checks):
                    check(before, after, source, edits)
            except EditError as error:
                self._put(source)
                self._refuse(path, error)
                is_wrong = True
        return is_wrong

    def _refuse(self, path: PurePosixPath, error: DigestpinError) -> None:
        self._refused.add(path)
        self._tell(path, error)

    def _tell(self, path: PurePosixPath, error: DigestpinError) -> None:
        # The path stands before a problem anyway.
        message = error.message.replace(f"write {path}:", "be written:", 1)
        message = message.removeprefix(f"{path} ")
        problem = Problem(message=message, path=path, hint=error.hint)
        if problem not in self.problems:
            self.problems.append(problem)
