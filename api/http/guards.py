"""What is refused before any route sees it: foreign hosts, pages elsewhere that write, bodies too large, too many."""

from __future__ import annotations

import ipaddress
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers

from api.http.denials import tell
from api.http.framing import ill_framed, most_bytes
from api.http.identifying import SAFE, caller_address
from api.http.problems import problem
from api.http.rates import Rates, bounded
from api.http.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.http.settings import ServerSettings

__all__ = ["Guards"]

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_DENIED: dict[int, str] = {HTTPStatus.MISDIRECTED_REQUEST: "foreign host", HTTPStatus.FORBIDDEN: "foreign origin"}
"""What the journal has of a request that is refused here."""
_OF_ADDRESS = 10
"""How many times as many requests come from one address as from one key: several may be behind a proxy."""


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
        self.rates = Rates(settings.requests_a_minute * _OF_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        if refused is not None:
            what = _DENIED.get(refused.status_code)
            if what:
                await tell(scope, f"nobody at {caller_address(scope)}", what)
            await refused(scope, receive, _hardened(send))
            return
        await self.app(scope, bounded(receive, most_bytes(headers, self.settings)), _hardened(send))

    def _refused(self, scope: Scope, headers: Headers) -> Response | None:
        return self._too_often(scope) or self._foreign(scope, headers) or self._ill_framed(scope, headers)

    def _ill_framed(self, scope: Scope, headers: Headers) -> Response | None:
        found = ill_framed(scope, headers, self.settings)
        return found.answer() if found else None

    def _foreign(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if not self._is_ours(_split(f"//{host}").hostname or ""):
            detail = f"this server is not called “{host[:100]}”; add the name to NORMGRAPH_HOSTS if it is"
            return problem(HTTPStatus.MISDIRECTED_REQUEST, "foreign-host", detail)
        if scope["method"] not in SAFE and self._is_from_elsewhere(headers, host):
            detail = "a page of another origin cannot change anything here"
            return problem(HTTPStatus.FORBIDDEN, "foreign-origin", detail)
        return None

    def _too_often(self, scope: Scope) -> Response | None:
        wait = self.rates.seconds_to_wait(_network(caller_address(scope)))
        if not wait:
            return None
        after = {"Retry-After": str(int(wait) + 1)}
        detail = f"more than {self.rates.size:,.0f} requests a minute from your address; ask again in {wait:.1f} s"
        return problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", detail, headers=after)

    def _is_ours(self, name: str) -> bool:
        return is_loopback(name) or name.lower() in self.names or name == (self.base.hostname or name + "?")

    def _is_from_elsewhere(self, headers: Headers, host: str) -> bool:
        """Tell whether a page of another origin sends it: by its Origin, or by what the browser says of it."""
        origin = headers.get("origin")
        if origin is not None:
            return not self._is_same(origin, host)
        return headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}

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


def _network(address: str) -> str:
    """Return what one caller has of addresses: with IPv6 that is a whole network.

    >>> _network("192.0.2.1"), _network("2001:db8:1:2:3:4:5:6")
    ('192.0.2.1', '2001:db8:1:2::/64')
    """
    if ":" not in address:
        return address
    try:
        return str(ipaddress.IPv6Network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address


def _hardened(send: Send) -> Send:
    async def hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *_HEADERS]
        await send(message)

    return hardened
