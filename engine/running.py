"""Whether a notification clock runs after an incident: whom it binds, and which rules keep it from running."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from engine.incidents import is_of
from engine.kleene import Truth, all_of
from engine.organisation import SCOPE_CLASSES
from engine.rules import law_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.applicability import Applicability
    from engine.clocks import Clock
    from engine.graph import Iri
    from engine.model import Requirement
    from engine.rules import ScopeLimitationRule
    from engine.verdicts import Verdict

__all__ = ["OWED", "ClockReader", "ClockStatus", "Standing"]


class ClockStatus(Enum):
    """Whether a clock runs: it does, it may, it does not and why, or nobody here knows the law that sets it."""

    RUNS = "runs"
    MAY_RUN = "may run"
    NOT_MODELLED = "not modelled"
    REPLACED = "replaced"
    DISPLACED = "displaced"
    LIMITED = "limited"
    NOT_APPLICABLE = "does not apply"
    NOT_YET = "not yet applicable"


OWED = frozenset({ClockStatus.RUNS, ClockStatus.MAY_RUN})
"""The states in which a clock has a limit."""
_ORDER = list(ClockStatus)
_ONE_BY_ONE = frozenset({"PerSystem", "PerModel"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a clock runs, why, and what would have to be known."""

    status: ClockStatus
    because: str
    questions: tuple[str, ...] = ()


