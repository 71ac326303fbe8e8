"""Names the values of HCL: `var.x`, `local.x`, and what a module is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats.code_lexer import Kind

if TYPE_CHECKING:
    from digestpin.formats.code_expressions import ExpressionReader
    from digestpin.formats.code_frames import Frame, Key
    from digestpin.templates import Scope


def open_block(
    reader: ExpressionReader, index: int, frame: Frame, parent: Frame
) -> None:
    """Give the block that opens at token `index` the prefix of its names."""
    key = parent.key_before(index)
    if key is not None:
        if parent.callee == "variable" and key.name == "default":
            frame.prefix = f"{parent.prefix}."
        elif parent.prefix.endswith("."):
            frame.prefix = f"{parent.prefix}{key.name}."
        return
    words = _header(reader, parent.start, index)
    frame.callee = words[0] if words else ""
    label = words[-1] if len(words) > 1 else ""
    if frame.callee == "variable" and label:
        frame.prefix = label if _is_bake(reader) else f"var.{label}"
    elif frame.callee == "locals":
        frame.prefix = "local."
    elif frame.callee == "module":
        frame.prefix = label


def names_built(reader: ExpressionReader, key: Key, parent: Frame) -> bool:
    """Whether a list holds the names of an image that bake builds.

    `parent` is the block in which the list is given to `key`.
    """
    if key.name != "tags":
        return False
    if reader.language.style == "hcl":
        return parent.callee == "target"
    return reader.language.id == "json" and _is_bake(reader)


def _is_bake(reader: ExpressionReader) -> bool:
    return "bake" in reader.source.path.name


def _header(reader: ExpressionReader, start: int, end: int) -> list[str]:
    words = []
    for at in range(max(start, end - 6), end):
        token = reader.tokens[at]
        if token.kind is Kind.STRING:
            words.append(reader.string(at)[0].text)
        elif token.kind is Kind.NAME:
            words.append(token.text)
    return words


def owned_name(frame: Frame, key: Key) -> tuple[str, Scope] | None:
    """Return the name and scope of an HCL attribute that is a variable; else None."""
    if frame.callee == "variable":
        return (frame.prefix, frame.scope) if key.name == "default" else None
    if frame.callee == "module" and frame.prefix:
        return f"var.{key.name}", (*frame.scope, "module", frame.prefix)
    if frame.prefix.endswith("."):
        return frame.prefix + key.name, frame.scope
    return None
