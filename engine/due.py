"""Which notifications an incident of an organisation starts: whether each clock runs, from when, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from engine.applicability import Applicability
from engine.clocks import Start, after_hours, after_months
from engine.running import OWED, ClockReader, ClockStatus, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.clocks import Clock
    from engine.graph import Iri
    from engine.kleene import Truth
    from engine.knowledge import Knowledge
    from engine.model import Organisation

__all__ = ["ClockStatus", "Due", "due_dates"]


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
    reader = ClockReader(Applicability(knowledge, organisation, day), event_types, scope or organisation.iri)
    read = {clock: standing for clock in clocks if (standing := reader.standing(clock)) is not None}
    dates = _Dates(moments)
    found = [dates.due(clock, _replaced(knowledge, clock, read) or standing) for clock, standing in read.items()]
    last = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(found, key=lambda d: (_STATUS_ORDER.index(d.status), d.due or last, d.clock.iri)))


_STATUS_ORDER = list(ClockStatus)


def _replaced(knowledge: Knowledge, clock: Clock, read: Mapping[Clock, Standing]) -> Standing | None:
    """Return that a clock is set aside, and by which; nothing where none that replaces it surely runs if it does."""
    own = read[clock]
    by = [
        f"by {knowledge.citation(other.provision)}, {other.label}"
        for other, theirs in read.items()
        if clock.iri in other.replaces and theirs.status in OWED and set(theirs.questions) <= set(own.questions)
    ]
    return Standing(ClockStatus.REPLACED, "; ".join(by)) if by and own.status in OWED else None


class _Dates:
    """The moments that are known of one incident, and the limits that are counted from them."""

    def __init__(self, moments: Mapping[Start, datetime]) -> None:
        self.moments = moments

    def due(self, clock: Clock, standing: Standing) -> Due:
        """Return from when until when a clock runs, where it does."""
        start, questions = self._start(clock), standing.questions
        limit, rule = self._limit(clock, start)
        if standing.status not in OWED:
            start, limit, rule = None, None, ""
        elif start is None:
            questions = (*questions, _START_QUESTIONS[clock.starts_at])
        return Due(clock, standing.status, standing.because, start, limit, rule, questions)

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
