"""Oxigraph in a folder: one process writes, and workers ask snapshots of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat

from engine.repository.backend import CONTENT, MARK, ORGANISATIONS, say
from engine.repository.folder import Folder
from engine.sandbox.pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

    from engine.sandbox.tasks import Answered, Ask, Parse

__all__ = ["Embedded"]


class Embedded(Folder):
    """A store in a folder of this machine, asked by workers.

    :param workers: how many processes answer queries.
    :param waiting: how many queries may wait for one.
    :param memory: bytes of address space of each.
    :raises UnreadableFile: if the folder holds no store, or another process writes to it.
    """

    def __init__(self, path: Path, workers: int | None = None, waiting: int = 64, memory: int = 4 << 30) -> None:
        super().__init__(path)
        self._pool = Pool(workers, waiting=waiting, memory=memory)

    def put_content(self, data: bytes, digest: str) -> None:
        """Put the shipped content, as N-Quads, in the place of what there was of it."""
        with self._changing():
            self._update(say(CONTENT, ""))
            for name in self._store.named_graphs():
                if isinstance(name, NamedNode) and name.value != MARK and not name.value.startswith(ORGANISATIONS):
                    self._store.remove_graph(name)
            self._store.bulk_load(data, format=RdfFormat.N_QUADS)
            self._update(say(CONTENT, digest))
            self._store.flush()

    def ask(self, task: Ask) -> Answered:
        """Return the complete answer to a query that was guarded before, as of now.

        :raises Busy: if a change of very many statements is being made, and not done in time.
        """
        return self._pool.run(task, partial(self.snapshot, task.limits.seconds))

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
