"""Knows the secrets in the addresses of proxies that the environment names."""

from __future__ import annotations

from urllib.parse import unquote
from urllib.request import getproxies

from digestpin.registry.redaction import Secret


def mask_proxy_passwords() -> None:
    """Let nobody be quoted with them: a proxy can answer in a registry's place."""
    for proxy in getproxies().values():
        user_info = proxy.rpartition("@")[0].rpartition("//")[2]
        user, colon, password = map(unquote, user_info.partition(":"))
        if colon:
            Secret(password)
            Secret(f"{user}:{password}")
