"""What a mapping set answers for: its rows by relationship, what has no counterpart, and what nobody has looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.mapping.relations import GIVES, Gives
from engine.mapping.rows import NO_TERM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow
    from engine.model import Requirement

__all__ = ["SetCounts", "no_counterpart_for", "set_counts", "untriaged"]


@dataclass(frozen=True, slots=True)
class SetCounts:
    """How a mapping set is made up on a day.

    :ivar no_counterpart: the rows that say so, each of which may answer for several requirements.
    :ivar without_counterpart: the live requirements that such rows answer for.
    :ivar requirements: the live requirements of the framework it leads to, or of all of these where nobody has said
        which: an organisation's own rows may lead to several.
    :ivar untriaged: those for which there is neither a row nor a reason why none.
    :ivar without_residual: partial rows that do not say what is left.
    :ivar without_elements: partial rows that may support a state and name no element: PartiallyCovered at most.
    """

    set_id: str
    relationships: Mapping[str, int]
    no_counterpart: int
    without_counterpart: int
    requirements: int
    untriaged: int
    without_residual: int
    without_elements: int
    triaged: bool


def _live(knowledge: Knowledge, set_id: str, day: date) -> list[Requirement]:
    described = knowledge.mapping_sets.get(set_id)
    reached = [knowledge.framework_of(row.object) for row in knowledge.rows if row.set_id == set_id]
    frameworks = [described.object_source] if described else [framework.iri for framework in reached if framework]
    live = (r for r in knowledge.live_requirements(day) if knowledge.within(r.provision, frameworks))
    return sorted(live, key=lambda requirement: requirement.iri)


def no_counterpart_for(knowledge: Knowledge, rows: Iterable[MappingRow], requirement: Requirement) -> MappingRow | None:
    """Return the row that says why a requirement has no counterpart, its own before one on a whole above it."""
    answering = [
        row for row in rows if row.subject == NO_TERM and knowledge.reaches(requirement, [row.object], row.exceptions)
    ]
    place = {iri: height for height, iri in enumerate((requirement.iri, *knowledge.lineage(requirement.provision)))}
    return min(answering, key=lambda row: place[row.object], default=None)


def untriaged(knowledge: Knowledge, set_id: str, day: date) -> tuple[Requirement, ...]:
    """Return the live requirements of the framework a set leads to that it does not answer for, sorted."""
    rows = [row for row in knowledge.rows if row.set_id == set_id]
    mapped = {row.object for row in rows if row.subject != NO_TERM}
    return tuple(
        r
        for r in _live(knowledge, set_id, day)
        if r.iri not in mapped and no_counterpart_for(knowledge, rows, r) is None
    )


def set_counts(knowledge: Knowledge, set_id: str, day: date) -> SetCounts:
    """Return how a mapping set is made up on a day."""
    described = knowledge.mapping_sets.get(set_id)
    rows = [row for row in knowledge.rows if row.set_id == set_id]
    mapped = {row.object for row in rows if row.subject != NO_TERM}
    live = _live(knowledge, set_id, day)
    open_ = untriaged(knowledge, set_id, day)
    return SetCounts(
        set_id=set_id,
        relationships=Counter(row.relationship for row in rows if row.subject != NO_TERM),
        no_counterpart=sum(row.subject == NO_TERM for row in rows),
        without_counterpart=sum(r.iri not in mapped for r in live) - len(open_),
        requirements=len(live),
        untriaged=len(open_),
        without_residual=sum(_is_partial(row) and not row.residual for row in rows),
        without_elements=sum(_is_loose(row) for row in rows),
        triaged=described is not None and described.triaged,
    )


def _is_partial(row: MappingRow) -> bool:
    return row.relation is not None and GIVES[row.relation] is Gives.PART


def _is_loose(row: MappingRow) -> bool:
    return _is_partial(row) and row.rationale_type == "functional" and not row.covers
