"""Whether a norm binds an organisation in a scope on a day, in three values, and why (COVERAGE §4, §5 R1 and R2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.kleene import Truth, all_of, any_of
from engine.organisation import LEGACY_FACTS, SCOPE_CLASSES
from engine.roles import RoleReader
from engine.rules import law_on
from engine.timing import Timing
from engine.verdicts import Ground, Verdict, conclude, conjoin, disjoin, ground, negated
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.knowledge import Knowledge
    from engine.model import Organisation, Requirement
    from engine.rules import DeemingRule, DisplacementRule, LegacyRule, ScopeLimitationRule

__all__ = ["Applicability", "LegacyVerdict", "Reaching"]

_ORGANISATION = Iri(NG.Organisation.value)
_MARKET_DATE, _CHANGED, _CHANGE_DATE = LEGACY_FACTS


@dataclass(frozen=True, slots=True)
class LegacyVerdict:
    """Whether a grandfathering rule spares, and whether nothing but its cut-off leaves that open."""

    whole: Verdict
    cut_off_open: bool


@dataclass(frozen=True, slots=True)
class Reaching:
    """The rules that reach a requirement, of each kind that may spare it."""

    limitations: tuple[ScopeLimitationRule, ...]
    displacements: tuple[DisplacementRule, ...]
    deemings: tuple[DeemingRule, ...]
    legacies: tuple[LegacyRule, ...]


class Applicability:
    """Answer, for one organisation on one day, which norms bind it in which scope."""

    def __init__(self, knowledge: Knowledge, organisation: Organisation, day: date) -> None:
        self.knowledge = knowledge
        self.organisation = organisation
        self.day = day
        self._known: dict[tuple[Iri, Iri], Verdict] = {}
        self._held: dict[tuple[tuple[Iri, ...], Iri], Verdict] = {}
        self._spared: dict[tuple[Iri, Iri], LegacyVerdict] = {}
        self._bound: dict[tuple[Iri, Iri], Verdict] = {}
        self._timed: dict[tuple[Iri, Iri], Timing] = {}
        self._reaching: dict[Iri, Reaching] = {}
        self._assets: dict[Iri, tuple[Iri, ...]] = {}
        self.roles = RoleReader(self)

    def scopes(self, requirement: Requirement) -> tuple[Iri, ...]:
        """Return the scopes in which a requirement is assessed; none where no such asset is recorded."""
        if requirement.assessed_per not in SCOPE_CLASSES:
            return (self.organisation.iri,)
        return self.assets_of(SCOPE_CLASSES[requirement.assessed_per])

    def arises_from(self, requirement: Requirement, scope: Iri) -> tuple[Iri, ...]:
        """Return the assets from each of which an organisation's norm may arise, or else the scope itself."""
        of_class = SCOPE_CLASSES.get(requirement.arises_per)
        if of_class is None or scope != self.organisation.iri:
            return (scope,)
        return self.assets_of(of_class) or (scope,)

    def binds(self, requirement: Requirement, scope: Iri) -> Verdict:
        """Tell whether the bearer and all conditions of a requirement hold in a scope, or an asset it arises from."""
        key = (requirement.iri, scope)
        if key not in self._bound:
            bears = self.bears(requirement.bearers, scope, whole=bool(requirement.arises_per))
            self._bound[key] = conjoin([bears, *(self.holds(c, scope) for c in requirement.conditions)])
        return self._bound[key]

    def reaching(self, requirement: Requirement) -> Reaching:
        """Return the rules beside its own conditions that reach a requirement and are law on the day."""
        found = self._reaching.get(requirement.iri)
        if found is None:
            found = self._reaching[requirement.iri] = self._reached(requirement)
        return found

    def _reached(self, requirement: Requirement) -> Reaching:
        known, day = self.knowledge, self.day
        return Reaching(
            tuple(law_on(known.limiting(requirement), day)),
            tuple(law_on(known.displacing(requirement), day)),
            tuple(law_on(known.deeming(requirement), day)),
            tuple(law_on(known.grandfathering(requirement), day)),
        )

    def hold(self, conditions: Iterable[Iri], scope: Iri) -> Verdict:
        """Tell whether all of some conditions hold in a scope."""
        key = tuple(conditions), scope
        if key not in self._held:
            self._held[key] = conjoin([self.holds(condition, scope) for condition in key[0]])
        return self._held[key]

    def bears(self, roles: Iterable[Iri], scope: Iri, *, whole: bool = False) -> Verdict:
        """Tell whether the organisation has one of some roles in respect of a scope, on record or by a rule.

        :param whole: whether what is on record in respect of the organisation itself counts for the scope.
        """
        verdicts = [self.roles.bearing(role, scope, whole=whole).verdict for role in roles]
        if not verdicts:
            return ground(Truth.UNDETERMINED, "", scope, "Whom does it bind? No bearer is recorded.")
        return disjoin(verdicts)

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
            return conjoin(parts)
        if condition.kind == "disjunction":
            return disjoin(parts)
        return negated(conjoin(parts))

    def _fact(self, iri: Iri, scope: Iri) -> Verdict:
        condition = self.knowledge.conditions[iri]
        subjects = self.subjects(condition.fact_of, scope)
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
        where = self.name(subject)
        if not values:
            question = f"{condition.question or condition.label} ({where})"
            return Ground(Truth.UNDETERMINED, f"{condition.label}: not recorded for {where}", (subject, iri), question)
        matched = any(self.knowledge.is_a(value, condition.expects) for value in values)
        statement = f"{condition.label}: {'yes' if matched else 'no'} for {where}"
        return Ground(Truth.TRUE if matched else Truth.FALSE, statement, (subject, iri))

    def subjects(self, of_class: Iri | None, scope: Iri) -> tuple[Iri, ...]:
        """Return what a fact about things of a class is read from in a scope: it, or what of the class is linked."""
        organisation = self.organisation.iri
        if of_class is None or of_class == _ORGANISATION:
            return (organisation,)
        if scope == organisation:
            return self.assets_of(of_class)
        asset = self.organisation.assets.get(scope)
        if asset is None or of_class in asset.classes:
            return (scope,)
        linked = (a for a in self.assets_of(of_class) if a in asset.uses or scope in self.organisation.assets[a].uses)
        return tuple(linked)

    def assets_of(self, of_class: Iri) -> tuple[Iri, ...]:
        """Return the assets of a class, sorted."""
        found = self._assets.get(of_class)
        if found is None:
            assets = self.organisation.assets.values()
            found = self._assets[of_class] = tuple(asset.iri for asset in assets if of_class in asset.classes)
        return found

    def name(self, iri: Iri) -> str:
        """Return what a reader calls an asset or the organisation."""
        return self.organisation.labels.get(iri) or iri.rpartition("/")[2]

    def timing_of(self, requirement: Requirement, scope: Iri) -> Timing:
        """Return from when a requirement applies in a scope, or for an asset it arises from."""
        key = (requirement.iri, scope)
        if key not in self._timed:
            since = self.roles.since(requirement.bearers, scope, whole=bool(requirement.arises_per))
            own = self._provision_timing(requirement.provision, scope)
            self._timed[key] = own.not_before(since.span, since.windows)
        return self._timed[key]

    def timing(self, provision: Iri, scope: Iri, bearers: Iterable[Iri] = ()) -> Timing:
        """Return from when a provision applies in a scope, by the nearest windows that are law on the day.

        :param bearers: roles of which one binds; where a rule alone gives it, not before that rule applies.
        """
        own, since = self._provision_timing(provision, scope), self.roles.since(bearers, scope)
        return own.not_before(since.span, since.windows)

    def _provision_timing(self, provision: Iri, scope: Iri) -> Timing:
        if not self.knowledge.within(provision, self.knowledge.governed):
            return Timing((), (), bound=False)
        nearest = self.knowledge.windows_on(provision, self.day)
        possible = [w for w in nearest if not w.condition or self.holds(w.condition, scope).truth is not Truth.FALSE]
        dates = tuple(sorted({window.applies_from for window in possible}))
        return Timing(dates, tuple(sorted(window.iri for window in possible)), bound=True)

    def legacy(self, rule: LegacyRule, scope: Iri) -> LegacyVerdict:
        """Tell whether a grandfathering rule spares what is in scope, and whether only its cut-off leaves that open."""
        key = rule.iri, scope
        if key not in self._spared:
            self._spared[key] = self._legacy(rule, scope)
        return self._spared[key]

    def _legacy(self, rule: LegacyRule, scope: Iri) -> LegacyVerdict:
        conditions = self.hold(rule.conditions, scope)
        if conditions.truth is Truth.FALSE:
            return LegacyVerdict(conditions, cut_off_open=False)
        market = self._dates(scope, _MARKET_DATE)
        name = self.name(scope)
        if not market:
            question = f"When was {name} first placed on the market or put into service?"
            before = ground(Truth.UNDETERMINED, f"no market date is recorded for {name}", scope, question)
            return LegacyVerdict(conjoin([conditions, before]), cut_off_open=False)
        spared = conclude([Truth.TRUE if market[0] < cut_off else Truth.FALSE for cut_off in rule.cut_offs])
        before = ground(spared, f"{name} on the market since {market[0]}", scope, rule.question)
        unchanged = self._unchanged(rule, scope)
        known = conditions.truth is Truth.TRUE and unchanged.truth is Truth.TRUE
        return LegacyVerdict(
            conjoin([conditions, before, unchanged]), cut_off_open=known and spared is Truth.UNDETERMINED
        )

    def _unchanged(self, rule: LegacyRule, scope: Iri) -> Verdict:
        if not rule.ended_by_change:
            return Verdict(Truth.TRUE)
        name = self.name(scope)
        changed = self.organisation.facts.get((scope, _CHANGED), ())
        days = self._dates(scope, _CHANGE_DATE)
        if changed == (False,) and not days:
            return ground(Truth.TRUE, f"{name} not significantly changed in design", scope)
        if not changed and not days:
            return ground(Truth.UNDETERMINED, "", scope, f"Has the design of {name} changed significantly, and when?")
        if not days:
            return ground(Truth.UNDETERMINED, "", scope, f"When did the design of {name} change significantly?")
        relevant = [day for day in days if day <= self.day]
        spared = [all_of(Truth.TRUE if day < cut_off else Truth.FALSE for day in relevant) for cut_off in rule.cut_offs]
        return ground(conclude(spared), f"{name} significantly changed on {days[-1]}", scope, rule.question)

    def _dates(self, subject: Iri, fact: Iri) -> list[date]:
        return sorted(v for v in self.organisation.facts.get((subject, fact), ()) if isinstance(v, date))
