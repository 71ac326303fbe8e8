"""Completes the values of options in a shell; each is loaded only when asked for."""

from __future__ import annotations


def complete_formats(incomplete: str) -> list[str]:
    """Return the output formats that begin so."""
    from digestpin.reports import FORMAT_IDS  # noqa: PLC0415

    return [form for form in FORMAT_IDS if form.startswith(incomplete)]


def complete_text_or_json(incomplete: str) -> list[str]:
    """Return the output formats of commands that report no findings."""
    return [form for form in ("text", "json") if form.startswith(incomplete)]


def complete_rules(incomplete: str) -> list[tuple[str, str]]:
    """Return the codes of rules, with their names; after a comma the next one."""
    from digestpin.rules import load_rules  # noqa: PLC0415

    before, comma, last = incomplete.rpartition(",")
    return [
        (f"{before}{comma}{rule.info.code}", rule.info.name)
        for rule in load_rules()
        if rule.info.code.startswith(last.upper())
    ]


def complete_rule(incomplete: str) -> list[tuple[str, str]]:
    """Return the codes and names of rules that begin so."""
    from digestpin.rules import load_rules  # noqa: PLC0415

    return [
        (word, item.info.summary)
        for item in load_rules()
        for word in (item.info.code, item.info.name)
        if word.startswith(incomplete)
    ]


def complete_kinds(incomplete: str) -> list[str]:
    """Return the kind releases that begin so."""
    from digestpin.kind.current import find_current  # noqa: PLC0415

    found = map(str, find_current().releases.releases)
    return [kind for kind in found if kind.startswith(incomplete)]


def complete_tags(incomplete: str) -> list[str]:
    """Return the tags of node images that begin so."""
    from digestpin.kind.current import find_current  # noqa: PLC0415

    found = dict.fromkeys(build.tag for build in find_current().releases.builds)
    return [tag for tag in found if tag.startswith(incomplete)]
