"""What is the same for every organisation, as columns: live requirements, and the accepted mappings that may give."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.coverage.acceptance import AcceptanceReader
from engine.coverage.assess import in_order
from engine.coverage.columns.joins import NEVER, Groups, ints
from engine.mapping.relations import GIVES, Gives
from engine.model import ReviewState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from engine.coverage.columns.joins import Flags, Ints
    from engine.coverage.values import Policy
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Requirement

__all__ = ["ContentColumns", "Contents"]


@dataclass(frozen=True)
class ContentColumns:
    """The live requirements of a day in document order, and the rows that are accepted under a policy.

    A row here is a mapping that may give something: a row of a set, what chains give, or that a control of a
    standard is equal to its own requirement. The elements of a requirement are counted from 0.

    :ivar rows_of: the rows of each requirement.
    :ivar review: the review state of each row, :data:`NEVER` where a control stands for its own requirement.
    :ivar named_of: the places in ``named`` of each partial row: which elements it names.
    :ivar conflict: whether accepted rows on a requirement contradict each other.
    """

    requirements: tuple[Requirement, ...]
    controls: tuple[Iri, ...]
    rows_of: Groups
    control: Ints
    full: Flags
    loose: Flags
    review: Ints
    named_of: Groups
    named: Ints
    elements: Ints
    complete: Flags
    open_textured: Flags
    conflict: Flags


class _Row(NamedTuple):
    requirement: int
    control: Iri
    full: bool
    loose: bool
    review: int
    named: tuple[int, ...] = ()


class Contents:
    """Content as columns, for any day and policy; equal columns are made once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        versions = (v for provision in knowledge.provisions.values() for v in provision.versions)
        self._turns = sorted({day for v in versions for day in (v.valid_from, v.valid_until) if day is not None})
        self._made: dict[tuple[int, Policy], ContentColumns] = {}

    def on(self, day: date, policy: Policy) -> ContentColumns:
        """Return the columns of a day: the same for all days between which no provision changes."""
        key = bisect_right(self._turns, day), policy
        if key not in self._made:
            self._made[key] = _columns(self.knowledge, day, policy)
        return self._made[key]


def _columns(knowledge: Knowledge, day: date, policy: Policy) -> ContentColumns:
    accepted = AcceptanceReader(knowledge, day, policy)
    requirements = tuple(in_order(knowledge, day))
    rows = [row for place, requirement in enumerate(requirements) for row in _rows(accepted, requirement, place)]
    controls = {iri: place for place, iri in enumerate(sorted({row.control for row in rows}))}
    named = [(place, element) for place, row in enumerate(rows) for element in row.named]
    return ContentColumns(
        requirements=requirements,
        controls=tuple(controls),
        rows_of=Groups.of(ints(row.requirement for row in rows), len(requirements)),
        control=ints(controls[row.control] for row in rows),
        full=_flags([row.full for row in rows]),
        loose=_flags([row.loose for row in rows]),
        review=ints(row.review for row in rows),
        named_of=Groups.of(ints(place for place, _ in named), len(rows)),
        named=ints(element for _, element in named),
        elements=ints(len(r.elements) for r in requirements),
        complete=_flags([r.elements_complete for r in requirements]),
        open_textured=_flags([r.open_textured for r in requirements]),
        conflict=_flags([bool(accepted.conflicts(r)) for r in requirements]),
    )


def _flags(values: Sequence[bool]) -> Flags:
    return np.array(values, np.bool_)


def _rows(accepted: AcceptanceReader, requirement: Requirement, place: int) -> Iterator[_Row]:
    if accepted.is_own(requirement):
        yield _Row(place, requirement.provision, full=True, loose=False, review=NEVER)
    yield from chain(_direct(accepted, requirement, place), _derived(accepted, requirement, place))


def _direct(accepted: AcceptanceReader, requirement: Requirement, place: int) -> Iterator[_Row]:
    elements: Mapping[Iri, int] = {element.iri: number for number, element in enumerate(requirement.elements)}
    for row, ancestor in accepted.rows_on(requirement):
        if row.relation is None or accepted.why_rejected(row) or accepted.why_idle(row, ancestor):
            continue
        full = GIVES[row.relation] is Gives.FULL
        named = () if full else tuple(elements[iri] for iri in row.covers if iri in elements)
        loose = not full and not row.covers
        yield _Row(place, row.subject, full, loose, row.review_state, named)


def _derived(accepted: AcceptanceReader, requirement: Requirement, place: int) -> Iterator[_Row]:
    for derived in accepted.derived(requirement):
        if derived.gives in {Gives.FULL, Gives.PART}:
            full = derived.gives is Gives.FULL
            yield _Row(place, derived.subject, full, not full, ReviewState.PROPOSED)
