"""Makes a flaw of ours, met in one look-up, the failure of that look-up alone."""

from __future__ import annotations

import logging
import traceback

from digestpin.errors import RegistryError

_LOG = logging.getLogger("digestpin.registry")


def flaw_error(flaw: Exception, registry: str) -> RegistryError:
    """Return the error for an exception that nobody expected.

    What a library's exception says may hold a secret: its class and where it was
    raised are all that is told.
    """
    frames = traceback.format_tb(flaw.__traceback__)
    _LOG.debug("%s in a look-up:\n%s", type(flaw).__name__, "".join(frames))
    return RegistryError(
        f"asking {registry} failed: {type(flaw).__name__}",
        registry=registry,
        hint="this is a flaw of digestpin, please report it; the others were looked up",
    )
