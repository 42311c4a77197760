"""HTTP to the one endpoint that was configured: connections are kept, no redirect is followed, and time is limited."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from engine.errors import BadParameter, Busy, OverLimit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPResponse

__all__ = ["CUT", "LESS", "Channel", "Reply", "whole_address"]

LESS = "ask for less: add LIMIT, start from what is rare, or cut the question in parts"
CUT = "the store ended its answer before it was whole"
_AGAIN = 5.0
"""After how many seconds a store that does not answer may be asked again."""
_PIECE = 1 << 16
_MISUSED = frozenset("\r\n\t ")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    :ivar kind: its media type, without parameters.
    :ivar told: the headers, their names in small letters.
    """

    status: int
    kind: str
    body: bytes
    told: Mapping[str, str]


def whole_address(text: str, name: str) -> str:
    """Return an address that can be called.

    :raises BadParameter: if it is none, or has a password in it.
    """
    parts = urlsplit(text)
    expected = "the address of a SPARQL endpoint, as http://127.0.0.1:7878/query"
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment or _MISUSED & {*text}:
        raise BadParameter(name, text, expected)
    if parts.username is not None or parts.password is not None:
        remedy = f"{expected}; give who asks as NORMGRAPH_STORE_AUTHORIZATION"
        raise BadParameter(name, f"{parts.scheme}://…@{parts.hostname}", remedy)
    return text


class Channel:
    """The way to one address.

    :param authorization: the value of the header of that name; none where it is empty.
    """

    def __init__(self, address: str, authorization: str = "") -> None:
        parts = urlsplit(address)
        self.address = address
        self._secure = parts.scheme == "https"
        self._place = (parts.hostname or "", parts.port)
        self._path = parts.path or "/"
        self._query = parts.query
        self._headers = {"Authorization": authorization} if authorization else {}
        self._idle: LifoQueue[HTTPConnection] = LifoQueue()

    def send(
        self, method: str, body: bytes, headers: Mapping[str, str], *, seconds: float, size: int, query: str = ""
    ) -> Reply:
        """Send a request that may be sent twice, and return the whole reply, whatever its status.

        :param seconds: how long all of it may take.
        :param size: how many bytes may come back.
        :param query: what is added to the address, after its own query.
        :raises OverLimit: if it takes too long, or too much comes back, or less than was announced.
        :raises Busy: if nobody answers there.
        """
        target = "?".join(filter(None, (self._path, "&".join(filter(None, (self._query, query))))))
        deadline = time.monotonic() + seconds
        connection, used = self._take()
        try:
            try:
                response = self._ask(connection, method, target, body, headers, deadline)
            except (ConnectionError, HTTPException):
                if not used:
                    raise
                connection.close()  # the other side had closed a connection that was kept
                response = self._ask(connection, method, target, body, headers, deadline)
            reply = _read(connection, response, deadline, size)
        except TimeoutError as error:
            connection.close()
            raise OverLimit(f"the store took longer than {seconds:g} s", LESS, late=True) from error
        except IncompleteRead as error:
            connection.close()
            raise OverLimit(CUT, LESS, late=True) from error
        except (OSError, HTTPException) as error:
            connection.close()
            told = getattr(error, "strerror", None) or type(error).__name__
            raise Busy(f"the store at {self.address} does not answer ({told})", after=_AGAIN) from error
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)
        return reply

    def _take(self) -> tuple[HTTPConnection, bool]:
        """Return a connection, and whether it was used before."""
        try:
            return self._idle.get_nowait(), True
        except Empty:
            host, port = self._place
            return (HTTPSConnection if self._secure else HTTPConnection)(host, port), False

    def _ask(
        self,
        connection: HTTPConnection,
        method: str,
        target: str,
        body: bytes,
        headers: Mapping[str, str],
        deadline: float,
    ) -> HTTPResponse:
        connection.timeout = _left(deadline)
        if connection.sock is not None:
            connection.sock.settimeout(connection.timeout)
        connection.request(method, target, body, {**self._headers, **headers})
        return connection.getresponse()

    def close(self) -> None:
        """Close the connections that are kept."""
        while not self._idle.empty():
            self._idle.get_nowait().close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(connection: HTTPConnection, response: HTTPResponse, deadline: float, size: int) -> Reply:
    data = bytearray()
    while piece := response.read1(_PIECE):
        data += piece
        if len(data) > size:
            raise OverLimit(f"the answer is larger than {size:,} bytes", LESS)
        if connection.sock is not None:
            connection.sock.settimeout(_left(deadline))
    announced = response.getheader("Content-Length")
    if announced is not None and announced.isdecimal() and len(data) < int(announced):
        raise IncompleteRead(bytes(data), int(announced) - len(data))
    response.close()
    told = {name.lower(): value for name, value in response.getheaders()}
    kind = told.get("content-type", "").partition(";")[0].strip().lower()
    return Reply(response.status, kind, bytes(data), told)
