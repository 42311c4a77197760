"""``normgraph portfolio`` from outside: what it prints and writes, how it ends, and what it does not load."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.api.test_json_schemas import errors, schema_of, strict
from tests.commands import ROOT, Done, in_process
from tests.portfolios import text, write

if TYPE_CHECKING:
    from pathlib import Path

DAY = ("--as-of", "2026-11-20")


def assessed(place: Path, results: Path, *more: str) -> Done:
    return in_process(
        "portfolio", "assess", str(place), "-o", str(results), "-f", "nis2", "--workers", "1", *DAY, *more
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    del cache
    folder = tmp_path_factory.mktemp("portfolio")
    place = write(folder / "many", 3)
    (place / "bad.ttl").write_text("no Turtle", encoding="utf-8")
    done = assessed(place, folder / "results")
    assert (done.returncode, done.stderr) == (0, "")
    words = " ".join(done.stdout.split())
    assert "3 of 4 organisations assessed on 2026-11-20 (accepted: proposed, direct rows only)" in words
    assert "bad.ttl, line 1: no is not a valid subject or graph name" in words
    return folder / "results"


def test_strict_ends_with_one_where_something_failed(results: Path) -> None:
    place = results.parent / "many"
    assert assessed(place, results, "--strict").returncode == 1
    assert assessed(place, results).returncode == 0


def test_json_is_the_manifest(results: Path) -> None:
    printed = assessed(results.parent / "many", results, "--format", "json")
    document = json.loads(printed.stdout)
    assert document == json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    assert errors(strict(schema_of("portfolio")), document) == []


@pytest.mark.parametrize("by", ["requirement", "framework", "sector", "expiry", "effective"])
def test_the_summary_is_what_the_schema_says(results: Path, by: str) -> None:
    printed = in_process("portfolio", "summary", str(results), "--by", by, "--format", "json")
    document = json.loads(printed.stdout)
    assert document["schema"] == "normgraph/portfolio-summary/1"
    assert errors(strict(schema_of("portfolio-summary")), document) == []
    assert len(document["groups"]) == document["in_all"]
    assert document["groups"] or by == "expiry"
    assert document["organisations"] == {"asked": 4, "assessed": 3, "failed": 1}
    for group in document["groups"]:
        assert sum(group["states"].values()) == group["results"]


def test_the_summary_as_csv_and_as_a_table(results: Path) -> None:
    printed = in_process("portfolio", "summary", str(results), "--limit", "4", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(printed.stdout)))
    assert len(rows) == 4
    assert {row["framework"] for row in rows} == {"nis2"}
    assert all(row["citation"].startswith("NIS2 ") and row["label"] and not row["month"] for row in rows)
    table = in_process("portfolio", "summary", str(results), "--by", "framework")
    words = " ".join(table.stdout.split())
    assert "By framework: 3 of 4 organisations, on 2026-11-20 (accepted: proposed, direct rows only)" in words
    assert "1 groups in all." in words


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["assess", "nowhere"], "nowhere: is not there; name a folder of organisations, a Parquet file or a store"),
        (["assess", "{place}", "-f", "cobit"], "there is no framework “cobit”"),
        (["assess", "{place}", "--engine", "spark"], "--engine: “spark” is not local or dask://HOST:PORT"),
        (["assess", "{place}", "-o", "{place}"], "is not another folder than that of the organisations"),
        (["assess", "{place}", "--batch", "0"], "0 is not in the range"),
        (
            ["summary", "{place}"],
            "manifest.json: is not there; name a folder that `normgraph portfolio assess -o` wrote",
        ),
        (["summary", "{place}", "--by", "colour"], "'colour' is not one of"),
    ],
)
def test_wrong_use_is_refused_with_one_message(tmp_path: Path, words: list[str], message: str) -> None:
    (tmp_path / "one.ttl").write_text(text("one"), encoding="utf-8")
    done = in_process("portfolio", *(word.format(place=tmp_path) for word in words), cwd=tmp_path)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["--help"], ["portfolio", "--help"], ["portfolio", "summary", "nowhere"]])
def test_arrow_and_dask_are_loaded_only_where_they_are_used(words: list[str], tmp_path: Path) -> None:
    heavy = ["dask", "distributed"] if "summary" in words else ["dask", "distributed", "numpy", "pyarrow"]
    code = f"import sys; from api.cli import run; run(sys.argv[1:]); print(sorted(set({heavy}) & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "NORMGRAPH_CACHE": "none"},
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
