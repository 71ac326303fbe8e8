"""Says in which folder and shell a job's scripts run; reads PowerShell's environment.

PowerShell reads it as `$env:NAME`, whose case does not matter there: a name in another
case than the one it is set by stays untraced.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Text
from digestpin.formats.environment_reads import reads_in_code
from digestpin.formats.github_nodes import (
    folder_named,
    mapping_of,
    plain_text,
    working_directory,
)
from digestpin.patterns import lazy_pattern
from digestpin.templates import Template, Variable, join, variable
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Scope
    from digestpin.yamltext import Mapping

_POWERSHELL = ("pwsh", "powershell")
_READ = lazy_pattern(r"(?<!`)\$(?:env:(\w+)|\{env:(\w+)\})", re.IGNORECASE | re.ASCII)
_SET = lazy_pattern(
    r"\$\{?env:(\w+)\}?\s*(?:\?\?|[-+*/%])?=(?!=)|(?<![\w${])env:[\\/]*(\w+)"
    r"|EnvironmentVariable\(\s*[\"'](\w+)",
    re.IGNORECASE | re.ASCII,
)
_TO_FILE = lazy_pattern(r"env:GITHUB_ENV\b", re.IGNORECASE)
_PAIR = lazy_pattern(r"(?<![\w$:-])(\w+)=(?!=)", re.ASCII)


@frozen
class Defaults:
    """The folder and the shell that scripts run in.

    `shell` is what a step itself names, `usual` what it has otherwise. When neither is
    known, `on_windows` says that it may be the one of a Windows runner: PowerShell.
    """

    folder: str = ""
    shell: str = ""
    usual: str = ""
    on_windows: bool = False

    def of(self, step: Mapping) -> Defaults:
        """Return how the script of a step runs."""
        folder = folder_named(step.get("working-directory")) or self.folder
        return replace(self, folder=folder, shell=plain_text(step.get("shell")))

    @property
    def is_powershell(self) -> bool:
        """Whether PowerShell may run the script."""
        shell = self.shell or self.usual
        return shell.startswith(_POWERSHELL) if shell else self.on_windows

    @property
    def is_foreign(self) -> bool:
        """Whether the step names a shell whose language is none of a Unix shell."""
        return self.shell.startswith((*_POWERSHELL, "cmd", "python", "node"))


NO_DEFAULTS = Defaults()


def defaults_of(workflow: Mapping, job: Mapping, source: SourceFile) -> Defaults:
    """Return how the scripts of a job run."""
    runs_on = job.get("runs-on")
    text = ""
    if runs_on is not None:
        span = runs_on.region.span
        text = source.text[span.start : span.end].lower()
    return Defaults(
        folder=working_directory(job) or working_directory(workflow),
        usual=_shell(job) or _shell(workflow),
        on_windows="windows" in text or "${{" in text,
    )


def _shell(node: Mapping) -> str:
    return plain_text(
        mapping_of(mapping_of(node.get("defaults")).get("run")).get("shell")
    )


def read_environment(script: Template, scope: Scope) -> Template:
    """Return a PowerShell script with what it reads of its environment as variables.

    What it sets itself is not followed.
    """
    set_here = {
        match[match.lastindex or 0].casefold() for match in _SET.finditer(script.text)
    }
    pieces, at = [], 0
    for match in _READ.finditer(script.text):
        name = match[match.lastindex or 0]
        region = script.cut(*match.span()).region
        if region is None:
            continue
        read = Variable(name=name, scope=scope, region=region)
        if name.casefold() in set_here:
            read = replace(read, opaque=True)
        pieces += [script.cut(at, match.start()), variable(read)]
        at = match.end()
    return join([*pieces, script.cut(at, len(script.text))])


def read_foreign(script: Template, scope: Scope, how: Defaults) -> Iterator[Fact]:
    """Yield what a script says that is not written for a Unix shell."""
    label = "code that reads its environment" if how.is_powershell else ""
    yield Text(template=script, scope=scope, label=label)
    yield from reads_in_code(script, scope, how.shell)


def set_for_later(script: Template, job: Scope) -> Iterator[Binding]:
    """Yield what a PowerShell script gives to the steps behind it, not followed."""
    if _TO_FILE.search(script.text) is None:
        return
    for match in _PAIR.finditer(script.text):
        region = script.cut(*match.span(1)).region
        if region is not None:
            unknown = Variable(name=match[1], scope=job, region=region, opaque=True)
            yield Binding(
                name=match[1],
                scope=job,
                value=variable(unknown),
                what="GITHUB_ENV",
                sequential=True,
            )
