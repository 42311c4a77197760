"""``diff`` and ``calendar`` from outside: what they print in each form, and how wrong use ends."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.test_cli_basics import document, run
from tests.commands import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DATA = ROOT / "tests" / "data"
EXAMPLE = DATA / "pending" / "example.ttl"
BEFORE, AFTER, OTHER = (DATA / "runs" / f"{name}.json" for name in ("before", "after", "another-organisation"))
OURS = ROOT / "mappings" / "iso-42001--eu-ai-act.sssom.tsv"
THEIRS = ROOT / "mappings" / "third-party" / "ai-act-art-15-list.sssom.tsv"
JULY = ("eu-ai-act", "--from", "2026-07-26", "--to", "2026-07-28")


def table(cache: Path, *arguments: str) -> list[dict[str, str]]:
    found = run(cache, *arguments, "--format", "csv")
    assert (found.returncode, found.stderr) == (0, "")
    return list(csv.DictReader(io.StringIO(found.stdout)))


def test_the_law_between_two_days(cache: Path) -> None:
    read = document(cache, "diff", *JULY)
    assert (read["of"], read["framework"], read["from"], read["to"]) == ("law", "eu-ai-act", "2026-07-26", "2026-07-28")
    assert read["counts"]["provisions"] == {"inserted": 183, "replaced": 51, "deleted": 11}
    assert len(read["provisions"]) == 245
    assert (read["pending"], read["organisation"], read["records"], read["states"]) == (None, None, [], [])
    literacy = next(p for p in read["provisions"] if p["citation"] == "AI Act 4(1)")
    assert (literacy["change"], literacy["changed_by_citation"]) == ("inserted", "Reg. 2026/1744 1(5)")
    deferred = next(d for d in read["dates"] if d["condition_label"] == "High-risk through Annex III")
    assert (deferred["old"], deferred["new"]) == (["2026-08-02"], ["2027-12-02"])
    assert not any(part["pending"] for part in [*read["provisions"], *read["dates"], *read["requirements"]])


def test_the_law_between_two_days_for_an_organisation(cache: Path) -> None:
    read = document(cache, "diff", *JULY, "--org", "bank")
    assert read["counts"]["records"] == len(read["records"]) > 0
    record = next(r for r in read["records"] if r["kind"] == "policy")
    assert record["paths"][0]["reason"] == "made before the text it now supports"
    assert record["paths"][0]["steps"][0]["label"] == record["label"]
    plain = run(cache, "diff", *JULY, "--org", "bank").stdout
    assert "Records of Lindholt Bank to look at again" in plain
    assert "183 inserted, 51 replaced, 11 deleted" in " ".join(plain.split())


OWN_ROW = """
@base <https://w3id.org/normgraph/id/> .
@prefix ng: <https://w3id.org/normgraph/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sssom: <https://w3id.org/sssom/> .

<https://example.org/rows/1> a sssom:Mapping ;
    owl:annotatedSource <iso-42001/7.3> ;
    owl:annotatedTarget <eu-ai-act/art_4/req_1> ;
    sssom:object_source_version "2024-07-12" ;
    ng:relationship ng:IntersectsWith ;
    ng:rationaleType ng:Functional ;
    ng:reviewState ng:Proposed .
