"""Assess an organisation off columns: the same states as the plain form, for any day and policy, and their counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.applicability import Applicability
from engine.coverage.assess import Counts
from engine.coverage.census import not_modelled
from engine.coverage.columns.addressed import STATES, AddressedIndex
from engine.coverage.columns.counted import EvidenceIndex
from engine.coverage.columns.joins import NOWHERE, Segments
from engine.coverage.columns.pairs import Pairs
from engine.coverage.columns.records import Records
from engine.coverage.columns.rollup import roll_up_segments
from engine.coverage.columns.settled import KINDS, Settlement
from engine.coverage.values import Policy
from engine.limits import LimitationReader
from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from engine.coverage.columns.content import ContentColumns, Contents
    from engine.coverage.columns.joins import Flags, Ints
    from engine.coverage.columns.settled import Final
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Framework, Organisation, Requirement

__all__ = ["ColumnAssessment", "Columns", "Standing"]


@dataclass(frozen=True)
class ColumnAssessment:
    """The results of one organisation on one day under one policy, in document order, as columns."""

    knowledge: Knowledge
    organisation: Organisation
    day: date
    policy: Policy
    requirements: tuple[Requirement, ...]
    scopes: tuple[Iri, ...]
    final: Final

    @cached_property
    def _by_requirement(self) -> Segments:
        return Segments.of(self.final.requirement, len(self.requirements))

    @cached_property
    def states(self) -> Ints:
        """The organisation's state of each requirement, as places in ``STATES``: the roll-up over its scopes (R8).

        NOWHERE for a requirement of a framework that was not asked for.
        """
        return roll_up_segments(self.final.state, self._by_requirement)

    def states_of_provisions(self) -> dict[Iri, State]:
        """Return the roll-up over the leaves below each provision and framework that has any (R8)."""
        lineages = [self.knowledge.lineage(r.provision) for r in self.requirements]
        wholes = sorted({iri for lineage in lineages for iri in lineage})
        place = {iri: n for n, iri in enumerate(wholes)}
        above = [np.array([place[iri] for iri in lineage], np.int64) for lineage in lineages]
        targets = [above[number] for number in self.final.requirement]
        target = np.concatenate(targets) if targets else np.zeros(0, np.int64)
        leaf = np.repeat(self.final.state, np.array([len(one) for one in targets], np.int64))
        order = np.argsort(target, kind="stable")
        complete = np.array([self.knowledge.is_decomposed(iri) for iri in wholes], np.bool_)
        found = roll_up_segments(leaf[order], Segments.of(target[order], len(wholes)), complete)
        return {iri: STATES[state] for iri, state in zip(wholes, found, strict=True) if state != NOWHERE}

    @cached_property
    def _frameworks(self) -> list[Framework | None]:
        return [self.knowledge.framework_of(r.iri) for r in self.requirements]

    @property
    def frameworks(self) -> tuple[Framework, ...]:
        """The frameworks that have a result, by key."""
        found = {self._frameworks[number] for number in np.unique(self.final.requirement)}
        return tuple(sorted((f for f in found if f is not None), key=lambda f: f.key))

    def counts(self, framework: Framework) -> Counts:
        """Return how many requirements of a framework are in which state."""
        within = np.array([one == framework for one in self._frameworks], np.bool_)
        kinds = Counter({KINDS[n]: count for n, count in _counted(self._kinds[within])})
        missing = sum(1 for _ in not_modelled(self.knowledge, framework, self.day))
        return Counts(
            framework,
            framework.version_on(self.day).name,
            int(within.sum()),
            _states(self.states[within]),
            kinds,
            _states(self.states[within & self._unreviewed]),
            missing,
        )

    @cached_property
    def _unreviewed(self) -> Flags:
        return self._by_requirement.any(self.final.assurance <= 0)

    @cached_property
    def _kinds(self) -> Ints:
        """The commonest kind of each requirement that is not applicable, of several the first; else NOWHERE."""
        said = np.flatnonzero(self.final.kind != NOWHERE)
        key = self.final.requirement[said] * len(KINDS) + self.final.kind[said]
        keys, first, count = np.unique(key, return_index=True, return_counts=True)
        order = np.lexsort((first, -count, keys // len(KINDS)))
        requirement, best = np.unique(keys[order] // len(KINDS), return_index=True)
        found = np.full(len(self.requirements), NOWHERE, np.int64)
        found[requirement] = keys[order][best] % len(KINDS)
        return np.where(self.states == STATES.index(State.NOT_APPLICABLE), found, NOWHERE)


def _counted(places: Ints) -> list[tuple[int, int]]:
    found, counts = np.unique(places[places != NOWHERE], return_counts=True)
    return [(int(place), int(count)) for place, count in zip(found, counts, strict=True)]


def _states(places: Ints) -> Counter[State]:
    return Counter({STATES[place]: count for place, count in _counted(places)})


@dataclass(frozen=True)
class Standing:
    """How an organisation stands on a day under a policy: its index, and what is settled whatever the evidence."""

    content: ContentColumns
    index: AddressedIndex
    settlement: Settlement

    def final(self, day: date) -> Final:
        """Return the results, with evidence as it is on the day."""
        return self.settlement.on(self.index.on(day.toordinal()))


class Columns:
    """The records of an organisation as columns, to be assessed on any day under any policy."""

    def __init__(self, contents: Contents, organisation: Organisation) -> None:
        self.contents = contents
        self.organisation = organisation
        self.records = Records.of(contents.knowledge, organisation)
        self.evidence = EvidenceIndex.of(self.records)

    def index(self, applicability: Applicability, policy: Policy) -> AddressedIndex:
        """Return what supports each pair that is live on the day of an applicability."""
        content = self.contents.on(applicability.day, policy)
        pairs = Pairs.of(content, self.records, applicability, LimitationReader(applicability))
        return AddressedIndex.of(content, self.records, self.evidence, pairs)

    def standing(self, day: date, policy: Policy, frameworks: Collection[Iri] = ()) -> Standing:
        """Return how the organisation stands on a day under a policy, ready to be assessed."""
        applicability = Applicability(self.contents.knowledge, self.organisation, day)
        index = self.index(applicability, policy)
        settlement = Settlement(
            applicability,
            policy,
            {n: r for n, r in enumerate(index.content.requirements) if not frameworks or self._of(r) in frameworks},
            self.records.scopes,
            index.pairs.place,
            index.on(day.toordinal()),
        )
        return Standing(index.content, index, settlement)

    def _of(self, requirement: Requirement) -> Iri | None:
        framework = self.contents.knowledge.framework_of(requirement.iri)
        return framework.iri if framework else None

    def assess(self, day: date, policy: Policy | None = None, *, frameworks: Collection[Iri] = ()) -> ColumnAssessment:
        """Return the state of every live requirement of some frameworks, or of all, in every scope on a day."""
        policy = policy or Policy()
        standing = self.standing(day, policy, frameworks)
        return ColumnAssessment(
            self.contents.knowledge,
            self.organisation,
            day,
            policy,
            standing.content.requirements,
            tuple(self.records.scopes),
            standing.final(day),
        )
