"""How often each caller may ask in a minute, and how much a request may send."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from http import HTTPStatus
from typing import TYPE_CHECKING

from api.http.problems import Problem

if TYPE_CHECKING:
    from starlette.types import Message, Receive

__all__ = ["Rates", "bounded", "too_large"]

_KEPT = 10_000
"""How many callers are remembered."""


class Rates:
    """How many requests each caller has left: a bucket that fills evenly and holds those of a minute.

    A caller is remembered by a hash: what tells callers apart need not lie in memory in clear.
    """

    def __init__(self, a_minute: int) -> None:
        self.size = float(a_minute)
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, caller: str, a_minute: int | None = None) -> float:
        """Take one request, and return 0; or return how long it is until there is one.

        :param a_minute: how many this caller has, where that is not as for all.
        """
        now, size = time.monotonic(), float(a_minute or self.size)
        name = hashlib.blake2b(caller.encode("utf-8", "surrogateescape"), digest_size=16).digest()
        left, then = self._buckets.pop(name, (size, now))
        left = min(size, left + (now - then) * size / 60)
        self._buckets[name] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) * 60 / size


def too_large(most: int) -> Problem:
    """Return what is told where a request sends too much."""
    detail = f"such a request may send {most:,} bytes at most; send less at a time"
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body-too-large", detail)


def bounded(receive: Receive, most: int) -> Receive:
    """Return what is received, refused once it is too much."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise too_large(most)
        return message

    return counted
