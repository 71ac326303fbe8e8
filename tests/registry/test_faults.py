"""Whatever a server does, one reference fails, in known words, and the others do not.

Only these tests use a server of our own: no real registry can be made to do this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.fake_registry import answering
from support.fault_table import FAULTS
from support.http_server import serve

from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolved, Resolver, Unresolved

if TYPE_CHECKING:
    from support.faults import Answer

SETTINGS = RegistrySettings(
    timeout_seconds=0.4, deadline_seconds=20, retries=1, backoff_seconds=0.001
)


@pytest.mark.parametrize(("answer", "error", "message"), FAULTS)
def test_a_fault_costs_its_own_reference_only(
    answer: Answer, error: type[Exception], message: str
) -> None:
    with serve(answering(answer)) as server, Resolver(SETTINGS) as resolver:
        good = ImageReference.parse(f"{server.host}/node:good")
        bad = ImageReference.parse(f"{server.host}/node:bad")
        # In this order: a registry that asks to be left alone is then left alone.
        first = resolver.resolve(good)
        second = resolver.resolve(bad)
    assert isinstance(first, Resolved)
    assert isinstance(second, Unresolved)
    assert (type(second.error), str(second.error)) == (
        error,
        message.format(host=server.host),
    )
    assert (second.error.registry, second.error.reference) == (server.host, str(bad))
    assert second.error.hint
