"""Read mapping sets from SSSOM TSV with a metadata block, our STRM columns as declared extension slots.

The format is that of the Simple Standard for Sharing Ontological Mappings 1.0 (TSV with embedded metadata).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import yaml
from pyoxigraph import NamedNode

from engine.errors import BadInput, UnreadableFile
from engine.graph import Iri
from engine.intake import read_text
from engine.mapping.cells import read_cells
from engine.mapping.row_checks import refuse_twins
from engine.mapping.rows import NO_TERM, RELATIONSHIPS, MappingRow, in_element_order
from engine.mapping.sets import SetDescription
from engine.mapping.sssom_writing import unix
from engine.model import ReviewState
from engine.vocabulary import ID, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from engine.mapping.cells import Cells

__all__ = [
    "RATIONALE_TYPES",
    "REQUIRED",
    "MappingSet",
    "RawSet",
    "assemble",
    "prefixes_of",
    "raw_sssom",
    "read_sssom",
]

RATIONALE_TYPES = ("functional", "semantic", "syntactic")
REQUIRED = ("subject_id", "object_id", "relationship", "rationale_type", "rationale", "review_state")


@dataclass(frozen=True)
class MappingSet:
    """A file of mapping rows with its metadata.

    :ivar lines: the line of the file each row stands on; empty where the set was not read from a file.
    """

    described: SetDescription
    rows: tuple[MappingRow, ...]
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class RawSet:
    """What a file says of a mapping set, before anything is made of it.

    :ivar numbered: per row the line it stands on, and its cells as text, by SSSOM slot.
    """

    metadata: Mapping[str, Any]
    numbered: Iterable[tuple[int, dict[str, str]]]


def prefixes_of(path: Path, metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return the prefixes that a set declares, and those that every set has.

    :raises UnreadableFile: if it declares none.
    """
    declared = metadata.get("curie_map")
    if not isinstance(declared, dict) or not all(isinstance(v, str) for v in declared.values()):
        raise UnreadableFile(path, 1, "the metadata has no curie_map", "declare the prefixes of the identifiers")
    return {**{name: PREFIXES[name] for name in ("skos", "sssom", "semapv", "owl")}, **declared}


def _metadata(path: Path, lines: list[str]) -> dict[str, Any]:
    mark = "# " if all(line.startswith("# ") for line in lines) else "#"
    text = "\n".join(line.removeprefix(mark) for line in lines)
    try:
        read = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - safe: it makes lists, dictionaries and text only
    except RecursionError as error:
        raise UnreadableFile(path, 1, "the metadata block is nested too deeply", "write one slot a line") from error
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        line = place.line + 1 if place else 1
        raise UnreadableFile(
            path, line, "the metadata block is no YAML", "mend the block of lines that begin with #"
        ) from error
    if not isinstance(read, dict):
        raise UnreadableFile(path, 1, "there is no metadata block", "begin the file with lines “#mapping_set_id: …”")
    return read


def read_sssom(path: Path) -> MappingSet:
    """Return the mapping set of an SSSOM TSV file.

    :raises UnreadableFile: if it is no such file.
    :raises BadInput: if a row says something that cannot be: a bare identifier, an unknown relationship, no number.
    """
    raw = raw_sssom(path)
    return assemble(path, raw.metadata, raw.numbered)


def raw_sssom(path: Path) -> RawSet:
    """Return the metadata and the cells of an SSSOM TSV file.

    :raises UnreadableFile: if it is no such file.
    """
    lines = read_text(path).split("\n")
    head = [line.rstrip("\r") for line in takewhile(lambda line: line.startswith("#"), lines)]
    metadata = _metadata(path, head)
    names, rows = read_cells(path, "\n".join(lines[len(head) :]), delimiter="\t", after=len(head))
    missing = next((name for name in REQUIRED if name not in names), None)
    if missing:
        raise UnreadableFile(path, len(head) + 1, f"the column {missing} is missing", "add it")
    return RawSet(metadata, _whole(path, rows))


def assemble(path: Path, metadata: Mapping[str, Any], numbered: Iterable[tuple[int, dict[str, str]]]) -> MappingSet:
    """Return the mapping set that metadata and the cells of rows make, whatever form the file has.

    :param numbered: per row the line it stands on, and its cells as text, by SSSOM slot.
    :raises UnreadableFile: if the set has no identifier or no prefixes.
    :raises BadInput: for the first row that says something that cannot be.
    """
    set_id = str(metadata.get("mapping_set_id", "")).removeprefix(f"{ID}mapping/")
    if not set_id:
        raise UnreadableFile(path, 1, "the metadata mapping_set_id is missing", "add it")
    _checked(path, 1, f"{ID}mapping/{set_id}", "mapping_set_id")
    prefixes = prefixes_of(path, metadata)
    _day(path, 1, str(metadata.get("mapping_date") or ""))
    said = _propagated(metadata, list(numbered))
    rows = [(line, _row(path, line, set_id, metadata, prefixes, cells)) for line, cells in said]
    refuse_twins(path, rows)
    described = _described(path, set_id, metadata, prefixes)
    return MappingSet(described, tuple(row for _, row in rows), tuple(line for line, _ in rows))


def _propagated(
    metadata: Mapping[str, Any], numbered: list[tuple[int, dict[str, str]]]
) -> list[tuple[int, dict[str, str]]]:
    """Give every row the day stated once for the set, unless some row states its own: a condensed slot of SSSOM."""
    day = metadata.get("mapping_date")
    if not day or any(cells.get("mapping_date") for _, cells in numbered):
        return numbered
    return [(line, {**cells, "mapping_date": str(day)}) for line, cells in numbered]


