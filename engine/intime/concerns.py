"""What the calendar of the law means for one organisation: which scopes, how many requirements, in which state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from engine.coverage.evidence import last_day
from engine.coverage.rollup import DROPPED
from engine.coverage.states import StateReader
from engine.intime.upcoming import Event
from engine.kleene import Truth, any_of, negate
from engine.rules import law_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.coverage.values import Policy, Result
    from engine.graph import Iri
    from engine.intime.upcoming import Entry
    from engine.knowledge import Knowledge
    from engine.model import Organisation, Requirement, State

__all__ = ["Concern", "Lapse", "concerns"]


@dataclass(frozen=True, slots=True)
class Lapse:
    """An evidence item that counts today and is no longer current on the day."""

    evidence: Iri
    last_day: date


@dataclass(frozen=True, slots=True)
class Concern:
    """A requirement that an entry brings to a scope.

    :ivar certain: whether it surely applies there from that day; otherwise a fact or a date is open.
    :ivar today: the state on the day of asking as if it applied; nothing where its text is not in force yet.
    :ivar then: the state on the day of the entry if nothing is added to the records.
    :ivar lapses: the evidence it rests on today that lapses before the day of the entry.
    """

    requirement: Iri
    scope: Iri
    certain: bool
    today: State | None
    then: State
    lapses: tuple[Lapse, ...]


def concerns(
    knowledge: Knowledge, organisation: Organisation, entries: Iterable[Entry], today: date, policy: Policy
) -> tuple[tuple[Concern, ...], ...]:
    """Return for each entry of the calendar what it brings to an organisation, in the order of the entries."""
    reader = _Reader(knowledge, organisation, today, policy)
    return tuple(tuple(reader.of(entry)) for entry in entries)


class _Reader:
    def __init__(self, knowledge: Knowledge, organisation: Organisation, today: date, policy: Policy) -> None:
        self.knowledge = knowledge
        self.today = today
        self.organisation = organisation.iri
        self.legacies = {rule.iri: rule for rule in knowledge.legacies}
        self.templates = {t.iri: t for templates in knowledge.templates.values() for t in templates}
        self.evidence = {item.iri: item for item in organisation.evidence}
        self.on = cache(lambda day: StateReader(knowledge, organisation, day, policy))

    def of(self, entry: Entry) -> Iterator[Concern]:
        for requirement in self._requirements(entry):
            for scope in self.on(entry.day).applicability.scopes(requirement) or (self.organisation,):
                reached = self._reached(entry, requirement, scope)
                result = self._result(requirement, scope, entry.day) if reached else None
                begins = min(reached, self._begins(entry, requirement, result)) if result else Truth.FALSE
                if result and begins and result.state not in DROPPED:
                    yield self._concern(entry, requirement, result, certain=begins is Truth.TRUE)

    def _requirements(self, entry: Entry) -> list[Requirement]:
        """Return the requirements of an entry, and those of a role that a rule gives from its day on, by identifier."""
        changes = law_on(self.knowledge.role_changes, entry.day) if entry.event is Event.APPLIES else ()
        roles = {c.makes_role for c in changes if c.makes_role and self.knowledge.within(c.source, entry.governed)}
        bound = {
            requirement.iri
            for requirement in self.knowledge.live_requirements(entry.day)
            if any(self.knowledge.is_a(role, bearer) for role in roles for bearer in requirement.bearers)
        }
        return [self.knowledge.requirements[iri] for iri in sorted(bound | set(entry.requirements))]

    def _concern(self, entry: Entry, requirement: Requirement, result: Result, *, certain: bool) -> Concern:
        current = self._current(requirement, result.scope)
        return Concern(
            requirement=requirement.iri,
            scope=result.scope,
            certain=certain,
            today=current.state if current else None,
            then=result.state,
            lapses=tuple(self._lapses(current, entry.day)) if current else (),
        )

    def _result(self, requirement: Requirement, scope: Iri, day: date) -> Result | None:
        """Return the result in a scope on a day; nothing where the text is not in force."""
        if not self.knowledge.is_live(requirement, day):
            return None
        return next((r for r in self.on(day).results(requirement) if r.scope == scope), None)

    def _begins(self, entry: Entry, requirement: Requirement, then: Result) -> Truth:
        """Tell whether a requirement applies on the day of an entry as it did not, or not surely, on the day before."""
        if entry.event is Event.TEXT_CHANGES:
            return _applies(then)
        before = self._result(requirement, then.scope, _eve(entry))
        return min(_applies(then), negate(_applies(before)) if before else Truth.TRUE)

    def _reached(self, entry: Entry, requirement: Requirement, scope: Iri) -> Truth:
        """Tell whether an entry reaches a requirement that binds in a scope, or one of the assets it arises from."""
        applicability = self.on(entry.day).applicability
        return any_of(
            min(applicability.binds(requirement, asset).truth, self._by_entry(entry, requirement, asset))
            for asset in applicability.arises_from(requirement, scope)
        )

    def _by_entry(self, entry: Entry, requirement: Requirement, asset: Iri) -> Truth:
        if entry.event is Event.APPLIES:
            timing = self.on(entry.day).applicability.timing_of(requirement, asset)
            if entry.rule not in timing.windows:
                return Truth.FALSE
            return Truth.TRUE if len(timing.dates) == 1 else Truth.UNDETERMINED
        if entry.event is Event.GRACE_ENDS:
            return self.on(_eve(entry)).applicability.legacy(self.legacies[entry.rule], asset).whole.truth
        return Truth.TRUE

    def _current(self, requirement: Requirement, scope: Iri) -> Result | None:
        """Return the result of today as if the requirement applied; nothing where its text is not in force."""
        result = self._result(requirement, scope, self.today)
        return result.otherwise if result and result.if_applicable else result

    def _lapses(self, result: Result, before: date) -> Iterator[Lapse]:
        found: dict[Iri, date] = {}
        checks = (check for support in result.support for check in support.checks)
        for met in (template for check in checks for template in check.templates):
            for iri in met.counted:
                limit = last_day(self.evidence[iri], self.templates[met.template])
                if limit is not None and limit < before:
                    found[iri] = min(limit, found.get(iri, limit))
        yield from (Lapse(iri, found[iri]) for iri in sorted(found, key=lambda iri: (found[iri], iri)))


def _eve(entry: Entry) -> date:
    return entry.day - timedelta(days=1)


def _applies(result: Result) -> Truth:
    """Tell whether a requirement applies as a result has it, whatever was set by hand."""
    computed = result.otherwise if result.rule == "R0" and result.otherwise else result
    if computed.state in DROPPED:
        return Truth.FALSE
    return Truth.TRUE if computed.if_applicable is None else Truth.UNDETERMINED
