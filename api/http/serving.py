"""Open everything, listen, and answer until told to stop; nothing is cut off that has begun."""

from __future__ import annotations

import signal
import socket
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn

import uvicorn

from api.http.app import create_app
from api.http.service import Service, open_service
from api.http.settings import is_loopback
from api.http.watching import set_up_logging
from engine.errors import BadParameter
from engine.steady import settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from api.http.settings import ServerSettings

__all__ = ["Running", "config_of", "run_server"]

_GRACE = 10
"""How many seconds requests that have begun are waited for at the end."""
_QUEUE = 2048
"""How many callers may wait to be let in."""
_SWITCH = 0.0005
"""After how many seconds a thread that computes lets the one go on that answers everybody."""


@dataclass(frozen=True)
class Running:
    """A server that listens."""

    service: Service
    listening: socket.socket
    server: uvicorn.Server

    @property
    def address(self) -> str:
        """Where it can be called."""
        host, port = self.listening.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def run(self) -> None:
        """Answer until the process is told to stop."""
        if hasattr(signal, "SIGPIPE"):  # a caller that goes away is an error to handle, not the end of the process
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, _end)
        sys.setswitchinterval(_SWITCH)
        settle()
        try:
            self.server.run(sockets=[self.listening])
        finally:
            self.service.close()


def _end(*_: object) -> NoReturn:
    """End the process in order: uvicorn, once it has answered whoever waits, sends itself the signal again."""
    sys.exit(0)


def run_server(settings: ServerSettings, progress: Callable[[str], None] = lambda _: None) -> Running:
    """Return a server that listens and is ready to run.

    :raises BadParameter: if it would be reached from outside without authentication, or cannot listen there.
    """
    set_up_logging(settings.log_format, settings.log_level)
    service = open_service(settings, progress)
    try:
        _refuse_open_door(settings, service)
        listening = _listen(settings)
    except BaseException:
        service.close()
        raise
    return Running(service, listening, uvicorn.Server(config_of(create_app(settings, service))))


def config_of(app: FastAPI) -> uvicorn.Config:
    """Return how an application is served."""
    return uvicorn.Config(
        app,
        http="api.http.protocol:Protocol" if find_spec("httptools") else "auto",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE,
        server_header=False,
        proxy_headers=False,
    )


def _refuse_open_door(settings: ServerSettings, service: Service) -> None:
    if not is_loopback(settings.host) and not service.asks_for_identity:
        remedy = "an address of this machine only, while nobody has to say who they are; make a key with"
        raise BadParameter("--host", settings.host, f"{remedy} `normgraph keys create`, or set NORMGRAPH_OIDC_ISSUER")


def _listen(settings: ServerSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else answers wait for acknowledgements
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(_QUEUE)
    except OSError as error:
        listening.close()
        problem = f"an address that can be listened on ({error.strerror})"
        raise BadParameter("--host, --port", f"{settings.host}:{settings.port}", problem) from error
    return listening
