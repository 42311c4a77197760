from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.errors import BadParameter
from engine.report.write import write_report

if TYPE_CHECKING:
    from pathlib import Path

    from engine.report.values import Report


def test_all_formats_are_written_twice_the_same(report: Report, tmp_path: Path) -> None:
    first = write_report(report, tmp_path / "first")
    second = write_report(report, tmp_path / "second")
    assert [path.name for path in first] == ["gap-report.html", "gap-table.csv", "gap-report.json"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert sorted(tmp_path.joinpath("first").iterdir()) == sorted(first)


def test_only_what_is_asked_for_is_written(report: Report, tmp_path: Path) -> None:
    assert write_report(report, tmp_path, ["csv", "csv"]) == [tmp_path / "gap-table.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["gap-table.csv"]


def test_an_older_report_is_replaced(report: Report, tmp_path: Path) -> None:
    (path,) = write_report(report, tmp_path, ["json"])
    path.write_text("old")
    write_report(report, tmp_path, ["json"])
    assert path.read_text().startswith("{")


def test_an_unknown_format_writes_nothing(report: Report, tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="“odt” is not one of html, csv, json"):
        write_report(report, tmp_path / "out", ["html", "odt"])
    assert not (tmp_path / "out").exists()


def test_where_one_file_cannot_be_placed_none_is(report: Report, tmp_path: Path) -> None:
    blocked = tmp_path / "gap-report.json"
    blocked.mkdir()
    with pytest.raises(BadParameter, match=r"gap-report\.json is a folder"):
        write_report(report, tmp_path, ["html", "json"])
    assert list(tmp_path.iterdir()) == [blocked]


def test_a_file_is_no_folder(report: Report, tmp_path: Path) -> None:
    occupied = tmp_path / "occupied"
    occupied.write_text("")
    with pytest.raises(BadParameter, match="a folder that can be written to"):
        write_report(report, occupied)
