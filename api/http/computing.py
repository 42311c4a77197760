"""What takes long is computed in a few threads of its own, so that short requests find one free."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from api.http.answers import entity_tag, knows, tagged
from api.http.documents import body_of
from engine.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from fastapi import Request, Response

    from api.http.service import Service

__all__ = ["computed", "computing", "together"]

_Found = TypeVar("_Found")
_AT_ONCE, _WAITING, _AFTER = 2, 64, 5.0
"""How many documents are computed at once, how many wait for that, and when to ask again where more are asked for."""
_LANE: RunVar[CapacityLimiter] = RunVar("computing")


async def computing(call: Callable[[], _Found]) -> _Found:
    """Return what a call comes to, in a thread of those that compute: some at once, and some wait.

    :raises Busy: if too many wait already.
    """
    try:
        lane = _LANE.get()
    except LookupError:
        lane = CapacityLimiter(_AT_ONCE)
        _LANE.set(lane)
    if lane.statistics().tasks_waiting >= _WAITING:
        raise Busy("too many documents are being computed already", after=_AFTER)
    return await to_thread.run_sync(call, limiter=lane)


class _Rounds:
    """What is being computed, and what will be once that is done; each by what is asked for."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[Any]] = {}
        self._coming: dict[Hashable, asyncio.Task[Any]] = {}

    def join(self, asked: Hashable, call: Callable[[], _Found]) -> asyncio.Task[_Found]:
        """Return the round that has not begun yet."""
        coming = self._coming.get(asked)
        if coming is None:
            coming = asyncio.create_task(self._run(asked, self._running.get(asked), call))
            coming.add_done_callback(_noticed)
            self._coming[asked] = coming
        return coming

    async def _run(self, asked: Hashable, before: asyncio.Task[Any] | None, call: Callable[[], _Found]) -> _Found:
        if before is not None:
            await asyncio.wait([before])
        mine = self._running[asked] = self._coming.pop(asked)
        try:
            return await computing(call)
        finally:
            if self._running.get(asked) is mine:
                del self._running[asked]


def _noticed(task: asyncio.Task[Any]) -> None:
    """Look at what a round failed of: whoever waited may be gone."""
    if not task.cancelled():
        task.exception()


_ROUNDS: RunVar[_Rounds] = RunVar("rounds")


async def together(asked: Hashable, call: Callable[[], _Found]) -> _Found:
    """Return what a call comes to that begins from now on; all who ask for the same until it begins share it.

    So nobody waits for more than the one that is running and the next, however many ask, and however often what it is
    computed from changes meanwhile.

    :param asked: what is asked for; calls for the same are alike.
    """
    try:
        rounds = _ROUNDS.get()
    except LookupError:
        rounds = _Rounds()
        _ROUNDS.set(rounds)
    return await asyncio.shield(rounds.join(asked, call))  # whoever goes away does not take it from the others


async def computed(
    request: Request, service: Service, kind: str, parameters: tuple[object, ...], build: Callable[[], dict[str, Any]]
) -> Response:
    """Return a document about the content with its tag; it is built where nobody asked for the same before.

    :param parameters: all that it is computed from beside the content.
    """
    key = (kind, service.content.hash, *map(str, parameters))
    tag = entity_tag(*key)
    body = b"" if knows(request, tag) else service.cache.get(key)
    if body is None:
        body = await computing(partial(service.cache.made, key, partial(_body, kind, build)))
    return tagged(request, body, tag)


def _body(kind: str, build: Callable[[], dict[str, Any]]) -> bytes:
    return body_of(kind, build())
