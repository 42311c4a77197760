"""Mapping sets as the table of NIST IR 8477 (STRM): what spreadsheets and other catalogues of relations read.

The table has no place for several of our slots: :data:`LOST` names them, and nothing is packed into a comment.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from engine.errors import BadInput, UnknownCitation, UnreadableFile
from engine.intake import read_text
from engine.mapping.cells import read_cells
from engine.mapping.row_checks import refuse_twins
from engine.mapping.rows import NO_TERM, MappingRow
from engine.mapping.sssom import RATIONALE_TYPES
from engine.spreadsheet import neutral

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from engine.graph import Iri
    from engine.mapping.sets import SetDescription
    from engine.mapping.sssom import MappingSet

__all__ = ["COLUMNS", "ENDS", "LOST", "read_strm", "strm_cells", "strm_rows", "strm_table", "write_strm"]

COLUMNS = (
    "Focal Document Element",
    "Focal Document Element Description",
    "Reference Document Element",
    "Reference Document Element Description",
    "Rationale",
    "Relationship",
    "Strength of Relationship",
    "Comments",
)
"""The columns of the table: the focal document is the source, the reference document the target."""
ENDS = (COLUMNS[0], COLUMNS[2])
"""The columns that name the two ends of a row."""
LOST = (
    "covers_elements",
    "touches_elements",
    "residual",
    "scope_qualifier",
    "confidence",
    "review_state",
    "reviewer_label",
    "author_label",
    "mapping_date",
    "mapping_justification",
    "subject_source_version",
    "object_source_version",
    "rows without counterpart",
)
"""What of a set the table cannot say: lost on the way out, and empty or proposed on the way in."""
_WORDS = {name: name.replace("-", " ") for name in ("equal-to", "equivalent-to", "subset-of", "superset-of")}
_WORDS |= {"intersects-with": "intersects with", "no-relationship": "no relationship"}
_NAMES = {"equal": "equal-to", **{words: name for name, words in _WORDS.items()}}


def strm_table(
    mappings: MappingSet, citation: Callable[[Iri], str], describe: Callable[[Iri], str]
) -> list[dict[str, str]]:
    """Return a mapping set as rows of the table, in order of source and target.

    :param citation: gives the citation of a clause, control or requirement.
    :param describe: gives what it asks, in our own words.
    """
    rows = sorted((row for row in mappings.rows if row.subject != NO_TERM), key=lambda row: (row.subject, row.object))
    return [
        dict(
            zip(
                COLUMNS,
                (
                    citation(row.subject),
                    describe(row.subject),
                    citation(row.object),
                    describe(row.object),
                    row.rationale_type,
                    _WORDS[row.relationship],
                    "" if row.strength is None else str(row.strength),
                    row.rationale,
                ),
                strict=True,
            )
        )
        for row in rows
    ]


def write_strm(table: Sequence[dict[str, str]]) -> str:
    """Return the table as CSV; a cell that a spreadsheet would take for a formula is made plain text."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: neutral(cell) for name, cell in row.items()} for row in table)
    return text.getvalue()


def read_strm(path: Path, described: SetDescription, resolve: Callable[[str], Iri]) -> tuple[MappingRow, ...]:
    """Return the rows of an STRM table in CSV, each ``proposed`` and without what the table cannot say.

    :param described: the set that the rows become part of.
    :param resolve: gives the clause, control or requirement of a citation.
    :raises UnreadableFile: if the file is no such table.
    :raises BadInput: for the first row that names an end or a relationship that is not known.
    """
    head, numbered = strm_cells(path)
    return strm_rows(path, described, head, numbered, resolve)


def strm_cells(path: Path) -> tuple[tuple[str, ...], Iterator[tuple[int, dict[str, str]]]]:
    """Return the names of the columns of a table in CSV, and per row its line with its cells.

    :raises UnreadableFile: if the file is no table.
    """
    head, lines = read_cells(path, read_text(path))
    return head, ((line, {name: (cell or "").strip() for name, cell in cells.items() if name}) for line, cells in lines)


def strm_rows(
    path: Path,
    described: SetDescription,
    head: Sequence[str],
    numbered: Iterable[tuple[int, Mapping[str, str]]],
    resolve: Callable[[str], Iri],
) -> tuple[MappingRow, ...]:
    """Return the rows that the cells of an STRM table make, whatever form the file has.

    :param head: the names of the columns.
    :param numbered: per row the line it stands on, and its cells by column.
    :raises UnreadableFile: if a column that is needed is missing.
    :raises BadInput: for the first row that names an end or a relationship that is not known, or a pair again.
    """
    needed = (*ENDS, COLUMNS[5])
    missing = next((name for name in needed if name not in head), None)
    if missing:
        raise UnreadableFile(path, 1, f"the column “{missing}” is missing", "export the STRM table with its head")
    rows = [(line, _row(path, line, described, cells, resolve)) for line, cells in numbered]
    refuse_twins(path, rows)
    return tuple(row for _, row in rows)


def _row(
    path: Path, line: int, described: SetDescription, cells: Mapping[str, str], resolve: Callable[[str], Iri]
) -> MappingRow:
    words = cells[COLUMNS[5]].lower()
    if words not in _NAMES:
        raise BadInput(
            path, line, f"the relationship “{cells[COLUMNS[5]]}” is unknown", f"use one of {', '.join(_NAMES)}"
        )
    try:
        subject, target = resolve(cells[COLUMNS[0]]), resolve(cells[COLUMNS[2]])
    except UnknownCitation as error:
        raise BadInput(path, line, str(error).partition(";")[0], str(error).partition("; ")[2]) from error
    kind = cells.get(COLUMNS[4], "").lower()
    strength = cells.get(COLUMNS[6], "")
    return MappingRow(
        set_id=described.set_id,
        subject=subject,
        object=target,
        relationship=_NAMES[words],
        rationale_type=kind if kind in RATIONALE_TYPES else "semantic",
        rationale=cells.get(COLUMNS[7], ""),
        strength=int(strength) if re.fullmatch("0*([0-9]|10)", strength) else None,
        subject_version=described.subject_version,
        object_version=described.object_version,
    )
