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

__all__ = ["reading", "replace_graph", "writing"]


@contextmanager
def reading(path: Path) -> Iterator[Store]:
    """Open the store as it is now, read only; an empty one in memory where there is none yet.

    :raises UnreadableFile: if the folder holds no store that can be opened.
    """
    yield _open(path, read_only=True) if path.is_dir() and any(path.iterdir()) else Store()


@contextmanager
def writing(path: Path) -> Iterator[Store]:
    """Open the store to write; one process at a time can.

    :raises UnreadableFile: if it cannot be opened, or another process writes.
    """
    path.mkdir(parents=True, exist_ok=True)
    store = _open(path, read_only=False)
    try:
        yield store
    finally:
        store.flush()


def _open(path: Path, *, read_only: bool) -> Store:
    try:
        return Store.read_only(str(path)) if read_only else Store(str(path))
    except OSError as error:
        remedy = "close the other process that writes to it, or name another folder with NORMGRAPH_STORE"
        raise UnreadableFile(path, None, f"the store cannot be opened: {error}", remedy) from error


def replace_graph(store: Store, graph: NamedNode, quads: Iterable[Quad]) -> None:
    """Put statements into a graph in place of what it held, all in one transaction."""
    store.remove_graph(graph)
    store.bulk_extend(quads)
