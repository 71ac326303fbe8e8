"""Says what a text in source code is for, from what stands around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import Role
from digestpin.formats import code_words as words
from digestpin.formats.code_lexer import Kind
from digestpin.formats.code_lines import is_script
from digestpin.formats.code_names import COMPARISONS
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from digestpin.formats.code_expressions import ExpressionReader
    from digestpin.formats.code_frames import Frame, Key
    from digestpin.templates import Scope, Template

_MATCHES = frozenset({"=~", "!~", "==~", "-match", "-notmatch", "-replace", "-like"})
_IMPORTS = frozenset({"import", "from", "require_relative"})
THROWS = frozenset({"raise", "throw", "panic", "panic!", "die"})
_BUILD_OPTIONS = frozenset({"-t", "--tag", "--image"})
_BUILDERS = frozenset({"docker", "podman", "kind", "buildah", "nerdctl"})
_KIND_COMMANDS = {("build", "node-image"): True, ("create", "cluster"): False}
_ELSE = frozenset({"else", "?", ":", "then", "||", "??", "or", "?:"})
_ENDS = frozenset({",", ";", "if", "unless", "as", ":", "=>"})
_MAX_LABELS = 40  # tokens
_MAX_PROSE = 2000
_IMAGE_OPTIONS = lazy_pattern(r"^--?(?:[\w-]*-)?(?:image|node-img)$")


class RoleReader:
    """Judges texts by their place among the tokens of one file."""

    def __init__(self, reader: ExpressionReader) -> None:
        self.reader = reader
        self._builds_node_image: dict[Scope, bool] = {}

    def note(self, text: str, frame: Frame) -> None:
        """Note a literal text, which may tell what a function has kind do.

        Arguments are often put together piece by piece, and run at the end.
        """
        command = (*frame.texts[-1:], text)
        if command in _KIND_COMMANDS:
            self._builds_node_image[frame.scope] = _KIND_COMMANDS[command]

    def place(self, index: int, frame: Frame, key: Key | None) -> str:
        """Return the key, option or command that a text stands behind."""
        if key is not None:
            return key.name
        before = self.reader.token(index - 1)
        if before.text == "," and self.reader.token(index - 2).kind is Kind.STRING:
            option = frame.texts[-1] if frame.texts else ""
            return option if _IMAGE_OPTIONS.match(option) else ""
        if before.kind is Kind.NAME and before.text.startswith("-"):
            return before.text.lstrip("-")
        if frame.key is not None and (frame.in_choice or before.text in _ELSE):
            return frame.key.name
        return ""

    def role(self, index: int, template: Template, frame: Frame, name: str) -> Role:
        """Return what a text is for; `name` is what it stands behind."""
        if frame.role is not None:
            return frame.role
        role = self._told_role(index, frame, name)
        if role is not None:
            return role
        text = template.text
        if "\n" not in text.strip() and words.is_prose(text[:_MAX_PROSE]):
            return Role.DISPLAY
        return Role.IMAGE if name and words.is_image_key(name) else Role.VALUE

    def _told_role(self, index: int, frame: Frame, name: str) -> Role | None:
        first = self._statement(index, frame)
        if (
            self.reader.token(index - 1).text in _MATCHES
            or words.is_pattern_call(first)
            or self._is_label(index)
            or self._is_compared(index, first)
        ):
            return Role.PATTERN
        if (
            first in THROWS
            or words.is_display_call(first)
            or words.is_display_key(name)
        ):
            return Role.DISPLAY
        if self._is_docstring(index, frame):
            return Role.DISPLAY
        return Role.BUILT if self._is_built(index, frame) else None

    def _is_compared(self, index: int, first: str) -> bool:
        """Whether a text is compared with; what a test expects counts as a value."""
        around = (self.reader.token(index - 1), self.reader.token(index + 1))
        is_compared = any(token.text in COMPARISONS for token in around)
        return is_compared and first != "assert"

    def _statement(self, index: int, frame: Frame) -> str:
        """Return the command word of a statement without brackets, else nothing."""
        first = self.reader.token(frame.start)
        if not frame.is_block or frame.start >= index or first.kind is not Kind.NAME:
            return ""
        if first.text in THROWS:
            return first.text
        second = self.reader.token(frame.start + 1)
        is_command = second.kind in {Kind.STRING, Kind.NAME} and frame.key is None
        return first.text if is_command else ""

    def _is_label(self, index: int) -> bool:
        """Whether a text is what the value of a `switch` is compared with."""
        for at in range(index - 1, max(-1, index - _MAX_LABELS), -1):
            token = self.reader.token(at)
            if token.kind not in {Kind.STRING, Kind.NEWLINE} and token.text != ",":
                return token.text == "case"
        return False

    def _is_docstring(self, index: int, frame: Frame) -> bool:
        return (
            self.reader.language.indented
            and frame.is_block
            and frame.start == index
            and self.ends(index + 1)
        )

    def _is_built(self, index: int, frame: Frame) -> bool:
        texts = frame.texts
        if not texts:
            return False
        is_moved = texts[0] in _BUILDERS and texts[1:2] in (["push"], ["tag"])
        return is_moved or self.is_output(index, frame)

    def is_output(self, index: int, frame: Frame) -> bool:
        """Whether an expression is the value of an option that names what is built."""
        option, before = frame.texts[-1], self.reader.token(index - 2)
        is_value = self.reader.token(index - 1).text == "," and (
            before.kind is Kind.STRING
        )
        if option not in _BUILD_OPTIONS or not is_value:
            return False
        if frame.texts[0] in _BUILDERS:
            return "build" in frame.texts
        builds_node = self._builds_node_image.get(frame.scope, False)
        return option == "--image" and builds_node

    def is_tag(self, index: int, key: Key | None) -> bool:
        """Whether a string is a Go struct tag."""
        before = self.reader.token(index - 1)
        token = self.reader.token(index)
        return (
            key is None
            and self.reader.language.id == "go"
            and token.kind is Kind.STRING
            and self.reader.source.text[token.start] == "`"
            and before.kind in {Kind.NAME, Kind.CLOSE}
            and before.text not in {"return", "case"}
        )

    def is_import(self, index: int, frame: Frame) -> bool:
        """Whether a string names what is imported."""
        before = self.reader.token(index - 1).text
        return before in _IMPORTS or (
            frame.is_block and self.reader.token(frame.start).text == "import"
        )

    def is_choice(self, index: int, end: int, frame: Frame) -> bool:
        """Whether another value may be assigned instead (`a if x else b`)."""
        if frame.key is None or frame.key.is_field:
            return False
        before, after = self.reader.token(index - 1), self.reader.token(end)
        return before.text in _ELSE or after.text in {"if", "?"}

    def ends(self, end: int) -> bool:
        """Whether an expression that ends before token `end` is a whole value."""
        token = self.reader.token(end)
        return token.kind in {Kind.NEWLINE, Kind.CLOSE} or (
            token.text in _ENDS
            or (token.kind is Kind.OPEN and token.text == "{")
            or (
                token.kind is Kind.NAME
                and self.reader.language.id in {"hcl", "nix", "lua"}
            )
        )

    def is_shell(
        self, index: int, template: Template, frame: Frame, name: str, role: Role
    ) -> bool:
        """Whether a text is a shell command or script."""
        if role not in {Role.VALUE, Role.IMAGE} and frame.role is not None:
            return False
        if " " not in template.text.strip():
            return False
        before = frame.texts[-1:] == ["-c"] and self.reader.token(index - 1).text == ","
        called = words.is_shell_call(frame.callee) and frame.bracket == "("
        keyed = name in words.SHELL_KEYS and not _is_assignment(frame, index)
        first = self._statement(index, frame)
        return (
            before
            or keyed
            or is_script(template)
            or (called and (not name or keyed))
            or words.is_shell_call(first)
        )


def _is_assignment(frame: Frame, index: int) -> bool:
    key = frame.key_before(index)
    return key is not None and not key.is_field
