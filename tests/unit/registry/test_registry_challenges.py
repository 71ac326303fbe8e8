from __future__ import annotations

import pytest

from digestpin.registry.challenges import Challenge, choose_challenge

BEARER = Challenge("bearer", "https://auth.example/token", "registry")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(None, None, id="none"),
        pytest.param("", None, id="empty"),
        pytest.param("Negotiate", None, id="another scheme"),
        pytest.param("Basic realm=here", Challenge("basic"), id="basic"),
        pytest.param(
            'Bearer realm="https://auth.example/token",service="registry"',
            BEARER,
            id="bearer",
        ),
        pytest.param(
            'bearer service=registry , realm = "https://auth.example/token"',
            BEARER,
            id="case, order and spaces",
        ),
        pytest.param(
            'Basic realm="a, b", Bearer realm="https://auth.example/token",'
            'service="registry",scope="repository:x:pull,push"',
            BEARER,
            id="bearer before basic",
        ),
        pytest.param(
            r'Bearer realm="https://auth.example/token",service="a\"b"',
            Challenge("bearer", "https://auth.example/token", 'a"b'),
            id="quoted pairs",
        ),
        pytest.param('Bearer service="registry"', None, id="bearer without realm"),
        pytest.param("Bearer realm=\x00", Challenge("bearer", "\x00"), id="rubbish"),
        pytest.param('=,"', None, id="more rubbish"),
        pytest.param('Basic realm="', Challenge("basic"), id="an open quote"),
    ],
)
def test_the_challenge_to_answer(
    header: str | None, expected: Challenge | None
) -> None:
    assert choose_challenge(header) == expected
