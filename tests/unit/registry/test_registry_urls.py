"""Who a URL leads to is what the library that sends makes of it."""

from __future__ import annotations

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.util import parse_url

from digestpin.registry.urls import Address, read_address

AMBIGUOUS = [
    pytest.param("http://evil.example\\.localhost/token", id="a backslash"),
    pytest.param("http://evil.example\\@127.0.0.1/", id="a backslash before @"),
    pytest.param("https://169.254.169.254\\.example.com/", id="a backslash after IP"),
    pytest.param("https://169%2e254%2e169%2e254/", id="escaped dots"),
    pytest.param("http://%6cocalhost/", id="an escaped letter"),
    pytest.param("http://evil.example\t.localhost/", id="a tab"),
    pytest.param("http://evil.example .localhost/", id="a space"),
    pytest.param(" http://localhost/", id="a space before"),
    pytest.param("ht\ntp://localhost/", id="a line break in the scheme"),
    pytest.param("http://127\u30020\u30020\u30021/", id="wide dots"),
    pytest.param("http://\u24dbocalhost/", id="a letter in a circle"),
    pytest.param("http://[::1", id="half a bracket"),
    pytest.param("http://[::1].evil.example/", id="a name after a bracket"),
    pytest.param("http://localhost:99999999/", id="no port"),
    pytest.param("http://localhost:80:81/", id="two ports"),
    pytest.param("http://localhost:65536/", id="a port too large"),
    pytest.param("//localhost/", id="no scheme"),
    pytest.param("http://.localhost/", id="a dot in front"),
]


@pytest.mark.parametrize("url", AMBIGUOUS)
def test_an_address_that_can_be_read_in_two_ways_is_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"no address|out of range"):
        read_address(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Quay.IO", Address("https", "quay.io", 443)),
        ("http://a:b@quay.io:80?x", Address("http", "quay.io", 80, has_user=True)),
        ("http://[::1]:5000/v2/", Address("http", "::1", 5000)),
        ("https://[fe80::1%25eth0]/", Address("https", "fe80::1%25eth0", 443)),
        ("https://quay.io:0/", Address("https", "quay.io", 0)),
        ("ftp://quay.io/a b", Address("ftp", "quay.io", None)),
        ("file:///etc/passwd", Address("file", "", None)),
        ("data:text", Address("data", "", None)),
        ("/token", Address("", "", None)),
        ("", Address("", "", None)),
    ],
)
def test_a_plain_address_is_read(url: str, expected: Address) -> None:
    assert read_address(url) == expected


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "[::1]", "a.localhost:1"])
def test_loopback_is_told_by_name(host: str) -> None:
    assert read_address(f"http://{host}/").is_loopback


@given(
    st.text(
        st.sampled_from("aL1.:/?#@%2e[]\\ \t-_\u3002\xad\u24db~!;"),
        min_size=1,
        max_size=20,
    )
)
@example("127.0.0.1\\.a/")
@example("1%2e1.1.1/")
@example("a:1@a:1/")
def test_the_library_asks_whom_we_judge(rest: str) -> None:
    url = f"http://{rest}"
    try:
        address = read_address(url)
    except ValueError:
        return
    try:
        sent = requests.Request("GET", url).prepare().url or ""
    except requests.RequestException:
        return
    asked = parse_url(sent)
    assert (asked.host or "").strip("[]") == address.host
    assert (80 if asked.port is None else asked.port) == address.port
