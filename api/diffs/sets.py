"""What differs between two mapping sets, as JSON, CSV and tables."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.text import Text

from api.console import emit_csv, emit_json, out, table
from engine.mapping.set_changes import FIELDS
from engine.model import ReviewState

if TYPE_CHECKING:
    from api.diffs.names import Names
    from engine.mapping.rows import MappingRow
    from engine.mapping.set_changes import RowDifference, SetComparison
    from engine.mapping.sssom import MappingSet

__all__ = ["emit_sets"]

_COLUMNS = ("change", "subject", "source", "object", "target", "field", "old", "new")
_TOLD = ("relationship", "review_state", "rationale")


def emit_sets(comparison: SetComparison, names: Names, form: str) -> None:
    """Print what differs between two mapping sets as ``json``, ``csv`` or ``table``."""
    if form == "json":
        emit_json("diff", _document(comparison, names))
    elif form == "csv":
        emit_csv(_COLUMNS, (line for row in comparison.rows for line in _lines(row, names)))
    else:
        _print(comparison, names)


def _document(comparison: SetComparison, names: Names) -> dict[str, Any]:
    return {
        "of": "mappings",
        "subject_source": comparison.after.described.subject_source,
        "object_source": comparison.after.described.object_source,
        "before": _set(comparison.before),
        "after": _set(comparison.after),
        "counts": _counts(comparison),
        "rows": [_record(row, names) for row in comparison.rows],
    }


def _set(mappings: MappingSet) -> dict[str, Any]:
    return {
        "set": mappings.described.set_id,
        "version": mappings.described.version,
        "object_version": mappings.described.object_version,
        "rows": len(mappings.rows),
    }


def _counts(comparison: SetComparison) -> dict[str, int]:
    found = Counter(row.change for row in comparison.rows)
    return {**{name: found[name] for name in ("added", "removed", "changed")}, "same": comparison.same}


def _record(row: RowDifference, names: Names) -> dict[str, Any]:
    return {
        "change": row.change,
        "subject": row.subject,
        "source": names.of(row.subject),
        "object": row.object,
        "target": names.of(row.object),
        "fields": list(row.fields),
        "old": _side(row.old),
        "new": _side(row.new),
    }


def _side(row: MappingRow | None) -> dict[str, Any] | None:
    return None if row is None else {name: _value(getattr(row, name)) for name in FIELDS}


def _value(value: Any) -> Any:
    if isinstance(value, ReviewState):
        return value.label
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, date | Decimal) else value


def _lines(row: RowDifference, names: Names) -> list[dict[str, Any]]:
    record = _record(row, names)
    told = {name: record[name] for name in ("change", "subject", "source", "object", "target")}
    old, new = record["old"] or {}, record["new"] or {}
    fields = row.fields or _TOLD
    return [{**told, "field": name, "old": old.get(name), "new": new.get(name)} for name in fields]


def _print(comparison: SetComparison, names: Names) -> None:
    rows = [cells for row in comparison.rows for cells in _cells(row, names)]
    if rows:
        out.print(table("Rows that differ", ("change", "control", "requirement", "field", "before", "after"), rows))
    counts = ", ".join(f"{number} {name}" for name, number in _counts(comparison).items())
    old, new = comparison.before.described, comparison.after.described
    out.print(Text(f"{old.set_id} {old.version} → {new.set_id} {new.version}: {counts}."))


def _cells(row: RowDifference, names: Names) -> list[list[str]]:
    pair = [row.change, names.of(row.subject), names.of(row.object)]
    if row.fields:
        return [[*pair, line["field"], _cell(line["old"]), _cell(line["new"])] for line in _lines(row, names)]
    return [[*pair, "row", *(f"{r.relationship}, {r.review_state.label}" if r else "" for r in (row.old, row.new))]]


def _cell(value: Any) -> str:
    return "; ".join(iri.rpartition("/id/")[2] for iri in value) if isinstance(value, list) else str(value or "")
