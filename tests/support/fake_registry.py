"""A registry of our own making, for what the real one cannot be made to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support import images

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.http_server import Exchange

GOOD = images.build_index("good")
HEADERS = {
    "Content-Type": GOOD.top.media_type,
    "Docker-Content-Digest": GOOD.top.digest,
}


def send_good(exchange: Exchange) -> None:
    """Answer as a registry should."""
    exchange.send(200, GOOD.top.body, HEADERS)


def answering(answer: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
    """Return a registry that answers properly but for the tag `bad`."""

    def respond(exchange: Exchange) -> None:
        if exchange.path == "/v2/":
            exchange.send(200, b"{}")
        elif exchange.path.endswith("/manifests/bad"):
            answer(exchange)
        elif exchange.path.startswith("/token"):
            exchange.send_json({"token": "of-no-use"})
        else:
            send_good(exchange)

    return respond


def changed(**headers: str | None) -> dict[str, str]:
    """Return the good headers with some replaced (`_` for `-`), None for left out."""
    merged: dict[str, str | None] = dict(HEADERS)
    for name, value in headers.items():
        merged[name.replace("_", "-").title()] = value
    return {name: value for name, value in merged.items() if value is not None}
