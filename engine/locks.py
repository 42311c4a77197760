"""One process at a time: a lock that others wait for while a file of an organisation is read, changed and replaced."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["alone"]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process writes into a folder, and let none do so meanwhile.

    The lock is held on the hidden file ``.lock`` in the folder, so that it holds between users of a shared one too. The
    file stays: whoever removed it could remove it from under somebody who waits for it.

    :raises OSError: if the file cannot be made or opened, or, on Windows, was held for ten seconds.
    """
    descriptor = os.open(folder / ".lock", os.O_RDONLY | os.O_CREAT, 0o666)
    try:
        _take(descriptor)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    """Lock an open file; closing it gives the lock back."""
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
