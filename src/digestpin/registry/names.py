"""Says which host answers for a reference, by which scheme, and in what order.

Docker Hub's name is `docker.io`, its API is at `registry-1.docker.io`
(github.com/distribution/reference, normalize.go; moby, registry/config.go).
"""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING

from digestpin.errors import InvalidReference, UsageError
from digestpin.oci import ImageReference
from digestpin.oci.reference import DOCKER_HUB
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_DOCKER_HUB_API = "registry-1.docker.io"


@frozen(kw_only=True)
class Endpoint:
    """Where a registry's API is.

    `schemes` are tried in order. `is_loopback`: nothing sent leaves this machine.
    """

    registry: str
    host: str
    schemes: tuple[str, ...]
    is_loopback: bool = False

    @property
    def is_insecure(self) -> bool:
        """Whether answers may have been changed, and secrets read, on the way."""
        return "https" not in self.schemes


def host_name(host: str) -> str:
    """Return a host without its port and without the brackets of IPv6.

    >>> host_name("[::1]:5000"), host_name("quay.io:443")
    ('::1', 'quay.io')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Say whether a host, with or without port, is this machine by its very name."""
    name = host_name(host).lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def find_endpoint(registry: str, insecure_registries: Collection[str]) -> Endpoint:
    """Return where the API of a canonical registry name is.

    A loopback registry may speak http or TLS: http is tried first. Others speak https
    unless they are listed as insecure.
    """
    host = _DOCKER_HUB_API if registry == DOCKER_HUB else registry.lower()
    if is_loopback(host):
        schemes: tuple[str, ...] = ("http", "https")
    elif registry in insecure_registries or host in insecure_registries:
        schemes = ("http",)
    else:
        schemes = ("https",)
    return Endpoint(
        registry=registry, host=host, schemes=schemes, is_loopback=is_loopback(host)
    )


def _canonical_prefix(prefix: str) -> str:
    """Return the canonical form of a name that others begin with."""
    suffix = "/x/x"
    reference = ImageReference.parse(prefix.rstrip("/") + suffix)
    return reference.canonical.name.removesuffix(suffix)


def check_mirrors(mirrors: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a mapping that no reference could follow.

    Raises:
        UsageError: a prefix or a mirror is no name, or a mirror names no host.
    """
    for prefix, others in mirrors.items():
        for name in (prefix, *others):
            try:
                reference = ImageReference.parse(name.rstrip("/") + "/x")
            except InvalidReference as error:
                raise UsageError(f"mirror {name!r}: {error.reason}") from error
            if name is not prefix and reference.registry is None:
                raise UsageError(
                    f"mirror {name!r} names no host",
                    hint="write it as HOST[:PORT][/PATH], with a dot or a port",
                )


def places_for(
    reference: ImageReference, mirrors: Mapping[str, tuple[str, ...]]
) -> tuple[ImageReference, ...]:
    """Return the canonical references to ask: mirrors first, the image's own last.

    The longest prefix that fits decides.

    >>> places = places_for(
    ...     ImageReference.parse("kindest/node:v1.31.4"),
    ...     {"docker.io": ("mirror.example/hub",)},
    ... )
    >>> [str(place) for place in places]
    ['mirror.example/hub/kindest/node:v1.31.4', 'docker.io/kindest/node:v1.31.4']
    """
    own = reference.canonical
    best = ""
    others: tuple[str, ...] = ()
    for prefix, names in mirrors.items():
        canonical = _canonical_prefix(prefix)
        fits = f"{own.name}/".startswith(f"{canonical}/")
        if fits and len(canonical) > len(best):
            best, others = canonical, tuple(names)
    rest = str(own)[len(best) :]
    places = []
    for name in others:
        with suppress(InvalidReference):  # longer than a name may be
            places.append(ImageReference.parse(name.rstrip("/") + rest))
    return (*places, own)
