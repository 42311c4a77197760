"""The report as one self-contained page: no script, nothing fetched, made for the screen and for A4."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from engine.mapping.relations import COMPOSITION, Relation, derived_gives
from engine.model import State
from engine.report.tables import state_words
from engine.report.wording import (
    ASSURANCE_WORDS,
    FRESHNESS_WORDS,
    INCIDENTS,
    KIND_WORDS,
    OVERLAP_OF_ACTS,
    STATE_MEANINGS,
    STATE_WORDS,
    UNREVIEWED,
    VERDICT_WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.report.values import ApplicabilityGroup, Fact, GapRow, Report

__all__ = ["report_html"]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_RELATION_WORDS = {
    Relation.EQ: "equal",
    Relation.SUB: "subset",
    Relation.SUP: "superset",
    Relation.INT: "intersects",
    Relation.DIS: "none",
}


def report_html(report: Report) -> str:
    """Return the report as an HTML document; everything that comes from data is escaped."""
    environment = Environment(
        loader=PackageLoader("engine.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "day": _day,
        "short": _short,
        "state_words": state_words,
        "by_framework": _by_framework,
        "by_verdict": _by_verdict,
        "lines": _lines,
        "told": _told,
    }
    return environment.get_template("report.html.j2").render(
        report=report,
        states=tuple(STATE_WORDS),
        state_label=STATE_WORDS,
        state_meaning=STATE_MEANINGS,
        kind_label=KIND_WORDS,
        verdict_label=VERDICT_WORDS,
        assurance_label=ASSURANCE_WORDS,
        freshness_label=FRESHNESS_WORDS,
        unreviewed=UNREVIEWED,
        overlap_of_acts=OVERLAP_OF_ACTS,
        incidents=INCIDENTS,
        refs=_refs(report),
        composition=_composition(),
        relations=[_RELATION_WORDS[relation] for relation in Relation],
        totals=_totals(report),
        State=State,
    )


def _day(value: date | None) -> str:
    """Return a date as a reader writes it: 2 August 2026, with spaces that do not break."""
    return f"{value.day}\u00a0{_MONTHS[value.month - 1]}\u00a0{value.year}" if value else "—"


def _short(value: date | None) -> str:
    """Return a date for a narrow place: 2 Aug 2026."""
    return f"{value.day}\u00a0{_MONTHS[value.month - 1][:3]}\u00a0{value.year}" if value else "—"


def _by_framework(rows: Iterable[GapRow]) -> list[tuple[str, list[GapRow]]]:
    return [(name, list(group)) for name, group in groupby(rows, key=lambda row: row.framework)]


def _by_verdict(groups: Iterable[ApplicabilityGroup]) -> list[tuple[tuple[str, str], list[ApplicabilityGroup]]]:
    return [(key, list(found)) for key, found in groupby(groups, key=lambda g: (g.framework, g.verdict))]


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the lines of an indented text, each with its depth."""
    return [((len(line) - len(line.lstrip(" "))) // 2, line.strip()) for line in text.splitlines() if line.strip()]


def _told(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """Return facts apart: those with a value, those that hold, those that do not."""
    told: dict[str, list[Fact]] = {"value": [], "yes": [], "no": []}
    for fact in facts:
        told[fact.value if fact.value in {"yes", "no"} else "value"].append(fact)
    return told


def _refs(report: Report) -> dict[str, str]:
    """Return the first row of the gap table on each requirement."""
    refs: dict[str, str] = {}
    for row in report.gaps:
        refs.setdefault(row.requirement.iri, row.ref)
    return refs


def _totals(report: Report) -> dict[State, tuple[int, int]]:
    """Return the requirements of all frameworks per state, and how many of them rest on unreviewed mappings."""
    counts = [count for framework in report.summary.frameworks for count in framework.states]
    found = {state: [c for c in counts if c.state is state] for state in STATE_WORDS}
    return {
        state: (sum(c.requirements for c in same), sum(c.unreviewed for c in same)) for state, same in found.items()
    }


def _composition() -> list[tuple[str, list[str]]]:
    """Return how much of C is given by A where A lies to B as the row says and B to C as the column says."""
    words = {"full": "full", "part": "part", "none": "none"}
    table = []
    for first in Relation:
        cells = (derived_gives(COMPOSITION[first, second]) for second in Relation)
        table.append((_RELATION_WORDS[first], [words[cell.value] if cell else "unknown" for cell in cells]))
    return table