"""


def test_an_own_row_for_the_old_text_is_found_with_what_stands_behind_it(cache: Path, tmp_path: Path) -> None:
    for file in (ROOT / "ontology" / "examples" / "bank").glob("*.ttl"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "rows.ttl").write_text(OWN_ROW, encoding="utf-8")
    read = document(cache, "diff", *JULY, "--org", str(tmp_path))
    stale = [m for m in read["mappings"] if m["change"] == "rests on the old text"]
    assert [(m["iri"], m["source"], m["written_for"]) for m in stale] == [
        ("https://example.org/rows/1", "ISO/IEC 42001 7.3", "2024-07-12")
    ]
    resting = {
        (record["kind"], record["label"])
        for record in read["records"]
        for path in record["paths"]
        if path["reason"] == "rests on the old text"
    }
    assert ("implementation", "Yearly e-learning on the AI policy for all staff") in resting
    assert ("evidence", "E-learning on the AI policy 2025, 96 % of staff") in resting
    assert document(cache, "diff", *JULY)["counts"]["mappings_on_old_text"] == 0


def test_the_law_as_one_table(cache: Path) -> None:
    lines = table(cache, "diff", *JULY, "--org", "bank")
    sections = {line["section"] for line in lines}
    assert sections == {"provision", "date", "legacy rule", "requirement", "mapping", "record"}
    assert {line["pending"] for line in lines} == {""}
    assert sum(line["section"] == "provision" for line in lines) == 245


def test_a_framework_may_be_named_as_it_is_cited_and_may_not_have_changed(cache: Path) -> None:
    read = document(cache, "diff", "GDPR", "--from", "2020-01-01", "--to", "2026-11-20")
    assert (read["framework"], read["provisions"], read["dates"]) == ("gdpr", [], [])
    assert document(cache, "diff", "iso-42001", "--from", "2020-01-01", "--to", "2026-11-20")["provisions"] == []


def test_two_runs(cache: Path) -> None:
    read = document(cache, "diff", str(BEFORE), str(AFTER))
    assert (read["of"], read["counts"]) == ("runs", {"state": 2, "date": 0, "new": 1, "gone": 1, "same": 1})
    assert read["results"][0]["causes"] == ["evidence lapsed after 2026-11-30"]
    assert [d["what"] for d in read["differences"]] == ["day", "records"]
    lines = table(cache, "diff", str(BEFORE), str(AFTER))
    assert [(line["citation"], line["old_state"], line["new_state"]) for line in lines][:2] == [
        ("AI Act 50(1) no. 1", "Covered", "ClaimedWithoutCurrentEvidence"),
        ("AI Act 50(2) no. 1", "NotYetApplicable", "NotCovered"),
    ]
    assert "2 results in another state" in run(cache, "diff", str(BEFORE), str(AFTER)).stdout


def test_what_assess_prints_can_be_compared(cache: Path, tmp_path: Path) -> None:
    files = []
    for day in ("2026-12-01", "2026-12-02"):
        found = run(cache, "assess", "bank", "-f", "eu-ai-act", "--as-of", day, "--format", "json")
        files.append(tmp_path / f"{day}.json")
        files[-1].write_text(found.stdout, encoding="utf-8")
    read = document(cache, "diff", *map(str, files))
    assert [d["what"] for d in read["differences"]] == ["day"]
    assert {tuple(r["causes"]) for r in read["results"]} == {("applies from 2026-12-02",)}
    same = document(cache, "diff", str(files[0]), str(files[0]))
    assert (same["differences"], same["results"]) == ([], [])


def test_two_mapping_sets(cache: Path) -> None:
    read = document(cache, "diff", str(OURS), str(THEIRS))
    assert (read["of"], read["after"]["set"]) == ("mappings", "third-party/ai-act-art-15-list")
    assert read["counts"]["added"] == 11
    assert {row["change"] for row in read["rows"]} == {"added", "removed"}
    assert document(cache, "diff", str(OURS), str(OURS))["rows"] == []
    assert table(cache, "diff", str(OURS), str(THEIRS))[0]["field"] == "relationship"
    assert "11 added" in run(cache, "diff", str(OURS), str(THEIRS)).stdout


PENDING = ("diff", "eu-ai-act", "--pending", str(EXAMPLE), "--as-of", "2026-11-20")


def test_a_proposal_is_marked_on_every_line(cache: Path) -> None:
    read = document(cache, *PENDING, "--org", "bank")
    assert read["pending"]["graph"] == "https://w3id.org/normgraph/g/pending/example"
    assert (read["as_of"], read["from"], read["to"]) == ("2026-11-20", "2027-03-01", "2027-03-01")
    parts = ("provisions", "dates", "requirements", "mappings", "records", "states")
    assert all(read[part] and all(line["pending"] for line in read[part]) for part in parts)
    assert {line["pending"] for line in table(cache, *PENDING, "--org", "bank")} == {"pending"}
    plain = run(cache, *PENDING).stdout
    assert plain.startswith("Pending, not law: Invented proposal to amend the AI Act")
    rows = [line for line in plain.split("\n") if "AI Act 4(1)" in line or "AI Act 26(6a)" in line]
    assert rows
    assert all(line.startswith(" pending ") for line in rows)


def test_a_proposal_shows_today_and_then(cache: Path) -> None:
    read = document(cache, *PENDING, "--org", "bank")
    states = {(s["citation"], s["scope"].rpartition("/")[2]): s for s in read["states"]}
    came = states["AI Act 4(1) no. pending-1", "organisation"]
    assert (came["today"], came["without"], came["with"]) == (None, None, "NotCovered")
    moved = states["AI Act 15(1) no. 1", "credit-scoring-2"]
    assert (moved["applies_from_without"], moved["applies_from_with"]) == ("2027-12-02", "2029-12-02")
    later = document(cache, *PENDING, "--org", "bank", "--to", "2028-01-10")
    states = {(s["citation"], s["scope"].rpartition("/")[2]): s for s in later["states"]}
    assert states["AI Act 15(1) no. 1", "credit-scoring-2"]["with"] == "NotYetApplicable"
    assert states["AI Act 15(1) no. 1", "credit-scoring-2"]["without"] != "NotYetApplicable"


def test_no_other_command_sees_a_proposal(cache: Path) -> None:
    first = run(cache, "assess", "bank", "--as-of", "2027-03-01", "--format", "json").stdout
    document(cache, *PENDING, "--org", "bank")
    again = run(cache, "assess", "bank", "--as-of", "2027-03-01", "--format", "json").stdout
    assert again == first
    assert "pending-" not in again


def test_the_calendar_of_the_law(cache: Path) -> None:
    read = document(cache, "calendar", "--as-of", "2026-11-20")
    assert [(e["date"], e["event"], e["source_citation"]) for e in read["entries"]] == [
        ("2026-12-02", "becomes applicable", "AI Act 113(a)"),
        ("2026-12-02", "grace period ends", "AI Act 111(4)"),
        ("2027-08-02", "grace period ends", "AI Act 111(3)"),
        ("2027-12-02", "becomes applicable", "AI Act 113(c)"),
        ("2027-12-02", "becomes applicable", "AI Act 113(c)"),
        ("2027-12-02", "becomes applicable", "AI Act 113(c)"),
        ("2028-08-02", "becomes applicable", "AI Act 113(c)"),
        ("2028-08-02", "becomes applicable", "AI Act 113(c)"),
        ("2030-08-02", "grace period ends", "AI Act 111(2)"),
        ("2030-08-02", "grace period ends", "AI Act 111(2)"),
        ("2030-12-31", "grace period ends", "AI Act 111(1)"),
    ]
    assert (read["organisation"], read["policy"], read["look_ahead"], read["until"]) == (None, None, None, None)
    assert not any(entry["concerns"] for entry in read["entries"])
    near = document(cache, "calendar", "--as-of", "2026-11-20", "--from", "2027-01-01", "--until", "2027-12-31")
    assert [entry["date"] for entry in near["entries"]] == ["2027-08-02", "2027-12-02", "2027-12-02", "2027-12-02"]


def test_the_calendar_of_an_organisation(cache: Path) -> None:
    read = document(cache, "calendar", "bank")
    assert read["as_of"] == "2026-11-20"
    concern = next(c for c in read["entries"][0]["concerns"] if c["label"] == "Credit Scoring 2")
    assert (concern["requirements"], concern["certain"], sum(concern["today"].values())) == (4, True, 4)
    lines = table(cache, "calendar", "bank")
    assert {"Credit Scoring 1", "Customer chatbot"} <= {line["scope"] for line in lines}
    assert any("2027" in line["evidence_that_lapses_before"] for line in lines)
    certain = {line["scope"]: line["certain"] for line in lines if line["date"] == "2027-12-02"}
    assert (certain["Credit Scoring 2"], certain["Recruitment screener"]) == ("1 of 82 open", "open")
    plain = run(cache, "calendar", "bank").stdout
    assert "Whom it concerns" in plain
    assert "Stroke Triage (open whether)" in run(cache, "calendar", "medical").stdout


def test_one_day_of_the_calendar_shows_the_states_before_and_after(cache: Path) -> None:
    read = document(cache, "calendar", "bank", "--date", "2026-12-02")
    assert {entry["date"] for entry in read["entries"]} == {"2026-12-02"}
    ahead = read["look_ahead"]
    assert (ahead["before"], ahead["after"], ahead["counts"]["state"]) == ("2026-12-01", "2026-12-02", 14)
    assert ahead["results"][0]["old"]["state"] == "NotYetApplicable"
    plain = run(cache, "calendar", "bank", "--date", "2026-12-02").stdout
    assert "States on 2026-12-01 and on 2026-12-02" in plain
    quiet = document(cache, "calendar", "bank", "--date", "2026-12-24")
    assert (quiet["entries"], quiet["look_ahead"]["results"]) == ([], [])


def test_the_calendar_for_a_calendar_program(cache: Path) -> None:
    found = run(cache, "calendar", "bank", "--format", "ics")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.count("BEGIN:VEVENT") == found.stdout.count("END:VEVENT") == 11
    assert "DTSTART;VALUE=DATE:20261202" in found.stdout
    uids = [line for line in found.stdout.splitlines() if line.startswith("UID:")]
    assert len(set(uids)) == 11


@pytest.mark.parametrize(
    "arguments", [["diff", *JULY, "--org", "bank"], [*PENDING, "--org", "bank"], ["calendar", "bank"]]
)
def test_equal_input_gives_identical_bytes(cache: Path, arguments: list[str]) -> None:
    first, second = (run(cache, *arguments, "--format", "json", seed=seed).stdout for seed in ("1", "2"))
    assert json.loads(first)
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["diff"], "Missing argument 'KEY | A B'"),
        (["diff", "eu-ai-act"], "compared without two days: add --from DATE and --to DATE"),
        (["diff", "eu-ai-act", "--from", "2026-07-26"], "compared without two days"),
        (["diff", "eu-ai-act", "--from", "2026-07-28", "--to", "2026-07-28"], "is not a day after --from (2026-07-28)"),
        (["diff", "eu-ai-act", "--from", "2026-07-28", "--to", "2026-07-26"], "is not a day after --from (2026-07-28)"),
        (["diff", "eu-ai-act", "--from", "2020-01-01", "--to", "2026-07-26"], "was law: it is since 2024-08-01"),
        (["diff", "cobit", "--from", "2026-07-26", "--to", "2026-07-28"], "there is no framework “cobit”; known: dora"),
        (["diff", "eu-ai-act", "--from", "then", "--to", "now"], "“then” is not a date"),
        (["diff", "a", "b", "c"], "is not one framework with --from and --to or --pending, or two files"),
        (["diff", "eu-ai-act", "gdpr"], "is not two runs ending in .json, or two mapping sets ending in .sssom.tsv"),
        (["diff", str(BEFORE), str(OURS)], "is not two runs ending in .json"),
        (["diff", str(BEFORE), str(AFTER), "--org", "bank"], "is not one framework with --from and --to or --pending"),
        (
            ["diff", str(BEFORE), str(OTHER)],
            "another-organisation.json: is about https://example.org/other/organisation",
        ),
        (["diff", str(BEFORE), "nowhere.json"], "nowhere.json: No such file"),
        (["diff", "gdpr", "--pending", str(EXAMPLE)], "is not a proposal for GDPR: it holds no version of it"),
        (["diff", "eu-ai-act", "--pending", "nowhere.ttl"], "nowhere.ttl: No such file"),
        (["diff", "eu-ai-act", "--pending", str(BEFORE)], "“.json” is not Turtle"),
        (["diff", "eu-ai-act", "--pending", str(EXAMPLE), "--from", "2026-07-26"], "the day to compare on is --to"),
        (["calendar", "bank", "--date", "2026-12-02", "--until", "2027-01-01"], "it names the one day"),
        (["calendar", "--from", "2027-01-01", "--until", "2026-01-01"], "is not a day on or after --from (2027-01-01)"),
        (["calendar", "nowhere.ttl"], "nowhere.ttl: is not there"),
        (["calendar", "--format", "pdf"], "'pdf' is not one of"),
    ],
)
def test_wrong_use_ends_with_2_and_says_why(cache: Path, arguments: list[str], message: str) -> None:
    found = run(cache, *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert message in found.stderr
    assert "Traceback" not in found.stderr


def test_the_demo_takes_a_day(cache: Path) -> None:
    read: dict[str, Any] = document(cache, "demo", "--as-of", "2026-12-02")
    assert list(read["counts"]) == ["2026-12-02", "2028-08-02"]
