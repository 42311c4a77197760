"""How far a requirement is addressed and evidenced in a scope, applicability apart (COVERAGE §5 R3 to R7)."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.coverage.evidence import EvidenceReader
from engine.coverage.support import SupportReader
from engine.coverage.values import Candidate, Freshness, Result
from engine.kleene import Truth
from engine.limits import LimitationReader
from engine.mapping.relations import Gives
from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from engine.applicability import Applicability
    from engine.coverage.memory import Memory
    from engine.coverage.values import Policy, Support
    from engine.graph import Iri
    from engine.model import Event, Evidence, Implementation, Judgement, Requirement

    _Found = Callable[..., Result]

__all__ = ["AddressedReader"]

_IDLE = "the elements it covers do not concern this scope"


class AddressedReader:
    """Answer, for one organisation on one day under one policy, how far requirements are addressed."""

    def __init__(self, applicability: Applicability, policy: Policy, memory: Memory | None = None) -> None:
        self.applicability = applicability
        self.knowledge = applicability.knowledge
        self.organisation = applicability.organisation
        self.day = applicability.day
        self.limits = LimitationReader(applicability)
        evidence = EvidenceReader(self.knowledge, self.organisation, self.day, memory)
        self.memory, self.records = evidence.memory, evidence.records
        self.supports = SupportReader(self.knowledge, self.organisation, self.day, policy, evidence)

    def with_records(self, applicability: Applicability, memory: Memory) -> AddressedReader:
        """Return the same reading for other implementations, evidence and judgements of the same organisation."""
        other = copy(self)
        other.applicability, other.organisation = applicability, applicability.organisation
        evidence = EvidenceReader(self.knowledge, other.organisation, self.day, memory)
        other.memory, other.records = memory, memory.records
        other.supports = self.supports.with_records(other.organisation, evidence)
        return other

    def of(self, requirement: Requirement, scope: Iri) -> Result:
        """Return the state by R3 to R7, applicability apart."""
        base = self._base(requirement, scope)
        events = self.limits.events(requirement, scope)
        if events:
            return self._performed(requirement, scope, base, events)
        found = self._by_readiness(requirement, scope, base)
        conflict = self.supports.accepted.conflicts(requirement)
        if conflict:
            sources = ", ".join(map(self.knowledge.citation, conflict))
            question = f"Accepted mappings of {sources} contradict each other: which is right?"
            questions = (*base.questions, question)
            return replace(found, state=State.REVIEW, reason="accepted rows contradict", questions=questions)
        return found

    def exclusion(self, control: Iri, scope: Iri) -> Implementation | None:
        """Return a justified and approved exclusion of a control for a scope."""
        return self.supports.standing(control, scope).exclusion

    def _base(self, requirement: Requirement, scope: Iri) -> Result:
        """Return what supports a requirement in a scope, before evidence and judgement are weighed."""
        bases = self.memory.bases.setdefault(requirement.iri, {})
        if scope not in bases:
            live, questions = self._elements(requirement, scope)
            support, candidates = self._bearing(requirement, scope, live)
            bases[scope] = Result(
                requirement.iri,
                scope,
                State.NOT_COVERED,
                "R7",
                _why_nothing(candidates),
                questions=questions,
                live_elements=live,
                missing=live,
                support=support,
                candidates=candidates,
            )
        return bases[scope]

    def _bearing(
        self, requirement: Requirement, scope: Iri, live: tuple[Iri, ...]
    ) -> tuple[tuple[Support, ...], tuple[Candidate, ...]]:
        """Return the support that bears on a live element, and all else as candidates."""
        support, candidates = self.supports.of(requirement, scope)
        known = set(live)
        bearing = tuple(s for s in support if s.gives is Gives.FULL or s.loose or known & set(s.covers))
        idle = tuple(
            Candidate(s.premises, s.control, s.relationship, s.review_state, "R4", _IDLE, s.covers)
            for s in support
            if s not in bearing
        )
        return bearing, (*candidates, *idle)

    def _elements(self, requirement: Requirement, scope: Iri) -> tuple[tuple[Iri, ...], tuple[str, ...]]:
        live: list[Iri] = []
        questions: list[str] = []
        for element in requirement.elements:
            if not element.conditions:
                live.append(element.iri)
                continue
            verdict = self.applicability.hold(element.conditions, scope)
            if verdict.truth is not Truth.FALSE:
                live.append(element.iri)
            questions += verdict.questions
        return tuple(live), tuple(dict.fromkeys(questions))

    def _by_readiness(self, requirement: Requirement, scope: Iri, base: Result) -> Result:
        complete, designed = self._reach(requirement, base.support, base.live_elements)
        proof = [support for support in base.support if support.proven]
        proven, evidenced = self._reach(requirement, proof, base.live_elements)
        expiry, freshness = self._freshness(base.support)
        missing = () if complete else tuple(e for e in base.live_elements if e not in designed)
        unevidenced = () if proven else tuple(e for e in base.live_elements if e in designed - evidenced)
        found = partial(
            replace, base, missing=missing, unevidenced=unevidenced, first_expiry=expiry, freshness=freshness
        )
        if proven:
            return self._judged(requirement, scope, base, found, "every element addressed and evidenced")
        if complete:
            insufficient = self._insufficient(requirement, scope, found)
            claimed = "every element addressed, current evidence missing"
            return insufficient or found(state=State.CLAIMED, reason=claimed)
        if designed or any(support.loose for support in base.support):
            return found(state=State.PARTIALLY, reason=_why_partial(base, missing, designed))
        return found()

    def _reach(
        self, requirement: Requirement, support: Iterable[Support], live: tuple[Iri, ...]
    ) -> tuple[bool, set[Iri]]:
        support = list(support)
        if any(s.gives is Gives.FULL for s in support):
            return True, set(live)
        named = {element for s in support if s.gives is Gives.PART for element in s.covers} & set(live)
        return bool(live) and requirement.elements_complete and named == set(live), named

    def _freshness(self, support: Iterable[Support]) -> tuple[date | None, Freshness]:
        checks = [check for s in support for check in s.checks]
        expiry = min((c.first_expiry for c in checks if c.first_expiry), default=None)
        lapsed = [r.lapsed_on for c in checks for t in c.templates for r in t.rejected if r.lapsed_on]
        return expiry, Freshness.on(self.day, expiry or max(lapsed, default=None))

    def _judged(self, requirement: Requirement, scope: Iri, base: Result, found: _Found, reason: str) -> Result:
        """Return Covered, unless the requirement is open-textured and no judgement in force says it suffices."""
        insufficient = self._insufficient(requirement, scope, found)
        if insufficient is not None:
            return insufficient
        if not requirement.open_textured:
            return found(state=State.COVERED, reason=reason)
        judgement = self._judgement(requirement, scope)
        if judgement is not None:
            return found(state=State.COVERED, reason=reason, judgement=judgement.iri)
        words = " or ".join(f"“{word}”" for word in requirement.qualifiers) or "the open wording"
        cited = self.knowledge.citation(requirement.provision)
        question = f"Ready for judgement: is what is in place enough for {words} in {cited}?"
        questions = (*base.questions, question)
        return found(state=State.REVIEW, reason="ready for judgement", questions=questions)

    def _insufficient(self, requirement: Requirement, scope: Iri, found: _Found) -> Result | None:
        """Return PartiallyCovered where the judgement in force says that what is in place does not suffice."""
        judgement = self._judgement(requirement, scope)
        if judgement is None or judgement.sufficient:
            return None
        reason = f"judged insufficient: {judgement.reason}"
        return found(state=State.PARTIALLY, reason=reason, judgement=judgement.iri)

    def _judgement(self, requirement: Requirement, scope: Iri) -> Judgement | None:
        found = [
            j
            for j in self.records.judgements_of[requirement.iri]
            if scope in j.respects
            and j.issued is not None
            and j.issued <= self.day
            and j.valid_until is not None
            and j.valid_until >= self.day
        ]
        return max(found, key=lambda j: (j.issued, not j.sufficient, j.iri), default=None)

    def _performed(self, requirement: Requirement, scope: Iri, base: Result, events: list[Event]) -> Result:
        shown = [event for event in events if self._performance(requirement, event)]
        inputs = tuple(event.iri for event in events)
        unshown = tuple(event.iri for event in events if event not in shown)
        found = partial(replace, base, inputs=inputs, missing=(), unevidenced=unshown, support=(), candidates=())
        reason = f"{len(shown)} of {len(events)} recorded events with evidence of performance"
        if len(shown) == len(events):
            return self._judged(requirement, scope, base, found, reason)
        return found(state=State.PARTIALLY if shown else State.NOT_COVERED, reason=reason)

    def _performance(self, requirement: Requirement, event: Event) -> list[Evidence]:
        return [
            e
            for e in self.records.performing[requirement.iri]
            if event.iri in e.events
            and e.outcome == "Supports"
            and e.issued is not None
            and e.issued <= self.day
            and e.four_eyes
        ]


def _why_nothing(candidates: tuple[Candidate, ...]) -> str:
    """Return why nothing counts: why its own clause or control does not, in a standard; else that no mapping does."""
    own = (candidate.reason for candidate in candidates if not candidate.premises)
    return next(own, "no accepted mapping from an implemented control")


def _why_partial(base: Result, missing: tuple[Iri, ...], designed: set[Iri]) -> str:
    total = len(base.live_elements)
    if not missing:
        return f"all {total} recorded elements addressed, but the decomposition is not confirmed complete"
    if not designed:
        return "addressed in part, by mappings that name no element"
    return f"{total - len(missing)} of {total} elements addressed"
