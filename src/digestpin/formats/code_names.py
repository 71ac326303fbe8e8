"""Says which variable a name in source code reads."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from digestpin.formats import code_words as words
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from digestpin.formats.code_language import Language

KEYWORDS = frozenset(
    """if else elif elsif return raise throw throws new await yield in is not and or for
    while do try catch
    except finally with as import from export default case switch when
    match break continue pass func fn fun def function class struct enum interface type
    package namespace using use mod trait impl object extends implements let var val
    const final static public private protected internal readonly local mut pub lateinit
    override abstract async declare unless then end begin lambda del global nonlocal
    assert go defer select chan map range true false True False None null nil undefined
    void this
    self super require module rec inherit where loop echo inputs
    """.split()  # noqa: SIM905
)
"""Words that are no variables; also those that stand before a name or a value."""

MODIFIERS = frozenset(
    """let var val const final static public private protected internal readonly local
    mut pub lateinit override abstract declare def export default global async volatile
    transient ref late set crate""".split()  # noqa: SIM905
)
CLASSES = frozenset(
    {"class", "object", "interface", "enum", "struct", "module", "trait"}
)
COMPARISONS = frozenset({"==", "!=", "===", "!=="})
FUNCTIONS = frozenset({"def", "func", "fun", "fn", "function", "sub"})
_OWN = lazy_pattern(r"^(?:self|this|cls|Self|@|\$)[.:]*(?=\w)")
_POWERSHELL = lazy_pattern(
    r"^\$?\{?(?:env:|script:|global:|local:|private:)?", re.IGNORECASE
)


def is_name(text: str) -> bool:
    """Whether a word may be a variable."""
    return text not in KEYWORDS


def is_own(text: str) -> bool:
    """Whether a name is a member of the object at hand (`self.x`, `this.x`, `@x`)."""
    return text.startswith(("self.", "this.", "cls.", "@"))


@lru_cache(maxsize=8192)
def variable_name(text: str, language: Language) -> tuple[str, bool]:
    """Return the name of a variable and whether it is out of reach (`pkg.Name`)."""
    name = text.replace("?.", ".").lstrip("&")
    if language.id == "powershell":
        return _POWERSHELL.sub("", name).rstrip("}"), False
    if language.id == "hcl":
        return name, name.startswith(".") or (
            "." in name and not name.startswith(("var.", "local."))
        )
    member = words.env_member(name)
    if member is not None:
        return member, False
    name = _OWN.sub("", name)
    return name, "." in name or "::" in name or not language.is_traced
