"""What the command line prints with: tables, progress on the error stream, and JSON as an interface."""

from __future__ import annotations

import csv
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.documents.base import document, written
from engine.model import State
from engine.spreadsheet import neutral

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rich.console import JustifyMethod

__all__ = ["STATE_STYLES", "emit_csv", "emit_json", "out", "progress", "state_text", "table"]


STATE_STYLES = {
    State.COVERED: "green",
    State.CLAIMED: "yellow",
    State.PARTIALLY: "dark_orange",
    State.NOT_COVERED: "red",
    State.NOT_APPLICABLE: "dim",
    State.NOT_YET: "blue",
    State.REVIEW: "magenta",
}


def _console(*, stderr: bool = False) -> Console:
    """Return a console. Names come from records: “Acme [/b] AG” is printed as it stands, never read as markup."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


class _Printer:
    """Prints for people, with a console made at that moment: Rich fixes width and colours when it makes one."""

    def print(self, *shown: object, **how: Any) -> None:
        """Print texts and tables, as :meth:`rich.console.Console.print` does."""
        _console().print(*shown, **how)

    def rule(self, title: str) -> None:
        """Print a line across, with a title in it."""
        _console().rule(title)


out = _Printer()


def state_text(state: State, *, unreviewed: bool = False) -> Text:
    """Return a state in its colour; colour never stands alone."""
    return Text(f"{state.value} · unreviewed mappings" if unreviewed else state.value, style=STATE_STYLES[state])


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> Table:
    """Return a table; the columns named in ``right`` are numbers, those in ``whole`` are never broken."""
    heading = Text(title, style="bold")
    made = Table(title=heading, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        justify: JustifyMethod = "right" if name in right else "left"
        made.add_column(Text(name), justify=justify, overflow="fold", no_wrap=name in whole)
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text("" if cell is None else str(cell)) for cell in row))
    return made


def emit_json(kind: str, payload: dict[str, Any]) -> None:
    """Print a JSON document that names its schema, as api/schemas describes it."""
    sys.stdout.write(written(document(kind, payload)) + "\n")


def emit_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Print a table as CSV: several values of one cell joined, and nothing that a spreadsheet takes for a formula."""
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: neutral(_cell(value)) for name, value in row.items()})


def _cell(value: object) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(_cell, value))
    return "" if value is None else str(value)


@contextmanager
def progress(message: str) -> Iterator[Callable[[str], None]]:
    """Show on the error stream what is being done, where somebody is looking."""
    err = _console(stderr=True)
    if not err.is_terminal:
        yield lambda _: None
        return
    with err.status(Text(message)) as status:
        yield lambda told: status.update(Text(told))
