"""How much each caller may ask in a minute."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict

__all__ = ["Rates"]

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
