"""What an operator sees: a line of log for each request, and figures for Prometheus."""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Watching", "set_up_logging"]

_log = logging.getLogger("normgraph.access")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class _Json(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        more = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {"at": at, "level": record.levelname.lower(), "event": record.getMessage(), **more}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


class _Text(logging.Formatter):
    """Words for people."""

    def format(self, record: logging.LogRecord) -> str:
        more = " ".join(f"{name}={value}" for name, value in vars(record).items() if name not in _STANDARD)
        return f"{super().format(record)} {more}".rstrip()


def set_up_logging(form: str, level: str) -> None:
    """Write the logs of the server to the error stream, in one form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text("%(asctime)s %(levelname)s %(message)s"))
    for name in ("normgraph", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
    logging.getLogger("uvicorn.access").disabled = True


class Watching:
    """Count and time requests, give each an id, and log it once it is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "normgraph_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "normgraph_request_seconds", "Seconds until a request was answered.", ("route",), registry=self.registry
        )
        self.running = Gauge("normgraph_requests_running", "Requests being answered.", registry=self.registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request through the application."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status, name = time.perf_counter(), 500, uuid4().hex
        scope.setdefault("state", {})["request_id"] = name

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", name.encode())]
            await send(message)

        with self.running.track_inprogress():
            try:
                await self.app(scope, receive, told)
            finally:
                self._tell(scope, status, time.perf_counter() - start, name)

    def _tell(self, scope: Scope, status: int, seconds: float, name: str) -> None:
        route = getattr(scope.get("route"), "path", "other")
        self.requests.labels(scope["method"], route, status).inc()
        self.seconds.labels(route).observe(seconds)
        told: dict[str, Any] = {"method": scope["method"], "path": scope["path"], "status": status, "request": name}
        asked = scope["state"].get("asked")
        if asked is not None and asked.principal is not None:
            told["who"] = asked.principal.name
        _log.info("request", extra={**told, "ms": round(seconds * 1000, 2)})

    def figures(self) -> bytes:
        """Return the figures as Prometheus reads them."""
        return generate_latest(self.registry)