class ClockReader:
    """One incident: what it is, what it hit, and what each clock makes of that."""

    def __init__(self, applicability: Applicability, event_types: Mapping[Iri, Truth], scope: Iri) -> None:
        self.applicability = applicability
        self.knowledge = applicability.knowledge
        self.event_types = event_types
        self.scope = scope

    def standing(self, clock: Clock) -> Standing | None:
        """Return whether a clock runs; nothing where the incident is certainly of another kind."""
        kinds = (clock.event_types, *((each,) for each in clock.and_event_types))
        truths = {kind: is_of(self.knowledge, self.event_types, kind) for kind in kinds}
        if Truth.FALSE in truths.values():
            return None
        asked = [self._kind_question(kind) for kind, truth in truths.items() if truth is Truth.UNDETERMINED]
        return self._of_all({hit: self._at(clock, hit, asked) for hit in self._hit(clock)})

    def _kind_question(self, kind: Iterable[Iri]) -> str:
        return f"Is the incident of this kind: {' or '.join(map(self.knowledge.citation, kind))}?"

    def _requirements(self, clock: Clock) -> tuple[Requirement, ...]:
        """Return the requirements that a clock puts a limit to."""
        if clock.requirement is not None:
            return (self.knowledge.requirements[clock.requirement],)
        return self.knowledge.requirements_of.get(clock.provision, ())

    def _hit(self, clock: Clock) -> tuple[Iri, ...]:
        """Return what a clock is read for, one by one: the systems or models that were hit."""
        unit = self._unit(clock)
        one_by_one = self.applicability.subjects(SCOPE_CLASSES[unit], self.scope) if unit in _ONE_BY_ONE else ()
        return one_by_one or (self.scope,)

    def _unit(self, clock: Clock) -> str:
        """Return what the duty of a clock is assessed per, empty where its requirements do not agree."""
        units = {requirement.assessed_per for requirement in self._requirements(clock)}
        return units.pop() if len(units) == 1 else ""

    def _of_all(self, found: Mapping[Iri, Standing]) -> Standing:
        """Return how a clock stands where it is open which of some assets was hit: as for those it binds most."""
        first = min((each.status for each in found.values()), key=_ORDER.index)
        alike = {hit: one for hit, one in found.items() if one.status is first or {one.status, first} <= OWED}
        because = "; ".join(dict.fromkeys(each.because for each in alike.values() if each.because))
        asked = dict.fromkeys(question for each in alike.values() for question in each.questions)
        if len(alike) < len(found) and first in {*OWED, ClockStatus.NOT_MODELLED}:
            asked[f"Did it hit {' or '.join(map(self.applicability.name, alike))}?"] = None
        return Standing(ClockStatus.MAY_RUN if asked and first is ClockStatus.RUNS else first, because, tuple(asked))

    def _at(self, clock: Clock, scope: Iri, kinds_asked: Iterable[str]) -> Standing:
        """Return how a clock stands for what was hit; what narrows or defers this law leaves a clock of other law."""
        bears = self._bears(clock, scope)
        conditions = self.applicability.hold(clock.conditions, scope)
        grounds = (*bears.grounds, *conditions.grounds)
        if all_of((bears.truth, conditions.truth)) is Truth.FALSE:
            told = "; ".join(g.statement for g in grounds if g.truth is Truth.FALSE)
            return Standing(ClockStatus.NOT_APPLICABLE, told)
        because = "; ".join(g.statement for g in grounds if g.truth is Truth.TRUE)
        asked = [question for verdict in (bears, conditions) for question in verdict.questions]
        if clock.certainty == "not-modelled":
            return Standing(ClockStatus.NOT_MODELLED, because, tuple(dict.fromkeys([*asked, *kinds_asked])))
        limited, limits_asked = self._limited(clock, scope)
        stopped, open_rules = self._stopped(clock, scope, limited)
        if stopped is not None:
            return stopped
        asked += [*limits_asked, *open_rules, *self._presupposed(clock, scope), *kinds_asked]
        return Standing(ClockStatus.MAY_RUN if asked else ClockStatus.RUNS, because, tuple(dict.fromkeys(asked)))

    def _stopped(self, clock: Clock, scope: Iri, limited: str) -> tuple[Standing | None, list[str]]:
        """Return which rule keeps a clock from running, and why; else what has to be known to say that none does."""
        (displaced, displaced_asked), (legacy, legacy_asked) = self._displaced(clock), self._legacy(clock, scope)
        if displaced:
            return Standing(ClockStatus.DISPLACED, displaced), []
        if legacy:
            return Standing(ClockStatus.NOT_APPLICABLE, legacy), []
        if limited:
            return Standing(ClockStatus.LIMITED, limited), []
        timing = self.applicability.timing(clock.provision, scope, clock.bearers)
        applies = timing.applies(self.applicability.day)
        if applies is Truth.FALSE:
            return Standing(ClockStatus.NOT_YET, f"applies from {timing.first}"), []
        asked = [*displaced_asked, *legacy_asked]
        if applies is Truth.UNDETERMINED:
            dates = " or ".join(map(str, timing.dates)) or "no known date"
            asked.append(f"From when does {self.knowledge.citation(clock.provision)} apply here: {dates}?")
        return None, asked

    def _bears(self, clock: Clock, scope: Iri) -> Verdict:
        """Return whether the bearer's role is held in respect of what was hit, or of what is linked to it."""
        organisation = self.applicability.organisation
        here = self.applicability.bears(clock.bearers, scope)
        if here.truth is Truth.TRUE or scope == organisation.iri:
            return here
        unit = self._unit(clock)
        if unit == "PerOrganisation":
            return self.applicability.bears(clock.bearers, organisation.iri)
        uses = organisation.assets[scope].uses
        linked = [a for a in organisation.assets.values() if scope in a.uses or a.iri in uses]
        of_class = SCOPE_CLASSES.get(unit)
        there = [(self.applicability.bears(clock.bearers, a.iri), of_class in {None, *a.classes}) for a in linked]
        telling = [verdict for verdict, of_unit in there if of_unit or verdict.truth is Truth.TRUE]
        return max([here, *telling], key=lambda verdict: verdict.truth)

    def _legacy(self, clock: Clock, scope: Iri) -> tuple[str, list[str]]:
        """Return which grandfathering rule spares what was hit, empty where none does, and what is open of that."""
        day = self.applicability.day
        asset = self.applicability.organisation.assets.get(scope)
        if asset is not None and SCOPE_CLASSES.get(self._unit(clock)) not in {None, *asset.classes}:
            return "", []
        asked: list[str] = []
        for rule in law_on(self.knowledge.legacies, day):
            if rule.is_over(day) or not self._reaches(clock, rule.governs, rule.except_for):
                continue
            legacy = self.applicability.legacy(rule, scope)
            if legacy.whole.truth is Truth.TRUE:
                return f"legacy ({rule.label})", []
            if legacy.whole.truth is Truth.UNDETERMINED:
                asked += legacy.whole.questions or [rule.question or f"Which cut-off date does {rule.label} mean?"]
        return "", asked

    def _presupposed(self, clock: Clock, scope: Iri) -> list[str]:
        """Return the questions of what the provision presupposes and does not apply yet."""
        found = {provision for requirement in self._requirements(clock) for provision in requirement.presupposes}
        asked = []
        for provision in sorted(found):
            theirs = self.applicability.timing(provision, scope)
            if theirs.applies(self.applicability.day) is not Truth.TRUE:
                cited = self.knowledge.citation(provision)
                asked.append(f"It presupposes {cited}, which applies from {theirs.first}: does it bind before?")
        return asked

    def _displaced(self, clock: Clock) -> tuple[str, list[str]]:
        """Return which law takes the place of this one, empty where none does, and what is open of that."""
        organisation = self.applicability.organisation.iri
        asked: list[str] = []
        for rule in law_on(self.knowledge.displacements, self.applicability.day):
            if not self._reaches(clock, rule.displaces, rule.except_for):
                continue
            verdict = self.applicability.hold(rule.conditions, organisation)
            if verdict.truth is Truth.TRUE:
                favoured = rule.in_favour_of_law or ", ".join(map(self.knowledge.citation, rule.in_favour_of))
                return f"by {favoured} ({rule.label})", []
            asked += verdict.questions
        return "", asked

    def _reaches(self, clock: Clock, wholes: Iterable[Iri], except_for: Iterable[Iri]) -> bool:
        if clock.requirement is not None:
            return self.knowledge.reaches(self.knowledge.requirements[clock.requirement], wholes, except_for)
        within = self.knowledge.within
        return within(clock.provision, wholes) and not within(clock.provision, except_for)

    def _limited(self, clock: Clock, scope: Iri) -> tuple[str, list[str]]:
        """Return which limitation leaves the incident outside, empty where none does, and what has to be asked."""
        asked: list[str] = []
        for rule in law_on(self.knowledge.limitations, self.applicability.day):
            fires = self.applicability.hold(rule.conditions, scope)
            if fires.truth is Truth.FALSE or not self._reaches(clock, rule.limits, rule.except_for):
                continue
            limited, questions = self._left_by(rule) if rule.limited_to_events else self._taken_by(rule, fires, scope)
            if limited and fires.truth is Truth.TRUE:
                return limited, []
            asked += [*fires.questions, *questions] if limited or questions else []
        return "", asked

    def _left_by(self, rule: ScopeLimitationRule) -> tuple[str, list[str]]:
        """Return how a limitation to kinds of incident leaves this one outside, and what of that is open."""
        names = " or ".join(map(self.knowledge.citation, rule.limited_to_events))
        left = is_of(self.knowledge, self.event_types, rule.limited_to_events)
        outside = f"by {rule.label}: only for this kind of incident: {names}" if left is Truth.FALSE else ""
        return outside, [self._kind_question(rule.limited_to_events)] if left is Truth.UNDETERMINED else []

    def _taken_by(self, rule: ScopeLimitationRule, fires: Verdict, scope: Iri) -> tuple[str, list[str]]:
        """Return how a limitation takes the clock away, or what is open; it says nothing of a whole organisation."""
        if rule.question:
            return "", [rule.question]
        about = {condition for ground in fires.grounds for condition in ground.inputs}
        whole = scope == self.applicability.organisation.iri
        if whole and about & self.applicability.organisation.assets.keys():
            return "", [f"Does {rule.label} reach what the incident hit?"] if fires.truth is Truth.TRUE else []
        return f"by {rule.label}", []
