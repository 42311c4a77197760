"""A store in a folder: opened, brought to the present form, and written anew where something was deleted for good."""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store

from engine.errors import Busy, UnreadableFile
from engine.repository.backend import (
    APPLIED,
    CONTENT,
    FORM,
    MARK,
    ORGANISATIONS,
    PRESENT_FORM,
    STALE,
    STATEMENTS,
    chunks,
    named,
    nameless,
    say,
    update_steps,
    update_text,
)
from engine.repository.databases import later_version
from engine.repository.snapshots import KEPT, Snapshots, open_newest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad

__all__ = ["Folder", "Reader"]

_HOME = NamedNode(MARK)


class Reader:
    """What a store of Oxigraph holds."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def at(cls, path: Path) -> Reader:
        """Return what a folder holds, or held when the process that writes to it made its last snapshot.

        :raises UnreadableFile: if it holds no store.
        """
        return cls(open_newest(path))

    def said(self, predicate: NamedNode) -> str:
        """Return what the store says of itself; nothing where it says nothing."""
        found = next(self._store.quads_for_pattern(_HOME, predicate, None, _HOME), None)
        return found.object.value if found and isinstance(found.object, Literal) else ""

    def applied(self) -> int:
        """Return the number of the last entry of the journal that the store has."""
        return int(self.said(APPLIED) or 0)

    def content_hash(self) -> str:
        """Return the hash of the shipped content that the store holds; empty where it holds none."""
        return self.said(CONTENT)

    def graphs(self) -> tuple[str, ...]:
        """Return the names of the graphs of organisations that hold anything, sorted."""
        names = (name for name in self._store.named_graphs() if isinstance(name, NamedNode))
        homes = sorted(name.value for name in names if name.value.startswith(ORGANISATIONS))
        return tuple(name for name in homes if self._holds(NamedNode(name)))

    def _holds(self, home: NamedNode) -> bool:
        return next(self._store.quads_for_pattern(None, None, None, home), None) is not None

    def quads(self, graphs: Iterable[str]) -> list[Quad]:
        """Return the statements of some graphs."""
        homes = [NamedNode(name) for name in graphs]
        return [nameless(quad) for home in homes for quad in self._store.quads_for_pattern(None, None, None, home)]


class Folder(Reader):
    """A store in a folder of this machine that this process, and no other, writes to.

    :raises UnreadableFile: if the folder holds no store, another process writes to it, or a later release wrote it.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(_open_folder(path))
        self._lock = threading.RLock()
        self._snapshots = Snapshots(path)
        self._taken: Path | None = None
        self.snapshot(keep=1)  # those that a process left when it ended may hold what was deleted for good

    def apply(self, number: int, removed: Collection[Quad], added: Collection[Quad]) -> None:
        """Take statements away and add others, and remember the number; in one transaction, unless they are many.

        Very many are added in bulk, which is faster by far; queries wait meanwhile.
        """
        with self._changing():
            if len(removed) + len(added) <= STATEMENTS:
                self._update(*update_steps(number, removed, added))
            else:
                gone = [named(quad) for quad in removed]
                self._update(*(update_text(chunk, ()) for chunk in chunks(gone, STATEMENTS)))
                self.fill(number, added)

    def fill(self, number: int, quads: Collection[Quad]) -> None:
        """Add statements in bulk, and remember the number."""
        with self._changing():
            self._store.bulk_extend(map(named, quads))
            self._update(say(APPLIED, str(number)))

    def forget(self) -> None:
        """Remember that something was deleted for good: the folder is written anew when it is opened next."""
        with self._changing():
            self._update(say(STALE, "true"))
        self.snapshot(keep=1)

    def _update(self, *texts: str) -> None:
        for text in texts:
            self._store.update(text)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Let nobody take a snapshot meanwhile, and the next one be another."""
        with self._lock:
            self._taken = None
            yield

    def snapshot(self, patience: float = -1, keep: int = KEPT) -> Path:
        """Return a folder that holds the store as it is between two changes, for others to read.

        :param patience: how many seconds a change that is being made is waited for; without end where negative.
        :param keep: how many snapshots there are then at most.
        :raises Busy: if a change of very many statements is being made, and not done in time.
        """
        if not self._lock.acquire(timeout=patience):
            raise Busy("a large change is being made", after=patience)
        try:
            if self._taken is None:
                self._taken = self._snapshots.take(self._store, keep=keep)
            return self._taken
        finally:
            self._lock.release()

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            self._store.flush()
            del self._store  # the engine gives its lock back when nobody holds the store
            self._snapshots.remove()


def _open_folder(path: Path) -> Store:
    """Open a store to write, in the present form and without the text of what was deleted for good."""
    before = _beside(path, "before")
    if before.exists() and not path.exists():  # a process ended between two steps of writing it anew
        before.rename(path)
    shutil.rmtree(before, ignore_errors=True)  # or after the last of them
    store = _opened(path)
    form, stale = int(Reader(store).said(FORM) or 0), Reader(store).said(STALE)
    if form > PRESENT_FORM:
        raise later_version(path, form, PRESENT_FORM)
    if stale:
        _write_anew(path, store)
        del store  # the engine gives its lock back when nobody holds the store
        path.rename(before)
        _beside(path, "anew").rename(path)
        shutil.rmtree(before)
        store = _opened(path)
    if form < PRESENT_FORM:
        _migrate(path, store)
    return store


def _opened(path: Path) -> Store:
    try:
        path.mkdir(parents=True, exist_ok=True)
        return Store(str(path))
    except (OSError, RuntimeError) as error:
        remedy = "close the other process that writes to it, or name another folder with NORMGRAPH_STORE"
        told = " ".join(str(error).split())
        raise UnreadableFile(path, None, f"the store cannot be opened: {told}", remedy) from error


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.name}.{what}")


def _migrate(path: Path, store: Store) -> None:
    """Give names to the blank nodes of organisations, which had none before form 1; a copy is laid beside first."""
    homes = [NamedNode(name) for name in Reader(store).graphs()]
    quads = [quad for home in homes for quad in store.quads_for_pattern(None, None, None, home)]
    blank = [quad for quad in quads if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)]
    if blank:
        store.backup(str(_beside(path, f"before-v{PRESENT_FORM}")))
        store.extend(named(quad) for quad in blank)
        for quad in blank:
            store.remove(quad)
    store.update(say(FORM, str(PRESENT_FORM)))


def _write_anew(path: Path, store: Store) -> None:
    """Write the store anew beside itself: its engine keeps each text it once held, even if no statement has it."""
    for left in (_beside(path, "anew"), _beside(path, "before")):
        shutil.rmtree(left, ignore_errors=True)
    made = Store(str(_beside(path, "anew")))
    made.bulk_load(store.dump(format=RdfFormat.N_QUADS) or b"", format=RdfFormat.N_QUADS)
    made.update(f"DELETE WHERE {{ GRAPH {_HOME} {{ {_HOME} {STALE} ?any }} }}")
    made.flush()
