"""Which notification clocks run after an incident."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.clocks import Start, read_clocks
from engine.days import OUTSIDE, is_inside
from engine.due import due_dates
from engine.errors import BadParameter
from engine.incidents import event_types_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.due import Due
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.workspace import Workspace

__all__ = ["clocks_of", "incident_document", "moment"]


def clocks_of(
    workspace: Workspace,
    kind: str,
    moments: Mapping[Start, datetime],
    scope: Iri | None = None,
    *,
    certain: Sequence[str] = (),
    excluded: Sequence[str] = (),
) -> tuple[Due, ...]:
    """Return the clocks of an incident of a kind, with what is known of it.

    :raises UnknownName: if there is no such kind or event type.
    """
    content = workspace.content
    major = ("major-ict-incident",) if Start.CLASSIFICATION in moments else ()
    types = event_types_of(content.graph, kind, certain=(*certain, *major), excluded=excluded)
    clocks = read_clocks(content.graph)
    return due_dates(content.knowledge, workspace.organisation, clocks, types, moments, scope=scope)


def incident_document(workspace: Workspace, kind: str, found: Sequence[Due]) -> dict[str, Any]:
    """Return the clocks of an incident as a document."""
    clocks = [_clock(workspace.content.knowledge, due) for due in found]
    return {"organisation": workspace.organisation.iri, "kind": kind, "clocks": clocks}


def moment(name: str, text: str, zone: str | None, zone_name: str = "zone") -> datetime:
    """Return the moment that a text names.

    :param name: what the text was given as, and ``zone_name`` likewise.
    :raises BadParameter: if it names none, or none that can be counted from.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadParameter(name, text, "a time as 2026-11-20T16:30+01:00") from error
    if not is_inside(found):
        raise BadParameter(name, text, f"a time that can be counted from: it {OUTSIDE}")
    try:
        place = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadParameter(zone_name, zone or "", "a time zone as Europe/Brussels") from error
    if found.tzinfo is None and place is None:
        raise BadParameter(
            name, text, f"a time with its offset, as 2026-11-20T16:30+01:00, or name the zone with {zone_name}"
        )
    return found.replace(tzinfo=place) if found.tzinfo is None else found.astimezone(place) if place else found


def _clock(knowledge: Knowledge, due: Due) -> dict[str, Any]:
    return {
        "provision": due.clock.provision,
        "citation": knowledge.citation(due.clock.provision),
        "stage": due.clock.label,
        "status": due.status.value,
        "because": due.because,
        "recipient": due.clock.recipient,
        "primary_standard": due.clock.primary_standard,
        "starts_at": due.clock.starts_at.value,
        "start": due.start.isoformat() if due.start else None,
        "due": due.due.isoformat() if due.due else None,
        "counting_rule": due.rule,
        "certainty": due.clock.certainty,
        "note": due.clock.note,
        "questions": list(due.questions),
    }
