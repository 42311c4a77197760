"""Whether a norm binds an organisation in a scope on a day, in three values, and why (COVERAGE §4, §5 R1 and R2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.kleene import Truth, all_of, any_of, negate
from engine.organisation import LEGACY_FACTS, SCOPE_CLASSES
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.knowledge import Knowledge
    from engine.model import LegacyRule, Organisation, Requirement

__all__ = ["Applicability", "Ground", "LegacyVerdict", "Timing", "Verdict", "conclude"]

_ORGANISATION = Iri(NG.Organisation.value)
_MARKET_DATE, _CHANGED, _CHANGE_DATE = LEGACY_FACTS


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for a truth value: what is said, on which inputs, and what to ask where it is undetermined."""

    truth: Truth
    statement: str
    inputs: tuple[Iri, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A truth value with its grounds."""

    truth: Truth
    grounds: tuple[Ground, ...] = ()

    @property
    def decisive(self) -> tuple[Ground, ...]:
        """The grounds that have the truth value of the whole."""
        return tuple(ground for ground in self.grounds if ground.truth is self.truth)

    @property
    def questions(self) -> tuple[str, ...]:
        """What to ask to settle the undetermined grounds, each once."""
        asked = (g.question or g.statement for g in self.grounds if g.truth is Truth.UNDETERMINED)
        return tuple(dict.fromkeys(asked))


@dataclass(frozen=True, slots=True)
class LegacyVerdict:
    """Whether a grandfathering rule spares, and whether nothing but its cut-off leaves that open."""

    whole: Verdict
    cut_off_open: bool


@dataclass(frozen=True, slots=True)
class Timing:
    """The dates from which a norm may apply in a scope, with the windows that say so.

    ``bound`` is false where no window ever governs the provision or what it is part of: then it always applies.
    """

    dates: tuple[date, ...]
    windows: tuple[Iri, ...]
    bound: bool

    def applies(self, day: date) -> Truth:
        """Tell whether the norm applies on a day under every possible date, none, or some."""
        if not self.bound:
            return Truth.TRUE
        if not self.dates:
            return Truth.UNDETERMINED
        return conclude([Truth.TRUE if start <= day else Truth.FALSE for start in self.dates])

    @property
    def first(self) -> date | None:
        """The earliest possible date."""
        return min(self.dates, default=None)


def conclude(completions: Sequence[Truth]) -> Truth:
    """Return the value that all completions agree on, or undetermined."""
    return completions[0] if len(set(completions)) == 1 else Truth.UNDETERMINED


class Applicability:
    """Answer, for one organisation on one day, which norms bind it in which scope."""

    def __init__(self, knowledge: Knowledge, organisation: Organisation, day: date) -> None:
        self.knowledge = knowledge
        self.organisation = organisation
        self.day = day
        self._known: dict[tuple[Iri, Iri], Verdict] = {}
        self._windows = [window for window in knowledge.windows if window.is_law(day)]
        self._governed = {iri for window in knowledge.windows for iri in window.governs}

    def scopes(self, requirement: Requirement) -> tuple[Iri, ...]:
        """Return the scopes in which a requirement is assessed; none where no such asset is recorded."""
        if requirement.assessed_per not in SCOPE_CLASSES:
            return (self.organisation.iri,)
        return self._assets_of(SCOPE_CLASSES[requirement.assessed_per])

    def binds(self, requirement: Requirement, scope: Iri) -> Verdict:
        """Tell whether the bearer and all conditions of a requirement hold in a scope."""
        verdicts = [self.bears(requirement.bearers, scope), *(self.holds(c, scope) for c in requirement.conditions)]
        return _conjoin(verdicts)

    def hold(self, conditions: Iterable[Iri], scope: Iri) -> Verdict:
        """Tell whether all of some conditions hold in a scope."""
        return _conjoin([self.holds(condition, scope) for condition in conditions])

    def bears(self, roles: Iterable[Iri], scope: Iri) -> Verdict:
        """Tell whether the organisation has one of some roles in respect of a scope."""
        grounds = [self._bears(role, scope) for role in roles]
        if not grounds:
            return _ground(Truth.UNDETERMINED, "", scope, "Whom does it bind? No bearer is recorded.")
        truth = any_of(ground.truth for ground in grounds)
        return Verdict(truth, tuple(g for g in grounds if truth is not Truth.TRUE or g.truth is truth))

    def _bears(self, role: Iri, scope: Iri) -> Ground:
        recorded = [r for r in self.organisation.roles if scope == self.organisation.iri or scope in r.respects]
        current = [r for r in recorded if r.in_force(self.day)]
        name, where = self.knowledge.citation(role), self._name(scope)
        for assignment in current:
            if assignment.holds and self.knowledge.is_a(assignment.role, role):
                statement = f"{name} of {where}: {assignment.ground or 'as recorded'}"
                return Ground(Truth.TRUE, statement, (assignment.iri,))
        denials = [r.iri for r in current if not r.holds and self.knowledge.is_a(role, r.role)]
        scheme = self.knowledge.schemes.get(role)
        others = [r.iri for r in recorded if r.holds and scheme and self.knowledge.schemes.get(r.role) == scheme]
        if denials or others:
            return Ground(Truth.FALSE, f"not {name} of {where}", tuple(denials or others))
        question = f"Is {self.organisation.label or self.organisation.iri} {name} in respect of {where}?"
        return Ground(Truth.UNDETERMINED, f"no role of this kind is recorded for {where}", (scope, role), question)

    def holds(self, condition: Iri, scope: Iri) -> Verdict:
        """Tell whether a condition holds in a scope; an unknown condition is undetermined."""
        key = (condition, scope)
        if key not in self._known:
            self._known[key] = self._evaluate(condition, scope)
        return self._known[key]

    def _evaluate(self, iri: Iri, scope: Iri) -> Verdict:
        condition = self.knowledge.conditions.get(iri)
        if condition is None:
            return Verdict(Truth.UNDETERMINED, (Ground(Truth.UNDETERMINED, f"{iri} is no known condition", (iri,)),))
        if condition.kind == "fact":
            return self._fact(iri, scope)
        parts = [self.holds(operand, scope) for operand in condition.operands]
        if not parts:
            return Verdict(
                Truth.UNDETERMINED, (Ground(Truth.UNDETERMINED, f"{condition.label}: without parts", (iri,)),)
            )
        if condition.kind == "conjunction":
            return _conjoin(parts)
        if condition.kind == "disjunction":
            return _disjoin(parts)
        return _negated(_conjoin(parts))

    def _fact(self, iri: Iri, scope: Iri) -> Verdict:
        condition = self.knowledge.conditions[iri]
        subjects = self._subjects(condition.fact_of, scope)
        if not subjects:
            none = condition.fact_of in self.organisation.has_none
            truth = Truth.FALSE if none else Truth.UNDETERMINED
            return Verdict(
                truth,
                (Ground(truth, f"{condition.label}: nothing of that kind is recorded", (iri,), condition.question),),
            )
        grounds = [self._fact_of(iri, subject) for subject in subjects]
        truth = any_of(ground.truth for ground in grounds)
        return Verdict(truth, tuple(g for g in grounds if truth is not Truth.TRUE or g.truth is truth))

    def _fact_of(self, iri: Iri, subject: Iri) -> Ground:
        condition = self.knowledge.conditions[iri]
        values = self.organisation.facts.get((subject, condition.fact or iri), ())
        where = self._name(subject)
        if not values:
            question = f"{condition.question or condition.label} ({where})"
            return Ground(Truth.UNDETERMINED, f"{condition.label}: not recorded for {where}", (subject, iri), question)
        matched = any(self.knowledge.is_a(value, condition.expects) for value in values)
        statement = f"{condition.label}: {'yes' if matched else 'no'} for {where}"
        return Ground(Truth.TRUE if matched else Truth.FALSE, statement, (subject, iri))

    def _subjects(self, of_class: Iri | None, scope: Iri) -> tuple[Iri, ...]:
        organisation = self.organisation.iri
        if of_class is None or of_class == _ORGANISATION:
            return (organisation,)
        if scope == organisation:
            return self._assets_of(of_class)
        asset = self.organisation.assets.get(scope)
        if asset is None or of_class in asset.classes:
            return (scope,)
        linked = (a for a in self._assets_of(of_class) if a in asset.uses or scope in self.organisation.assets[a].uses)
        return tuple(linked)

    def _assets_of(self, of_class: Iri) -> tuple[Iri, ...]:
        return tuple(asset.iri for asset in self.organisation.assets.values() if of_class in asset.classes)

    def _name(self, iri: Iri) -> str:
        return self.organisation.labels.get(iri) or iri.rpartition("/")[2]

    def timing(self, provision: Iri, scope: Iri) -> Timing:
        """Return from when a provision applies in a scope, by the nearest windows that are law on the day."""
        if not self.knowledge.within(provision, self._governed):
            return Timing((), (), bound=False)
        nearest = self.knowledge.nearest_windows(self._windows, provision)
        possible = [w for w in nearest if not w.condition or self.holds(w.condition, scope).truth is not Truth.FALSE]
        dates = tuple(sorted({window.applies_from for window in possible}))
        return Timing(dates, tuple(sorted(window.iri for window in possible)), bound=True)

    def legacy(self, rule: LegacyRule, scope: Iri) -> LegacyVerdict:
        """Tell whether a grandfathering rule spares what is in scope, and whether only its cut-off leaves that open."""
        conditions = self.hold(rule.conditions, scope)
        if conditions.truth is Truth.FALSE:
            return LegacyVerdict(conditions, cut_off_open=False)
        market = self._dates(scope, _MARKET_DATE)
        name = self._name(scope)
        if not market:
            question = f"When was {name} first placed on the market or put into service?"
            before = _ground(Truth.UNDETERMINED, f"no market date is recorded for {name}", scope, question)
            return LegacyVerdict(_conjoin([conditions, before]), cut_off_open=False)
        spared = conclude([Truth.TRUE if market[0] < cut_off else Truth.FALSE for cut_off in rule.cut_offs])
        before = _ground(spared, f"{name} on the market since {market[0]}", scope, rule.question)
        unchanged = self._unchanged(rule, scope)
        known = conditions.truth is Truth.TRUE and unchanged.truth is Truth.TRUE
        return LegacyVerdict(
            _conjoin([conditions, before, unchanged]), cut_off_open=known and spared is Truth.UNDETERMINED
        )

    def _unchanged(self, rule: LegacyRule, scope: Iri) -> Verdict:
        if not rule.ended_by_change:
            return Verdict(Truth.TRUE)
        name = self._name(scope)
        changed = self.organisation.facts.get((scope, _CHANGED), ())
        days = self._dates(scope, _CHANGE_DATE)
        if changed == (False,) and not days:
            return _ground(Truth.TRUE, f"{name} not significantly changed in design", scope)
        if not changed and not days:
            return _ground(Truth.UNDETERMINED, "", scope, f"Has the design of {name} changed significantly, and when?")
        if not days:
            return _ground(Truth.UNDETERMINED, "", scope, f"When did the design of {name} change significantly?")
        relevant = [day for day in days if day <= self.day]
        spared = [all_of(Truth.TRUE if day < cut_off else Truth.FALSE for day in relevant) for cut_off in rule.cut_offs]
        return _ground(conclude(spared), f"{name} significantly changed on {days[-1]}", scope, rule.question)

    def _dates(self, subject: Iri, fact: Iri) -> list[date]:
        return sorted(v for v in self.organisation.facts.get((subject, fact), ()) if isinstance(v, date))


def _ground(truth: Truth, statement: str, subject: Iri, question: str = "") -> Verdict:
    return Verdict(truth, (Ground(truth, statement or question, (subject,), question),))


def _conjoin(verdicts: Sequence[Verdict]) -> Verdict:
    return Verdict(all_of(v.truth for v in verdicts), tuple(g for v in verdicts for g in v.grounds))


def _disjoin(verdicts: Sequence[Verdict]) -> Verdict:
    truth = any_of(v.truth for v in verdicts)
    telling = [v for v in verdicts if v.truth is truth] if truth is Truth.TRUE else list(verdicts)
    return Verdict(truth, tuple(g for v in telling for g in v.grounds))


def _negated(verdict: Verdict) -> Verdict:
    return Verdict(
        negate(verdict.truth),
        tuple(Ground(negate(g.truth), g.statement, g.inputs, g.question) for g in verdict.grounds),
    )
