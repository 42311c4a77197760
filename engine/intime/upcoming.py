"""The calendar of the law: what becomes applicable, whose grace ends and which text changes, on which day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from engine.intime.changes import law_changes
from engine.intime.windows import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Framework, FrameworkVersion, Requirement
    from engine.rules import LegacyRule, Window

__all__ = ["Entry", "Event", "law_calendar"]


class Event(Enum):
    """What happens on a day of the calendar."""

    APPLIES = "becomes applicable"
    GRACE_ENDS = "grace period ends"
    TEXT_CHANGES = "text changes"
    IN_FORCE = "enters into force"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happens in the law on a day.

    :ivar rule: the window, grandfathering rule or framework version that says so.
    :ivar governed: the provisions that it is about, without those in ``except_for``.
    :ivar conditions: the route or the facts on which it turns; always, where there are none.
    :ivar requirements: the requirements that are live on the day and that no nearer rule governs.
    """

    day: date
    event: Event
    rule: Iri
    governed: tuple[Iri, ...]
    except_for: tuple[Iri, ...]
    conditions: tuple[Iri, ...]
    source: Iri | None
    note: str
    requirements: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    begin: date
    end: date | None

    def __contains__(self, day: date) -> bool:
        return self.begin <= day and (self.end is None or day <= self.end)


def law_calendar(knowledge: Knowledge, begin: date, end: date | None = None) -> tuple[Entry, ...]:
    """Return what happens in the law from one day to another, both included, by day and rule.

    A window that stops being law before it bites is no entry: its date never comes.

    :param end: the last day; nothing for all that is known.
    """
    span = _Span(begin, end)
    found = [*_windows(knowledge, span), *_graces(knowledge, span), *_texts(knowledge, span)]
    return tuple(sorted(found, key=lambda entry: (entry.day, list(Event).index(entry.event), entry.rule)))


def _windows(knowledge: Knowledge, span: _Span) -> Iterator[Entry]:
    for window in knowledge.windows:
        day = max(window.applies_from, window.valid_from or date.min)
        if day in span and day < date.max and window.is_law(day):
            yield Entry(
                day=day,
                event=Event.APPLIES,
                rule=window.iri,
                governed=window.governs,
                except_for=window.except_for,
                conditions=(window.condition,) if window.condition else (),
                source=window.source,
                note="",
                requirements=_iris(_governed(knowledge, window, day)),
            )


def _governed(knowledge: Knowledge, window: Window, day: date) -> Iterator[Requirement]:
    windows = Reading(knowledge, day).windows
    for requirement in knowledge.live_requirements(day):
        reached = knowledge.reaches(requirement, window.governs, window.except_for)
        if reached and window in knowledge.nearest_windows(windows, requirement.provision):
            yield requirement


def _iris(requirements: Iterable[Requirement]) -> tuple[Iri, ...]:
    return tuple(sorted(requirement.iri for requirement in requirements))


def _graces(knowledge: Knowledge, span: _Span) -> Iterator[Entry]:
    for rule in knowledge.legacies:
        day = rule.grace_until
        if day is not None and day in span and rule.is_law(day):
            live = knowledge.live_requirements(day)
            yield Entry(
                day=day,
                event=Event.GRACE_ENDS,
                rule=rule.iri,
                governed=rule.governs,
                except_for=rule.except_for,
                conditions=rule.conditions,
                source=rule.source,
                note=_cut_offs(rule),
                requirements=_iris(r for r in live if knowledge.reaches(r, rule.governs, rule.except_for)),
            )


def _cut_offs(rule: LegacyRule) -> str:
    days = " or ".join(map(str, rule.cut_offs))
    return f"for what was on the market before {days}" if days else ""


def _texts(knowledge: Knowledge, span: _Span) -> Iterator[Entry]:
    for framework in knowledge.frameworks.values():
        for version in framework.versions:
            if version.valid_from is not None and version.valid_from in span:
                yield _text(knowledge, framework, version, version.valid_from)


def _text(knowledge: Knowledge, framework: Framework, version: FrameworkVersion, day: date) -> Entry:
    first = version == framework.versions[0]
    note, requirements = ("", ()) if first else _changed(knowledge, framework, day)
    return Entry(
        day=day,
        event=Event.IN_FORCE if first else Event.TEXT_CHANGES,
        rule=version.iri,
        governed=(framework.iri,),
        except_for=(),
        conditions=(),
        source=None,
        note=note,
        requirements=requirements,
    )


def _changed(knowledge: Knowledge, framework: Framework, day: date) -> tuple[str, tuple[Iri, ...]]:
    """Return how many provisions change on a day, in words, and the live requirements of the new text."""
    changes = law_changes(framework, Reading(knowledge, day - timedelta(days=1)), Reading(knowledge, day))
    counts = Counter(change.change.value for change in changes.provisions)
    told = ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "none changed"
    live = knowledge.live_requirements(day)
    return f"provisions: {told}", _iris(r for r in live if r.iri in changes.come)
