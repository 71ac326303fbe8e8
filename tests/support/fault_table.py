"""Faults of a registry, each with the error that comes of it and its message."""

from __future__ import annotations

import pytest

from digestpin.errors import (
    AccessDenied,
    ManifestNotFound,
    PermissionDenied,
    RateLimited,
    RegistryUnreachable,
    UntrustedResponse,
)
from support import faults
from support.fake_registry import GOOD
from support.faults import OTHER_DIGEST, say, send_headers, without_digest
from support.images import OCI_MANIFEST

LONG_WAIT = "429 with a long Retry-After"
"""Of this one, all references to the host take note."""
BAD = "bad answer from {host}: "
FAULTS = [
    pytest.param(
        faults.hang, RegistryUnreachable, "{host} did not answer in time", id="hang"
    ),
    pytest.param(
        faults.reset_at_once,
        RegistryUnreachable,
        "{host} broke the connection",
        id="reset",
    ),
    pytest.param(
        faults.reset_in_mid_body,
        RegistryUnreachable,
        "{host} broke the connection",
        id="reset in mid-body",
    ),
    pytest.param(
        faults.truncate,
        RegistryUnreachable,
        "{host} closed the connection before its answer was complete",
        id="truncated",
    ),
    pytest.param(
        faults.lie_about_the_digest,
        UntrustedResponse,
        BAD + f"the content hashes to {GOOD.top.digest}, not to {OTHER_DIGEST}",
        id="wrong digest header",
    ),
    pytest.param(
        faults.announce_ten_gigabytes,
        UntrustedResponse,
        BAD + "more than 4194304 bytes",
        id="10 GB announced",
    ),
    pytest.param(
        faults.send_without_end,
        UntrustedResponse,
        BAD + "more than 4194304 bytes",
        id="body without end",
    ),
    pytest.param(
        faults.never_end_a_chunk_size,
        UntrustedResponse,
        "{host} does not answer in HTTP, or with too long or too many headers",
        id="chunk size without end",
    ),
    pytest.param(
        faults.never_end_a_trailer,
        UntrustedResponse,
        "{host} does not answer in HTTP, or with too long or too many headers",
        id="trailer without end",
    ),
    pytest.param(
        faults.nest_deep,
        UntrustedResponse,
        BAD + "JSON that is nested too deep",
        id="deep",
    ),
    pytest.param(
        faults.never_end_a_string,
        UntrustedResponse,
        BAD + "no JSON",
        id="endless string",
    ),
    pytest.param(
        faults.list_nothing,
        UntrustedResponse,
        BAD + "an index without a list of manifests",
        id="no list",
    ),
    pytest.param(
        faults.list_rubbish,
        UntrustedResponse,
        BAD + "an index with an entry of no use",
        id="no entries",
    ),
    pytest.param(
        without_digest(say(200, b"[]", Content_Type="application/json")),
        UntrustedResponse,
        BAD + "JSON, but no object",
        id="no object",
    ),
    pytest.param(
        faults.compress,
        UntrustedResponse,
        BAD + "an encoding that was not asked for",
        id="compressed",
    ),
    pytest.param(
        faults.send_another_type_in_the_body,
        UntrustedResponse,
        BAD + f"sent as {GOOD.top.media_type}, "
        "but it is application/vnd.oci.image.manifest.v1+json",
        id="two media types",
    ),
    pytest.param(
        faults.be_two_things,
        UntrustedResponse,
        BAD + f"sent as {GOOD.top.media_type}, but it can be read as another type",
        id="index and manifest",
    ),
    pytest.param(
        faults.send_a_manifest_as_an_index,
        UntrustedResponse,
        BAD + f"sent as {GOOD.top.media_type}, but it can be read as another type",
        id="manifest sent as index",
    ),
    pytest.param(
        faults.send_an_index_as_a_manifest,
        UntrustedResponse,
        BAD + f"sent as {OCI_MANIFEST}, but it can be read as another type",
        id="index sent as manifest",
    ),
    pytest.param(
        without_digest(say(200, b"<html>", Content_Type="text/html")),
        UntrustedResponse,
        BAD + "no JSON",
        id="a web page",
    ),
    pytest.param(
        send_headers(docker_content_digest="sha256:\x1b[31mbeef"),
        UntrustedResponse,
        BAD + "'sha256:\\x1b[31mbeef' is no digest",
        id="no digest",
    ),
    pytest.param(
        send_headers(
            content_type="application/vnd.docker.distribution.manifest.v1+prettyjws"
        ),
        UntrustedResponse,
        BAD + "it answers with "
        "application/vnd.docker.distribution.manifest.v1+prettyjws, "
        "which was not asked for",
        id="schema 1",
    ),
    pytest.param(
        say(401, WWW_Authenticate='Basic realm="x"'),
        AccessDenied,
        "{host} shows node:bad to nobody who is not logged in, or it does not exist",
        id="401 without a way in",
    ),
    pytest.param(
        faults.refuse_every_token,
        AccessDenied,
        "{host} shows node:bad to nobody who is not logged in, or it does not exist",
        id="401 loop",
    ),
    pytest.param(
        say(403), PermissionDenied, "{host} does not allow to read node:bad", id="403"
    ),
    pytest.param(
        say(404, b'{"errors":[{"code":"NAME_UNKNOWN","message":"\\u001b[2J"}]}'),
        ManifestNotFound,
        "{host} has no repository for node:bad",
        id="404 for the repository",
    ),
    pytest.param(
        say(503),
        RegistryUnreachable,
        "{host} fails with status 503",
        id="503",
    ),
    pytest.param(
        say(418, b'{"errors":[{"code":"TEAPOT","message":"a\\u001b[2Jb"}]}'),
        UntrustedResponse,
        BAD + "status 418 for node:bad (TEAPOT: a\\x1b[2Jb)",
        id="418 with control characters",
    ),
    pytest.param(
        say(429),
        RateLimited,
        "{host} refuses more requests for now",
        id="429 without Retry-After",
    ),
    pytest.param(
        say(307, Location="file:///etc/passwd"),
        UntrustedResponse,
        "127.0.0.1 redirects to file:///etc/passwd, which is not followed: "
        "another scheme",
        id="redirect to a file",
    ),
    pytest.param(
        say(307, Location="http://files.example/manifest"),
        UntrustedResponse,
        "127.0.0.1 redirects to http://files.example/manifest, which is not "
        "followed: another host without TLS",
        id="redirect to another host",
    ),
    pytest.param(
        faults.redirect_to_itself,
        UntrustedResponse,
        BAD + "one redirect after another",
        id="redirect loop",
    ),
    pytest.param(
        say(
            429,
            Retry_After="3600",
            RateLimit_Limit="100;w=21600",
            RateLimit_Remaining="0;w=21600",
        ),
        RateLimited,
        "{host} refuses more requests for now "
        "(0 of 100 pulls in 6 hours left at {host}); it asks to wait 3600 s",
        id=LONG_WAIT,
    ),
]
