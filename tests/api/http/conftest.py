from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn

from api.http.app import create_app
from api.http.identity import Identities
from api.http.service import Service
from api.http.serving import config_of
from api.http.settings import ServerSettings
from engine.repository.embedded import Embedded
from engine.repository.journal import Journal
from engine.repository.organisations import Repository
from engine.workspace import open_organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.content import Content


@pytest.fixture(scope="module")
def service(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("server")
    repository = Repository(content, Embedded(folder / "store", 1), Journal(folder / "journal.sqlite"))
    found = Service(ServerSettings(data=folder), content, repository, Identities(folder / "identity.sqlite"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    """Start a real server in this process, on a free port of loopback."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(config_of(create_app(service.settings, service)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture
def as_bearer(service: Service) -> Iterator[Callable[..., dict[str, str]]]:
    """Make keys, and revoke them after the test: while there is one, nobody is anonymous."""
    from api.http.identity import parse_grants  # noqa: PLC0415 - beside its one use

    made: list[str] = []

    def make(*grants: str, person: str = "") -> dict[str, str]:
        key, text = service.identities.create("test", parse_grants(grants), person=person)
        made.append(key.id)
        return {"Authorization": f"Bearer {text}"}

    yield make
    for identifier in made:
        service.identities.revoke(identifier)


@pytest.fixture(scope="module")
def bank(service: Service) -> str:
    """Put the bundled bank into the service, and return where its routes are."""
    workspace = open_organisation(service.content, "bank")
    service.repository.change("bank", "test", "organisation added", lambda _: ((), workspace.quads))
    return "/v1/organisations/bank"
