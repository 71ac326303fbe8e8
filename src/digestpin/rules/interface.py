"""What a rule is, and what all rules may look at."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

from digestpin.findings import RuleInfo, Severity
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digestpin.digests import Digests
    from digestpin.findings import Finding
    from digestpin.fixes import Fixer
    from digestpin.inventory import Inventory
    from digestpin.lookups import Online
    from digestpin.reading import Unreadable
    from digestpin.suppression import UnusedIgnore


@frozen(slots=False)
class Context:
    """Everything that a rule may look at; all input and output is over.

    `unreadable` are the files that could not be looked at; `unused_ignores` the ignore
    comments that took out no finding, known only once all other rules have judged.
    `online` is what registries say of pinned references, None when they were not asked.
    """

    inventory: Inventory
    digests: Digests
    fixer: Fixer
    unreadable: tuple[Unreadable, ...] = ()
    unused_ignores: tuple[UnusedIgnore, ...] = ()
    online: Online | None = None


@frozen
class Rule:
    """One rule: what is known of it, and the function that judges.

    `is_online`: it says something only when registries were asked.
    """

    info: RuleInfo
    check: Callable[[Context], Iterator[Finding]]
    is_online: bool = False


def describe(code: str, name: str, severity: Severity, module_doc: str) -> RuleInfo:
    """Return a rule's information from its module's docstring.

    The first line of the docstring is the summary; the whole is the manual page, with
    the headings *What it reports*, *Why*, *Example*, *Fix* and *See also*.
    """
    text = inspect.cleandoc(module_doc)
    summary = re.split(r"\n\s*\n", text, maxsplit=1)[0].replace("\n", " ")
    return RuleInfo(
        code=code,
        name=name,
        severity=severity,
        summary=summary,
        documentation=text,
    )
