"""Assess an organisation against every live requirement, and count (COVERAGE §5 and §6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.coverage.census import not_modelled
from engine.coverage.rollup import roll_up
from engine.coverage.states import StateReader
from engine.coverage.values import Policy
from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from engine.coverage.values import Kind, Result
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Framework, Organisation, Requirement, ReviewState

__all__ = ["Assessment", "Counts", "assess", "in_order"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requirements of a framework are in which state; the denominator is always printed beside.

    :ivar total: the requirements that are live on the day: what the states add up to.
    :ivar not_applicable: those NotApplicable, by why; what a reviewer set by hand has no kind of its own.
    :ivar unreviewed: per state, how many rest on a mapping nobody has reviewed.
    :ivar not_modelled: the paragraphs, clauses and controls with neither a requirement nor a class.
    """

    framework: Framework
    version: str
    total: int
    states: Mapping[State, int]
    not_applicable: Mapping[Kind, int]
    unreviewed: Mapping[State, int]
    not_modelled: int


@dataclass(frozen=True)
class Assessment:
    """The results of one organisation on one day under one policy, in document order."""

    knowledge: Knowledge
    organisation: Organisation
    day: date
    policy: Policy
    results: tuple[Result, ...]

    @cached_property
    def by_requirement(self) -> Mapping[Iri, tuple[Result, ...]]:
        """The results of each requirement over its scopes."""
        found: dict[Iri, list[Result]] = defaultdict(list)
        for result in self.results:
            found[result.requirement].append(result)
        return {iri: tuple(results) for iri, results in found.items()}

    def state_of(self, requirement: Iri) -> State:
        """Return the organisation's state of a requirement: the roll-up over its scopes (R8)."""
        return roll_up(result.state for result in self.by_requirement[requirement])

    def leaves_of(self, provision: Iri, scope: Iri | None = None) -> tuple[Result, ...]:
        """Return the results of all requirements of a provision and below, in one scope or in all."""
        below = {
            r.iri for part in self.knowledge.subtree(provision) for r in self.knowledge.requirements_of.get(part, ())
        }
        return tuple(r for r in self.results if r.requirement in below and (scope is None or r.scope == scope))

    def state_of_provision(self, provision: Iri, scope: Iri | None = None) -> State | None:
        """Return the roll-up over the leaves below a provision; nothing where there is no requirement (R8)."""
        leaves = self.leaves_of(provision, scope)
        if not leaves:
            return None
        complete = self.knowledge.is_decomposed(provision)
        return roll_up((leaf.state for leaf in leaves), complete=complete)

    @cached_property
    def frameworks(self) -> tuple[Framework, ...]:
        """The frameworks that have a result, by key."""
        found = {self.knowledge.framework_of(result.requirement) for result in self.results}
        return tuple(sorted((f for f in found if f is not None), key=lambda f: f.key))

    def counts(self, framework: Framework) -> Counts:
        """Return how many requirements of a framework are in which state."""
        states: Counter[State] = Counter()
        kinds: Counter[Kind] = Counter()
        unreviewed: Counter[State] = Counter()
        for iri, results in self.by_requirement.items():
            if self.knowledge.framework_of(iri) != framework:
                continue
            state = self.state_of(iri)
            states[state] += 1
            if state is State.NOT_APPLICABLE:
                kinds.update(_kind(results))
            unreviewed[state] += _rests_on_unreviewed(results)
        version = framework.version_on(self.day).name
        missing = sum(1 for _ in not_modelled(self.knowledge, framework, self.day))
        return Counts(framework, version, sum(states.values()), states, kinds, unreviewed, missing)


def _kind(results: Iterable[Result]) -> list[Kind]:
    """Return the commonest kind in a list of one, or an empty list where every state was set by hand."""
    kinds = Counter(result.kind for result in results if result.kind is not None)
    return [kind for kind, _ in kinds.most_common(1)]


def _rests_on_unreviewed(results: Iterable[Result]) -> bool:
    states: set[ReviewState | None] = {result.assurance for result in results}
    return any(state is not None and state <= 0 for state in states)


def assess(
    knowledge: Knowledge,
    organisation: Organisation,
    day: date,
    policy: Policy | None = None,
    *,
    frameworks: Iterable[Iri] = (),
    scope: Iri | None = None,
) -> Assessment:
    """Return the state of every live requirement of some frameworks, in every scope or in one.

    :param frameworks: the frameworks to assess; all where none is named.
    :param scope: the organisation or one of its assets; all scopes where nothing is named.
    """
    policy = policy or Policy()
    wanted = set(frameworks)
    reader = StateReader(knowledge, organisation, day, policy)
    results = [
        result
        for requirement in in_order(knowledge, day)
        if not wanted or _framework(knowledge, requirement) in wanted
        for result in reader.results(requirement)
        if scope is None or result.scope == scope
    ]
    return Assessment(knowledge, organisation, day, policy, tuple(results))


def _framework(knowledge: Knowledge, requirement: Requirement) -> Iri | None:
    framework = knowledge.framework_of(requirement.iri)
    return framework.iri if framework else None


def in_order(knowledge: Knowledge, day: date) -> list[Requirement]:
    """Return the requirements that are live on a day, in document order."""

    def place(requirement: Requirement) -> tuple[str, str, int, str]:
        provision = knowledge.provisions.get(requirement.provision)
        number = requirement.iri.rpartition("_")[2]
        return (
            provision.framework if provision else "",
            provision.sort_key if provision else "",
            int(number) if number.isdigit() else 0,
            requirement.iri,
        )

    return sorted(knowledge.live_requirements(day), key=place)
