"""Something done again and again in another thread while a test looks on."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["meanwhile"]


@contextmanager
def meanwhile(again: Callable[[int], None]) -> Iterator[None]:
    """Call something with 1, 2, 3, … in another thread until the block ends; what it raises is raised at the end."""
    over, raised = threading.Event(), []

    def work() -> None:
        number = 0
        try:
            while not over.is_set():
                number += 1
                again(number)
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    if raised:
        raise raised[0]
