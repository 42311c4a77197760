"""The days on which a record, the law or a review starts or ceases to count, as the readers of coverage see it."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

from engine.coverage.evidence import last_day
from engine.coverage.values import EXPIRING_DAYS
from engine.model import Evidence, Finding, Implementation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.coverage.records import Record
    from engine.knowledge import Knowledge
    from engine.mapping.overlay import Overlay
    from engine.model import Organisation, Template

__all__ = ["days_of_law", "days_of_record", "days_of_rows"]

_DAY = timedelta(days=1)
_SOON = timedelta(days=EXPIRING_DAYS)


def days_of_record(record: Record, templates: Iterable[Template]) -> set[date]:
    """Return the days on which a record comes to count or ceases to, or evidence begins to expire.

    :param templates: for evidence, those of the controls whose implementations it evidences.
    """
    if isinstance(record, Evidence):
        return set(_of_evidence(record, templates))
    if isinstance(record, Implementation):
        return set(filter(None, (record.valid_from, record.valid_until)))
    if isinstance(record, Finding):
        return set(filter(None, (record.issued, record.closed)))
    until = {record.valid_until + _DAY} if record.valid_until else set()
    return until | set(filter(None, (record.issued,)))


def _of_evidence(item: Evidence, templates: Iterable[Template]) -> Iterator[date]:
    if item.issued:
        yield item.issued
    for limit in filter(None, {last_day(item, template) for template in templates}):
        yield limit - _SOON
        yield limit + _DAY


def days_of_rows(overlay: Overlay) -> set[date]:
    """Return the days on which a review or a row of the organisation comes to count."""
    return set(filter(None, (*(review.on for review in overlay.reviews), *(row.created for row in overlay.rows))))


def days_of_law(knowledge: Knowledge, organisation: Organisation) -> set[date]:
    """Return the days on which what binds may change: of rules, windows, wordings, roles, events and dated facts."""
    said = {
        *(day for rule in _rules(knowledge) for day in _dates(rule)),
        *(day for p in knowledge.provisions.values() for v in p.versions for day in _dates(v)),
        *(day for role in organisation.roles for day in _dates(role)),
        *(day for event in organisation.events for day in _dates(event)),
    }
    return said | {value for values in organisation.facts.values() for value in values if type(value) is date}


def _rules(knowledge: Knowledge) -> Iterator[object]:
    yield from knowledge.windows
    yield from knowledge.displacements
    yield from knowledge.deemings
    yield from knowledge.legacies
    yield from knowledge.limitations
    yield from knowledge.role_changes


def _dates(value: object) -> Iterator[date]:
    """Yield every date among the fields of a value."""
    for field in fields(value):  # type: ignore[arg-type]
        found = getattr(value, field.name)
        yield from (each for each in (found if isinstance(found, tuple) else (found,)) if type(each) is date)
