"""Real servers in the test process, with settings of their own."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from api.http.app import create_app
from api.http.identity import Identities
from api.http.service import Service
from api.http.settings import ServerSettings
from engine.repository.embedded import Embedded
from engine.repository.journal import Journal
from engine.repository.organisations import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from engine.content import Content

__all__ = ["listening", "opened"]


@contextmanager
def opened(content: Content, folder: Path, **settings: Any) -> Iterator[Service]:
    """Open what a server needs in a folder."""
    repository = Repository(content, Embedded(folder / "store", 1), Journal(folder / "journal.sqlite"))
    chosen = ServerSettings(data=folder, **settings)
    service = Service(chosen, content, repository, Identities(folder / "identity.sqlite"))
    try:
        yield service
    finally:
        service.close()


@contextmanager
def listening(service: Service, app: FastAPI | None = None) -> Iterator[str]:
    """Answer on a free port of loopback, and say where."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        chosen = app or create_app(service.settings, service)
        server = uvicorn.Server(uvicorn.Config(chosen, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        server.should_exit = True
        thread.join()
