"""Snapshots of a store in a folder: each made by the process that writes to it, between two changes.

Opened in place, a store that is being written to shows a change in part while its engine puts files away, or lists
files that are gone. A snapshot is made of links to those files, so that it takes neither long nor much room.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from engine.errors import UnreadableFile
from engine.store import open_frozen

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import Store

__all__ = ["KEPT", "Snapshots", "open_newest"]

KEPT = 3
"""How many snapshots are kept: a reader may be about to open the one before the last."""


class Snapshots:
    """The snapshots of a store; they lie beside its folder, numbered from 1.

    :param path: the folder of the store.
    """

    def __init__(self, path: Path) -> None:
        self._place = path.with_name(f"{path.name}.snapshots")

    def newest(self) -> Path | None:
        """Return the folder of the last one; nothing where no process writes to the store."""
        return max(self._all(), key=_number, default=None)

    def _all(self) -> list[Path]:
        try:
            return [path for path in self._place.iterdir() if _number(path)]
        except FileNotFoundError:
            return []

    def take(self, store: Store, *, keep: int = KEPT) -> Path:
        """Make one of the store as it is, and remove all but the last few; what a reader has opened stays its own.

        Whoever calls it lets nobody write meanwhile.

        :param keep: how many there are then.
        """
        newest = self.newest()
        place = self._place / f"{_number(newest) + 1 if newest else 1}"
        self._place.mkdir(exist_ok=True)
        store.backup(str(place))
        for old in sorted(self._place.iterdir(), key=_number)[:-keep]:  # what has no number comes first
            _remove(old)
        return place

    def remove(self) -> None:
        """Remove them all: the store can be opened in place again."""
        for old in self._all():
            _remove(old)
        shutil.rmtree(self._place, ignore_errors=True)


def open_newest(path: Path) -> Store:
    """Open a store as it was when its last snapshot was made, or as it is where no process writes to it.

    :param path: the folder of the store.
    :raises UnreadableFile: if the folder holds no store that can be opened.
    """
    snapshots = Snapshots(path)
    while True:
        newest = snapshots.newest()
        try:
            return open_frozen(newest or path)
        except UnreadableFile:
            if snapshots.newest() == newest:  # it is not that others have taken its place meanwhile
                raise


def _number(path: Path) -> int:
    """Return the number of a snapshot; 0 for one that is half made or half removed."""
    return int(path.name) if path.name.isdecimal() else 0


def _remove(path: Path) -> None:
    """Take its number from a snapshot first, so that nobody opens what is left of it."""
    gone = path if path.suffix == ".gone" else path.rename(path.with_name(f"{path.name}.gone"))
    shutil.rmtree(gone, ignore_errors=True)
