"""The calendar of the law with what it means for an organisation, as JSON values, CSV lines and calendar events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.diffs.names import Names
from api.documents.runs import counts, moved_record
from engine.ics import DayEvent
from engine.intime.adopted import adopted_by
from engine.intime.concerns import concerns
from engine.intime.lookahead import look_ahead
from engine.intime.upcoming import law_calendar
from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from engine.coverage.values import Policy
    from engine.graph import Iri
    from engine.intime.concerns import Concern
    from engine.intime.run_changes import RunComparison
    from engine.intime.upcoming import Entry
    from engine.knowledge import Knowledge
    from engine.model import Organisation, State

__all__ = [
    "COLUMNS",
    "Calendar",
    "calendar_document",
    "calendar_events",
    "calendar_lines",
    "left_open",
    "make_calendar",
    "told",
]

COLUMNS = (
    *("date", "event", "provisions", "except", "condition", "source", "note", "requirements"),
    *("scope", "of_the_scope", "certain", "today", "then", "evidence_that_lapses_before"),
)
_NO_TEXT = "text not in force"


@dataclass(frozen=True)
class Calendar:
    """What happens in the law in a span of days, as adopted by one day.

    :ivar concerns: what each entry brings to the organisation; nothing where there is none.
    :ivar ahead: the states before and after the one day that was asked for.
    """

    names: Names
    today: date
    begin: date
    end: date | None
    policy: Policy
    entries: tuple[Entry, ...]
    concerns: tuple[tuple[Concern, ...], ...]
    ahead: RunComparison | None

    @property
    def organisation(self) -> Organisation | None:
        """The organisation, where one was named."""
        return self.names.organisation


def make_calendar(
    law: Knowledge,
    organisation: Organisation | None,
    today: date,
    span: tuple[date | None, date | None],
    policy: Policy,
    *,
    ahead: date | None = None,
) -> Calendar:
    """Return what happens in a span of days in the law as adopted by one day.

    :param span: the first day, that day where none is given, and the last, all that is known otherwise.
    :param ahead: the one day on which an organisation's states are compared with those of the day before.
    """
    adopted = adopted_by(law, today)
    begin, end = span[0] or today, span[1]
    entries = law_calendar(adopted, begin, end)
    touched = concerns(adopted, organisation, entries, today, policy) if organisation else ()
    compared = look_ahead(adopted, organisation, ahead, policy) if organisation and ahead else None
    return Calendar(Names(adopted, organisation), today, begin, end, policy, entries, touched, compared)


def _by_scope(found: Sequence[Concern]) -> Iterator[tuple[Iri, list[Concern]]]:
    for scope in sorted({concern.scope for concern in found}):
        yield scope, [concern for concern in found if concern.scope == scope]


def _states(states: Iterable[State | None]) -> dict[str, int]:
    found = Counter(state.value if state else _NO_TEXT for state in states)
    return dict(sorted(found.items()))


def calendar_document(found: Calendar) -> dict[str, Any]:
    """Return a calendar as JSON values."""
    touched = found.concerns or ((),) * len(found.entries)
    return {
        "organisation": found.organisation.iri if found.organisation else None,
        "as_of": found.today,
        "from": found.begin,
        "until": found.end,
        "policy": found.policy.label if found.organisation else None,
        "entries": [_entry(found, entry, concern) for entry, concern in zip(found.entries, touched, strict=True)],
        "look_ahead": _ahead(found.ahead) if found.ahead else None,
    }


def _entry(found: Calendar, entry: Entry, touched: Sequence[Concern]) -> dict[str, Any]:
    return {
        "date": entry.day,
        "event": entry.event.value,
        "rule": entry.rule,
        "governs": found.names.records(entry.governed),
        "except": found.names.records(entry.except_for),
        "conditions": [{"iri": iri, "label": found.names.of(iri)} for iri in entry.conditions],
        "source": entry.source,
        "source_citation": found.names.of(entry.source) if entry.source else "",
        "note": entry.note,
        "requirements": list(entry.requirements),
        "concerns": [_concern(found, scope, of_it) for scope, of_it in _by_scope(touched)],
    }


def _concern(found: Calendar, scope: Iri, of_it: Sequence[Concern]) -> dict[str, Any]:
    return {
        "scope": scope,
        "label": found.names.of(scope),
        "requirements": len(of_it),
        "certain": all(concern.certain for concern in of_it),
        "today": _states(concern.today for concern in of_it),
        "then": _states(concern.then for concern in of_it),
        "lapses": [{"evidence": iri, "label": found.names.of(iri), "last_day": day} for day, iri in _lapses(of_it)],
        "results": [
            {
                "requirement": concern.requirement,
                "citation": found.names.of(concern.requirement),
                "certain": concern.certain,
                "today": concern.today.value if concern.today else None,
                "then": concern.then.value,
            }
            for concern in of_it
        ],
    }


def _lapses(of_it: Iterable[Concern]) -> list[tuple[date, Iri]]:
    return sorted({(lapse.last_day, lapse.evidence) for concern in of_it for lapse in concern.lapses})


def _ahead(compared: RunComparison) -> dict[str, Any]:
    return {
        "before": compared.before.day,
        "after": compared.after.day,
        "counts": counts(compared),
        "results": [moved_record(moved) for moved in compared.moved],
    }


def told(states: dict[str, int]) -> str:
    """Return counts per state in one cell."""
    return ", ".join(f"{number} {name}" for name, number in states.items())


def left_open(touched: dict[str, Any]) -> str:
    """Return how much of what a scope is brought is open: nothing, a part, or all of it."""
    found = sum(not result["certain"] for result in touched["results"])
    if found in {0, touched["requirements"]}:
        return "open" if found else ""
    return f"{found} of {touched['requirements']} open"


def calendar_lines(found: Calendar) -> Iterator[dict[str, Any]]:
    """Yield a line an entry and scope; one line where an entry concerns nobody."""
    for entry in calendar_document(found)["entries"]:
        line = {
            "date": entry["date"],
            "event": entry["event"],
            "provisions": [part["citation"] for part in entry["governs"]],
            "except": [part["citation"] for part in entry["except"]],
            "condition": [condition["label"] for condition in entry["conditions"]],
            "source": entry["source_citation"],
            "note": entry["note"],
            "requirements": len(entry["requirements"]),
        }
        for touched in entry["concerns"] or [None]:
            yield line | (_scope_cells(touched) if touched else {})


def _scope_cells(touched: dict[str, Any]) -> dict[str, Any]:
    return {
        "scope": touched["label"],
        "of_the_scope": touched["requirements"],
        "certain": left_open(touched) or "yes",
        "today": told(touched["today"]),
        "then": told(touched["then"]),
        "evidence_that_lapses_before": [f"{lapse['label']} ({lapse['last_day']})" for lapse in touched["lapses"]],
    }


def calendar_events(found: Calendar) -> Iterator[DayEvent]:
    """Yield an event of a calendar program for each entry."""
    for entry in calendar_document(found)["entries"]:
        provisions = ", ".join(part["citation"] for part in entry["governs"])
        spared = ", ".join(part["citation"] for part in entry["except"])
        lines = [f"{provisions}{f' except {spared}' if spared else ''}: {entry['event']}"]
        lines += [f"if: {condition['label']}" for condition in entry["conditions"]]
        lines += [f"by {entry['source_citation']}"] if entry["source_citation"] else []
        lines += [entry["note"]] if entry["note"] else []
        lines += [
            f"{touched['label']}: {touched['requirements']} requirements; as if it applied on {found.today}: "
            f"{told(touched['today'])}"
            for touched in entry["concerns"]
        ]
        uid = f"{entry['rule'].removeprefix(ID).replace('/', '.')}@normgraph"
        yield DayEvent(uid, entry["date"], f"{provisions}: {entry['event']}", "\n".join(lines))
