"""Shows a rule's manual page on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.config import did_you_mean
from digestpin.errors import UsageError
from digestpin.patterns import lazy_pattern
from digestpin.rules import find_rule, load_rules
from digestpin.terminal import BOLD, CYAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.terminal import Style

_CODE = lazy_pattern(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
_LINK = lazy_pattern(r"<(https?://[^>\s]+)>")


def explain_rule(text: str, style: Style) -> str:
    """Return the page of the rule with this code or name.

    Raises:
        UsageError: there is no such rule.
    """
    rule = find_rule(text)
    if rule is None:
        known = [word for r in load_rules() for word in (r.info.code, r.info.name)]
        raise UsageError(
            f"there is no rule {text!r}",
            hint=did_you_mean(text, known) or "`digestpin explain` lists all rules",
        )
    info = rule.info
    title = style.paint(f"{info.code} {info.name}", BOLD)
    lines = [f"{title} ({info.severity})", ""]
    lines += _page(info.documentation, style)
    return "".join(f"{line}\n" for line in lines)


def list_rules(style: Style) -> str:
    """Return the table of all rules."""
    lines = [
        f"{style.paint(rule.info.code, BOLD)}  {rule.info.severity:<8} "
        f"{rule.info.name:<27} {rule.info.summary}"
        for rule in load_rules()
    ]
    return "".join(f"{line}\n" for line in lines)


def _page(markdown: str, style: Style) -> Iterator[str]:
    is_code = False
    # A code span may go over the end of a line.
    marked = _CODE.sub(
        lambda match: _in_code(match[1], style), _LINK.sub(r"\1", markdown)
    )
    for line in marked.split("\n"):
        if line.startswith("```"):
            is_code = not is_code
        elif is_code:
            yield f"    {style.paint(line, CYAN)}" if line else ""
        elif line.startswith("## "):
            yield style.paint(line[3:], BOLD)
        else:
            yield line


def _in_code(text: str, style: Style) -> str:
    return "\n".join(style.paint(line, CYAN) for line in text.split("\n"))
