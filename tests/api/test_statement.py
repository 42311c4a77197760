"""``normgraph statement`` from outside, in each of its forms."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import TYPE_CHECKING

import pytest

from engine.resources import example_files
from tests.commands import Done, in_process

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str) -> Done:
    return in_process("statement", *arguments, env={**os.environ, "COLUMNS": "200"})


@pytest.fixture(scope="module")
def told() -> dict[str, object]:
    found = run("bank", "-f", "iso-42001", "--format", "json")
    assert found.returncode == 0
    read: dict[str, object] = json.loads(found.stdout)
    return read


def test_the_counts_are_those_of_the_rows(told: dict[str, object]) -> None:
    assert told["counts"] == {"controls": 38, "included": 31, "excluded": 1, "not_decided": 6, "lacking": 9}
    assert (told["framework"], told["version"], told["as_of"]) == ("iso-42001", "2023", "2026-11-20")


def test_the_table_says_what_is_in_and_out_and_why() -> None:
    text = run("bank", "-f", "iso-42001").stdout
    assert "Statement of applicability of Lindholt Bank: ISO/IEC 42001:2023, on 2026-11-20" in text
    assert "38 controls: 31 included, 1 excluded, 6 not decided; for 9 something is missing." in text
    assert "law: GDPR 24(2)" in text
    assert "nothing is recorded" in text


def test_csv_has_a_line_a_control_with_names(told: dict[str, object]) -> None:
    lines = list(csv.DictReader(io.StringIO(run("bank", "-f", "iso-42001", "--format", "csv").stdout)))
    assert len(lines) == 38
    rows = told["rows"]
    assert isinstance(rows, list)
    assert lines[0].keys() == rows[0].keys()
    (excluded,) = (line for line in lines if line["decision"] == "excluded")
    assert (excluded["citation"], excluded["approved_by"]) == ("ISO/IEC 42001 A.10.4", "Chief risk officer")


def test_csv_takes_no_formula_from_a_record(tmp_path: Path) -> None:
    for file in example_files("bank"):
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(
            text.replace('"AI governance officer"', '"=HYPERLINK(A1)"').replace('"The bank hands', '"+The bank hands'),
            encoding="utf-8",
        )
    found = run(str(tmp_path), "-f", "iso-42001", "--as-of", "2026-11-20", "--format", "csv").stdout
    line = next(line for line in csv.DictReader(io.StringIO(found)) if line["citation"] == "ISO/IEC 42001 A.10.4")
    assert line["owners"] == "'=HYPERLINK(A1)"
    assert line["reasons_for_exclusion"].startswith("'+The bank")


def test_the_day_decides() -> None:
    later = json.loads(
        run("bank", "-f", "iso-42001", "--as-of", "2028-08-02", "--policy", "expert", "--format", "json").stdout
    )
    assert later["as_of"] == "2028-08-02"
    assert later["least_review"] == "expert-reviewed"
    assert not any(row["needed_by"] for row in later["rows"])
