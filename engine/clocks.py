"""Incident clocks: which notifications are owed after an incident, to whom, from when and until when.

A limit is an outer limit; the primary duty is mostly “without undue delay”. Hours are elapsed hours, also across a
change of clocks. Days and months are counted by the clock time of their start, which is the earliest reading;
Regulation (EEC, Euratom) No 1182/71 would let a period run to the end of its last day, and past a weekend.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from engine.applicability import Applicability, Verdict
from engine.kleene import Truth, all_of
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.graph import Graph, Iri
    from engine.knowledge import Knowledge
    from engine.model import Organisation

__all__ = ["Clock", "ClockStatus", "Due", "Start", "due_dates", "read_clocks"]

_SKOS, _DCT = PREFIXES["skos"], PREFIXES["dcterms"]


class Start(Enum):
    """What a clock starts from; the value is the local name of the term."""

    AWARENESS = "Awareness"
    CLASSIFICATION = "ClassificationAsMajor"
    INITIAL = "InitialSubmission"
    INTERMEDIATE = "IntermediateSubmission"
    IDENTIFICATION = "Identification"


class ClockStatus(Enum):
    """Whether a clock runs: it does, it may, it waits for its start, or it does not, and why."""

    RUNS = "runs"
    MAY_RUN = "may run"
    DISPLACED = "displaced"
    NOT_APPLICABLE = "does not apply"
    NOT_YET = "not yet applicable"


@dataclass(frozen=True, slots=True)
class Clock:
    """One notification that an act asks for after an incident.

    ``hours``, ``days`` and ``months`` are the outer limit, all nothing where the act sets none; ``cap_hours`` is a
    second limit, from awareness (Delegated Regulation (EU) 2025/301, Article 5(1)).
    """

    iri: Iri
    label: str
    provision: Iri
    bearers: tuple[Iri, ...]
    event_types: tuple[Iri, ...]
    conditions: tuple[Iri, ...]
    starts_at: Start
    hours: int | None
    days: int | None
    months: int | None
    cap_hours: int | None
    primary_standard: str
    recipient: str
    follows: Iri | None
    certainty: str
    note: str


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


def read_clocks(content: Graph) -> tuple[Clock, ...]:
    """Return the notification clocks of a graph, sorted."""
    return tuple(_clock(content, iri) for iri in content.instances(NG.NotificationClock))


def _clock(content: Graph, iri: Iri) -> Clock:
    return Clock(
        iri=iri,
        label=content.text(iri, f"{_SKOS}prefLabel"),
        provision=content.iris(iri, NG.ofProvision)[0],
        bearers=content.iris(iri, NG.bearer),
        event_types=content.iris(iri, NG.forEventType),
        conditions=content.iris(iri, NG.appliesWhen),
        starts_at=Start(NG.local(content.text(iri, NG.startsAt))),
        hours=content.number(iri, NG.limitHours),
        days=content.number(iri, NG.limitDays),
        months=content.number(iri, NG.limitMonths),
        cap_hours=content.number(iri, NG.capHours),
        primary_standard=content.text(iri, NG.primaryStandard),
        recipient=content.text(iri, NG.recipient),
        follows=content.iri(iri, NG.follows),
        certainty=content.text(iri, NG.certainty),
        note=content.text(iri, f"{_SKOS}scopeNote"),
    )


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
        if status in {ClockStatus.DISPLACED, ClockStatus.NOT_APPLICABLE, ClockStatus.NOT_YET}:
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
        truth = all_of((bears.truth, conditions.truth))
        if truth is Truth.FALSE:
            told = "; ".join(g.statement for g in grounds if g.truth is Truth.FALSE)
            return ClockStatus.NOT_APPLICABLE, told, ()
        displaced, legacy = self._displaced(clock), self._legacy(clock)
        if displaced:
            return ClockStatus.DISPLACED, displaced, ()
        if legacy:
            return ClockStatus.NOT_APPLICABLE, legacy, ()
        timing = self.applicability.timing(clock.provision, self.scope)
        if timing.applies(self.applicability.day) is Truth.FALSE:
            return ClockStatus.NOT_YET, f"applies from {timing.first}", ()
        asked = [q for v in (bears, conditions) for q in v.questions] + self._presupposed(clock)
        questions = tuple(dict.fromkeys(asked))
        if kind is Truth.UNDETERMINED:
            names = " or ".join(self.knowledge.citation(iri) for iri in clock.event_types)
            questions = (*questions, f"Is the incident of this kind: {names}?")
        because = "; ".join(g.statement for g in grounds if g.truth is Truth.TRUE)
        return (ClockStatus.RUNS if not questions else ClockStatus.MAY_RUN), because, questions

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
        for rule in (rule for rule in self.knowledge.legacies if rule.is_law(day)):
            over = rule.grace_until is not None and rule.grace_until <= day
            reached = self.knowledge.within(clock.provision, rule.governs)
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
        for rule in self.knowledge.displacements:
            reached = self.knowledge.within(clock.provision, rule.displaces)
            spared = self.knowledge.within(clock.provision, rule.except_for)
            if reached and not spared and self.applicability.hold(rule.conditions, organisation).truth is Truth.TRUE:
                favoured = ", ".join(self.knowledge.citation(iri) for iri in rule.in_favour_of)
                return f"by {favoured} ({rule.label})"
        return ""

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
            return _after_hours(start, clock.hours), f"{clock.hours} elapsed hours"
        if clock.days is not None:
            due = start + timedelta(days=clock.days)
            return (
                due,
                f"{clock.days} days to the same clock time; counted by whole days it would end with {due.date()}",
            )
        if clock.months is not None:
            due = _after_months(start, clock.months)
            rule = f"{clock.months} month to the same clock time, the last day where the month is shorter"
            return due, rule
        return None, "no outer limit"

    def _capped(self, clock: Clock, start: datetime | None) -> tuple[datetime | None, str]:
        aware = self.moments[Start.AWARENESS]
        cap = _after_hours(aware, clock.cap_hours or 0)
        if start is None:
            return cap, f"at the latest {clock.cap_hours} elapsed hours from awareness, if classified by then"
        own = _after_hours(start, clock.hours or 0)
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


def _after_hours(start: datetime, hours: int) -> datetime:
    """Return the moment some elapsed hours later, shown in the zone of the start."""
    return (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(start.tzinfo)


def _after_months(start: datetime, months: int) -> datetime:
    """Return the same clock time some months later, on the last day where the month is shorter."""
    year, month = divmod(start.month - 1 + months, 12)
    last = calendar.monthrange(start.year + year, month + 1)[1]
    return start.replace(year=start.year + year, month=month + 1, day=min(start.day, last))
