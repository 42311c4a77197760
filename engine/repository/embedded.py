"""Oxigraph in a folder: one process writes, and workers ask snapshots of it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat

from engine.errors import Busy
from engine.repository.backend import CONTENT, MARK, ORGANISATIONS, say
from engine.repository.folder import Folder
from engine.sandbox.pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

    from engine.sandbox.tasks import Answered, Ask, Parse

__all__ = ["Embedded"]

_KEPT = 3
"""How many snapshots are kept: a worker may be about to open the one before the last."""


class Embedded(Folder):
    """A store in a folder of this machine, asked by workers.

    :param workers: how many processes answer queries.
    :param waiting: how many queries may wait for one.
    :param memory: bytes of address space of each.
    :raises UnreadableFile: if the folder holds no store, or another process writes to it.
    """

    def __init__(self, path: Path, workers: int | None = None, waiting: int = 64, memory: int = 4 << 30) -> None:
        super().__init__(path)
        self._snapshots = path.with_name(f"{path.name}.snapshots")
        self._taken = -1
        shutil.rmtree(self._snapshots, ignore_errors=True)
        self._pool = Pool(None, workers, waiting=waiting, memory=memory)

    def put_content(self, data: bytes, digest: str) -> None:
        """Put the shipped content, as N-Quads, in the place of what there was of it."""
        with self._lock:
            self._store.update(say(CONTENT, ""))
            for name in self._store.named_graphs():
                if isinstance(name, NamedNode) and name.value != MARK and not name.value.startswith(ORGANISATIONS):
                    self._store.remove_graph(name)
            self._store.bulk_load(data, format=RdfFormat.N_QUADS)
            self._store.update(say(CONTENT, digest))
            self._store.flush()
            self._generation += 1

    def ask(self, task: Ask) -> Answered:
        """Return the complete answer to a query that was guarded before, as of now.

        :raises Busy: if a change of very many statements is being made, and not done in time.
        """
        if not self._settled.wait(task.limits.seconds):
            raise Busy("a large change is being made", after=task.limits.seconds)
        return self._pool.run(task, *self._snapshot())

    def _snapshot(self) -> tuple[int, Path]:
        """Return the present generation, and a folder that holds it whole.

        The engine makes it of links to its own files. Opened in place, a store that is being written to shows a change
        in part while the engine puts its files away, or lists files that are gone.
        """
        with self._lock:
            generation = self._generation
            place = self._snapshots / str(generation)
            if generation != self._taken:
                self._snapshots.mkdir(exist_ok=True)
                self._store.backup(str(place))
                self._taken = generation
                self._forget()
        return generation, place

    def _forget(self) -> None:
        """Remove the oldest snapshots; one that a worker has opened stays its own."""
        kept = sorted(self._snapshots.iterdir(), key=lambda each: int(each.name))
        for old in kept[:-_KEPT]:
            shutil.rmtree(old, ignore_errors=True)

    def parse(self, task: Parse) -> Answered:
        """Return a document as N-Quads, read in a worker."""
        return self._pool.run(task)

    def is_ready(self) -> bool:
        """Tell whether the store answers."""
        return self.applied() >= 0

    def close(self) -> None:
        """Let go of the store."""
        self._pool.close()
        super().close()
        shutil.rmtree(self._snapshots, ignore_errors=True)
