"""What a worker gives up before it reads text from strangers: the network, and opening files."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from contextlib import contextmanager, suppress
from itertools import count, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["few_more_files", "leave_network", "make_no_sockets"]

_SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Per machine: how Linux calls its architecture in an audit, and the number of its call ``socket``."""
_IO_URING, _X32 = 425, 1 << 30
"""A call that can make sockets too, and where the numbers of a second set of calls begin."""
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_LOAD, _EQUAL, _FROM, _RETURN = 0x20, 0x15, 0x35, 0x06
_AT_NUMBER, _AT_ARCHITECTURE = 0, 4


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def leave_network() -> None:
    """Leave the network namespace, where the system has them and lets a process do so."""
    unshare = getattr(os, "unshare", None)
    if unshare is not None and sys.platform == "linux":
        with suppress(OSError):
            unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)  # type: ignore[attr-defined, unused-ignore]


def make_no_sockets() -> bool:
    """Let the kernel refuse every new socket to this process from now on; tell whether it does.

    Linux does so on the usual machines, for any process that asks, in a container too (seccomp(2)).
    """
    if sys.platform != "linux" or platform.machine() not in _SOCKET:
        return False
    steps = _steps(*_SOCKET[platform.machine()])
    program = _Program(len(steps) // 8, steps)
    prctl = ctypes.CDLL(None).prctl
    asked = (_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SET_SECCOMP, _FILTER, ctypes.byref(program))
    return all(prctl(*each) == 0 for each in asked)


def _steps(architecture: int, socket: int) -> bytes:
    """Return the filter: each step an operation, how many steps to skip if it holds and if not, and a number."""
    steps = (
        (_LOAD, 0, 0, _AT_ARCHITECTURE),
        (_EQUAL, 0, 5, architecture),
        (_LOAD, 0, 0, _AT_NUMBER),
        (_EQUAL, 3, 0, socket),
        (_EQUAL, 2, 0, _IO_URING),
        (_FROM, 1, 0, _X32),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


@contextmanager
def few_more_files(room: int) -> Iterator[None]:
    """Let no more than some files be opened meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = (number for number in count() if not _is_open(number))
    most = min(next(islice(free, room, None)), soft)  # the next file takes the lowest number that is free
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
