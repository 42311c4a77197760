"""Write days as an iCalendar file (RFC 5545): all-day events that a calendar program takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

__all__ = ["DayEvent", "ics_text"]

_OCTETS = 75
"""The most octets of a line without its end (RFC 5545 §3.1)."""


@dataclass(frozen=True, slots=True)
class DayEvent:
    """Something that happens on a day; ``uid`` is the same each time the same event is written."""

    uid: str
    day: date
    summary: str
    description: str


def ics_text(events: Iterable[DayEvent], made_on: date) -> str:
    """Return the text of a calendar, lines ended by CR LF.

    :param made_on: the day that the calendar states: equal input gives equal output, so it is not the clock's.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Normgraph//Calendar of the law//EN", "CALSCALE:GREGORIAN"]
    for event in events:
        lines += _event(event, made_on)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(event: DayEvent, made_on: date) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{_escaped(event.uid)}",
        f"DTSTAMP:{made_on:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(event.summary)}",
        f"DESCRIPTION:{_escaped(event.description)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Return a text value as §3.3.11 has it; other control characters are not allowed there and become spaces."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(" " if ord(character) < ord(" ") or character == "\x7f" else character for character in text)


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets, cut between characters; a space begins all but the first."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > _OCTETS:
            yield piece
            piece = " "
        piece += character
    yield piece
