"""``normgraph frameworks``: what is loaded, what is modelled of it, and what is not."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from api.console import emit_json, out, table
from api.shared import as_of_option, format_option, open_law
from engine.coverage.census import census

if TYPE_CHECKING:
    from datetime import date

__all__ = ["frameworks"]

_COLUMNS = {
    "key": "framework",
    "version": "version",
    "provisions": "parts",
    "requirements": "require-\nments",
    "elements": "ele-\nments",
    "classified": "classi-\nfied",
    "not_modelled": "not\nmodelled",
    "rows": "rows",
}


@click.command()
@as_of_option
@format_option("table", "json")
def frameworks(as_of: date | None, form: str) -> None:
    """List the frameworks: version, provisions, requirements, elements, and what is not modelled."""
    law = open_law(as_of=as_of)
    day, found = law.day, census(law.knowledge, law.day)
    if form == "json":
        emit_json("frameworks", {"as_of": day, "frameworks": [asdict(row) for row in found]})
        return
    rows = [[getattr(row, name) for name in _COLUMNS] for row in found]
    columns = tuple(_COLUMNS.values())
    out.print(table(f"Frameworks on {day}", columns, rows, right=columns[2:], whole=columns[:2]))
    out.print(
        "Classified: demands nothing of an organisation, and why is recorded. Not modelled: nobody has written down "
        "yet what it demands, or why it demands nothing; it is in no count of coverage."
    )
