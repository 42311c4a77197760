"""The STRM table as a workbook: the same rows as the CSV, every cell text, and no workbook harms who reads it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from engine.citations import CitationIndex
from engine.errors import BadParameter, EngineError, UnreadableFile
from engine.intake import MAX_FILE
from engine.mapping.sssom import read_sssom
from engine.mapping.strm import COLUMNS, read_strm, strm_table, write_strm
from engine.mapping.strm_xlsx import read_strm_xlsx, write_strm_xlsx

if TYPE_CHECKING:
    from engine.content import Content
    from engine.mapping.rows import MappingRow

SHIPPED = sorted(Path(str(files("mappings"))).rglob("*.sssom.tsv"))
DAY = date(2026, 11, 20)
ROW = ("ISO/IEC 42001 A.6.2.4", "", "AI Act 15(1) no. 1", "", "functional", "intersects with", "5", "why")


def read(file: Path, content: Content) -> tuple[MappingRow, ...]:
    return read_strm_xlsx(file, read_sssom(SHIPPED[0]).described, CitationIndex.of(content.knowledge).resolve)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_workbook_says_what_the_csv_says(path: Path, content: Content, tmp_path: Path) -> None:
    mappings, knowledge = read_sssom(path), content.knowledge
    table = strm_table(mappings, knowledge.citation, lambda _: "")
    book, text = tmp_path / "set.strm.xlsx", tmp_path / "set.strm.csv"
    book.write_bytes(write_strm_xlsx(table, DAY))
    text.write_text(write_strm(table), encoding="utf-8")
    resolve = CitationIndex.of(knowledge).resolve
    assert read_strm_xlsx(book, mappings.described, resolve) == read_strm(text, mappings.described, resolve)


def test_equal_tables_are_equal_bytes() -> None:
    table = [dict(zip(COLUMNS, ROW, strict=True))]
    assert write_strm_xlsx(table, DAY) == write_strm_xlsx(table, DAY)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "@SUM(1)", "https://a.example/", "0012", "{=1}"])
def test_what_looks_like_more_is_text(text: str, content: Content, tmp_path: Path) -> None:
    mappings = read_sssom(SHIPPED[0])
    told = replace(mappings, rows=(replace(mappings.rows[0], rationale=text),))
    file = tmp_path / "set.xlsx"
    file.write_bytes(write_strm_xlsx(strm_table(told, content.knowledge.citation, lambda _: ""), DAY))
    cell = load_workbook(file)["STRM"]["H2"]
    assert (cell.value, cell.data_type) == (text, "s")
    with zipfile.ZipFile(file) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert b"hyperlink" not in parts.read("xl/worksheets/sheet1.xml")
    assert read(file, content)[0].rationale == text


def test_a_text_longer_than_a_cell_is_refused_not_cut() -> None:
    row = dict(zip(COLUMNS, (*ROW[:7], "x" * 40_000), strict=True))
    with pytest.raises(BadParameter, match="a text of 40,000 characters, as a cell holds 32,767; choose strm"):
        write_strm_xlsx([row], DAY)


def made(folder: Path, *lines: tuple[object, ...]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    file = folder / "theirs.xlsx"
    book.save(file)
    return file


def test_a_formula_is_read_as_its_text(content: Content, tmp_path: Path) -> None:
    array = ArrayFormula("H3", "=SUM(A1:A2)")
    file = made(
        tmp_path, COLUMNS, (*ROW[:7], '=WEBSERVICE("https://a.example")'), ("ISO/IEC 42001 10.2", *ROW[1:7], array)
    )
    assert [row.rationale for row in read(file, content)] == ['=WEBSERVICE("https://a.example")', "=SUM(A1:A2)"]


def test_numbers_and_empty_rows_of_a_spreadsheet(content: Content, tmp_path: Path) -> None:
    file = made(tmp_path, COLUMNS, (), (*ROW[:6], 7, "why"), (None,) * 8)
    (row,) = read(file, content)
    assert row.strength == 7


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([COLUMNS, (), ("ISO/IEC 42001 A.8.20", *ROW[1:])], "line 3: “ISO/IEC 42001 A.8.20” is no provision"),
        ([COLUMNS, (*ROW[:5], "maps to", *ROW[6:])], "line 2: the relationship “maps to” is unknown"),
        ([("a", "b")], "line 1: the column “Focal Document Element” is missing"),
        ([], "line 1: the column “Focal Document Element” is missing"),
    ],
)
def test_a_table_that_cannot_be_is_refused(
    lines: list[tuple[object, ...]], problem: str, content: Content, tmp_path: Path
) -> None:
    with pytest.raises(EngineError, match=r"theirs\.xlsx") as refused:
        read(made(tmp_path, *lines), content)
    assert problem in str(refused.value)


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"no workbook", "is no workbook; hand in .xlsx or .csv"),
        (packed(a=b"b"), "is no workbook that can be read"),
        (packed(a=b"<!DOCTYPE x>"), "a document type declaration in a; remove it: entities are not read"),
        (packed(a=bytes(MAX_FILE), b=b"c"), "unpacks to 67,108,865 bytes, more than 67,108,864; split the table"),
    ],
    ids=["text", "another archive", "entities", "bomb"],
)
def test_a_harmful_file_is_refused(data: bytes, problem: str, content: Content, tmp_path: Path) -> None:
    file = tmp_path / "evil.xlsx"
    file.write_bytes(data)
    with pytest.raises(UnreadableFile) as refused:
        read(file, content)
    assert problem in str(refused.value)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_a_broken_part_is_refused(part: str, content: Content, tmp_path: Path) -> None:
    whole = write_strm_xlsx([dict(zip(COLUMNS, ROW, strict=True))], DAY)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    file = tmp_path / "broken.xlsx"
    file.write_bytes(packed(**{**parts, part: parts[part][:-40]}))
    with pytest.raises(UnreadableFile, match="is no workbook that can be read"):
        read(file, content)


def test_a_sheet_that_claims_to_be_endless_is_read_as_what_it_holds(content: Content, tmp_path: Path) -> None:
    whole = write_strm_xlsx([dict(zip(COLUMNS, ROW, strict=True))], DAY)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b'ref="A1:H2"' in parts[sheet]
    file = tmp_path / "endless.xlsx"
    file.write_bytes(packed(**{**parts, sheet: parts[sheet].replace(b'ref="A1:H2"', b'ref="A1:XFD1048576"')}))
    assert len(read(file, content)) == 1
