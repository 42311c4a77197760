"""What differs between two runs; a look ahead says the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.intime.run_changes import Moved, RunComparison
    from engine.intime.runs import Run, RunResult

__all__ = ["counts", "moved_record", "runs_document"]


def runs_document(comparison: RunComparison) -> dict[str, Any]:
    """Return what differs between two runs as a document."""
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
