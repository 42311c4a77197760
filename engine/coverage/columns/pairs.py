"""The requirements in their scopes, as columns: which elements are live, what was judged, what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.coverage.columns.joins import NEVER, NOWHERE, Segments, ints
from engine.kleene import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from engine.applicability import Applicability
    from engine.coverage.columns.content import ContentColumns
    from engine.coverage.columns.joins import Flags, Ints
    from engine.coverage.columns.records import Records
    from engine.graph import Iri
    from engine.limits import LimitationReader
    from engine.model import Judgement, Requirement

__all__ = ["Judgements", "Pairs", "Performance"]

Key = tuple["Iri", "Iri"]


@dataclass(frozen=True)
class Judgements:
    """What was judged of pairs, in the order of the pairs, and of one pair from what counts least to what most."""

    issued: Ints
    ends: Ints
    sufficient: Flags
    segments: Segments

    def on(self, day: int) -> tuple[Flags, Flags]:
        """Tell for each pair whether the judgement in force says that what is there suffices, and that it does not."""
        in_force = (self.issued <= day) & (day <= self.ends)
        last = self.segments.most(np.where(in_force, np.arange(len(in_force)), NOWHERE))
        judged = last != NOWHERE
        said = np.zeros(len(last), np.bool_)
        said[judged] = self.sufficient[last[judged]]
        return said, judged & ~said


@dataclass(frozen=True)
class Performance:
    """The events that set pairs going, and the evidence that a norm was performed on them.

    :ivar pair: the pair of each event, in order; ``shown_by`` where the evidence for it stands, NOWHERE without any.
    :ivar item: evidence of performance, in the order of what it shows.
    """

    pair: Segments
    shown_by: Ints
    item: Ints
    shows: Segments

    def on(self, vouched: Flags) -> tuple[Ints, Ints]:
        """Return for each pair how many events there are, and on how many some vouched item shows performance."""
        shown = np.append(self.shows.any(vouched[self.item]), np.zeros(1, np.bool_))[self.shown_by]
        return self.pair.count(np.ones(len(self.shown_by), np.bool_)), self.pair.count(shown)


@dataclass(frozen=True)
class Pairs:
    """Each live requirement in each of its scopes, and in the assets that it arises from.

    :ivar dead: elements, by pair and number, whose condition is known not to hold.
    """

    place: Mapping[Key, int]
    requirement: Ints
    scope: Ints
    dead: tuple[Ints, Ints]
    judgements: Judgements
    performance: Performance

    @classmethod
    def of(
        cls, content: ContentColumns, records: Records, applicability: Applicability, limits: LimitationReader
    ) -> Pairs:
        """Return the pairs of an organisation on a day."""
        asked = [(n, r, scope) for n, r in enumerate(content.requirements) for scope in _scopes(applicability, r)]
        place = {(r.iri, scope): pair for pair, (_, r, scope) in enumerate(asked)}
        dead = [
            (pair, element)
            for pair, (_, requirement, scope) in enumerate(asked)
            for element in _dead(applicability, requirement, scope)
        ]
        return cls(
            place,
            ints(n for n, _, _ in asked),
            ints(records.scopes[scope] for *_, scope in asked),
            (ints(pair for pair, _ in dead), ints(element for _, element in dead)),
            _judgements(applicability.organisation.judgements, place),
            _performance([(r, scope) for _, r, scope in asked], limits),
        )


def _scopes(applicability: Applicability, requirement: Requirement) -> Iterator[Iri]:
    scopes = applicability.scopes(requirement) or (applicability.organisation.iri,)
    yield from dict.fromkeys(
        (*scopes, *(asset for scope in scopes for asset in applicability.arises_from(requirement, scope)))
    )


def _dead(applicability: Applicability, requirement: Requirement, scope: Iri) -> Iterator[int]:
    for number, element in enumerate(requirement.elements):
        if element.conditions and applicability.hold(element.conditions, scope).truth is Truth.FALSE:
            yield number


def _judgements(recorded: tuple[Judgement, ...], place: Mapping[Key, int]) -> Judgements:
    told: list[tuple[int, date, bool, Iri, Judgement]] = sorted(
        (place[j.requirement, scope], j.issued, not j.sufficient, j.iri, j)
        for j in recorded
        for scope in dict.fromkeys(j.respects)
        if (j.requirement, scope) in place and j.issued is not None and j.valid_until is not None
    )
    return Judgements(
        issued=ints(issued.toordinal() for _, issued, *_ in told),
        ends=ints(j.valid_until.toordinal() if j.valid_until else NEVER for *_, j in told),
        sufficient=np.array([not insufficient for _, _, insufficient, *_ in told], np.bool_),
        segments=Segments.of(ints(pair for pair, *_ in told), len(place)),
    )


def _performance(asked: list[tuple[Requirement, Iri]], limits: LimitationReader) -> Performance:
    """Return the events that set pairs going; only norms that an event can set going are asked about."""
    happened = [
        (pair, (requirement.iri, event.iri))
        for pair, (requirement, scope) in enumerate(asked)
        if requirement.events and limits.organisation.events
        for event in limits.events(requirement, scope)
    ]
    shown = {what: n for n, what in enumerate(sorted({what for _, what in happened}))}
    items = sorted(
        (shown[requirement, event], n)
        for n, item in enumerate(limits.organisation.evidence)
        if item.performs
        for requirement in item.performs
        for event in item.events
        if (requirement, event) in shown
    )
    return Performance(
        pair=Segments.of(ints(pair for pair, _ in happened), len(asked)),
        shown_by=ints(shown[what] for _, what in happened),
        item=ints(n for _, n in items),
        shows=Segments.of(ints(what for what, _ in items), len(shown)),
    )