def _described(path: Path, set_id: str, metadata: Mapping[str, Any], prefixes: Mapping[str, str]) -> SetDescription:
    return SetDescription(
        set_id=set_id,
        title=str(metadata.get("mapping_set_title", "")),
        description=str(metadata.get("mapping_set_description", "")),
        version=str(metadata.get("mapping_set_version", "")),
        subject_source=_expand(path, 1, prefixes, str(metadata.get("subject_source", "")), "subject_source"),
        subject_version=str(metadata.get("subject_source_version", "")),
        object_source=_expand(path, 1, prefixes, str(metadata.get("object_source", "")), "object_source"),
        object_version=str(metadata.get("object_source_version", "")),
        triaged=metadata.get("triage") == "complete",
    )


def _whole(path: Path, rows: Iterable[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    for line, cells in rows:
        if None in cells or None in cells.values():
            raise UnreadableFile(path, line, "another number of columns than the head", "check the tabs of this row")
        yield line, cells


def _expand(path: Path, line: int, prefixes: Mapping[str, str], curie: str, column: str) -> Iri:
    if curie.startswith(("http://", "https://")):
        return _checked(path, line, curie, column)
    prefix, colon, name = curie.partition(":")
    if not colon:
        problem = f"{column} “{curie}” names no framework"
        known = [p for p, base in prefixes.items() if base.startswith(ID) and not base.startswith(f"{ID}mapping/")]
        candidates = " or ".join(f"{p}:{curie}" for p in known) if curie else ""
        raise BadInput(
            path, line, problem, f"write {candidates}" if candidates else "write an identifier with its prefix"
        )
    if prefix not in prefixes:
        raise BadInput(path, line, f"{column}: the prefix “{prefix}” is not declared", "add it to the curie_map")
    return _checked(path, line, prefixes[prefix] + name, column)


def _checked(path: Path, line: int, iri: str, column: str) -> Iri:
    try:
        return Iri(NamedNode(iri).value)
    except ValueError as error:
        raise BadInput(path, line, f"{column} “{iri}” is no identifier", "write it without spaces") from error


def _choice(path: Path, line: int, column: str, value: str, allowed: Mapping[str, object] | tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadInput(path, line, f"{column} “{value}” is unknown", f"use one of {', '.join(allowed)}")
    return value


def _number(path: Path, line: int, column: str, value: str, read: Callable[[str], Any], expected: str) -> Any:
    if not value:
        return None
    try:
        return read(value)
    except ValueError as error:
        raise BadInput(path, line, f"{column} “{value}” is not {expected}", f"write {expected}") from error


def _day(path: Path, line: int, text: str) -> date | None:
    found: date | None = _number(path, line, "mapping_date", text, date.fromisoformat, "a date as 2026-11-20")
    return found


def _strength(text: str) -> int:
    if not re.fullmatch(r"[0-9]|10", text):
        raise ValueError(text)
    return int(text)


def _confidence(text: str) -> Decimal:
    if not re.fullmatch(r"0(\.[0-9]+)?|1(\.0+)?", text):
        raise ValueError(text)
    return Decimal(text)


def _justification(path: Path, line: int, text: str) -> str:
    curie = text.replace(PREFIXES["semapv"], "semapv:") or "semapv:UnspecifiedMatching"
    if not re.fullmatch(r"semapv:\w+", curie):
        problem = f"mapping_justification “{text}” is unknown"
        raise BadInput(path, line, problem, "use a term of semapv, as semapv:ManualMappingCuration")
    return curie


def _parts(path: Path, line: int, prefixes: Mapping[str, str], cells: Mapping[str, str], column: str) -> list[Iri]:
    named = (part for part in cells.get(column, "").split("|") if part)
    return [_expand(path, line, prefixes, part, column) for part in named]


def _row(
    path: Path, line: int, set_id: str, metadata: Mapping[str, Any], prefixes: Mapping[str, str], cells: dict[str, str]
) -> MappingRow:
    cells = {name: unix(value.strip()) for name, value in cells.items()}
    subject = _expand(path, line, prefixes, cells["subject_id"], "subject_id")
    relationship = cells["relationship"]
    if relationship or subject != NO_TERM:
        _choice(path, line, "relationship", relationship, RELATIONSHIPS)
    rationale_type = cells["rationale_type"]
    if rationale_type or subject != NO_TERM:
        _choice(path, line, "rationale_type", rationale_type, RATIONALE_TYPES)
    names = {state.label: state for state in ReviewState}
    return MappingRow(
        set_id=set_id,
        subject=subject,
        object=_expand(path, line, prefixes, cells["object_id"], "object_id"),
        relationship=relationship,
        rationale_type=rationale_type,
        rationale=cells["rationale"],
        residual=cells.get("residual", ""),
        strength=_number(path, line, "strength", cells.get("strength", ""), _strength, "a whole number from 0 to 10"),
        confidence=_number(path, line, "confidence", cells.get("confidence", ""), _confidence, "a number from 0 to 1"),
        covers=in_element_order(_parts(path, line, prefixes, cells, "covers_elements")),
        touches=in_element_order(_parts(path, line, prefixes, cells, "touches_elements")),
        exceptions=tuple(sorted(_parts(path, line, prefixes, cells, "except_provisions"))),
        scope_qualifier=cells.get("scope_qualifier", ""),
        review_state=names[_choice(path, line, "review_state", cells["review_state"], names)],
        subject_version=str(cells.get("subject_source_version") or metadata.get("subject_source_version", "")),
        object_version=str(cells.get("object_source_version") or metadata.get("object_source_version", "")),
        justification=_justification(path, line, cells.get("mapping_justification", "")),
        author=cells.get("author_label", ""),
        reviewer=cells.get("reviewer_label", ""),
        created=_day(path, line, cells.get("mapping_date", "")),
        comment=cells.get("comment", ""),
    )
