"""What differs between two runs, as JSON, CSV and tables; a look ahead prints the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.console import emit_csv, emit_json, out, state_text, table
from api.documents.runs import counts, moved_record, runs_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.graph import Iri
    from engine.intime.run_changes import Moved, RunComparison

__all__ = ["emit_runs", "moved_table", "summary"]

_COLUMNS = (
    *("what", "framework", "requirement", "citation", "label", "scope"),
    *("old_state", "new_state", "old_reason", "new_reason", "old_applies_from", "new_applies_from", "causes"),
)


def emit_runs(comparison: RunComparison, form: str) -> None:
    """Print what differs between two runs as ``json``, ``csv`` or ``table``."""
    if form == "json":
        emit_json("diff", runs_document(comparison))
    elif form == "csv":
        emit_csv(_COLUMNS, map(_line, comparison.moved))
    else:
        _print(comparison)


def _line(moved: Moved) -> dict[str, Any]:
    record = moved_record(moved)
    told = {name: record[name] for name in _COLUMNS if name in record}
    for side, result in (("old", moved.old), ("new", moved.new)):
        told |= {
            f"{side}_state": result.state.value if result else None,
            f"{side}_reason": result.reason if result else None,
            f"{side}_applies_from": result.effective_from if result else None,
        }
    return told


def moved_table(title: str, comparison: RunComparison, name: Callable[[Iri], str]) -> None:
    """Print the results that differ as a table, where there are any."""
    columns = ("provision", "scope", "requirement", "before", "after", "cause", "reason now")
    rows = [
        [
            moved.result.citation,
            name(moved.result.scope),
            moved.result.label,
            state_text(moved.old.state) if moved.old else "none",
            state_text(moved.new.state) if moved.new else "none",
            "; ".join(moved.causes),
            moved.new.reason if moved.new else "",
        ]
        for moved in comparison.moved
    ]
    if rows:
        out.print(table(title, columns, rows))


def summary(comparison: RunComparison) -> str:
    """Return in one line how many results differ."""
    found = counts(comparison)
    return (
        f"{found['state']} results in another state, {found['date']} with another date, {found['new']} new, "
        f"{found['gone']} gone, {found['same']} the same."
    )


def _print(comparison: RunComparison) -> None:
    moved_table("Results that differ", comparison, lambda iri: iri.rpartition("/")[2])
    for difference in comparison.differences:
        out.print(f"{difference.what}: {_short(difference.old)} → {_short(difference.new)}")
    if not comparison.differences:
        out.print("Same day, policy, content and records.")
    if comparison.not_compared:
        out.print(f"In one run only, and not compared: {', '.join(comparison.not_compared)}")
    out.print(summary(comparison))


def _short(text: str) -> str:
    return text[:12] if len(text) == len("0" * 64) else text or "not stated"
