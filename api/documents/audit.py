"""The journal of a server: its entries, and whether its chain holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.repository.journal import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.repository.journal import Break, Entry

__all__ = ["entry_document", "list_document", "verify_document"]


def verify_document(entries: Sequence[Entry], breaks: Sequence[Break]) -> dict[str, Any]:
    """Return whether the chain of a journal holds, where it does not, and how far it has come."""
    return {
        "holds": not breaks,
        "entries": len(entries),
        "breaks": [{"number": each.number, "problem": each.problem} for each in breaks],
        "head": {"number": entries[-1].number, "hash": entries[-1].hash} if entries else {"number": 0, "hash": ORIGIN},
    }


def list_document(entries: Sequence[Entry], total: int) -> dict[str, Any]:
    """Return entries of a journal, and how many there are in all."""
    return {"total": total, "entries": [entry_document(entry) for entry in entries]}


def entry_document(entry: Entry) -> dict[str, Any]:
    """Return an entry with everything its hash is computed from."""
    return {
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "organisation": entry.organisation,
        "version": entry.version,
        "detail": dict(entry.detail),
        "removed": entry.removed,
        "added": entry.added,
        "previous": entry.previous,
        "hash": entry.hash,
    }
