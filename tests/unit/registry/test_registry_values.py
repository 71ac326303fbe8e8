from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from digestpin.errors import RegistryUnreachable, UntrustedResponse
from digestpin.oci import Descriptor, Digest, Platform
from digestpin.registry import RateLimit
from digestpin.registry.exchange import Response
from digestpin.registry.failures import translate
from digestpin.registry.manifests import describe_head, list_platforms
from digestpin.registry.redaction import redact_record, redact_url
from digestpin.registry.statuses import read_rate_limit

DIGEST = Digest("sha256", "1" * 64)
INDEX = "application/vnd.oci.image.index.v1+json"
ENTRY = {"mediaType": "a/b", "digest": str(DIGEST), "size": 7}
DESCRIPTOR = Descriptor(media_type="a/b", digest=DIGEST, size=7)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"platform": 1}, None, id="a number"),
        pytest.param({"platform": {"os": "linux"}}, None, id="half of one"),
        pytest.param(
            {"platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
            Platform(os="linux", architecture="arm64", variant="v8"),
            id="whole",
        ),
        pytest.param(
            {"platform": {"os": "li\nnux", "architecture": "a", "variant": 8}},
            Platform(os="li\\nnux", architecture="a"),
            id="control characters",
        ),
    ],
)
def test_the_platform_of_an_entry(
    change: dict[str, Any], expected: Platform | None
) -> None:
    body = json.dumps({"manifests": [ENTRY | change]}).encode()
    (found,) = list_platforms(body, "quay.io")
    assert found == Descriptor(
        media_type="a/b", digest=DIGEST, size=7, platform=expected
    )


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(7, id="a number"),
        pytest.param({"digest": str(DIGEST)}, id="no media type"),
        pytest.param(ENTRY | {"mediaType": 7}, id="a media type of no text"),
        pytest.param(ENTRY | {"digest": "sha256:1"}, id="no digest"),
    ],
)
def test_an_entry_of_no_use_is_refused(entry: object) -> None:
    body = json.dumps({"manifests": [entry]}).encode()
    with pytest.raises(UntrustedResponse, match="an entry of no use"):
        list_platforms(body, "quay.io")


def test_a_digest_in_another_algorithm_says_nothing_about_the_one_asked_for() -> None:
    headers = {"content-type": INDEX, "docker-content-digest": str(DIGEST)}
    expected = Digest("sha512", "2" * 128)
    assert describe_head(Response(status=200, headers=headers), "r", expected) is None


@pytest.mark.parametrize(
    ("headers", "expected", "text"),
    [
        pytest.param({}, None, None, id="none"),
        pytest.param({"ratelimit-limit": "many"}, None, None, id="a word"),
        pytest.param(
            {"ratelimit-limit": "200"},
            RateLimit(registry="quay.io", limit=200),
            "? of 200 pulls left at quay.io",
            id="the limit alone",
        ),
        pytest.param(
            {"ratelimit-limit": "10;w=3600", "ratelimit-remaining": "9;w=3600"},
            RateLimit(registry="quay.io", limit=10, remaining=9, window_seconds=3600),
            "9 of 10 pulls in 1 hour left at quay.io",
            id="all of it",
        ),
    ],
)
def test_the_rate_limit_that_headers_tell(
    headers: dict[str, str], expected: RateLimit | None, text: str | None
) -> None:
    found = read_rate_limit(headers, "quay.io")
    assert found == expected
    assert found is None or str(found) == text


def test_an_unknown_failure_quotes_nothing() -> None:
    error = translate(RuntimeError("a secret"), host="quay.io", registry="quay.io")
    assert type(error) is RegistryUnreachable
    assert str(error) == "the connection to quay.io failed"


def test_an_unreadable_url_is_not_shown() -> None:
    assert redact_url("http://[secret") == "an unreadable address"


def test_log_records_keep_no_query() -> None:
    record = logging.LogRecord("a", 10, "b", 1, "%s %d", ("/x?secret", 7), None)
    other = logging.LogRecord("a", 10, "b", 1, "%(c)s", ({"c": 1},), None)
    assert (redact_record(record), record.getMessage()) == (True, "/x 7")
    assert (redact_record(other), other.getMessage()) == (True, "1")
