"""Runs the real CNCF distribution registry on loopback and fills it with images.

::

    with start_registry(tmp_path) as registry:
        image = registry.push_index("kindest/node", "v1.32.1")
        image.digest, image.platforms["linux/amd64"]

The program is Debian's `docker-registry`. Ports are chosen by the kernel.
"""

from __future__ import annotations

import base64
import http.client
import re
import shutil
import ssl
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from support import images

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PROGRAM = "docker-registry"
_START_SECONDS = 20
_LISTENING = re.compile(rb"listening on 127\.0\.0\.1:(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedImage:
    """What a push made: `digest` is the tag's, `platforms` those of its manifests."""

    reference: str
    digest: str
    media_type: str
    body: bytes
    platforms: Mapping[str, str]

    @property
    def pinned(self) -> str:
        """The reference with its digest."""
        return f"{self.reference}@{self.digest}"


@dataclass(kw_only=True)
class Registry:
    """A running registry: `host` is `127.0.0.1:PORT`, as written in a reference."""

    host: str
    log: Path
    ca_file: Path | None = None
    authorization: str | None = None
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"{'http' if self.ca_file is None else 'https'}://{self.host}"

    def push_index(
        self,
        repository: str,
        tag: str,
        *,
        salt: str = "",
        docker: bool = False,
        architectures: tuple[str, ...] = images.TWO_PLATFORMS,
    ) -> PushedImage:
        """Push a two-platform OCI index (`docker`: a Docker manifest list) to a tag.

        The content depends on repository, tag and `salt` alone: another salt is a
        rebuilt image under the same tag.
        """
        image = images.build_index(
            f"{repository}:{tag} {salt}", docker=docker, architectures=architectures
        )
        return self.push(repository, tag, image)

    def push_manifest(
        self, repository: str, tag: str, *, salt: str = "", docker: bool = False
    ) -> PushedImage:
        """Push a single-platform image to a tag, with no index above it."""
        content = f"{repository}:{tag} {salt}"
        return self.push(repository, tag, images.build_manifest(content, docker=docker))

    def push(self, repository: str, tag: str, image: images.Image) -> PushedImage:
        """Push a built image to a tag."""
        for data in image.blobs.values():
            self._push_blob(repository, data)
        for manifest in image.platforms.values():
            self._push_document(repository, manifest.digest, manifest)
        self._push_document(repository, tag, image.top)
        return PushedImage(
            reference=f"{self.host}/{repository}:{tag}",
            digest=image.top.digest,
            media_type=image.top.media_type,
            body=image.top.body,
            platforms={
                name: manifest.digest for name, manifest in image.platforms.items()
            },
        )

    def delete(self, repository: str, digest: str) -> None:
        """Remove a manifest or index, and with it the tags that name it."""
        self._send("DELETE", f"/v2/{repository}/manifests/{digest}", accept=202)

    def fetch(
        self, repository: str, reference: str, *media_types: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """GET a manifest with these types in Accept; status, headers, body."""
        return self._exchange(
            "GET",
            f"/v2/{repository}/manifests/{reference}",
            headers={"Accept": ", ".join(media_types)} if media_types else {},
        )

    def _push_blob(self, repository: str, data: bytes) -> None:
        headers = self._send("POST", f"/v2/{repository}/blobs/uploads/", accept=202)
        upload = urlsplit(headers["location"])
        target = f"{upload.path}?{upload.query}&digest={images.digest_of(data)}"
        self._send("PUT", target, data, "application/octet-stream", accept=201)

    def _push_document(
        self, repository: str, name: str, document: images.Document
    ) -> None:
        target = f"/v2/{repository}/manifests/{name}"
        self._send("PUT", target, document.body, document.media_type, accept=201)

    def _send(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        content_type: str | None = None,
        *,
        accept: int,
    ) -> Mapping[str, str]:
        headers = {} if content_type is None else {"Content-Type": content_type}
        status, answered, text = self._exchange(method, target, body, headers)
        if status != accept:
            raise AssertionError(f"{method} {target}: {status} {text[:300]!r}")
        return answered

    def _exchange(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        if self._connection is None:
            self._connection = self._connect()
        sent = dict(headers or {})
        if self.authorization is not None:
            sent["Authorization"] = self.authorization
        self._connection.request(method, target, body, sent)
        response = self._connection.getresponse()
        answered = {name.lower(): value for name, value in response.getheaders()}
        return response.status, answered, response.read()

    def _connect(self) -> http.client.HTTPConnection:
        if self.ca_file is None:
            return http.client.HTTPConnection(self.host, timeout=20)
        context = ssl.create_default_context(cafile=str(self.ca_file))
        return http.client.HTTPSConnection(self.host, timeout=20, context=context)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def is_installed() -> bool:
    """Say whether the registry program is there."""
    return shutil.which(PROGRAM) is not None


def basic(user: str, password: str) -> str:
    """Return the Authorization header of HTTP basic authentication."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@contextmanager
def start_registry(
    folder: Path,
    *,
    http_options: str = "",
    options: str = "",
    ca_file: Path | None = None,
    authorization: str | None = None,
) -> Iterator[Registry]:
    """Run a registry with its storage, configuration and log in `folder`.

    `http_options` are YAML lines under `http:`, `options` whole YAML sections; the
    other two are for pushing to it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config, log = folder / "config.yml", folder / "registry.log"
    _write_config(config, http_options, options)
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [PROGRAM, "serve", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            host = f"127.0.0.1:{_wait_for_port(process, log)}"
            registry = Registry(
                host=host, log=log, ca_file=ca_file, authorization=authorization
            )
            try:
                yield registry
            finally:
                registry.close()
        finally:
            process.terminate()


def _write_config(path: Path, http_options: str, options: str) -> None:
    path.write_text(
        "version: 0.1\n"
        "log: {level: info}\n"
        "storage:\n"
        f"  filesystem: {{rootdirectory: {path.parent / 'data'}}}\n"
        "  delete: {enabled: true}\n"
        "  maintenance: {uploadpurging: {enabled: false}}\n"
        f"http:\n  addr: 127.0.0.1:0\n  secret: none\n{http_options}"
        f"{options}",
        encoding="utf-8",
    )


def _wait_for_port(process: subprocess.Popen[bytes], log: Path) -> int:
    """Return the port once the registry says that it listens on it."""
    give_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up:
        found = _LISTENING.search(log.read_bytes())
        if found is not None:
            return int(found[1])
        if process.poll() is not None:
            break
        time.sleep(0.02)
    text = log.read_text(encoding="utf-8", errors="replace")
    raise AssertionError(f"{PROGRAM} did not start:\n{text[-2000:]}")
