"""An append-only log: what it has acknowledged is on the disk, whole, whatever happens to the process after.

An entry is a line with the length and the hash of what follows, then that, then an end of line. An entry that was being
written when the process died is cut off when the log is opened: nobody was told that it had been kept.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING

from engine.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Log"]

_HEAD = re.compile(rb"entry (\d{1,12}) ([0-9a-f]{64})\n")
_WRITE = "see that the disk has room and can be written to, and open the log again"


class Log:
    """The entries of a file, and a way to add one that is on the disk when it returns.

    :raises UnreadableFile: if the file cannot be opened, or is damaged before its end.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
            data = path.read_bytes()
        except OSError as error:
            raise UnreadableFile(
                path, None, error.strerror or "cannot be opened", "check the path and its rights"
            ) from error
        self.entries, self._end = self._read(data)
        self._broken = False
        if self._end < len(data):
            self._cut()
        _sync_folder(path)

    def _read(self, data: bytes) -> tuple[tuple[bytes, ...], int]:
        """Return the whole entries, and where the last of them ends."""
        found, end = [], 0
        for entry, after in _entries(data, 0):
            found.append(entry)
            end = after
        later = (mark.start() for mark in _HEAD.finditer(data, end + 1))
        if any(next(_entries(data, start), None) for start in later):
            line = data.count(b"\n", 0, end) + 1
            raise UnreadableFile(
                self.path, line, "an entry is damaged, and others follow it", "restore a copy of the log"
            )
        return tuple(found), end

    def append(self, entry: bytes) -> None:
        """Add an entry and return once it is on the disk.

        :raises UnreadableFile: if that fails; what then stands in the file is not known until the log is opened again.
        """
        if self._broken:
            raise UnreadableFile(self.path, None, "an entry could not be written before", _WRITE)
        whole = b"entry %d %s\n%s\n" % (len(entry), hashlib.sha256(entry).hexdigest().encode(), entry)
        self._broken = True
        try:
            _write_at(self._file, whole, self._end)
            os.fsync(self._file)
        except OSError as error:
            raise UnreadableFile(self.path, None, error.strerror or "cannot be written", _WRITE) from error
        self._broken = False
        self._end += len(whole)

    @property
    def size(self) -> int:
        """How long the log is, in bytes."""
        return self._end

    def clear(self) -> None:
        """Forget all entries, once they are kept elsewhere."""
        self.entries, self._end = (), 0
        self._cut()

    def _cut(self) -> None:
        os.ftruncate(self._file, self._end)
        os.fsync(self._file)

    def close(self) -> None:
        """Close the file; nothing can be added any more."""
        self._broken = True
        os.close(self._file)


def _entries(data: bytes, start: int) -> Iterator[tuple[bytes, int]]:
    """Yield the whole entries from a place on, each with where it ends, up to the first that is not whole."""
    while mark := _HEAD.match(data, start):
        end = mark.end() + int(mark[1])
        entry = data[mark.end() : end]
        if data[end : end + 1] != b"\n" or hashlib.sha256(entry).hexdigest().encode() != mark[2]:
            return
        start = end + 1
        yield entry, start


def _write_at(file: int, data: bytes, place: int) -> None:
    os.lseek(file, place, os.SEEK_SET)
    while data:
        data = data[os.write(file, data) :]


def _sync_folder(path: Path) -> None:
    """Put the name of a file on the disk too, where a folder can be flushed."""
    if os.name != "posix":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
