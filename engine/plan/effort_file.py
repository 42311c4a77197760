"""Read how many days things take from a small file of the user: CSV or TOML, by control or evidence type."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.errors import BadInput, UnknownCitation, UnreadableFile
from engine.graph import Iri
from engine.intake import line_of, read_text
from engine.mapping.cells import read_cells
from engine.plan.actions import Efforts
from engine.plan.offers import is_control
from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.citations import CitationIndex
    from engine.knowledge import Knowledge

__all__ = ["read_efforts"]

_COLUMNS = ("name", "days")
_TABLE = "days"
_KINDS = ("implement", "evidence", "approval", "judgement")
_TYPES = Iri(f"{ID}scheme/evidence-types")
_MOST_DAYS = 100_000
_MOST_DIGITS = 12
_REMEDY = (
    "name a clause or control with its standard (“ISO/IEC 27001 A.8.16”), an evidence type (“Test result”), or one of "
    + ", ".join(_KINDS)
)


@dataclass(frozen=True)
class _Entry:
    name: str
    days: str
    line: int | None


def read_efforts(path: Path, citations: CitationIndex, knowledge: Knowledge) -> Efforts:
    """Return how many days things take, one day where the file says nothing.

    What it says of an evidence type holds for narrower types too that it does not name; of several the longest.

    :raises UnreadableFile: if the file is not well formed, or neither CSV nor TOML.
    :raises BadInput: if it names what is no control or evidence type, or twice, or says no number of days above zero.
    """
    names = _Names(citations, knowledge)
    kinds: dict[str, Fraction] = {}
    named: dict[Iri, Fraction] = {}
    for entry in _entries(path):
        days = _days(path, entry)
        kind = entry.name.lower() if entry.name.lower() in _KINDS else ""
        thing = Iri(kind) or names.of(path, entry)
        if thing in named or kind in kinds:
            raise BadInput(path, entry.line, f"“{entry.name}” is there twice", "keep one of the two")
        if kind:
            kinds[kind] = days
        else:
            named[thing] = days
    return Efforts({**names.narrower(named), **named}, **kinds)


def _entries(path: Path) -> Iterator[_Entry]:
    text = read_text(path)
    if path.suffix.lower() == ".csv":
        yield from _of_csv(path, text)
    elif path.suffix.lower() == ".toml":
        yield from _of_toml(path, text)
    else:
        problem = f"“{path.suffix or path.name}” is no format of efforts"
        raise UnreadableFile(path, None, problem, "use .csv with the columns name and days, or .toml with a table days")


def _of_csv(path: Path, text: str) -> Iterator[_Entry]:
    head, rows = read_cells(path, text)
    if head != _COLUMNS:
        raise BadInput(path, 1, f"the columns are {', '.join(head) or 'missing'}", "write name,days in the first line")
    for line, cells in rows:
        if set(cells) != set(_COLUMNS) or None in cells.values():
            raise BadInput(path, line, "the row has not two cells", "write a name, a comma and the days; quote a comma")
        yield _Entry(cells["name"].strip(), cells["days"].strip(), line)


def _of_toml(path: Path, text: str) -> Iterator[_Entry]:
    try:
        document = tomllib.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(path, None, f"is no TOML: {error}", "check the line it names") from error
    table = document.get(_TABLE)
    if not isinstance(table, dict) or len(document) > 1:
        raise BadInput(path, None, f"has not the one table [{_TABLE}]", f"write [{_TABLE}] and below it “name” = days")
    for name, days in table.items():
        yield _Entry(name, str(days), line_of(text, name))


def _days(path: Path, entry: _Entry) -> Fraction:
    plain = entry.days.replace(".", "", 1)
    if (
        not (plain.isascii() and plain.isdigit() and len(plain) < _MOST_DIGITS)
        or not 0 < Fraction(entry.days) <= _MOST_DAYS
    ):
        remedy = f"write a number of days above zero and up to {_MOST_DAYS}, as 3 or 0.5"
        raise BadInput(path, entry.line, f"“{entry.days}” days for “{entry.name}”", remedy)
    return Fraction(entry.days)


class _Names:
    """Find the control or evidence type that a name means."""

    def __init__(self, citations: CitationIndex, knowledge: Knowledge) -> None:
        self.citations, self.knowledge = citations, knowledge
        self.types = sorted(iri for iri, scheme in knowledge.schemes.items() if scheme == _TYPES)
        self.by_name = {iri.rpartition("#")[2].lower(): iri for iri in self.types}
        self.by_name |= {knowledge.labels[iri].lower(): iri for iri in self.types if iri in knowledge.labels}

    def of(self, path: Path, entry: _Entry) -> Iri:
        """Return what an entry names.

        :raises BadInput: if it is neither a control nor an evidence type.
        """
        found = self.by_name.get(entry.name.lower())
        if found is not None:
            return found
        try:
            control = self.citations.resolve(entry.name)
        except UnknownCitation as error:
            near = get_close_matches(entry.name.lower(), self.by_name) or list(error.candidates)
            hint = f"did you mean {' or '.join(near)}?" if near else _REMEDY
            problem = f"“{entry.name}” is neither a control nor an evidence type"
            raise BadInput(path, entry.line, problem, hint) from error
        if not is_control(self.knowledge, control):
            raise BadInput(path, entry.line, f"“{entry.name}” cannot be implemented", _REMEDY)
        return control

    def narrower(self, named: dict[Iri, Fraction]) -> dict[Iri, Fraction]:
        """Return the days of the types below those that are named."""
        above = {iri: self.knowledge.ancestors_of_concept.get(iri, frozenset()) for iri in self.types}
        return {
            iri: max(named[broader] for broader in broaders if broader in named)
            for iri, broaders in above.items()
            if not named.keys().isdisjoint(broaders)
        }
