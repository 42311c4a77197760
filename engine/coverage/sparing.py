"""Who is spared: norms excluded, displaced, deemed fulfilled elsewhere, or grandfathered (COVERAGE §5 R1 to R1d)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.applicability import Ground
from engine.coverage.rollup import roll_up
from engine.coverage.values import Kind, Result
from engine.kleene import Truth
from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.applicability import Applicability, Verdict
    from engine.coverage.addressed import AddressedReader
    from engine.graph import Iri
    from engine.model import DeemingRule, LegacyRule, Requirement

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
        self._deeming: set[tuple[Iri, Iri]] = set()

    def decide(self, requirement: Requirement, scope: Iri) -> tuple[Result | None, list[Verdict]]:
        """Return the state that a rule settles, or the verdicts of rules whose firing is undetermined."""
        open_verdicts: list[Verdict] = []
        for rule in (self._excluded, self._displaced, self._deemed, self._legacy):
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

    def _displaced(self, requirement: Requirement, scope: Iri) -> tuple[Result | None, list[Verdict]]:
        open_verdicts = []
        for rule in self.knowledge.displacements:
            if not self._reaches(requirement, rule.displaces, rule.except_for):
                continue
            verdict = self.applicability.hold(rule.conditions, scope)
            if verdict.truth is Truth.TRUE:
                favoured = ", ".join(self.knowledge.citation(iri) for iri in rule.in_favour_of)
                reason = f"displaced by {favoured} ({rule.label})"
                inputs = (rule.iri, *rule.in_favour_of)
                state, kind = State.NOT_APPLICABLE, Kind.DISPLACED
                return Result(requirement.iri, scope, state, "R1b", reason, kind, verdict.grounds, inputs=inputs), []
            open_verdicts.append(verdict)
        return None, open_verdicts

    def _reaches(self, requirement: Requirement, wholes: Iterable[Iri], except_for: Iterable[Iri]) -> bool:
        inside = requirement.iri in wholes or self.knowledge.within(requirement.provision, wholes)
        return inside and not (
            requirement.iri in except_for or self.knowledge.within(requirement.provision, except_for)
        )

    def _deemed(self, requirement: Requirement, scope: Iri) -> tuple[Result | None, list[Verdict]]:
        open_verdicts = []
        for rule in self.knowledge.deemings:
            if not self._reaches(requirement, rule.deems, rule.except_for):
                continue
            verdict = self.applicability.hold(rule.conditions, scope)
            if verdict.truth is Truth.TRUE:
                return self._referred(requirement, scope, rule, verdict), []
            open_verdicts.append(verdict)
        return None, open_verdicts

    def _referred(self, requirement: Requirement, scope: Iri, rule: DeemingRule, verdict: Verdict) -> Result:
        leaves = [] if rule.fulfilled_by_law else self._leaves_of(requirement, scope, rule.fulfilled_by)
        inputs = (rule.iri, *rule.fulfilled_by)
        if leaves:
            reason = f"deemed fulfilled by {', '.join(map(self.knowledge.citation, rule.fulfilled_by))} ({rule.label})"
            state = roll_up(leaves)
            kind = Kind.DEEMED if state is State.NOT_APPLICABLE else None
            return Result(requirement.iri, scope, state, "R1c", reason, kind, verdict.grounds, inputs=inputs)
        law = rule.fulfilled_by_law or ", ".join(map(self.knowledge.citation, rule.fulfilled_by))
        question = f"Are the rules that fulfil this instead met: {law}?"
        reason = f"{rule.label}: the rules that fulfil this instead are not all in the graph"
        return Result(
            requirement.iri,
            scope,
            State.REVIEW,
            "R1c",
            reason,
            grounds=verdict.grounds,
            questions=(question,),
            inputs=inputs,
        )

    def _leaves_of(self, requirement: Requirement, scope: Iri, wholes: Iterable[Iri]) -> list[State]:
        if (requirement.iri, scope) in self._deeming:
            return []
        self._deeming.add((requirement.iri, scope))
        leaves: list[State] = []
        for whole in wholes:
            referred = [
                r for r in self.knowledge.live_requirements(self.day) if self.knowledge.within(r.provision, [whole])
            ]
            states = [result.state for r in referred for result in self._results(r)]
            if not states:
                leaves = []
                break
            leaves += states
        self._deeming.discard((requirement.iri, scope))
        return leaves

    def _legacy(self, requirement: Requirement, scope: Iri) -> tuple[Result | None, list[Verdict]]:
        open_verdicts = []
        for rule in self.knowledge.legacies:
            over = rule.grace_until is not None and rule.grace_until <= self.day
            if over or not self._reaches(requirement, rule.governs, rule.except_for):
                continue
            verdict = self.applicability.legacy(rule, scope)
            if verdict.truth is Truth.TRUE:
                return self._grandfathered(requirement, scope, rule, verdict), []
            open_verdicts.append(verdict)
        return None, open_verdicts

    def _grandfathered(self, requirement: Requirement, scope: Iri, rule: LegacyRule, verdict: Verdict) -> Result:
        if rule.grace_until is None:
            state, kind, reason = State.NOT_APPLICABLE, Kind.LEGACY, f"legacy ({rule.label})"
        else:
            state, kind, reason = State.NOT_YET, None, f"until {rule.grace_until} ({rule.label})"
        return Result(
            requirement.iri,
            scope,
            state,
            "R1d",
            reason,
            kind,
            verdict.grounds,
            inputs=(rule.iri,),
            effective_from=rule.grace_until,
            otherwise=None if rule.grace_until is None else self.addressed.of(requirement, scope),
        )
