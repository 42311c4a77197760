"""A mapping row of an organisation's own: proposed by a person, checked before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import BadParameter
from engine.mapping.row_checks import row_problems
from engine.mapping.rows import MappingRow, record_iri

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.recording import Person

__all__ = ["Proposal", "proposed_row"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person says of two ends."""

    subject: Iri
    object: Iri
    relationship: str
    rationale_type: str
    rationale: str
    residual: str = ""
    covers: tuple[Iri, ...] = ()
    scope_qualifier: str = ""
    confidence: Decimal | None = None


def proposed_row(knowledge: Knowledge, said: Proposal, set_id: str, person: Person, day: date) -> MappingRow:
    """Return the row that a person proposes on a day.

    :raises BadParameter: if it cannot stand as a row.
    """
    row = MappingRow(
        set_id=set_id,
        subject=said.subject,
        object=said.object,
        relationship=said.relationship,
        rationale_type=said.rationale_type,
        rationale=said.rationale,
        residual=said.residual,
        confidence=said.confidence,
        covers=said.covers,
        scope_qualifier=said.scope_qualifier,
        subject_version=_version(knowledge, said.subject, day),
        object_version=_version(knowledge, said.object, day),
        author=f"{person.name} <{person.iri.removeprefix('mailto:')}>",
        created=day,
        record=record_iri(set_id, said.subject, said.object),
    )
    problem = next(iter(row_problems(knowledge, row)), None)
    if problem:
        ends = f"{knowledge.citation(row.subject)} → {knowledge.citation(row.object)}"
        raise BadParameter("the row", ends, f"in order: {problem}")
    return row


def _version(knowledge: Knowledge, iri: Iri, day: date) -> str:
    framework = knowledge.framework_of(iri)
    return framework.version_on(day).name if framework else ""
