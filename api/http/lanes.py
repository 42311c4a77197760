"""Threads for what has to wait: each kind of work has its own, so that those who wait hold nobody else up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from engine.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.http.settings import ServerSettings

__all__ = ["asking", "checking", "writing"]

_Found = TypeVar("_Found")
_WRITERS = 4
"""How many writes are begun at once: their last step is taken one after the other in any case."""


@dataclass(frozen=True, slots=True)
class _Lanes:
    """The threads of one running server.

    :ivar askers: how many questions of each caller run or wait.
    """

    asking: CapacityLimiter
    checking: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))
    writing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(_WRITERS))
    askers: Counter[str] = field(default_factory=Counter)


_LANES: RunVar[_Lanes] = RunVar("lanes")


def _lanes(settings: ServerSettings) -> _Lanes:
    """Return the threads of this server; there is one more for questions than may wait, to say that it is too much."""
    try:
        return _LANES.get()
    except LookupError:
        made = _Lanes(CapacityLimiter(settings.workers + settings.waiting + 1))
        _LANES.set(made)
        return made


async def asking(settings: ServerSettings, caller: str, call: Callable[[], _Found]) -> _Found:
    """Return what a question comes to; nobody takes more than half of the places there are.

    :raises Busy: if too many questions of the caller wait already.
    """
    lanes = _lanes(settings)
    if lanes.askers[caller] >= max(settings.workers, (settings.workers + settings.waiting) // 2):
        raise Busy("too many of your questions wait already", after=settings.query_seconds)
    lanes.askers[caller] += 1
    try:
        return await to_thread.run_sync(call, limiter=lanes.asking)
    finally:
        lanes.askers[caller] -= 1
        if not lanes.askers[caller]:
            del lanes.askers[caller]


async def checking(settings: ServerSettings, call: Callable[[], _Found]) -> _Found:
    """Return what comes of reading a stranger's text: one at a time, since it takes the interpreter from others."""
    return await to_thread.run_sync(call, limiter=_lanes(settings).checking)


async def writing(settings: ServerSettings, call: Callable[[], _Found]) -> _Found:
    """Return what a write comes to."""
    return await to_thread.run_sync(call, limiter=_lanes(settings).writing)
