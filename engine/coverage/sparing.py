"""Who is spared: norms excluded, displaced, deemed fulfilled elsewhere, or grandfathered (COVERAGE §5 R1 to R1d)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from engine.coverage.rollup import roll_up
from engine.coverage.values import Kind, Result
from engine.kleene import Truth
from engine.model import State
from engine.rulebook import favoured
from engine.verdicts import Ground, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.applicability import Applicability
    from engine.coverage.addressed import AddressedReader
    from engine.graph import Iri
    from engine.model import Requirement
    from engine.rules import DeemingRule, LegacyRule, ScopeLimitationRule

__all__ = ["Sparing"]


class Sparing:
    """Answer which rules beside its own conditions take a requirement out of the count.

    Each rule settles the state, or leaves an open verdict, or says nothing.
    """

    def __init__(
        self,
        applicability: Applicability,
        addressed: AddressedReader,
        results: Callable[[Requirement], Iterable[Result]],
    ) -> None:
        self.applicability = applicability
        self.knowledge = applicability.knowledge
        self.day = applicability.day
        self.addressed = addressed
        self._results = results

    def decide(self, requirement: Requirement, scope: Iri) -> tuple[Result | None, list[Verdict]]:
        """Return the state that a rule settles, or the verdicts of rules whose firing is undetermined."""
        open_verdicts: list[Verdict] = []
        for rule in (self._limited, self._displaced, self._deemed, self._legacy, self._excluded):
            settled, verdicts = rule(requirement, scope)
            if settled is not None:
                return settled, []
            open_verdicts += verdicts
        return None, open_verdicts

    def _excluded(self, requirement: Requirement, scope: Iri) -> tuple[Result | None, list[Verdict]]:
        exclusion = self.addressed.supports.exclusion(requirement.provision, scope)
        if exclusion is None or self.knowledge.provisions[requirement.provision].kind != "Control":
            return None, []
        reason = f"excluded: {exclusion.justification}"
        ground = Ground(Truth.FALSE, reason, (exclusion.iri,))
        return Result(requirement.iri, scope, State.NOT_APPLICABLE, "R1", reason, Kind.EXCLUDED, (ground,)), []

    def _limited(self, requirement: Requirement, scope: Iri) -> tuple[Result | None, list[Verdict]]:
        open_verdicts: list[Verdict] = []
        for rule, verdict in self.addressed.limits.reaching(requirement, scope):
            if rule.takes_away and verdict.truth is Truth.TRUE:
                instead = " and ".join(map(self.knowledge.citation, rule.applies_instead))
                reason = f"limited by {rule.label}{f', {instead} instead' if instead else ''}"
                inputs, kind = (rule.iri, *rule.applies_instead), Kind.ROLE_OR_CLASS
                state = State.NOT_APPLICABLE
                return Result(requirement.iri, scope, state, "R1", reason, kind, verdict.grounds, inputs=inputs), []
            open_verdicts += self._limit_in_question(requirement, scope, rule, verdict)
        return None, open_verdicts

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

    def _displaced(self, requirement: Requirement, scope: Iri) -> tuple[Result | None, list[Verdict]]:
        open_verdicts = []
        for rule in self.knowledge.displacements_of(requirement, self.day):
            verdict = self.applicability.hold(rule.conditions, scope)
            if verdict.truth is Truth.TRUE:
                reason = f"displaced by {favoured(self.knowledge, rule)} ({rule.label})"
                inputs = (rule.iri, *rule.in_favour_of)
                state, kind = State.NOT_APPLICABLE, Kind.DISPLACED
                return Result(requirement.iri, scope, state, "R1b", reason, kind, verdict.grounds, inputs=inputs), []
            open_verdicts.append(verdict)
        return None, open_verdicts

    def _deemed(self, requirement: Requirement, scope: Iri) -> tuple[Result | None, list[Verdict]]:
        firing: list[DeemingRule] = []
        verdicts: list[Verdict] = []
        for rule in self.knowledge.deemings_of(requirement, self.day):
            verdict = self.applicability.hold(rule.conditions, scope)
            firing += [rule] if verdict.truth is Truth.TRUE else []
            verdicts.append(verdict)
        if not firing:
            return None, verdicts
        return self._referred(requirement, scope, firing, verdicts), []

    def _referred(
        self, requirement: Requirement, scope: Iri, rules: list[DeemingRule], verdicts: list[Verdict]
    ) -> Result:
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
            own = self.addressed.of(requirement, scope) if state in {State.NOT_YET, State.REVIEW} else None
            return replace(result, otherwise=own)
        questions = tuple(dict.fromkeys(rule.question or self._whether_met(rule) for rule in rules))
        reason = f"{named}: the rules that fulfil this instead are not all in the graph"
        result = Result(requirement.iri, scope, State.REVIEW, "R1c", reason, None, grounds, questions, inputs)
        return replace(result, otherwise=self.addressed.of(requirement, scope))

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
            for referred in self._refers_to(waiting.pop()):
                if referred.iri == requirement.iri:
                    return True
                if referred.iri not in seen:
                    seen.add(referred.iri)
                    waiting.append(referred)
        return False

    def _refers_to(self, requirement: Requirement) -> Iterator[Requirement]:
        for rule in self.knowledge.deemings_of(requirement, self.day):
            yield from (referred for whole in rule.fulfilled_by for referred in self._within(whole))

    def _legacy(self, requirement: Requirement, scope: Iri) -> tuple[Result | None, list[Verdict]]:
        """Let the most sparing rule decide: for good, then the latest date, then an open cut-off."""
        outcomes: list[Result] = []
        verdicts: list[Verdict] = []
        for rule in self.knowledge.legacies_of(requirement, self.day):
            if rule.is_over(self.day):
                continue
            legacy = self.applicability.legacy(rule, scope)
            verdicts.append(legacy.whole)
            if legacy.whole.truth is Truth.TRUE:
                outcomes.append(self._grandfathered(requirement, scope, rule, legacy.whole))
            elif legacy.cut_off_open:
                outcomes.append(self._open_cut_off(requirement, scope, rule, legacy.whole))
        if not outcomes:
            return None, verdicts
        return max(outcomes, key=_sparing_rank), []

    def _open_cut_off(self, requirement: Requirement, scope: Iri, rule: LegacyRule, verdict: Verdict) -> Result:
        question = rule.question or f"Which cut-off date does {rule.label} mean?"
        result = Result(
            requirement.iri, scope, State.REVIEW, "R1d", question, None, verdict.grounds, (question,), (rule.iri,)
        )
        return replace(result, otherwise=self.addressed.of(requirement, scope))

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
        return replace(result, effective_from=until, otherwise=self.addressed.of(requirement, scope))


def _sparing_rank(result: Result) -> tuple[int, date]:
    order = {State.NOT_APPLICABLE: 2, State.NOT_YET: 1, State.REVIEW: 0}
    return order[result.state], result.effective_from or date.min
