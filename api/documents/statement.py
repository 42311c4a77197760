"""The statement of applicability of a standard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.report.names import Names
from engine.statement import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.coverage.assess import Assessment
    from engine.graph import Iri
    from engine.model import Framework
    from engine.statement import StatementRow

__all__ = ["statement_counts", "statement_document", "statement_entry"]


def statement_document(assessment: Assessment, framework: Framework, rows: Sequence[StatementRow]) -> dict[str, Any]:
    """Return a statement of applicability as a document."""
    names = Names(assessment)
    return {
        "organisation": assessment.organisation.iri,
        "framework": framework.key,
        "version": framework.version_on(assessment.day).name,
        "as_of": assessment.day,
        "policy": assessment.policy.label,
        "least_review": assessment.policy.least.label,
        "hops": assessment.policy.hops,
        "counts": statement_counts(rows),
        "rows": [statement_entry(names, row) for row in rows],
    }


def statement_entry(names: Names, row: StatementRow) -> dict[str, Any]:
    """Return what is stated of one control."""
    return {
        "control": row.control,
        "citation": row.citation,
        "title": row.title,
        "decision": row.decision.value,
        "status": row.progress.value,
        "needed_by": _named(names, row.needed_by),
        "needed_later": _named(names, row.needed_later),
        "treats": _named(names, row.treats),
        "reasons_for_inclusion": list(row.reasons_in),
        "reasons_for_exclusion": list(row.reasons_out),
        "approved_by": _named(names, row.approved_by),
        "owners": _named(names, row.owners),
        "scopes": _named(names, row.scopes),
        "excluded_scopes": _named(names, row.excluded_scopes),
        "lacking": row.lacking,
        "state": row.state.value if row.state else None,
        "first_expiry": row.first_expiry,
    }


def _named(names: Names, iris: Iterable[Iri]) -> list[dict[str, str]]:
    return [{"iri": iri, "label": names.label(iri)} for iri in iris]


def statement_counts(rows: Sequence[StatementRow]) -> dict[str, int]:
    """Return how many controls are in, out and open."""
    return {
        "controls": len(rows),
        **{d.value.replace(" ", "_"): sum(row.decision is d for row in rows) for d in Decision},
        "lacking": sum(bool(row.lacking) for row in rows),
    }
