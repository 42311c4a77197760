"""What scope limitations leave of a norm, and of the events that set it going (decision 22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kleene import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.applicability import Applicability
    from engine.graph import Iri
    from engine.model import Event, Requirement
    from engine.rules import ScopeLimitationRule
    from engine.verdicts import Verdict

__all__ = ["LimitationReader"]


class LimitationReader:
    """Answer, for one organisation on one day, which limitations reach a norm and which events set it going."""

    def __init__(self, applicability: Applicability) -> None:
        self.applicability = applicability
        self.knowledge = applicability.knowledge
        self.organisation = applicability.organisation
        self.day = applicability.day

    def reaching(self, requirement: Requirement, scope: Iri) -> list[tuple[ScopeLimitationRule, Verdict]]:
        """Return the limitations that narrow a requirement in a scope, or may, with whether they fire."""
        rules = self.applicability.reaching(requirement).limitations
        found = [(rule, self.applicability.hold(rule.conditions, scope)) for rule in rules]
        return [(rule, verdict) for rule, verdict in found if verdict.truth is not Truth.FALSE]

    def events(self, requirement: Requirement, scope: Iri) -> list[Event]:
        """Return the recorded events that set a requirement going in a scope on the day."""
        triggers = self._triggers(requirement, scope)
        firing = self._to_events(requirement, scope, Truth.TRUE) if triggers else []
        return [event for event in triggers if all(self._is_of(event, r.limited_to_events) for r in firing)]

    def in_question(self, requirement: Requirement, scope: Iri, rule: ScopeLimitationRule) -> bool:
        """Tell whether some recorded event would set a requirement going, but not if a limitation fires."""
        return any(not self._is_of(event, rule.limited_to_events) for event in self.events(requirement, scope))

    def _to_events(self, requirement: Requirement, scope: Iri, truth: Truth) -> list[ScopeLimitationRule]:
        found = self.reaching(requirement, scope)
        return [rule for rule, verdict in found if rule.limited_to_events and verdict.truth is truth]

    def _triggers(self, requirement: Requirement, scope: Iri) -> list[Event]:
        return [
            e
            for e in self.organisation.events
            if self._is_of(e, requirement.events)
            and e.issued is not None
            and e.issued <= self.day
            and ({scope, self.organisation.iri} & set(e.respects) or scope == self.organisation.iri)
        ]

    def _is_of(self, event: Event, types: Iterable[Iri]) -> bool:
        return any(self.knowledge.is_a(event.event_type, each) for each in types)
