"""Who asks for the same while it is computed shares the next time that it is."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from api.http.computing import together
from engine.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class Computing:
    """Something that takes until it is let go, and tells the state it began with."""

    def __init__(self) -> None:
        self.state, self.begun = 0, list[int]()
        self.free = threading.Semaphore(0)

    def __call__(self) -> int:
        state = self.state
        self.begun.append(state)
        self.free.acquire(timeout=20)
        return state

    async def until(self, times: int) -> None:
        for _ in range(2_000):
            if len(self.begun) == times:
                return
            await asyncio.sleep(0.005)
        raise AssertionError(self.begun)


def tried(test: Callable[[Computing], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test(Computing()))


def test_all_who_come_meanwhile_share_what_begins_after_them() -> None:
    async def test(computing: Computing) -> None:
        first = asyncio.create_task(together("a", computing))
        await computing.until(1)
        computing.state = 1
        second = [asyncio.create_task(together("a", computing)) for _ in range(30)]
        await asyncio.sleep(0.05)
        assert computing.begun == [0]
        computing.state = 2  # they see what is there when theirs begins
        computing.free.release()
        assert await first == 0
        await computing.until(2)
        late = asyncio.create_task(together("a", computing))
        computing.free.release()
        assert await asyncio.gather(*second) == [2] * 30
        computing.state = 3
        computing.free.release()
        assert await late in {2, 3}  # it came when the second had begun
        assert len(computing.begun) == 3

    tried(test)


def test_what_is_asked_for_otherwise_does_not_wait() -> None:
    async def test(computing: Computing) -> None:
        slow = asyncio.create_task(together("a", computing))
        await computing.until(1)
        assert await together("b", lambda: "other") == "other"
        computing.free.release()
        assert await slow == 0

    tried(test)


def test_who_goes_away_does_not_take_it_from_the_others() -> None:
    async def test(computing: Computing) -> None:
        first, second = (asyncio.create_task(together("a", computing)) for _ in range(2))
        await computing.until(1)
        first.cancel()
        computing.free.release()
        assert await second == 0
        with pytest.raises(asyncio.CancelledError):
            await first
        assert computing.begun == [0]

    tried(test)


def test_what_goes_wrong_is_told_to_all_and_the_next_begins_anew() -> None:
    def wrong() -> int:
        time.sleep(0.02)
        raise BadInput("x", 1, "it cannot be", "mend it")

    async def test(computing: Computing) -> None:
        told = await asyncio.gather(*(together("a", wrong) for _ in range(5)), return_exceptions=True)
        assert [type(each) for each in told] == [BadInput] * 5
        computing.free.release()
        assert await together("a", computing) == 0

    tried(test)
