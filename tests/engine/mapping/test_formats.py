"""Mapping sets in other forms: lossless where the form can hold them, and the loss named where it cannot."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.citations import CitationIndex
from engine.errors import BadInput, EngineError, UnreadableFile
from engine.mapping.rows import NO_TERM, MappingRow
from engine.mapping.sssom import MappingSet, read_sssom
from engine.mapping.sssom_json import read_sssom_json, write_sssom_json
from engine.mapping.sssom_rdf import read_sssom_turtle, write_sssom_turtle
from engine.mapping.strm import COLUMNS, LOST, read_strm, strm_table, write_strm

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.content import Content

SHIPPED = sorted(Path(str(files("mappings"))).rglob("*.sssom.tsv"))
Text = tuple[str, str]


def plain(mappings: MappingSet) -> MappingSet:
    return MappingSet(mappings.described, tuple(sorted(mappings.rows, key=lambda row: (row.subject, row.object))))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_json_and_turtle_lose_nothing(path: Path, content: Content, tmp_path: Path) -> None:
    mappings = plain(read_sssom(path))
    as_json, as_turtle = tmp_path / "set.json", tmp_path / "set.ttl"
    as_json.write_text(write_sssom_json(mappings, content.knowledge.citation), encoding="utf-8")
    as_turtle.write_text(write_sssom_turtle(mappings), encoding="utf-8")
    assert plain(read_sssom_json(as_json)) == mappings
    assert plain(read_sssom_turtle(as_turtle)) == mappings


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_strm_table_loses_exactly_what_it_says(path: Path, content: Content, tmp_path: Path) -> None:
    mappings, knowledge = plain(read_sssom(path)), content.knowledge
    file = tmp_path / "set.strm.csv"
    file.write_text(write_strm(strm_table(mappings, knowledge.citation, lambda _: "")), encoding="utf-8")
    back = read_strm(file, mappings.described, CitationIndex.of(knowledge).resolve)
    assert tuple(map(bare, back)) == tuple(bare(row) for row in mappings.rows if row.subject != NO_TERM)
    assert "residual" in LOST
    assert "rows without counterpart" in LOST


def bare(row: MappingRow) -> tuple[object, ...]:
    """Return what the table can say of a row."""
    return (row.subject, row.object, row.relationship, row.rationale_type, row.rationale, row.strength)


def test_a_formula_in_a_rationale_runs_nowhere(content: Content) -> None:
    mappings = read_sssom(SHIPPED[0])
    evil = replace(mappings, rows=(replace(mappings.rows[0], rationale="=HYPERLINK(1)"),))
    assert "'=HYPERLINK" in write_strm(strm_table(evil, content.knowledge.citation, lambda _: ""))


ROW = dict(
    zip(
        COLUMNS,
        ("ISO/IEC 42001 A.6.2.4", "", "AI Act 15(1) no. 1", "", "functional", "intersects with", "5", "w"),
        strict=True,
    )
)


def strm(**changed: str) -> str:
    cells = {**ROW, **{COLUMNS[int(name[1:])]: text for name, text in changed.items()}}
    return ",".join(f'"{name}"' for name in COLUMNS) + "\n" + ",".join(f'"{cells[name]}"' for name in COLUMNS) + "\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (strm(c0="10.2"), "line 2: “10.2” names no framework; did you mean ISO/IEC 27001 10.2 or ISO/IEC 42001 10.2"),
        (strm(c0="ISO/IEC 42001 A.8.20"), "line 2: “ISO/IEC 42001 A.8.20” is no provision of the loaded frameworks"),
        (strm(c5="maps to"), "line 2: the relationship “maps to” is unknown; use one of"),
        ("a,b\n1,2\n", "line 1: the column “Focal Document Element” is missing"),
        (strm() + strm().partition("\n")[2], "line 3: the same pair stands on line 2; keep one of the two rows"),
        ('"a"b,c\n1,2\n', "line 1: ',' expected after '\"'; check the quotes of this row"),
        (strm(c7='w"w'), "line 2: ',' expected after '\"'; check the quotes of this row"),
        (strm(c7="café").encode("cp1252"), "line 2: is not UTF-8; save it as UTF-8"),
    ],
)
def test_a_table_that_cannot_be_is_refused(text: str | bytes, problem: str, content: Content, tmp_path: Path) -> None:
    file = tmp_path / "theirs.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    resolve = CitationIndex.of(content.knowledge).resolve
    with pytest.raises(EngineError, match=r"theirs\.csv") as refused:
        read_strm(file, read_sssom(SHIPPED[0]).described, resolve)
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("7", 7), ("07", 7), ("10", 10), ("11", None), ("²", None), ("٣", None), ("9" * 5000, None)],
)
def test_a_strength_is_a_number_of_the_scale_or_none(
    written: str, expected: int | None, content: Content, tmp_path: Path
) -> None:
    file = tmp_path / "theirs.csv"
    file.write_text(strm(c6=written), encoding="utf-8")
    (row,) = read_strm(file, read_sssom(SHIPPED[0]).described, CitationIndex.of(content.knowledge).resolve)
    assert row.strength == expected


@pytest.mark.parametrize(
    ("read", "name", "text", "error", "problem"),
    [
        (read_sssom_json, "x.json", "{", UnreadableFile, "is no JSON"),
        (read_sssom_json, "x.json", "[1]", UnreadableFile, "there is no list of mappings"),
        (read_sssom_json, "x.json", '{"mappings": []}', UnreadableFile, "mapping_set_id is missing"),
        (read_sssom_json, "x.json", "[" * 5000, UnreadableFile, "is no JSON"),
        (read_sssom_json, "x.json", b'{\n"a": "caf\xe9"}', UnreadableFile, "line 2: is not UTF-8; save it as UTF-8"),
        (
            read_sssom_turtle,
            "x.ttl",
            "<http://a.example/> <http://b.example/> <http://c.example/> .",
            BadInput,
            "0 mapping sets are described",
        ),
        (read_sssom_turtle, "x.ttl", "<a> <b", UnreadableFile, "x.ttl"),
    ],
)
def test_what_is_no_mapping_set_is_refused(
    read: Callable[[Path], MappingSet],
    name: str,
    text: str | bytes,
    error: type[Exception],
    problem: str,
    tmp_path: Path,
) -> None:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(error, match=problem):
        read(path)
