"""The user's own store: what was imported, kept on disk by Oxigraph in named graphs (DESIGN §4 and §8)."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyoxigraph import Store

from engine.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import NamedNode, Quad

__all__ = ["open_store", "reading", "replace_graph", "snapshot", "writing"]

_PATIENCE, _PAUSE = 5.0, 0.02
"""How many seconds a snapshot is tried for, and waited for between."""


@contextmanager
def reading(path: Path) -> Iterator[Store]:
    """Open the store as it is now, read only; an empty one in memory where there is none yet.

    :raises UnreadableFile: if the folder holds no store that can be opened.
    """
    try:
        empty = not path.exists() or not any(path.iterdir())
    except OSError as error:
        raise _no_folder(path, error) from error
    yield Store() if empty else _open(path, read_only=True)


def snapshot(path: Path) -> Store:
    """Open a store as it is at this moment, while another process may write to it.

    That process puts files together and removes the old ones, at times while they are being opened here: then it is
    tried again.

    :raises UnreadableFile: if the folder holds no store, or none that can be opened.
    """
    until = time.monotonic() + (_PATIENCE if (path / "CURRENT").exists() else 0)
    while True:
        try:
            return _open(path, read_only=True)
        except UnreadableFile:
            if time.monotonic() > until:
                raise
        time.sleep(_PAUSE)


@contextmanager
def writing(path: Path) -> Iterator[Store]:
    """Open the store to write; one process at a time can.

    :raises UnreadableFile: if it cannot be opened, or another process writes.
    """
    store = open_store(path)
    try:
        yield store
    finally:
        store.flush()


def open_store(path: Path) -> Store:
    """Return the store to write to, for as long as it is held; one process at a time can.

    :raises UnreadableFile: if it cannot be opened, or another process writes.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_folder(path, error) from error
    return _open(path, read_only=False)


def _no_folder(path: Path, error: OSError) -> UnreadableFile:
    problem = f"is no folder that a store can be in ({error.strerror})"
    return UnreadableFile(path, None, problem, "name another with NORMGRAPH_STORE")


def _open(path: Path, *, read_only: bool) -> Store:
    try:
        return Store.read_only(str(path)) if read_only else Store(str(path))
    except (OSError, RuntimeError) as error:  # the second where the files are damaged
        remedy = "close the other process that writes to it, or name another folder with NORMGRAPH_STORE"
        told = " ".join(str(error).split())
        raise UnreadableFile(path, None, f"the store cannot be opened: {told}", remedy) from error


def replace_graph(store: Store, graph: NamedNode, quads: Iterable[Quad]) -> None:
    """Put statements into a graph in place of what it held, all in one transaction: a SPARQL update is one."""
    told = "".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in quads)
    store.update(f"CLEAR SILENT GRAPH {graph} ;\nINSERT DATA {{ GRAPH {graph} {{\n{told}}} }}")
