"""From the journal to the store: what was written down and is not in the store yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, parse

from engine.repository.backend import ORGANISATIONS
from engine.repository.journal import DELETED, Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.repository.backend import Changeable
    from engine.repository.journal import Entry, Journal

__all__ = ["bring_up", "graphs_of"]


def graphs_of(key: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of some graphs that belong to an organisation, sorted."""
    home = f"{ORGANISATIONS}{key}"
    return tuple(sorted(name for name in names if name == home or name.startswith(f"{home}/")))


def bring_up(journal: Journal, backend: Changeable, applied: int) -> Iterator[Entry]:
    """Apply the entries that the store lacks, in order, and finish deletions that were cut short; yield each applied.

    A store that has more than it says, because it was copied while it changed, comes out right too: what entries take
    away and add is settled by the last of them.

    :param applied: the last entry that the store has.
    """
    for entry in journal.pending(applied):
        _apply(journal, backend, entry)
        yield entry
    for entry in journal.unfinished():
        journal.erase(entry.organisation, entry.number)
        backend.forget()


def _apply(journal: Journal, backend: Changeable, entry: Entry) -> None:
    if entry.action == DELETED:  # whatever the entries before it were: they may be erased by now
        gone = backend.quads(graphs_of(entry.organisation, backend.graphs()))
        backend.apply(entry.number, gone, ())
    else:
        change = journal.change(entry.number) or Change()
        backend.apply(entry.number, _quads(change.removed), _quads(change.added))


def _quads(data: bytes) -> list[Quad]:
    return list(parse(data, format=RdfFormat.N_QUADS))
