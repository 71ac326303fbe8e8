"""The rules, each in a module named after it, in the order of their codes."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digestpin.rules.interface import Rule

MODULES = (
    "unpinned_tag",
    "missing_tag",
    "digest_tag_mismatch",
    "digest_without_tag",
    "untraceable_reference",
    "malformed_reference",
    "node_image_unsupported",
    "digest_of_another_release",
    "node_image_not_published",
    "kind_unpinned",
    "kind_version_conflict",
    "unknown_kind_release",
    "cluster_config_unsupported",
    "digest_not_in_registry",
    "tag_moved",
    "platform_digest",
    "mirror_differs",
    "unused_ignore",
    "unreadable_file",
)
"""Modules with a `RULE`; they are imported when rules are first asked for."""


@lru_cache(maxsize=1)
def load_rules() -> tuple[Rule, ...]:
    """Return every rule, in the order of their codes."""
    return tuple(import_module(f"digestpin.rules.{name}").RULE for name in MODULES)


def find_rule(text: str) -> Rule | None:
    """Return the rule with this code or name, in any case."""
    wanted = text.strip().lower()
    for rule in load_rules():
        if wanted in (rule.info.code.lower(), rule.info.name):
            return rule
    return None
