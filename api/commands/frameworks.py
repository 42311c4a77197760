"""``normgraph frameworks``: what is loaded, what is modelled of it, and what is not."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click

from api.console import emit_json, out, table
from api.shared import as_of_option, format_option, open_content
from engine.coverage.census import census

__all__ = ["frameworks"]

_COLUMNS = {
    "key": "key",
    "name": "framework",
    "version": "version in force",
    "provisions": "provisions",
    "requirements": "requirements",
    "elements": "elements",
    "classified": "classified without requirement",
    "not_modelled": "not modelled",
    "rows": "mapping rows",
}


@click.command()
@as_of_option
@format_option("table", "json")
def frameworks(as_of: date | None, form: str) -> None:
    """List the frameworks: version, provisions, requirements, elements, and what is not modelled."""
    day = as_of or date.today()  # noqa: DTZ011 - the user's own day
    found = census(open_content().knowledge, day)
    if form == "json":
        emit_json("frameworks", {"as_of": day, "frameworks": [asdict(row) for row in found]})
        return
    rows = [[getattr(row, name) for name in _COLUMNS] for row in found]
    numbers = tuple(_COLUMNS.values())[3:]
    out.print(table(f"Frameworks on {day}", tuple(_COLUMNS.values()), rows, right=numbers))
    out.print(
        "Units are paragraphs, articles without paragraphs, clauses and controls. Not modelled: it is not yet "
        "written down what the unit demands of an organisation, or why it demands nothing; it is in no count of coverage."
    )
