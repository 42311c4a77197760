"""Documents are computed a few at a time; a cache makes each value once and keeps no more than it may."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from api.http.computing import computing
from api.http.service import Cache
from engine.errors import Busy


def test_two_at_a_time_and_no_queue_without_end() -> None:
    done, free = [], threading.Event()
    running, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        free.wait(30)
        with lock:
            running -= 1
        done.append(1)

    async def ask() -> None:
        await computing(work)

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(66):
                group.start_soon(ask)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(Busy) as refused:
                await computing(work)
            assert refused.value.after == 5.0
            free.set()

    anyio.run(main)
    assert (len(done), most) == (66, 2)


def test_a_value_is_made_once_for_all_who_ask_meanwhile() -> None:
    cache: Cache[bytes] = Cache(100, len)
    made = []

    def make() -> bytes:
        made.append(1)
        time.sleep(0.05)
        return b"x"

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: cache.made("key", make), range(8))) == {b"x"}
    assert made == [1]


def test_what_fails_is_made_again() -> None:
    cache: Cache[bytes] = Cache(100, len)
    with pytest.raises(ZeroDivisionError):
        cache.made("key", lambda: bytes(1 // 0))
    assert cache.made("key", lambda: b"x") == b"x"


def test_no_more_is_kept_than_may_be() -> None:
    cache: Cache[bytes] = Cache(100, len)
    for number in range(10):
        cache.put(number, bytes(30))
        cache.get(0)
    assert [number for number in range(10) if cache.get(number)] == [0, 8, 9]
    cache.put(0, bytes(90))
    assert [number for number in range(10) if cache.get(number)] == [0]
    assert cache.put("large", bytes(200)) == bytes(200)
    assert cache.get("large") is None


def test_what_is_cleared_is_made_again_and_weighs_nothing() -> None:
    cache: Cache[bytes] = Cache(100, len)
    cache.put("a", bytes(90))
    cache.clear()
    assert cache.get("a") is None
    cache.put("b", bytes(90))
    assert cache.get("b") == bytes(90)


def test_what_is_being_made_while_everything_is_forgotten_is_not_kept() -> None:
    cache: Cache[bytes] = Cache(100, len)

    def make() -> bytes:
        cache.clear()
        return b"x"

    assert cache.made("key", make) == b"x"
    assert cache.get("key") is None
