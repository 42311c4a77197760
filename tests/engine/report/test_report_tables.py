from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from engine.report.tables import COLUMNS, gap_table_csv
from engine.spreadsheet import neutral

if TYPE_CHECKING:
    from engine.report.values import Report


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_could_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert neutral(f"{start}cmd()") == f"'{start}cmd()"


@pytest.mark.parametrize("text", ["", "Law 1", "1 + 1", "'quoted"])
def test_other_text_is_left_alone(text: str) -> None:
    assert neutral(text) == text


def test_the_table_has_a_line_a_row_and_scope(report: Report) -> None:
    text = gap_table_csv(report)
    assert text.startswith("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert tuple(lines[0]) == COLUMNS
    assert len(lines) == sum(len(row.scopes) for row in report.gaps)
    risk = next(line for line in lines if line["requirement"] == "Manage risk")
    assert risk["state"] == "Partially covered · unreviewed mappings"
    assert risk["owner"] == "'=Boss()"
    assert risk["mappings"] == "Standard A.3: intersects-with, functional, proposed"
    assert "not counted: outcome is contradicts" in risk["evidence"]
    assert risk["proof"] == "#proof-R003-1"
