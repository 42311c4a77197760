"""The state of one requirement in one scope: the rules R0 to R7 of COVERAGE §5, first match wins."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING

from engine.applicability import Applicability
from engine.coverage.addressed import AddressedReader
from engine.coverage.memory import Memory
from engine.coverage.sparing import Sparing
from engine.coverage.values import Kind, Policy, Result
from engine.kleene import Truth
from engine.model import State
from engine.organisation import SCOPE_CLASSES, SCOPE_NAMES
from engine.verdicts import Ground

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from engine.coverage.values import Addressed
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Organisation, Override, Requirement
    from engine.timing import Timing
    from engine.verdicts import Verdict

__all__ = ["StateReader"]

_CAUTION = (
    State.COVERED,
    State.CLAIMED,
    State.NOT_APPLICABLE,
    State.NOT_YET,
    State.PARTIALLY,
    State.NOT_COVERED,
    State.REVIEW,
)
"""States from the least to the most cautious one to set by hand."""


class StateReader:
    """Answer, for one organisation on one day under one policy, in which state each requirement is."""

    def __init__(
        self,
        knowledge: Knowledge,
        organisation: Organisation,
        day: date,
        policy: Policy,
        memory: Memory | None = None,
        addressed: Addressed | None = None,
    ) -> None:
        self.knowledge = knowledge
        self.organisation = organisation
        self.day = day
        self.memory = memory or Memory.of(organisation)
        own = addressed or AddressedReader(Applicability(knowledge, organisation, day), policy, self.memory)
        self.addressed, self.applicability = own, own.applicability
        self.sparing = Sparing(self.applicability, self.addressed, self.results)

    @property
    def by_rows(self) -> AddressedReader:
        """How far requirements are addressed, read row by row; columns are made for one state of the records."""
        assert isinstance(self.addressed, AddressedReader)  # noqa: S101 - nobody asks a reader off columns
        return self.addressed

    def with_records(self, organisation: Organisation) -> StateReader:
        """Return a reader for other implementations, evidence and judgements; assets, facts, roles, events the same.

        What does not depend on those is not read again: rows, chains, and which norms bind.
        """
        other = copy(self)
        other.organisation, other.memory = organisation, Memory.of(organisation)
        other.applicability = copy(self.applicability)
        other.applicability.organisation = organisation
        other.addressed = self.by_rows.with_records(other.applicability, other.memory)
        other.sparing = self.sparing.over(other.applicability, other.addressed, other.results)
        return other

    def results(self, requirement: Requirement, among: Container[Iri] | None = None) -> tuple[Result, ...]:
        """Return the result of a requirement in each of its scopes; one on the organisation where there is none.

        :param among: the scopes to be told of; all where none is given.
        """
        scopes = self.applicability.scopes(requirement)
        compute = self._computed if scopes else self._without_asset
        return tuple(
            self._once(requirement, scope, compute)
            for scope in scopes or (self.organisation.iri,)
            if among is None or scope in among
        )

    def _without_asset(self, requirement: Requirement, owner: Iri) -> Result:
        kind = SCOPE_NAMES[requirement.assessed_per]
        if SCOPE_CLASSES[requirement.assessed_per] in self.organisation.has_none:
            ground = Ground(Truth.FALSE, f"{self.organisation.label} has no {kind}", (owner,))
            result = Result(
                requirement.iri, owner, State.NOT_APPLICABLE, "R1", ground.statement, Kind.NO_ASSET, (ground,)
            )
        else:
            question = f"No {kind} is recorded: is there none?"
            ground = Ground(Truth.UNDETERMINED, question, (owner,), question)
            result = Result(
                requirement.iri, owner, State.REVIEW, "R2b", question, grounds=(ground,), questions=(question,)
            )
            result = replace(result, otherwise=self.addressed.of(requirement, owner))
        first = self.applicability.timing_of(requirement, owner).first
        return replace(result, effective_from=first)

    def result(self, requirement: Requirement, scope: Iri) -> Result:
        """Return the state of a requirement in a scope, with an override where one is in force (R0)."""
        return self._once(requirement, scope, self._computed)

    def _once(self, requirement: Requirement, scope: Iri, compute: Callable[[Requirement, Iri], Result]) -> Result:
        known = self.memory.results.setdefault(requirement.iri, {})
        if scope not in known:
            known[scope] = self._overridden(requirement, scope, compute(requirement, scope))
        return known[scope]

    def _overridden(self, requirement: Requirement, scope: Iri, computed: Result) -> Result:
        override = self._override(requirement, scope)
        if override is None:
            return computed
        reason = f"set by {self._label(override.judged_by)} until {override.valid_until}: {override.reason}"
        settled = replace(computed, state=override.state, rule="R0", reason=reason, kind=None)
        return replace(settled, inputs=(override.iri,), otherwise=computed)

    def _override(self, requirement: Requirement, scope: Iri) -> Override | None:
        """Return the latest override in force: named, with reason and expiry; the more cautious of two of one day."""
        found = [
            o
            for o in self.memory.records.overrides_of[requirement.iri]
            if scope in o.respects
            and o.judged_by is not None
            and o.reason
            and o.issued is not None
            and o.valid_until is not None
            and o.issued <= self.day <= o.valid_until
        ]
        return max(found, key=lambda o: (o.issued, _CAUTION.index(o.state)), default=None)

    def _label(self, iri: Iri | None) -> str:
        return "" if iri is None else self.organisation.labels.get(iri) or self.knowledge.citation(iri)

    def _computed(self, requirement: Requirement, scope: Iri) -> Result:
        """Return the state of a requirement, as the asset has it from which it arises and binds most (decision 25)."""
        addressed = partial(self.addressed.of, requirement, scope)
        assets = self.applicability.arises_from(requirement, scope)
        if len(assets) == 1:
            return self._arising(requirement, scope, assets[0], addressed)
        once = cache(addressed)
        found = [self._arising(requirement, scope, asset, once) for asset in assets]
        most = max(found, key=self._binding)
        alike = (result for result in found if self._binding(result)[0] == self._binding(most)[0])
        asked = (question for result in alike for question in result.questions)
        return replace(most, questions=tuple(dict.fromkeys((*most.questions, *asked))))

    def _binding(self, result: Result) -> tuple[int, int | str, int | str]:
        """Order what an organisation's norm comes to for single assets, from what binds least to what binds most.

        Not applicable, spared or not yet, not yet, open, deemed fulfilled, in force. Of several that bind alike the
        one that has applied longest counts; of several that do not, the later rule.
        """
        first = result.effective_from or date.min
        since = -first.toordinal()
        if result.state is State.NOT_APPLICABLE:
            return 0, result.rule, since
        if result.state is State.NOT_YET or (result.rule == "R1d" and first > self.day):
            return 2 if result.state is State.NOT_YET else 1, since, result.rule
        unsettled = result.state is State.REVIEW and result.rule != "R7"
        return (3 if unsettled else 4 if result.rule == "R1c" else 5), since, result.rule

    def _arising(self, requirement: Requirement, scope: Iri, asset: Iri, addressed: Callable[[], Result]) -> Result:
        timing = self.applicability.timing_of(requirement, asset)
        result = self._in_force(requirement, scope, asset, timing, addressed)
        arises_from, first = None if asset == scope else asset, result.effective_from or timing.first
        if (result.arises_from, result.effective_from) == (arises_from, first):
            return result
        return replace(result, arises_from=arises_from, effective_from=first)

    def _in_force(
        self, requirement: Requirement, scope: Iri, asset: Iri, timing: Timing, addressed: Callable[[], Result]
    ) -> Result:
        binds = self.applicability.binds(requirement, asset)
        if binds.truth is Truth.FALSE:
            reason = "; ".join(ground.statement for ground in binds.decisive)
            kind = Kind.ROLE_OR_CLASS
            return Result(requirement.iri, scope, State.NOT_APPLICABLE, "R1", reason, kind, binds.decisive)
        spared = self.sparing.decide(requirement, asset)
        if spared.settled is not None:
            own = addressed() if spared.beside else None
            return replace(spared.settled, scope=scope, otherwise=own)
        undetermined = [v for v in (binds, *spared.verdicts) if v.truth is Truth.UNDETERMINED]
        presupposed = self._presupposed(requirement, asset, timing)
        return self._in_time(requirement, scope, binds, timing, undetermined, presupposed, addressed())

    def _in_time(
        self,
        requirement: Requirement,
        scope: Iri,
        binds: Verdict,
        timing: Timing,
        undetermined: list[Verdict],
        presupposed: tuple[str, ...],
        otherwise: Result,
    ) -> Result:
        applies = timing.applies(self.day)
        common = {"grounds": binds.grounds, "inputs": timing.windows, "effective_from": timing.first}
        if applies is Truth.FALSE:
            reason = "applies from " + " or ".join(map(str, timing.dates))
            return Result(
                requirement.iri,
                scope,
                State.NOT_YET,
                "R2",
                reason,
                otherwise=otherwise,
                **common,  # type: ignore[arg-type]
            )
        questions = tuple(dict.fromkeys(q for verdict in undetermined for q in verdict.questions))
        rule = "R2b"
        if applies is Truth.UNDETERMINED:
            dates = " or ".join(map(str, timing.dates)) or "no known date"
            questions = (*questions, f"From when does {self._cite(requirement)} apply here: {dates}?")
        if presupposed:
            questions, rule = (*questions, *presupposed), rule if questions or undetermined else "R2"
        if questions or undetermined:
            grounds = (
                tuple(g for v in undetermined for g in v.grounds if g.truth is Truth.UNDETERMINED) or binds.grounds
            )
            return Result(
                requirement.iri,
                scope,
                State.REVIEW,
                rule,
                questions[0] if questions else "applicability is undetermined",
                grounds=grounds,
                questions=questions,
                inputs=timing.windows,
                effective_from=timing.first,
                otherwise=otherwise,
            )
        return replace(otherwise, grounds=binds.grounds, effective_from=timing.first)

    def _cite(self, requirement: Requirement) -> str:
        return self.knowledge.citation(requirement.provision)

    def _presupposed(self, requirement: Requirement, scope: Iri, own: Timing) -> tuple[str, ...]:
        questions = []
        for provision in requirement.presupposes:
            theirs = self.applicability.timing(provision, scope)
            if theirs.applies(self.day) is not Truth.TRUE:
                dates = " or ".join(map(str, theirs.dates)) or "no known date"
                since = f"since {own.first}" if own.first else "already"
                questions.append(
                    f"{self._cite(requirement)} applies {since}, but presupposes "
                    f"{self.knowledge.citation(provision)}, which applies from {dates}: does it bind before?"
                )
        return tuple(questions)
