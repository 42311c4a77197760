"""Read the cells of a text table, as CSV or TSV; what is no such table is refused with its line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from engine.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Cells", "read_cells"]

Cells = dict[str, str]
"""The cells of a row by column. Under no name stands what goes beyond the head, and no text where a row ends early."""


def read_cells(
    path: Path, text: str, *, delimiter: str = ",", after: int = 0
) -> tuple[tuple[str, ...], Iterator[tuple[int, Cells]]]:
    """Return the names of the columns, and per row the line it ends on with its cells.

    :param after: how many lines of the file stand before the text.
    :raises UnreadableFile: if a quote in the head is not closed or misplaced; while rows are drawn, for theirs.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        head = tuple(reader.fieldnames or ())
    except csv.Error as error:
        raise _refusal(path, after + reader.reader.line_num, error) from error
    return head, _rows(path, reader, after)


def _rows(path: Path, reader: csv.DictReader[str], after: int) -> Iterator[tuple[int, Cells]]:
    try:
        for cells in reader:
            yield after + reader.line_num, cells
    except csv.Error as error:
        raise _refusal(path, after + reader.reader.line_num, error) from error


def _refusal(path: Path, line: int, error: csv.Error) -> UnreadableFile:
    return UnreadableFile(path, line, str(error), "check the quotes of this row")
