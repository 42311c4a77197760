"""Identifiers in a file of mapping rows that resolve to nothing: all of them, where an import stops at the first."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from engine.errors import BadParameter, UnknownCitation, UnreadableFile
from engine.graph import Iri
from engine.mapping.oscal_reading import raw_mapping_json
from engine.mapping.rows import NO_TERM
from engine.mapping.sssom import RawSet, prefixes_of, raw_sssom
from engine.mapping.sssom_rdf import read_sssom_turtle
from engine.mapping.strm import ENDS, strm_cells
from engine.mapping.strm_xlsx import strm_xlsx_cells
from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from engine.knowledge import Knowledge

__all__ = ["Unresolved", "unresolved"]

_SLOTS = ("subject_id", "object_id", "covers_elements", "touches_elements", "except_provisions")
_EMPTY = "is empty"
_BARE = "names no framework"
_UNKNOWN = "is no part of the loaded frameworks"
_NEAR, _ALIKE = 3, 0.8
"""How many candidates that are written nearly so, and how nearly."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A cell that resolves to nothing: where it stands, what is wrong, and what may be meant."""

    line: int
    column: str
    value: str
    problem: str
    candidates: tuple[str, ...]


def unresolved(path: Path, knowledge: Knowledge, resolve: Callable[[str], Iri]) -> tuple[Unresolved, ...]:
    """Return every identifier of a file of mapping rows that resolves to nothing, in the order of the file.

    :param resolve: gives what a citation names.
    :raises UnreadableFile: if the file is none of the forms that rows come in.
    """
    name = path.name.lower()
    if name.endswith((".csv", ".xlsx")):
        head, lines = strm_cells(path) if name.endswith(".csv") else strm_xlsx_cells(path)
        missing = next((column for column in ENDS if column not in head), None)
        if missing:
            raise UnreadableFile(path, 1, f"the column “{missing}” is missing", "export the STRM table with its head")
        return tuple(_of_citations(lines, resolve))
    readers: dict[str, Callable[[Path], RawSet]] = {".tsv": raw_sssom, ".json": raw_mapping_json, ".ttl": _raw_turtle}
    reader = next((readers[ending] for ending in readers if name.endswith(ending)), None)
    if reader is None:
        raise BadParameter("FILE", path.name, "a mapping set: .tsv, .json, .ttl, .csv or .xlsx")
    raw = reader(path)
    return tuple(_Identifiers(knowledge, prefixes_of(path, raw.metadata)).of(raw.numbered))


def _raw_turtle(path: Path) -> RawSet:
    rows = read_sssom_turtle(path).rows
    parts = ((row.covers, row.touches, row.exceptions) for row in rows)
    cells = [
        dict(zip(_SLOTS, (row.subject, row.object, *("|".join(named) for named in lists)), strict=True))
        for row, lists in zip(rows, parts, strict=True)
    ]
    return RawSet({"curie_map": {}}, [(1, told) for told in cells])


def _of_citations(
    lines: Iterable[tuple[int, Mapping[str, str]]], resolve: Callable[[str], Iri]
) -> Iterator[Unresolved]:
    for line, cells in lines:
        for column in ENDS:
            value = cells.get(column, "")
            try:
                resolve(value)
            except UnknownCitation as error:
                problem = _BARE if error.ambiguous else _UNKNOWN
                yield Unresolved(line, column, value, problem if value else _EMPTY, error.candidates)


class _Identifiers:
    """Identifiers as SSSOM writes them: whole, or with a prefix that the file declares."""

    def __init__(self, knowledge: Knowledge, prefixes: Mapping[str, str]) -> None:
        elements = {element.iri for requirement in knowledge.requirements.values() for element in requirement.elements}
        self.known = {NO_TERM, *knowledge.provisions, *knowledge.requirements, *elements}
        self.prefixes = prefixes
        self.ours = {prefix: base for prefix, base in prefixes.items() if base.startswith(ID)}
        self.shown = sorted({iri.removeprefix(ID) for iri in self.known if iri.startswith(ID)})

    def of(self, numbered: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[Unresolved]:
        for line, cells in numbered:
            for column in _SLOTS:
                said = cells.get(column, "").strip()
                for value in said.split("|") if said or column in _SLOTS[:2] else ():
                    problem = self._problem(value)
                    if problem:
                        yield Unresolved(line, column, value, problem, self._candidates(value))

    def _problem(self, value: str) -> str:
        prefix, colon, name = value.partition(":")
        if value.startswith(("http://", "https://")):
            return "" if value in self.known else _UNKNOWN
        if not colon:
            return _BARE if value else _EMPTY
        if prefix not in self.prefixes:
            return f"has the prefix “{prefix}”, which is not declared"
        return "" if Iri(self.prefixes[prefix] + name) in self.known else _UNKNOWN

    def _candidates(self, value: str) -> tuple[str, ...]:
        """Return what may be meant: the same name below a declared prefix, else what is written nearly so."""
        whole = value.startswith(("http://", "https://"))
        prefix, _, rest = value.partition(":")
        name = value if whole else rest or value
        same = [f"{prefix}:{name}" for prefix, base in sorted(self.ours.items()) if Iri(base + name) in self.known]
        written = name if whole else self.prefixes.get(prefix, "") + name
        return tuple(same or get_close_matches(written.removeprefix(ID), self.shown, n=_NEAR, cutoff=_ALIKE))
