"""The user's own store: what was imported, kept on disk by Oxigraph in named graphs (DESIGN §4 and §8)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyoxigraph import Store

from engine.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import NamedNode, Quad

__all__ = ["open_frozen", "open_store", "reading", "replace_graph", "writing"]


@contextmanager
def reading(path: Path) -> Iterator[Store]:
    """Open the store as it is now, read only; an empty one in memory where there is none yet.

    :raises UnreadableFile: if the folder holds no store that can be opened.
    """
    try:
        empty = not path.exists() or not any(path.iterdir())
    except OSError as error:
        raise _no_folder(path, error) from error
    yield Store() if empty else open_frozen(path)


def open_frozen(path: Path) -> Store:
    """Return the store as it is at this moment, read only, for as long as it is held.

    :raises UnreadableFile: if the folder holds no store that can be opened.
    """
    return _open(path, read_only=True)


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
