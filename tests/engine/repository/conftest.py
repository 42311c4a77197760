"""The stores that a repository is tried on: the embedded one, a real server of Oxigraph, and Virtuoso where it is."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.repository.addresses import Addresses
from engine.repository.embedded import Embedded
from engine.repository.journal import Journal
from engine.repository.organisations import Repository
from engine.repository.remote import Remote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from engine.content import Content
    from engine.repository.backend import Backend

OXIGRAPH = Path(sys.executable).with_name("oxigraph")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


@contextmanager
def oxigraph_server(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [OXIGRAPH, "serve", "--bind", f"127.0.0.1:{port}", "--location", folder, *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while not listens(port):
                assert process.poll() is None
                time.sleep(0.02)
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[subprocess.Popen[bytes]]]:
    return oxigraph_server


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a real server that gives up a query after two seconds."""
    port = free_port()
    with oxigraph_server(tmp_path_factory.mktemp("oxigraph"), port, "--timeout-s", "2"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def virtuoso() -> Addresses:
    """Return the addresses of a Virtuoso that somebody started; there is none in most places."""
    address = os.environ.get("NORMGRAPH_TEST_VIRTUOSO")
    if not address:
        pytest.skip("no Virtuoso is named in NORMGRAPH_TEST_VIRTUOSO; docs/stores.md says how to start one")
    authorization = os.environ.get("NORMGRAPH_TEST_VIRTUOSO_AUTHORIZATION", "")
    return Addresses.of(address, authorization=authorization, time_limit="timeout={milliseconds}", statements=1_000)


def emptied(backend: Remote) -> Remote:
    for name in backend.graphs():
        backend.apply(0, backend.quads([name]), ())
    backend.apply(0, (), ())
    return backend


@pytest.fixture(params=["embedded", "oxigraph", "virtuoso"])
def open_backend(request: pytest.FixtureRequest) -> Callable[[Path], Backend]:
    """Return what opens a store: the same one again for the same folder."""
    if request.param == "embedded":
        return lambda folder: Embedded(folder / "store", 1)
    found = request.getfixturevalue(request.param)
    addresses = found if isinstance(found, Addresses) else Addresses.of(found)
    emptied(Remote(addresses, 1)).close()
    return lambda _: Remote(addresses, 1)


@pytest.fixture
def opened(content: Content, open_backend: Callable[[Path], Backend]) -> Callable[[Path], Repository]:
    """Return what opens a repository."""
    return lambda folder: Repository(content, open_backend(folder), Journal(folder / "journal.sqlite"))


@pytest.fixture
def repository(opened: Callable[[Path], Repository], tmp_path: Path) -> Iterator[Repository]:
    found = opened(tmp_path)
    yield found
    found.close()
