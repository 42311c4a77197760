"""``normgraph calendar``: what becomes applicable on which day, and what it means for an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from api.calendars import (
    COLUMNS,
    Calendar,
    calendar_document,
    calendar_events,
    calendar_lines,
    left_open,
    make_calendar,
    told,
)
from api.console import emit_csv, emit_json, out, progress, table
from api.diffs.runs import moved_table, summary
from api.shared import POLICIES, DateType, as_of_option, format_option, open_law, policy_options
from engine.coverage.values import Policy
from engine.errors import BadParameter
from engine.ics import ics_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


__all__ = ["calendar"]


@click.command()
@click.argument("org", required=False)
@click.option("--from", "begin", type=DateType(), metavar="DATE", help="The first day; the day to look at otherwise.")
@click.option("--until", "end", type=DateType(), metavar="DATE", help="The last day; all that is known otherwise.")
@click.option(
    "--date", "only", type=DateType(), metavar="DATE", help="Only this day, with the states before and after."
)
@as_of_option
@policy_options
@format_option("table", "json", "csv", "ics")
def calendar(
    org: str | None,
    begin: date | None,
    end: date | None,
    only: date | None,
    as_of: date | None,
    least: str,
    hops: int,
    form: str,
) -> None:
    """List what becomes applicable, whose grace ends, which text changes; for ORG: whom it concerns, in which state."""
    if only is not None and (begin or end):
        raise BadParameter("--date", str(only), "used with --from or --until: it names the one day")
    if begin is not None and end is not None and end < begin:
        raise BadParameter("--until", str(end), f"a day on or after --from ({begin})")
    opened = open_law(org, as_of)
    span, policy = (only or begin, only or end), Policy(POLICIES[least], hops)
    with progress("Looking ahead"):
        found = make_calendar(opened.knowledge, opened.organisation, opened.day, span, policy, ahead=only)
    if form == "json":
        emit_json("calendar", calendar_document(found))
    elif form == "csv":
        emit_csv(COLUMNS, calendar_lines(found))
    elif form == "ics":
        click.echo(ics_text(calendar_events(found), found.today).encode(), nl=False)
    else:
        _print(found)


def _print(found: Calendar) -> None:
    whose = f" for {found.organisation.label}" if found.organisation else ""
    until = f" until {found.end}" if found.end else ""
    title = f"Calendar{whose}, as adopted by {found.today}, from {found.begin}{until}"
    columns = ("date", "what", "provisions", "only if", "by", "require-\nments")
    entries = calendar_document(found)["entries"]
    rows = [_cells(entry) for entry in entries]
    out.print(table(title, columns, rows, right=columns[-1:], whole=("date",)))
    if found.organisation:
        _print_concerns(entries)
    if found.ahead:
        moved_table(f"States on {found.ahead.before.day} and on {found.ahead.after.day}", found.ahead, found.names.of)
        out.print(f"With the records as they are: {summary(found.ahead)}")


def _cells(entry: dict[str, Any]) -> list[Any]:
    spared = ", ".join(part["citation"] for part in entry["except"])
    provisions = ", ".join(part["citation"] for part in entry["governs"])
    only = [condition["label"] for condition in entry["conditions"]]
    only += [entry["note"]] if entry["event"] == "grace period ends" else []
    note = f" ({entry['note']})" if entry["note"] and entry["event"] == "text changes" else ""
    return [
        entry["date"],
        f"{entry['event']}{note}",
        f"{provisions}{f' except {spared}' if spared else ''}",
        "; ".join(only),
        entry["source_citation"],
        len(entry["requirements"]),
    ]


def _named(touched: dict[str, Any]) -> str:
    """Return a scope by name, with how much of what it is brought is open."""
    how = left_open(touched)
    return f"{touched['label']} ({'open whether' if how == 'open' else how})" if how else str(touched["label"])


def _print_concerns(entries: Sequence[dict[str, Any]]) -> None:
    columns = ("date", "provisions", "scope", "require-\nments", "today, as if it applied", "then", "lapses before")
    rows = [
        [
            entry["date"],
            f"{', '.join(part['citation'] for part in entry['governs'])}: {entry['event']}",
            _named(touched),
            touched["requirements"],
            told(touched["today"]),
            told(touched["then"]),
            len(touched["lapses"]) or "",
        ]
        for entry in entries
        for touched in entry["concerns"]
    ]
    if rows:
        out.print(table("Whom it concerns", columns, rows, right=(columns[3], columns[6]), whole=("date",)))
    else:
        out.print(Text("Nothing of this concerns what is recorded."))
    out.print(
        "Today, as if it applied: by the records of the day. Then: if nothing is added to them. Lapses before: how "
        "many evidence items that count today do not any more; --format json names them.",
        style="dim",
    )
