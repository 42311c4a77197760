"""``normgraph plan`` as people and programs see it: the table, the CSV, the JSON, and nothing written."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands import Done, in_process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("cache")


def run(*arguments: str) -> Done:
    done = in_process("plan", "bank", *arguments, env={**os.environ, "COLUMNS": "200"})
    assert (done.returncode, done.stderr) == (0, "")
    return done


def document(*arguments: str) -> Mapping[str, Any]:
    found = json.loads(run(*arguments, "--format", "json").stdout)
    assert isinstance(found, dict)
    return found


def test_the_table_says_what_to_do_what_it_lifts_and_how_good_that_is() -> None:
    told = run("DORA 5").stdout
    assert "implement ISO/IEC 27001 5.1 Leadership and commitment" in told
    assert "DORA 5(2)(a) no. 1: NotCovered → PartiallyCovered (1 element still missing)" in told
    assert "Lifts 6 of 13 results below Covered (a requirement in a scope), of 6 of 13 requirements, in 2 days." in told
    assert "Reaches 6 rises, all within reach; no less than 2 days would do." in told
    assert "The search was exact: no other choice of these actions does better." in told
    assert "Still missing then (" in told
    assert "coverage is not compliance" in told


def test_the_table_tells_items_and_judgements_apart_from_controls() -> None:
    approved, judged = run("ISO/IEC 27001 A.8.9").stdout, run("ISO/IEC 27001 A.8.7").stdout
    assert (
        "have “Comparison of server settings with the baseline, October 2026” approved by a second person" in approved
    )
    assert "record a judgement (no control): is what is in place enough for ISO/IEC 27001 A.8.7 no. 1?" in judged
    assert "NeedsLegalReview, ready for judgement → Covered" in judged
    assert all("implement" not in told and "1 of 1 result below" in told for told in (approved, judged))


def test_where_nothing_helps_that_is_said_with_why() -> None:
    told = run("-f", "eu-ai-act").stdout
    assert "No action that is known lifts any of these states." in told
    assert "Not lifted by any such action, " in told


def test_a_row_of_the_csv_is_a_state_that_a_step_lifts() -> None:
    found = list(csv.DictReader(io.StringIO(run("DORA 5", "--format", "csv").stdout)))
    assert [(row["step"], row["citation"], row["before"], row["after"]) for row in found[:2]] == [
        ("1", "DORA 5(1) no. 1", "NotCovered", "PartiallyCovered"),
        ("1", "DORA 5(2)(a) no. 1", "NotCovered", "PartiallyCovered"),
    ]
    assert len(found) == 6
    assert all(row["rows"].startswith("https://w3id.org/normgraph/id/mapping/") for row in found)


def test_what_a_step_lifts_adds_up() -> None:
    found = document("-f", "nis2", "-f", "dora")
    lifts = {(move["requirement"], move["scope"]) for step in found["steps"] for move in step["lifts"]}
    assert found["lifted"]["results"] == len(lifts)
    assert found["lifted"]["of_results"] == len(lifts) + len(found["not_lifted"])
    assert found["search"]["days"] == sum(step["days"] for step in found["steps"])
    states = {change["requirement"]: change["after"] for change in found["changes"]}
    assert {requirement for requirement, _ in lifts} <= states.keys()


def test_efforts_change_what_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "effort.csv"
    path.write_text("name,days\nISO/IEC 27001 5.1,9\n", encoding="utf-8")
    found = document("DORA 5", "--effort", str(path))
    assert "ISO/IEC 27001 5.1" not in {control["citation"] for control in found["controls"]}
    assert found["lifted"]["results"] == 6
    assert 2 < found["search"]["days"] == found["search"]["least_days"] < 10


def test_within_limits_no_more_is_reached_than_the_bound_and_more_limit_never_reaches_less() -> None:
    reached = []
    for limit in (1, 3, 9):
        search = document("-f", "iso-42001", "--limit", str(limit))["search"]
        assert search["rises"] <= search["at_most"] <= search["within_reach"]
        reached.append(search["rises"])
    assert reached == sorted(reached)


def test_by_a_later_day_more_has_lapsed() -> None:
    now, later = (document("-f", "iso-27001", "--before", day) for day in ("2026-11-20", "2028-01-10"))
    assert (now["as_of"], later["as_of"], later["asked_on"]) == ("2026-11-20", "2028-01-10", "2026-11-20")
    renewed = [sum(i["how"] == "renew" for s in d["steps"] for i in s["items"]) for d in (now, later)]
    assert renewed[0] < renewed[1]


def test_imagined_evidence_lifts_what_a_control_alone_does_not() -> None:
    control = "ISO/IEC 27001 A.5.29"
    bare = document("--what-if", control)
    shown = document("--what-if", control, "--what-if-evidence", control)
    states = [{c["requirement"]: c["after"] for c in found["changes"]} for found in (bare, shown)]
    own = "https://w3id.org/normgraph/id/iso-27001/A.5.29/req_1"
    assert [found[own] for found in states] == ["ClaimedWithoutCurrentEvidence", "NeedsLegalReview"]
    assert [c["evidence_to_collect"] == [] for c in shown["controls"]] == [True]


def test_the_order_of_the_frameworks_named_decides_nothing() -> None:
    one, other = (
        document("-f", "nis2", "-f", "dora", "--limit", "4"),
        document("-f", "dora", "-f", "nis2", "--limit", "4"),
    )
    assert {**one, "frameworks": []} == {**other, "frameworks": []}
