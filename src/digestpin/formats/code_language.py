"""Says what the lexer must know of a programming language: one row of the table."""

from __future__ import annotations

from digestpin.values import frozen


@frozen(kw_only=True)
class Quote:
    """One way to write a string.

    `open` is a regular expression, `close` the plain text that ends it. `escape` is
    `backslash`, `backtick` or empty; `doubled` says that the closing text written
    twice stands for itself. `holes` names the interpolation (see `code_strings`).
    """

    open: str
    close: str
    multiline: bool = False
    escape: str = "backslash"
    doubled: bool = False
    holes: str = ""
    heredoc: bool = False
    bare: str = ""
    """A regular expression for a whole string without quotes."""


@frozen(kw_only=True)
class Language:
    """One row of the table.

    `files` is a regular expression over the whole file name. `style` says what
    plain assignments and keys mean: `code`, `data` (every key is a field) or `hcl`.
    `formats` are the placeholders that its format functions know.
    """

    id: str
    title: str
    files: str
    quotes: tuple[Quote, ...]
    line_comments: tuple[str, ...] = ("//",)
    block_comments: tuple[tuple[str, str], ...] = (("/*", "*/"),)
    name: str = r"\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
    concatenation: frozenset[str] = frozenset({"+"})
    formats: str = "percent"
    style: str = "code"
    adjacent: bool = False
    indented: bool = False
    name_first: bool = False
    """`var name Type = …`: the first name is bound, not the last."""
    package: str = ""
    """A glob: all these files of the folder share their names."""
    shell_in_folder: bool = False
    braces_are_maps: bool = False
    """What braces enclose are fields, never statements."""
    is_traced: bool = True
    """Whether a name can be followed: not where any function may hide it."""
