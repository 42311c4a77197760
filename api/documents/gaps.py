"""The gap table of an assessment, without the rest of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.report.json import plain_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.coverage.assess import Assessment
    from engine.report.values import GapRow

__all__ = ["gaps_document"]


def gaps_document(assessment: Assessment, rows: Sequence[GapRow]) -> dict[str, Any]:
    """Return rows of the gap table as a document; a row is as the report has it, without proofs in prose."""
    return {
        "organisation": assessment.organisation.iri,
        "as_of": assessment.day,
        "policy": assessment.policy.label,
        "least_review": assessment.policy.least.label,
        "hops": assessment.policy.hops,
        "listed": len(rows),
        "rows": [plain_values(row) for row in rows],
    }
