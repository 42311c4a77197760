"""iCalendar text (RFC 5545): lines folded at 75 octets, ended by CR LF, values escaped; it can all be read back."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ics import DayEvent, ics_text

DAY = date(2026, 11, 20)


def event(summary: str = "Something applies", description: str = "") -> DayEvent:
    return DayEvent("rule.1@normgraph", date(2026, 12, 31), summary, description)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def value(text: str, name: str) -> str:
    (line,) = (line for line in unfolded(text) if line.startswith(f"{name}:"))
    marks = {"\\n": "\n", "\\\\": "\\", "\\;": ";", "\\,": ","}
    return re.sub(r"\\(?:n|\\|;|,)", lambda m: marks[m[0]], line.partition(":")[2])


def test_an_empty_calendar_is_a_calendar() -> None:
    assert ics_text([], DAY).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Normgraph//Calendar of the law//EN",
        "CALSCALE:GREGORIAN",
        "END:VCALENDAR",
        "",
    ]


def test_an_event_lasts_its_day() -> None:
    lines = unfolded(ics_text([event()], DAY))
    assert lines[4:13] == [
        "BEGIN:VEVENT",
        "UID:rule.1@normgraph",
        "DTSTAMP:20261120T000000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Something applies",
        "DESCRIPTION:",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a, b; c", "a\\, b\\; c"),
        ("a\\b", "a\\\\b"),
        ("a\nb", "a\\nb"),
        ("a\r\nb\rc", "a\\nb\\nc"),
        ("a\x00\tb", "a  b"),
    ],
)
def test_text_is_escaped(text: str, written: str) -> None:
    assert f"\r\nSUMMARY:{written}\r\n" in ics_text([event(text)], DAY)


@given(st.text())
def test_every_line_is_short_and_every_text_comes_back(text: str) -> None:
    found = ics_text([event(text, text)], DAY)
    assert found.endswith("\r\n")
    assert all(len(line.encode("utf-8", "surrogatepass")) <= 75 for line in found.split("\r\n"))
    plain = re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", text.replace("\r\n", "\n").replace("\r", "\n"))
    assert (value(found, "SUMMARY"), value(found, "DESCRIPTION")) == (plain, plain)
