"""Mapping sets as SSSOM JSON: the metadata, and the rows under ``mappings``. Lossless both ways."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from engine.errors import UnreadableFile
from engine.intake import line_of, read_text
from engine.mapping.sssom import REQUIRED, MappingSet, RawSet, assemble
from engine.mapping.sssom_writing import LISTS, slots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.graph import Iri

__all__ = ["raw_sssom_json", "read_json", "read_sssom_json", "write_sssom_json"]

_NUMBERS: dict[str, Callable[[str], int | float]] = {"strength": int, "confidence": float}


def write_sssom_json(mappings: MappingSet, label: Callable[[Iri], str]) -> str:
    """Return the SSSOM JSON text of a mapping set, in one canonical form; slots without a value are left out."""
    head, columns, rows = slots(mappings, label)
    document = {**head, "mappings": [_typed({name: row[name] for name in columns if row[name]}) for row in rows]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _typed(row: dict[str, str]) -> dict[str, Any]:
    typed: dict[str, Any] = {name: _NUMBERS[name](text) if name in _NUMBERS else text for name, text in row.items()}
    return {**typed, **{name: row[name].split("|") for name in LISTS if name in row}}


def read_sssom_json(path: Path) -> MappingSet:
    """Return the mapping set of an SSSOM JSON file.

    :raises UnreadableFile: if it is no such file.
    :raises BadInput: if a row says something that cannot be.
    """
    raw = raw_sssom_json(path, *read_json(path))
    return assemble(path, raw.metadata, raw.numbered)


def read_json(path: Path) -> tuple[str, Any]:
    """Return the text of a JSON file and what it says; numbers stay as they are written.

    :raises UnreadableFile: if it is no JSON, or not UTF-8.
    """
    text = read_text(path)
    try:
        return text, json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise UnreadableFile(path, line, "is no JSON", "mend it, or hand in the TSV") from error


def raw_sssom_json(path: Path, text: str, document: Any) -> RawSet:
    """Return the metadata and the cells of a document in SSSOM JSON.

    :raises UnreadableFile: if it is no such document.
    """
    rows = document.get("mappings") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableFile(path, 1, "there is no list of mappings", "write an object with “mappings”: [ … ]")
    return RawSet(document, _numbered(text, rows))


def _numbered(text: str, rows: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, str]]]:
    for row in rows:
        cells = {name: _flat(value) for name, value in row.items()}
        line = line_of(text, *(cells[name] for name in ("record_id", "object_id") if cells.get(name)))
        yield line or 1, {**dict.fromkeys(REQUIRED, ""), **cells}


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(str(part) for part in value)
    return "" if value is None else str(value)
