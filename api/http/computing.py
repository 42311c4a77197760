"""What takes long is computed in a few threads of its own, so that short requests find one free."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from api.http.answers import entity_tag, knows, tagged
from api.http.documents import body_of
from engine.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request, Response

    from api.http.service import Service

__all__ = ["computed", "computing"]

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
