"""Which notifications an incident of an organisation starts: whether each clock runs, from when, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from engine.applicability import Applicability
from engine.clocks import Start, after_hours, after_months
from engine.kleene import Truth, all_of
from engine.rules import law_on
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.clocks import Clock
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Organisation
    from engine.rules import ScopeLimitationRule
    from engine.verdicts import Verdict

__all__ = ["ClockStatus", "Due", "due_dates"]


class ClockStatus(Enum):
    """Whether a clock runs: it does, it may, it does not and why, or nobody here knows the law that sets it."""

    RUNS = "runs"
    MAY_RUN = "may run"
    NOT_MODELLED = "not modelled"
    DISPLACED = "displaced"
    LIMITED = "limited"
    NOT_APPLICABLE = "does not apply"
    NOT_YET = "not yet applicable"


@dataclass(frozen=True, slots=True)
class Due:
    """What a clock says of one incident.

    :ivar start: when it starts; nothing where that has not happened or is not known.
    :ivar due: the outer limit on the earliest reading; nothing where there is none, or no start.
    :ivar rule: how it was counted.
    :ivar questions: what is still unknown.
    """

    clock: Clock
    status: ClockStatus
    because: str
    start: datetime | None
    due: datetime | None
    rule: str
    questions: tuple[str, ...]


def due_dates(
    knowledge: Knowledge,
    organisation: Organisation,
    clocks: Iterable[Clock],
    event_types: Mapping[Iri, Truth],
    moments: Mapping[Start, datetime],
    *,
    scope: Iri | None = None,
) -> tuple[Due, ...]:
    """Return what every clock says of an incident, soonest limit first, those without a limit after.

    :param event_types: what the incident is, and what it might be (undetermined).
    :param moments: the moments that are known; awareness at least. All with a time zone.
    :param scope: the asset that was hit; the organisation where none is named.
    """
    day = moments[Start.AWARENESS].date()
    reader = _Reader(Applicability(knowledge, organisation, day), event_types, moments, scope or organisation.iri)
    found = [due for clock in clocks if (due := reader.due(clock)) is not None]
    last = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(found, key=lambda d: (_STATUS_ORDER.index(d.status), d.due or last, d.clock.iri)))


_STATUS_ORDER = list(ClockStatus)
_STOPPED = frozenset(
    {
        ClockStatus.DISPLACED,
        ClockStatus.LIMITED,
        ClockStatus.NOT_APPLICABLE,
        ClockStatus.NOT_YET,
        ClockStatus.NOT_MODELLED,
    }
)


class _Reader:
    """One incident: what is known of it, and what each clock makes of that."""

    def __init__(
        self,
        applicability: Applicability,
        event_types: Mapping[Iri, Truth],
        moments: Mapping[Start, datetime],
        scope: Iri,
    ) -> None:
        self.applicability = applicability
        self.knowledge = applicability.knowledge
        self.event_types = event_types
        self.moments = moments
        self.scope = scope

    def due(self, clock: Clock) -> Due | None:
        """Return what a clock says; nothing where the incident is certainly of another kind."""
        kind = self._is_kind(clock)
        if kind is Truth.FALSE:
            return None
        status, because, questions = self._status(clock, kind)
        start = self._start(clock)
        limit, rule = self._limit(clock, start)
        if status in _STOPPED:
            start, limit, rule = None, None, ""
        elif start is None:
            questions = (*questions, _START_QUESTIONS[clock.starts_at])
        return Due(clock, status, because, start, limit, rule, questions)

    def _is_kind(self, clock: Clock) -> Truth:
        truths = [
            truth
            for known, truth in self.event_types.items()
            if any(self.knowledge.is_a(known, wanted) for wanted in clock.event_types)
        ]
        return max(truths, default=Truth.FALSE)

    def _status(self, clock: Clock, kind: Truth) -> tuple[ClockStatus, str, tuple[str, ...]]:
        bears = self._bears(clock)
        conditions = self.applicability.hold(clock.conditions, self.scope)
        grounds = (*bears.grounds, *conditions.grounds)
        if all_of((bears.truth, conditions.truth)) is Truth.FALSE:
            told = "; ".join(g.statement for g in grounds if g.truth is Truth.FALSE)
            return ClockStatus.NOT_APPLICABLE, told, ()
        limited, limits_asked = self._limited(clock)
        stopped = self._stopped(clock, limited)
        if stopped is not None:
            return *stopped, ()
        asked = [q for v in (bears, conditions) for q in v.questions] + limits_asked + self._presupposed(clock)
        questions = tuple(dict.fromkeys([*asked, *self._kind_question(clock, kind)]))
        because = "; ".join(g.statement for g in grounds if g.truth is Truth.TRUE)
        if clock.certainty == "not-modelled":
            return ClockStatus.NOT_MODELLED, because, questions
        return (ClockStatus.RUNS if not questions else ClockStatus.MAY_RUN), because, questions

    def _stopped(self, clock: Clock, limited: str) -> tuple[ClockStatus, str] | None:
        """Return which rule keeps a clock from running, and why; nothing where none does."""
        displaced, legacy = self._displaced(clock), self._legacy(clock)
        if displaced:
            return ClockStatus.DISPLACED, displaced
        if legacy:
            return ClockStatus.NOT_APPLICABLE, legacy
        if limited:
            return ClockStatus.LIMITED, limited
        timing = self.applicability.timing(clock.provision, self.scope, clock.bearers)
        if timing.applies(self.applicability.day) is Truth.FALSE:
            return ClockStatus.NOT_YET, f"applies from {timing.first}"
        return None

    def _kind_question(self, clock: Clock, kind: Truth) -> list[str]:
        if kind is not Truth.UNDETERMINED:
            return []
        names = " or ".join(self.knowledge.citation(iri) for iri in clock.event_types)
        return [f"Is the incident of this kind: {names}?"]

    def _bears(self, clock: Clock) -> Verdict:
        """Return whether the bearer's role is held in respect of what was hit, or of what is linked to it."""
        organisation = self.applicability.organisation
        here = self.applicability.bears(clock.bearers, self.scope)
        if here.truth is Truth.TRUE or self.scope == organisation.iri:
            return here
        if _is_of_organisation(clock):
            return self.applicability.bears(clock.bearers, organisation.iri)
        uses = organisation.assets[self.scope].uses
        linked = [a.iri for a in organisation.assets.values() if self.scope in a.uses or a.iri in uses]
        there = [self.applicability.bears(clock.bearers, asset) for asset in linked]
        return max([here, *there], key=lambda verdict: verdict.truth)

    def _legacy(self, clock: Clock) -> str:
        """Return which grandfathering rule spares what was hit, empty where none does."""
        day = self.applicability.day
        for rule in law_on(self.knowledge.legacies, day):
            over = rule.grace_until is not None and rule.grace_until <= day
            reached = self._reaches(clock, rule.governs, rule.except_for)
            if reached and not over and self.applicability.legacy(rule, self.scope).whole.truth is Truth.TRUE:
                return f"legacy ({rule.label})"
        return ""

    def _presupposed(self, clock: Clock) -> list[str]:
        """Return the questions of what the provision presupposes and does not apply yet."""
        found = {p for r in self.knowledge.requirements_of.get(clock.provision, ()) for p in r.presupposes}
        asked = []
        for provision in sorted(found):
            theirs = self.applicability.timing(provision, self.scope)
            if theirs.applies(self.applicability.day) is not Truth.TRUE:
                cited = self.knowledge.citation(provision)
                asked.append(f"It presupposes {cited}, which applies from {theirs.first}: does it bind before?")
        return asked

    def _displaced(self, clock: Clock) -> str:
        organisation = self.applicability.organisation.iri
        for rule in law_on(self.knowledge.displacements, self.applicability.day):
            reached = self._reaches(clock, rule.displaces, rule.except_for)
            if reached and self.applicability.hold(rule.conditions, organisation).truth is Truth.TRUE:
                favoured = rule.in_favour_of_law or ", ".join(map(self.knowledge.citation, rule.in_favour_of))
                return f"by {favoured} ({rule.label})"
        return ""

    def _reaches(self, clock: Clock, wholes: Iterable[Iri], except_for: Iterable[Iri]) -> bool:
        within = self.knowledge.within
        return within(clock.provision, wholes) and not within(clock.provision, except_for)

    def _limited(self, clock: Clock) -> tuple[str, list[str]]:
        """Return which limitation leaves the incident outside, empty where none does, and what has to be asked."""
        asked: list[str] = []
        for rule in law_on(self.knowledge.limitations, self.applicability.day):
            fires = self.applicability.hold(rule.conditions, self.scope)
            if fires.truth is Truth.FALSE or not self._reaches(clock, rule.limits, rule.except_for):
                continue
            limited, questions = self._left_by(rule) if rule.limited_to_events else self._taken_by(rule, fires)
            if limited and fires.truth is Truth.TRUE:
                return limited, []
            asked += [*fires.questions, *questions] if limited or questions else []
        return "", asked

    def _left_by(self, rule: ScopeLimitationRule) -> tuple[str, list[str]]:
        """Return how a limitation to kinds of incident leaves this one outside, and what of that is open."""
        names = " or ".join(map(self.knowledge.citation, rule.limited_to_events))
        left = self._may_be(rule.limited_to_events)
        outside = f"by {rule.label}: only for this kind of incident: {names}" if left is Truth.FALSE else ""
        return outside, [f"Is the incident of this kind: {names}?"] if left is Truth.UNDETERMINED else []

    def _taken_by(self, rule: ScopeLimitationRule, fires: Verdict) -> tuple[str, list[str]]:
        """Return how a limitation takes the clock away, or what is open; it says nothing of a whole organisation."""
        if rule.question:
            return "", [rule.question]
        about = {condition for ground in fires.grounds for condition in ground.inputs}
        whole = self.scope == self.applicability.organisation.iri
        if whole and about & self.applicability.organisation.assets.keys():
            return "", [f"Does {rule.label} reach what the incident hit?"] if fires.truth is Truth.TRUE else []
        return f"by {rule.label}", []

    def _may_be(self, types: Iterable[Iri]) -> Truth:
        """Tell whether the incident is of one of some types; a wider type leaves a narrower one open."""
        found = Truth.FALSE
        for wanted in types:
            for known, truth in self.event_types.items():
                if self.knowledge.is_a(known, wanted):
                    found = max(found, truth)
                elif self.knowledge.is_a(wanted, known) and wanted not in self.event_types:
                    found = max(found, min(truth, Truth.UNDETERMINED))
        return found

    def _start(self, clock: Clock) -> datetime | None:
        if clock.starts_at is Start.IDENTIFICATION:
            return self.moments.get(Start.IDENTIFICATION, self.moments[Start.AWARENESS])
        return self.moments.get(clock.starts_at)

    def _limit(self, clock: Clock, start: datetime | None) -> tuple[datetime | None, str]:
        if clock.cap_hours is not None:
            return self._capped(clock, start)
        if start is None:
            return None, ""
        if clock.hours is not None:
            return after_hours(start, clock.hours), f"{clock.hours} elapsed hours"
        if clock.days is not None:
            due = start + timedelta(days=clock.days)
            return (
                due,
                f"{clock.days} days to the same clock time; counted by whole days it would end with {due.date()}",
            )
        if clock.months is not None:
            due = after_months(start, clock.months)
            rule = f"{clock.months} month to the same clock time, the last day where the month is shorter"
            return due, rule
        return None, "no outer limit"

    def _capped(self, clock: Clock, start: datetime | None) -> tuple[datetime | None, str]:
        aware = self.moments[Start.AWARENESS]
        cap = after_hours(aware, clock.cap_hours or 0)
        if start is None:
            return cap, f"at the latest {clock.cap_hours} elapsed hours from awareness, if classified by then"
        own = after_hours(start, clock.hours or 0)
        if start > cap:
            return own, f"classified later than {clock.cap_hours} hours after awareness: {clock.hours} hours from that"
        return min(own, cap), f"{clock.hours} hours from classification, at most {clock.cap_hours} hours from awareness"


_START_QUESTIONS = {
    Start.AWARENESS: "When did the organisation become aware?",
    Start.CLASSIFICATION: "When was the incident classified as major?",
    Start.INITIAL: "When was the first notification sent?",
    Start.INTERMEDIATE: "When was the intermediate report, or its latest update, sent?",
    Start.IDENTIFICATION: "When was the serious incident identified?",
}


def _is_of_organisation(clock: Clock) -> bool:
    """Tell whether the bearer of a clock is an entity as such, not somebody with a role in respect of a system."""
    return all(bearer.startswith(NG.base) for bearer in clock.bearers)
