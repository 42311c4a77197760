"""Oxigraph in a folder: one process writes, and workers ask snapshots of it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store

from engine.errors import UnreadableFile
from engine.repository.backend import APPLIED, CONTENT, MARK, update_text
from engine.sandbox.pool import Pool
from engine.vocabulary import GRAPH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from engine.sandbox.tasks import Answered, Ask, Parse

__all__ = ["Embedded"]

_HOME = NamedNode(MARK)
_ORGANISATIONS = f"{GRAPH}org/"


class Embedded:
    """A store in a folder of this machine.

    :param workers: how many processes answer queries.
    :param waiting: how many queries may wait for one.
    :param memory: bytes of address space of each.
    :raises UnreadableFile: if the folder holds no store, or another process writes to it.
    """

    def __init__(self, path: Path, workers: int | None = None, waiting: int = 64, memory: int = 4 << 30) -> None:
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._store = Store(str(path))
        except (OSError, RuntimeError) as error:
            remedy = "close the other process that writes to it, or name another folder with NORMGRAPH_STORE"
            told = " ".join(str(error).split())
            raise UnreadableFile(path, None, f"the store cannot be opened: {told}", remedy) from error
        self._lock = threading.Lock()
        self._generation = 0
        self._pool = Pool(path, workers, waiting=waiting, memory=memory)

    def _said(self, predicate: NamedNode) -> str:
        found = next(self._store.quads_for_pattern(_HOME, predicate, None, _HOME), None)
        return found.object.value if found and isinstance(found.object, Literal) else ""

    def _say(self, predicate: NamedNode, value: str) -> str:
        """Return the update that puts one value in the place of another."""
        place = f"GRAPH {_HOME} {{ {_HOME} {predicate} "
        return f"DELETE WHERE {{ {place} ?before }} }} ;\nINSERT DATA {{ {place} {Literal(value)} }} }}"

    def applied(self) -> int:
        """Return the number of the last entry of the journal that the store has."""
        return int(self._said(APPLIED) or 0)

    def content_hash(self) -> str:
        """Return the hash of the shipped content that the store holds; empty where it holds none."""
        return self._said(CONTENT)

    def put_content(self, data: bytes, digest: str) -> None:
        """Put the shipped content, as N-Quads, in the place of what there was of it."""
        with self._lock:
            self._store.update(self._say(CONTENT, ""))
            for name in self._store.named_graphs():
                if isinstance(name, NamedNode) and name != _HOME and not name.value.startswith(_ORGANISATIONS):
                    self._store.remove_graph(name)
            self._store.bulk_load(data, format=RdfFormat.N_QUADS)
            self._store.update(self._say(CONTENT, digest))
            self._store.flush()
            self._generation += 1

    def apply(self, number: int, removed: Collection[Quad], added: Collection[Quad]) -> None:
        """Take statements away and add others, and remember the number, all in one transaction."""
        with self._lock:
            update = self._update(removed, added)
            self._store.update(" ;\n".join(filter(None, (update, self._say(APPLIED, str(number))))))
            self._generation += 1

    def _update(self, removed: Collection[Quad], added: Collection[Quad]) -> str:
        """Return the update; graphs that lose a blank node, which no update can name, are written anew as a whole."""
        anew = {quad.graph_name for quad in removed if _is_nameless(quad)}
        gone = set(removed)
        kept = [q for home in anew for q in self._store.quads_for_pattern(None, None, None, home) if q not in gone]
        cleared = [f"CLEAR SILENT GRAPH {home}" for home in sorted(anew, key=str)]
        rest = update_text([q for q in removed if q.graph_name not in anew], [*kept, *added])
        return " ;\n".join(filter(None, (*cleared, rest)))

    def graphs(self) -> tuple[str, ...]:
        """Return the names of the graphs of organisations that hold anything, sorted."""
        names = (name for name in self._store.named_graphs() if isinstance(name, NamedNode))
        homes = sorted(name.value for name in names if name.value.startswith(_ORGANISATIONS))
        return tuple(name for name in homes if self._holds(NamedNode(name)))

    def _holds(self, home: NamedNode) -> bool:
        return next(self._store.quads_for_pattern(None, None, None, home), None) is not None

    def quads(self, graphs: Iterable[str]) -> list[Quad]:
        """Return the statements of some graphs."""
        homes = [NamedNode(name) for name in graphs]
        return [quad for home in homes for quad in self._store.quads_for_pattern(None, None, None, home)]

    def ask(self, task: Ask) -> Answered:
        """Return the complete answer to a query that was guarded before, as of now."""
        return self._pool.run(task, self._generation)

    def parse(self, task: Parse) -> Answered:
        """Return a document as N-Quads, read in a worker."""
        return self._pool.run(task, self._generation)

    def is_ready(self) -> bool:
        """Tell whether the store answers."""
        return self.applied() >= 0

    def close(self) -> None:
        """Let go of the store."""
        self._pool.close()
        with self._lock:
            self._store.flush()
            del self._store  # the engine gives its lock back when nobody holds the store


def _is_nameless(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
