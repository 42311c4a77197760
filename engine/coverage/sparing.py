"""Who is spared: norms excluded, displaced, deemed fulfilled elsewhere, or grandfathered (COVERAGE §5 R1 to R1d)."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from engine.coverage.rollup import roll_up
from engine.coverage.values import Kind, Result
from engine.kleene import Truth
from engine.model import State
from engine.rulebook import favoured
from engine.verdicts import Ground, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from engine.applicability import Applicability
    from engine.coverage.values import Addressed
    from engine.graph import Iri
    from engine.model import Requirement
    from engine.rules import DeemingRule, LegacyRule, ScopeLimitationRule

__all__ = ["Outcome", "Sparing"]


class Outcome(NamedTuple):
    """What rules make of a requirement in a scope: they settle the state, or leave open verdicts, or say nothing.

    :ivar beside: whether how far it is addressed is told beside a settled state.
    """

    settled: Result | None = None
    verdicts: Sequence[Verdict] = ()
    beside: bool = False


class Sparing:
    """Answer which rules beside its own conditions take a requirement out of the count."""

    def __init__(
        self,
        applicability: Applicability,
        addressed: Addressed,
        results: Callable[[Requirement], Iterable[Result]],
    ) -> None:
        self.applicability = applicability
        self.knowledge = applicability.knowledge
        self.day = applicability.day
        self.addressed = addressed
        self._results = results
        self._by_law: dict[tuple[Iri, Iri], tuple[Outcome, Outcome]] = {}

    def decide(self, requirement: Requirement, scope: Iri) -> Outcome:
        """Return the state that a rule settles, or the verdicts of rules whose firing is undetermined."""
        key = (requirement.iri, scope)
        if key not in self._by_law:  # records other than facts, roles and events have no part in these
            before = self._first(self._limited(requirement, scope), lambda: self._displaced(requirement, scope))
            self._by_law[key] = before, self._legacy(requirement, scope)
        before, legacy = self._by_law[key]
        found = self._first(before, lambda: self._deemed(requirement, scope))
        found = self._first(found, lambda: legacy)
        return self._first(found, lambda: self._excluded(requirement, scope))

    def _first(self, outcome: Outcome, following: Callable[[], Outcome]) -> Outcome:
        """Return what settles the state first, or else what both leave open."""
        if outcome.settled is not None:
            return outcome
        later = following()
        return later if later.settled is not None else Outcome(verdicts=(*outcome.verdicts, *later.verdicts))

    def over(
        self, applicability: Applicability, addressed: Addressed, results: Callable[[Requirement], Iterable[Result]]
    ) -> Sparing:
        """Return the same for other records: facts, roles and events are those of before, so what law says is too."""
        other = copy(self)
        other.applicability, other.addressed = applicability, addressed
        other._results = results  # noqa: SLF001 - of the same class
        return other

    def _excluded(self, requirement: Requirement, scope: Iri) -> Outcome:
        exclusion = self.addressed.exclusion(requirement.provision, scope)
        if exclusion is None or self.knowledge.provisions[requirement.provision].kind != "Control":
            return Outcome()
        reason = f"excluded: {exclusion.justification}"
        ground = Ground(Truth.FALSE, reason, (exclusion.iri,))
        return Outcome(Result(requirement.iri, scope, State.NOT_APPLICABLE, "R1", reason, Kind.EXCLUDED, (ground,)))

    def _limited(self, requirement: Requirement, scope: Iri) -> Outcome:
        open_verdicts: list[Verdict] = []
        for rule, verdict in self.addressed.limits.reaching(requirement, scope):
            if rule.takes_away and verdict.truth is Truth.TRUE:
                instead = " and ".join(map(self.knowledge.citation, rule.applies_instead))
                reason = f"limited by {rule.label}{f', {instead} instead' if instead else ''}"
                inputs, kind = (rule.iri, *rule.applies_instead), Kind.ROLE_OR_CLASS
                state = State.NOT_APPLICABLE
                return Outcome(
                    Result(requirement.iri, scope, state, "R1", reason, kind, verdict.grounds, inputs=inputs)
                )
            open_verdicts += self._limit_in_question(requirement, scope, rule, verdict)
        return Outcome(verdicts=open_verdicts)

    def _limit_in_question(
        self, requirement: Requirement, scope: Iri, rule: ScopeLimitationRule, verdict: Verdict
    ) -> list[Verdict]:
        """Return what a limitation leaves open: whether it fires, or how far it reaches."""
        if rule.question:
            extent = Ground(Truth.UNDETERMINED, rule.question, (rule.iri,), rule.question)
            return [Verdict(Truth.UNDETERMINED, (*verdict.grounds, extent))]
        if verdict.truth is Truth.TRUE:
            return []
        if rule.limited_to_events and not self.addressed.limits.in_question(requirement, scope, rule):
            return []
        return [verdict]

    def _displaced(self, requirement: Requirement, scope: Iri) -> Outcome:
        open_verdicts = []
        for rule in self.applicability.reaching(requirement).displacements:
            verdict = self.applicability.hold(rule.conditions, scope)
            if verdict.truth is Truth.TRUE:
                reason = f"displaced by {favoured(self.knowledge, rule)} ({rule.label})"
                inputs = (rule.iri, *rule.in_favour_of)
                state, kind = State.NOT_APPLICABLE, Kind.DISPLACED
                found = Result(requirement.iri, scope, state, "R1b", reason, kind, verdict.grounds, inputs=inputs)
                return Outcome(found)
            open_verdicts.append(verdict)
        return Outcome(verdicts=open_verdicts)

    def _deemed(self, requirement: Requirement, scope: Iri) -> Outcome:
        firing: list[DeemingRule] = []
        verdicts: list[Verdict] = []
        for rule in self.applicability.reaching(requirement).deemings:
            verdict = self.applicability.hold(rule.conditions, scope)
            firing += [rule] if verdict.truth is Truth.TRUE else []
            verdicts.append(verdict)
        if not firing:
            return Outcome(verdicts=verdicts)
        return self._referred(requirement, scope, firing, verdicts)

    def _referred(
        self, requirement: Requirement, scope: Iri, rules: list[DeemingRule], verdicts: list[Verdict]
    ) -> Outcome:
        """Return the state of all rules that fulfil a requirement instead, where they are all in the graph."""
        wholes = [whole for rule in rules for whole in rule.fulfilled_by]
        grounds = tuple(g for v in verdicts if v.truth is Truth.TRUE for g in v.grounds)
        inputs = (*(rule.iri for rule in rules), *wholes)
        named = " and ".join(rule.label for rule in rules)
        leaves = self._leaves(requirement, rules)
        if leaves:
            complete = all(self.knowledge.is_decomposed(whole) for whole in wholes)
            state = roll_up(leaves, complete=complete)
            reason = f"deemed fulfilled by {', '.join(map(self.knowledge.citation, wholes))} ({named})"
            kind = Kind.DEEMED if state is State.NOT_APPLICABLE else None
            result = Result(requirement.iri, scope, state, "R1c", reason, kind, grounds, inputs=inputs)
            return Outcome(result, beside=state in {State.NOT_YET, State.REVIEW})
        questions = tuple(dict.fromkeys(rule.question or self._whether_met(rule) for rule in rules))
        reason = f"{named}: the rules that fulfil this instead are not all in the graph"
        result = Result(requirement.iri, scope, State.REVIEW, "R1c", reason, None, grounds, questions, inputs)
        return Outcome(result, beside=True)

    def _whether_met(self, rule: DeemingRule) -> str:
        named = [rule.fulfilled_by_law] if rule.fulfilled_by_law else []
        law = ", ".join([*named, *map(self.knowledge.citation, rule.fulfilled_by)])
        return f"Are the rules that fulfil this instead met: {law or 'none is named'}?"

    def _leaves(self, requirement: Requirement, rules: list[DeemingRule]) -> list[State]:
        if any(rule.fulfilled_by_law or not rule.fulfilled_by for rule in rules) or self._circular(requirement):
            return []
        leaves: list[State] = []
        for whole in (whole for rule in rules for whole in rule.fulfilled_by):
            states = [result.state for r in self._within(whole) for result in self._results(r)]
            if not states:
                return []
            leaves += states
        return leaves

    def _within(self, whole: Iri) -> list[Requirement]:
        live = self.knowledge.live_requirements(self.day)
        return [r for r in live if self.knowledge.within(r.provision, [whole])]

    def _circular(self, requirement: Requirement) -> bool:
        """Tell whether what fulfils a requirement refers back to it, by rules that fire or might."""
        seen: set[Iri] = set()
        waiting = [requirement]
        while waiting:
            for referred in self.refers_to(waiting.pop()):
                if referred.iri == requirement.iri:
                    return True
                if referred.iri not in seen:
                    seen.add(referred.iri)
                    waiting.append(referred)
        return False

    def refers_to(self, requirement: Requirement) -> Iterator[Requirement]:
        """Yield what would fulfil a requirement, by the rules that reach it, whether they fire or not."""
        for rule in self.applicability.reaching(requirement).deemings:
            yield from (referred for whole in rule.fulfilled_by for referred in self._within(whole))

    def _legacy(self, requirement: Requirement, scope: Iri) -> Outcome:
        """Let the most sparing rule decide: for good, then the latest date, then an open cut-off."""
        outcomes: list[Result] = []
        verdicts: list[Verdict] = []
        for rule in self.applicability.reaching(requirement).legacies:
            if rule.is_over(self.day):
                continue
            legacy = self.applicability.legacy(rule, scope)
            verdicts.append(legacy.whole)
            if legacy.whole.truth is Truth.TRUE:
                outcomes.append(self._grandfathered(requirement, scope, rule, legacy.whole))
            elif legacy.cut_off_open:
                outcomes.append(self._open_cut_off(requirement, scope, rule, legacy.whole))
        if not outcomes:
            return Outcome(verdicts=verdicts)
        most = max(outcomes, key=_sparing_rank)
        return Outcome(most, beside=most.state is not State.NOT_APPLICABLE)

    def _open_cut_off(self, requirement: Requirement, scope: Iri, rule: LegacyRule, verdict: Verdict) -> Result:
        question = rule.question or f"Which cut-off date does {rule.label} mean?"
        return Result(
            requirement.iri, scope, State.REVIEW, "R1d", question, None, verdict.grounds, (question,), (rule.iri,)
        )

    def _grandfathered(self, requirement: Requirement, scope: Iri, rule: LegacyRule, verdict: Verdict) -> Result:
        if rule.grace_until is None:
            state, reason = State.NOT_APPLICABLE, f"legacy ({rule.label})"
            return Result(
                requirement.iri, scope, state, "R1d", reason, Kind.LEGACY, verdict.grounds, inputs=(rule.iri,)
            )
        own = self.applicability.timing_of(requirement, scope).first
        until = max(rule.grace_until, own) if own else rule.grace_until
        reason = f"applies from {until} ({rule.label})"
        result = Result(requirement.iri, scope, State.NOT_YET, "R1d", reason, None, verdict.grounds, inputs=(rule.iri,))
        return replace(result, effective_from=until)


def _sparing_rank(result: Result) -> tuple[int, date]:
    order = {State.NOT_APPLICABLE: 2, State.NOT_YET: 1, State.REVIEW: 0}
    return order[result.state], result.effective_from or date.min
