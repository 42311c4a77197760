"""What is refused before any route sees it: foreign hosts, pages elsewhere that write, bodies too large, too many."""

from __future__ import annotations

import time
from collections import OrderedDict
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers

from api.http.framing import ill_framed, most_bytes, too_large
from api.http.problems import problem
from api.http.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.http.settings import ServerSettings

__all__ = ["Guards"]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_KEPT = 10_000
"""How many callers are remembered for their rate."""


class _Rates:
    """How many requests each caller has left: a bucket that fills evenly and holds those of a minute."""

    def __init__(self, a_minute: int) -> None:
        self.size = float(a_minute)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, caller: str) -> float:
        """Take one request, and return 0; or return how long it is until there is one."""
        now = time.monotonic()
        left, then = self._buckets.pop(caller, (self.size, now))
        left = min(self.size, left + (now - then) * self.size / 60)
        self._buckets[caller] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) * 60 / self.size


class Guards:
    """The checks that are the same for every route.

    A page elsewhere can make a browser send a request to a loopback server, but not without its Origin; and a name that
    was made to point to this machine shows in Host. So both must be of this server where anything is written.
    """

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self.app = app
        self.settings = settings
        self.names: Collection[str] = {name.lower() for name in settings.hosts}
        self.base = urlsplit(settings.base_url)
        self.rates = _Rates(settings.requests_a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        if refused is not None:
            await refused(scope, receive, _hardened(send))
            return
        await self.app(scope, _bounded(receive, most_bytes(headers, self.settings)), _hardened(send))

    def _refused(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if not self._is_ours(_split(f"//{host}").hostname or ""):
            detail = f"this server is not called “{host[:100]}”; add the name to NORMGRAPH_HOSTS if it is"
            return problem(HTTPStatus.MISDIRECTED_REQUEST, "foreign-host", detail)
        origin = headers.get("origin")
        if scope["method"] not in _SAFE and (origin is not None and not self._is_same(origin, host)):
            detail = "a page of another origin cannot change anything here"
            return problem(HTTPStatus.FORBIDDEN, "foreign-origin", detail)
        framed = ill_framed(scope, headers, self.settings)
        if framed is not None:
            return framed.answer()
        wait = self.rates.seconds_to_wait(headers.get("authorization") or (scope.get("client") or ("",))[0])
        if wait:
            after = {"Retry-After": str(int(wait) + 1)}
            detail = f"more than {self.settings.requests_a_minute:,} requests a minute; ask again in {wait:.1f} s"
            return problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", detail, headers=after)
        return None

    def _is_ours(self, name: str) -> bool:
        return is_loopback(name) or name.lower() in self.names or name == (self.base.hostname or name + "?")

    def _is_same(self, origin: str, host: str) -> bool:
        asked = _split(origin)
        base = bool(self.base.netloc) and (asked.scheme, asked.netloc) == (self.base.scheme, self.base.netloc)
        return base or asked.netloc == host


def _split(address: str) -> SplitResult:
    """Return the parts of an address; none of one that cannot be."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _bounded(receive: Receive, most: int) -> Receive:
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise too_large(most)
        return message

    return bounded


def _hardened(send: Send) -> Send:
    async def hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *_HEADERS]
        await send(message)

    return hardened
