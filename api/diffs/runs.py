"""What differs between two runs, as JSON, CSV and tables; a look ahead prints the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from api.console import emit_csv, emit_json, out, state_text, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.graph import Iri
    from engine.intime.run_changes import Moved, RunComparison
    from engine.intime.runs import Run, RunResult

__all__ = ["emit_runs", "moved_record", "moved_table", "summary"]

_COLUMNS = (
    *("what", "framework", "requirement", "citation", "label", "scope"),
    *("old_state", "new_state", "old_reason", "new_reason", "old_applies_from", "new_applies_from", "causes"),
)


def emit_runs(comparison: RunComparison, form: str) -> None:
    """Print what differs between two runs as ``json``, ``csv`` or ``table``."""
    if form == "json":
        emit_json("diff", _document(comparison))
    elif form == "csv":
        emit_csv(_COLUMNS, map(_line, comparison.moved))
    else:
        _print(comparison)


def _document(comparison: RunComparison) -> dict[str, Any]:
    return {
        "of": "runs",
        "organisation": comparison.after.organisation,
        "before": _run(comparison.before),
        "after": _run(comparison.after),
        "differences": [{"what": d.what, "old": d.old, "new": d.new} for d in comparison.differences],
        "not_compared": list(comparison.not_compared),
        "counts": counts(comparison),
        "results": [moved_record(moved) for moved in comparison.moved],
    }


def _run(run: Run) -> dict[str, Any]:
    return {"as_of": run.day, "policy": run.policy, "content": run.content, "records": run.records, "scope": run.scope}


def counts(comparison: RunComparison) -> dict[str, int]:
    """Return how many results differ in what, and how many are the same."""
    found = Counter(moved.what for moved in comparison.moved)
    return {**{what: found[what] for what in ("state", "date", "new", "gone")}, "same": comparison.same}


def moved_record(moved: Moved) -> dict[str, Any]:
    """Return one result that differs as JSON values."""
    result = moved.result
    return {
        "what": moved.what,
        "framework": result.framework,
        "requirement": result.requirement,
        "citation": result.citation,
        "label": result.label,
        "scope": result.scope,
        "old": _side(moved.old),
        "new": _side(moved.new),
        "causes": list(moved.causes),
    }


def _side(result: RunResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "state": result.state.value,
        "rule": result.rule,
        "reason": result.reason,
        "effective_from": result.effective_from,
    }


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
