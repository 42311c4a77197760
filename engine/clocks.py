"""Incident clocks: the notifications that acts ask for after an incident, and how their limits are counted.

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

from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from engine.graph import Graph, Iri

__all__ = ["Clock", "Start", "after_hours", "after_months", "read_clocks"]

_SKOS, _DCT = PREFIXES["skos"], PREFIXES["dcterms"]


class Start(Enum):
    """What a clock starts from; the value is the local name of the term."""

    AWARENESS = "Awareness"
    CLASSIFICATION = "ClassificationAsMajor"
    INITIAL = "InitialSubmission"
    INTERMEDIATE = "IntermediateSubmission"
    IDENTIFICATION = "Identification"


@dataclass(frozen=True, slots=True)
class Clock:
    """One notification that an act asks for after an incident.

    ``hours``, ``days`` and ``months`` are the outer limit, all nothing where the act sets none; ``cap_hours`` is a
    second limit, from awareness (Delegated Regulation (EU) 2025/301, Article 5(1)). ``certainty`` is ``read`` (in the
    text), ``secondary``, or ``not-modelled`` where another law sets a clock of its own that is not in the graph.

    :ivar requirement: the requirement it puts a limit to, where its provision has several.
    :ivar event_types: the incident is of one of them.
    :ivar and_event_types: the incident is of each of them as well.
    :ivar replaces: the clocks that are set aside while this one runs.
    """

    iri: Iri
    label: str
    provision: Iri
    requirement: Iri | None
    bearers: tuple[Iri, ...]
    event_types: tuple[Iri, ...]
    and_event_types: tuple[Iri, ...]
    conditions: tuple[Iri, ...]
    starts_at: Start
    hours: int | None
    days: int | None
    months: int | None
    cap_hours: int | None
    primary_standard: str
    recipient: str
    follows: Iri | None
    replaces: tuple[Iri, ...]
    certainty: str
    note: str


def read_clocks(content: Graph) -> tuple[Clock, ...]:
    """Return the notification clocks of a graph, sorted."""
    return tuple(_clock(content, iri) for iri in content.instances(NG.NotificationClock))


def _clock(content: Graph, iri: Iri) -> Clock:
    return Clock(
        iri=iri,
        label=content.text(iri, f"{_SKOS}prefLabel"),
        provision=content.iris(iri, NG.ofProvision)[0],
        requirement=content.iri(iri, NG.timesRequirement),
        bearers=content.iris(iri, NG.bearer),
        event_types=content.iris(iri, NG.forEventType),
        and_event_types=content.iris(iri, NG.andEventType),
        conditions=content.iris(iri, NG.appliesWhen),
        starts_at=Start(NG.local(content.text(iri, NG.startsAt))),
        hours=content.number(iri, NG.limitHours),
        days=content.number(iri, NG.limitDays),
        months=content.number(iri, NG.limitMonths),
        cap_hours=content.number(iri, NG.capHours),
        primary_standard=content.text(iri, NG.primaryStandard),
        recipient=content.text(iri, NG.recipient),
        follows=content.iri(iri, NG.follows),
        replaces=content.iris(iri, NG.replacesClock),
        certainty=content.text(iri, NG.certainty),
        note=content.text(iri, f"{_SKOS}scopeNote"),
    )


def after_hours(start: datetime, hours: int) -> datetime:
    """Return the moment some elapsed hours later, shown in the zone of the start."""
    return (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(start.tzinfo)


def after_months(start: datetime, months: int) -> datetime:
    """Return the same clock time some months later, on the last day where the month is shorter."""
    year, month = divmod(start.month - 1 + months, 12)
    last = calendar.monthrange(start.year + year, month + 1)[1]
    return start.replace(year=start.year + year, month=month + 1, day=min(start.day, last))
