"""Results as an Arrow table, and as a Parquet file: one row a requirement and scope, the same columns everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result
    from engine.knowledge import Knowledge

__all__ = ["SCHEMA", "SCHEMA_NAME", "table", "write"]

SCHEMA_NAME = "normgraph/results/1"
_NAME = pa.dictionary(pa.int32(), pa.string())
_COLUMNS = (
    ("organisation", _NAME, False, "IRI of the organisation"),
    ("framework", _NAME, True, "key of the framework that the requirement is of, as eu-ai-act"),
    ("requirement", _NAME, False, "IRI of the requirement"),
    ("scope", _NAME, False, "IRI of the organisation or of the asset that the result is about"),
    ("state", _NAME, False, "the state, by its local name: Covered, ClaimedWithoutCurrentEvidence, …"),
    ("rule", _NAME, False, "the rule of COVERAGE.md that settled the state: R0 to R7"),
    ("kind", _NAME, True, "why it is not applicable; nothing in other states, or where set by hand"),
    ("if_applicable", _NAME, True, "the state it would have if it applied now; nothing where that is settled"),
    ("first_expiry", pa.date32(), True, "last day on which all evidence that counts today still does"),
    ("freshness", _NAME, False, "fresh, expiring, expired or unknown"),
    ("assurance", _NAME, True, "weakest review state among the mappings it rests on; nothing where it rests on none"),
    ("effective_from", pa.date32(), True, "first day on which it may apply; nothing where it may always have"),
    ("as_of", pa.date32(), False, "the day that was looked at"),
    ("policy", _NAME, False, "which mappings were accepted"),
    ("content", _NAME, False, "hash of the content that was read"),
)
SCHEMA = pa.schema(
    [
        pa.field(name, kind, nullable=nullable, metadata={"description": description})
        for name, kind, nullable, description in _COLUMNS
    ],
    metadata={"schema": SCHEMA_NAME},
)
"""The columns of results, each with its description; a column is only added, never changed, within a version."""


def table(assessment: Assessment, content: str) -> pa.Table:
    """Return the results of an assessment as a table of :data:`SCHEMA`, in their order.

    :param content: the hash of the content that the assessment read.
    """
    common = {
        "organisation": assessment.organisation.iri,
        "as_of": assessment.day,
        "policy": assessment.policy.label,
        "content": content,
    }
    rows = (_row(assessment.knowledge, result) for result in assessment.results)
    return _of_rows({**common, **row} for row in rows)


def _of_rows(rows: Iterable[Mapping[str, object]]) -> pa.Table:
    """Return rows, each with every column of :data:`SCHEMA`, as a table."""
    listed = list(rows)
    columns = [pa.array([row[field.name] for row in listed], field.type) for field in SCHEMA]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _row(knowledge: Knowledge, result: Result) -> dict[str, object]:
    framework = knowledge.framework_of(result.requirement)
    return {
        "framework": framework.key if framework else None,
        "requirement": result.requirement,
        "scope": result.scope,
        "state": result.state.value,
        "rule": result.rule,
        "kind": result.kind.value if result.kind else None,
        "if_applicable": result.if_applicable.value if result.if_applicable else None,
        "first_expiry": result.first_expiry,
        "freshness": result.freshness.value,
        "assurance": result.assurance.label if result.assurance is not None else None,
        "effective_from": result.effective_from,
    }


def write(results: pa.Table, path: Path) -> None:
    """Write results as Parquet; the schema and its descriptions travel in the file, equal results give equal bytes."""
    with path.open("wb") as file:
        pq.write_table(results, file, compression="zstd")
