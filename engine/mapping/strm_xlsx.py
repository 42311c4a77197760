"""The STRM table as a workbook (XLSX): cells are text on the way out and on the way in, and no formula is evaluated."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.formula import ArrayFormula
from xlsxwriter import Workbook

from engine.errors import BadParameter, UnreadableFile
from engine.intake import MAX_FILE, read_bytes
from engine.mapping.strm import COLUMNS, strm_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from engine.graph import Iri
    from engine.mapping.rows import MappingRow
    from engine.mapping.sets import SetDescription

__all__ = ["read_strm_xlsx", "strm_xlsx_cells", "write_strm_xlsx"]

_LONGEST = 32_767
"""How many characters a cell can hold."""
_WIDEST = 64
"""How many columns are read."""
_WIDTHS = (24, 48, 24, 48, 12, 16, 10, 80)
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    AttributeError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What openpyxl raises over a workbook that is none: it does not wrap what its parts raise."""


def write_strm_xlsx(table: Sequence[dict[str, str]], day: date) -> bytes:
    """Return the STRM table as a workbook of one sheet; what looks like a formula, a number or an address stays text.

    :param day: the day the workbook says it was made on, so that equal rows give equal bytes.
    :raises BadParameter: if a text is longer than a cell can hold.
    """
    longest = max((len(cell) for row in table for cell in row.values()), default=0)
    if longest > _LONGEST:
        expected = f"a form for a text of {longest:,} characters, as a cell holds {_LONGEST:,}; choose strm"
        raise BadParameter("--as", "strm-xlsx", expected)
    out = io.BytesIO()
    with Workbook(out, _PLAIN) as book:
        book.set_properties({"created": datetime.combine(day, time())})
        sheet = book.add_worksheet("STRM")
        head, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
            for line, row in enumerate(table, 1):
                sheet.write_string(line, column, row[name], wrapped)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table), len(COLUMNS) - 1)
    return out.getvalue()


def read_strm_xlsx(path: Path, described: SetDescription, resolve: Callable[[str], Iri]) -> tuple[MappingRow, ...]:
    """Return the rows of an STRM table in the first sheet of a workbook, as :func:`engine.mapping.strm.read_strm` does.

    :raises UnreadableFile: if the file is no workbook, unpacks to too much, or is no such table.
    :raises BadInput: for the first row that names an end or a relationship that is not known.
    """
    head, numbered = strm_xlsx_cells(path)
    return strm_rows(path, described, head, numbered, resolve)


def strm_xlsx_cells(path: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """Return the names of the columns in the first sheet of a workbook, and per row its line with its cells.

    :raises UnreadableFile: if the file is no workbook, or unpacks to too much.
    """
    data = read_bytes(path)
    _guard(path, data)
    lines = _lines(path, data)
    _, first = next(lines, (1, []))
    return first, ((line, dict(zip(first, cells, strict=False))) for line, cells in lines)


def _lines(path: Path, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, with their numbers; what a sheet says of its size is not believed."""
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(max_col=_WIDEST, values_only=True), 1):
            if any(cell is not None for cell in cells):
                yield line, [_text(cell) for cell in cells]
    except _BROKEN as error:
        raise UnreadableFile(path, None, "is no workbook that can be read", "save it as .xlsx or .csv anew") from error


def _text(cell: object) -> str:
    written = cell.text if isinstance(cell, ArrayFormula) else cell
    return "" if written is None else str(written).strip()


def _guard(path: Path, data: bytes) -> None:
    """Refuse what unpacks to too much, and what could name something outside itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
            if unpacked > MAX_FILE:
                problem = f"unpacks to {unpacked:,} bytes, more than {MAX_FILE:,}"
                raise UnreadableFile(path, None, problem, "split the table, or hand in .csv")
            for part in packed.infolist():
                text = packed.read(part)
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    problem = f"a document type declaration in {part.filename}"
                    raise UnreadableFile(path, None, problem, "remove it: entities are not read")
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, EOFError) as error:
        raise UnreadableFile(path, None, "is no workbook", "hand in .xlsx or .csv") from error
