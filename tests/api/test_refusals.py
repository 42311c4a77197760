"""What cannot be done is refused: one message that says what is wrong and what to do, exit 2, nothing written."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import cli
from engine.errors import EngineError

DATA = Path(__file__).parents[1] / "data"
SOUND = str(DATA / "bad" / "sound.ttl")


def refusal(*arguments: str) -> str:
    """Return the one message with which a command ends: that of click on the error stream, or that of the engine."""
    found = CliRunner().invoke(cli, arguments)
    assert found.stdout == ""
    if isinstance(found.exception, EngineError):
        assert "\n" not in str(found.exception)
        return str(found.exception)
    assert found.exit_code == 2, found.exception
    return found.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31", "3000-01-01"])
@pytest.mark.parametrize("command", ["assess", "calendar", "validate"])
def test_days_at_the_ends_of_the_calendar(command: str, day: str) -> None:
    told = refusal(command, SOUND, "--as-of", day)
    assert told.endswith(f"“{day}” is outside the years 1900 to 2999; name a day within them")


@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31"])
@pytest.mark.parametrize("arguments", [("assess",), ("calendar",), ("query", "evidence-that-expires", "--org")])
def test_the_first_and_the_last_day_are_answered(day: str, arguments: tuple[str, ...]) -> None:
    found = CliRunner().invoke(cli, [*arguments, SOUND, "--as-of", day, "--format", "json"])
    assert (found.exit_code, found.exception) == (0, None)


def test_a_moment_and_a_date_of_a_query_at_the_ends_of_the_calendar() -> None:
    late = "9999-12-31T23:00:00+00:00"
    told = refusal("incident", SOUND, "--type", "ransomware", "--aware-at", late)
    assert told == f"--aware-at: “{late}” is not a time that can be counted from: it is outside the years 1900 to 2999"
    told = refusal("query", "upcoming-applications", "-p", "asOf=0001-01-01")
    assert told.endswith("“0001-01-01” is not a date to ask about: it is outside the years 1900 to 2999")


@pytest.mark.parametrize("option", ["--aware-at", "--classified-at", "--initial-sent-at", "--intermediate-sent-at"])
def test_a_moment_that_is_empty(option: str) -> None:
    aware = ("--aware-at", "2026-11-27T16:30+01:00")
    told = refusal("incident", SOUND, "--type", "ransomware", *aware, option, "")
    assert told == f"{option}: “” is not a time as 2026-11-20T16:30+01:00"


def test_a_place_to_write_to_that_is_not_there(tmp_path: Path) -> None:
    act = str(DATA / "eurlex" / "lighthouse.html")
    place = tmp_path / "missing" / "act.ttl"
    told = refusal("import", "eurlex", act, "--framework", "gdpr", "-o", str(place))
    assert told == f"{place}: No such file or directory; check the folder and its rights"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["", "below"])
def test_a_store_that_is_a_file(below: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store").write_text("no store", encoding="utf-8")
    path = tmp_path / "store" / below
    monkeypatch.setenv("NORMGRAPH_STORE", str(path))
    told = refusal("import", "eurlex", str(DATA / "eurlex" / "lighthouse.html"), "--framework", "gdpr")
    assert told.startswith(f"{path}: is no folder that a store can be in (")
    assert told.endswith("; name another with NORMGRAPH_STORE")
    assert (tmp_path / "store").read_text(encoding="utf-8") == "no store"


def test_a_store_that_is_a_file_is_not_read_as_an_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store").write_text("no store", encoding="utf-8")
    monkeypatch.setenv("NORMGRAPH_STORE", str(tmp_path / "store"))
    told = refusal("show", "AI Act 15")
    assert told.startswith(f"{tmp_path / 'store'}: is no folder that a store can be in (")


TWO = """@base <https://example.org/two/> .
@prefix ng: <https://w3id.org/normgraph/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<organisation> a org:FormalOrganization ; skos:prefLabel "Two" .
<a/credit> a ng:AISystem ; skos:prefLabel "Scoring" ; ng:belongsTo <organisation> .
<b/credit> a ng:AISystem ; skos:prefLabel "Scoring" ; ng:belongsTo <organisation> .
"""
BOTH = "https://example.org/two/a/credit and https://example.org/two/b/credit"


@pytest.fixture
def two(tmp_path: Path) -> str:
    path = tmp_path / "two.ttl"
    path.write_text(TWO, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", ["credit", "Scoring"])
def test_a_scope_that_names_two_assets(name: str, two: str) -> None:
    told = refusal("assess", two, "--scope", name)
    assert told == f"--scope: “{name}” is not one of them: it names {BOTH}; write the one you mean"


@pytest.mark.parametrize("name", ["credit", "Scoring"])
def test_a_parameter_that_names_two_records(name: str, two: str) -> None:
    told = refusal("query", "roles-of-system", "-p", f"system={name}", "--org", two)
    assert f"system: “{name}” is not an IRI or a known citation" in told
    assert told.endswith(f"; did you mean {BOTH.replace(' and ', ' or ')}?")


def test_the_whole_identifier_names_one(two: str) -> None:
    whole = "https://example.org/two/b/credit"
    found = CliRunner().invoke(cli, ["assess", two, "--scope", whole, "--format", "json"])
    assert json.loads(found.stdout)["scope"] == whole
    asked = ["query", "roles-of-system", "-p", f"system={whole}", "--org", two]
    assert CliRunner().invoke(cli, asked).exit_code == 0


def test_only_the_states_asked_for_are_listed_and_the_counts_stay_whole() -> None:
    asked = ["assess", SOUND, "--as-of", "2026-11-20", "-f", "eu-ai-act"]
    only = [*asked, "--state", "NeedsLegalReview", "--state", "NotCovered"]
    whole, part = (json.loads(CliRunner().invoke(cli, [*a, "--format", "json"]).stdout) for a in (asked, only))
    assert {result["state"] for result in part["results"]} == {"NeedsLegalReview"}
    assert [r for r in whole["results"] if r["state"] == "NeedsLegalReview"] == part["results"] != whole["results"]
    assert part["counts"] == whole["counts"]
    assert (whole["states"], part["states"]) == ([], ["NeedsLegalReview", "NotCovered"])
    rows = list(csv.DictReader(CliRunner().invoke(cli, [*only, "--format", "csv"]).stdout.splitlines()))
    assert [row["requirement"] for row in rows] == [result["requirement"] for result in part["results"]]
    told = refusal(*only, "--format", "turtle")
    assert told.startswith("--state: “NeedsLegalReview, NotCovered” is not an option of --format turtle")


def test_a_run_of_some_states_is_not_compared(tmp_path: Path) -> None:
    run = DATA / "runs" / "before.json"
    part = tmp_path / "part.json"
    part.write_text(
        json.dumps({**json.loads(run.read_text(encoding="utf-8")), "states": ["Covered"]}), encoding="utf-8"
    )
    told = refusal("diff", str(run), str(part))
    assert "holds only the results in some states; assess again without --state" in told
    part.write_text(json.dumps({**json.loads(run.read_text(encoding="utf-8")), "states": []}), encoding="utf-8")
    assert CliRunner().invoke(cli, ["diff", str(run), str(part)]).exit_code == 0


@pytest.mark.parametrize("formats", ["", " , "])
def test_a_report_in_no_format(formats: str, tmp_path: Path) -> None:
    told = refusal("report", SOUND, "-o", str(tmp_path / "out"), "--formats", formats, "-f", "nis2")
    assert told == "formats: “” is not one or several of html, csv, json"
    assert list(tmp_path.iterdir()) == []


def test_two_days_of_the_law_and_a_day_to_look_at() -> None:
    days = ("--from", "2026-07-26", "--to", "2026-07-28")
    told = refusal("diff", "eu-ai-act", *days, "--as-of", "2026-11-20")
    assert told.startswith("--as-of: “2026-11-20” is not an option of two days of the law")
    assert "compared without two days" in refusal("diff", "eu-ai-act", "--from", "2026-07-26")


@pytest.mark.parametrize(
    "arguments",
    [
        ("diff", "--to-policy", "legal"),
        ("diff", "eu-ai-act", "--org", "bank", "--to-policy", "legal"),
        ("diff", "--org", "bank", "--to-policy", "legal", "--from", "2026-07-26"),
    ],
)
def test_two_policies_are_compared_for_an_organisation_and_nothing_else(arguments: tuple[str, ...]) -> None:
    assert refusal(*arguments).startswith("--to-policy: “legal” is not given with --org")
