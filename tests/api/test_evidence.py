"""``normgraph evidence`` as people use it: add, approve, list, verify, and what it refuses."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from pyoxigraph import NamedNode, RdfFormat, parse

from tests.commands import ROOT, Done, in_process
from tests.engine.evidence.acme import ACME, BASE

if TYPE_CHECKING:
    from pathlib import Path

CONTROL = ("--control", "ISO/IEC 42001 A.8.2")
WHEN = ("--issued", "2026-11-01", "--valid-until", "2027-10-31")
WHAT = ("--type", "UserInstructions", "--asset", "help-desk-bot", *WHEN, "--collected-by", "Head of support")
SCHEMAS = ROOT / "api" / "schemas"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of records, with a folder of files in it, and nothing configured."""
    monkeypatch.delenv("NORMGRAPH_EVIDENCE", raising=False)
    folder = tmp_path / "acme"
    (folder / "evidence" / "a-8-2").mkdir(parents=True)
    (folder / "acme.ttl").write_text(ACME, encoding="utf-8")
    (folder / "evidence" / "a-8-2" / "notice-2.pdf").write_bytes(b"test")
    (folder / "evidence" / "notice-3.pdf").write_bytes(b"notice 3")
    (folder / "evidence" / "leak").symlink_to("/etc/hostname")
    return folder


def evidence(*arguments: str | Path, code: int = 0) -> Done:
    done = in_process("evidence", *map(str, arguments))
    assert done.returncode == code, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    return done


def answer(*arguments: str | Path, code: int = 0) -> Any:
    document = json.loads(evidence(*arguments, "--format", "json", code=code).stdout)
    kind = document["schema"].split("/")[1]
    schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []
    return document


def add(acme: Path, *more: str) -> Any:
    return answer("add", acme / "evidence" / "notice-3.pdf", "--org", acme, *CONTROL, *WHAT, *more)


def test_from_the_file_to_what_counts(acme: Path) -> None:
    made = add(acme, "--title", "Notice 3", "--supersedes", "notice-text")
    assert [entry["did"] for entry in made["entries"]] == ["collected"]
    assert len(made["to_do"]) == 1
    when = ("--as-of", "2026-11-20")
    counts = {item["label"]: item["counts"] for item in answer("list", acme, *when)["items"]}
    assert counts == {"Notice 3": False, "Text of the notice, version 2": True}
    name = made["evidence"].rpartition("/")[2]
    done = answer("approve", name, "--org", acme, "--by", "data-protection-officer")
    assert [entry["did"] for entry in done["entries"]] == ["approved", "superseded"]
    listed = answer("list", acme, *when)
    assert {item["label"]: item["why_not"] for item in listed["items"]} == {
        "Notice 3": [],
        "Text of the notice, version 2": ["superseded"],
    }
    assert answer("verify", acme)["files"]["ok"] == 2
    assert "2 ok. Records: 2 as logged." in evidence("verify", acme).stdout


def test_a_verification_is_logged_where_somebody_answers_for_it(acme: Path) -> None:
    head = add(acme, "--approved-by", "Data protection officer")["head"]
    before = (acme / "custody.log").read_bytes()
    assert answer("verify", acme, "--head", head["hash"])["head"] == head
    assert (acme / "custody.log").read_bytes() == before
    assert answer("verify", acme, "--by", "data-protection-officer")["head"]["number"] == 3
    history = answer("history", acme)
    assert [entry["did"] for entry in history["entries"]] == ["collected", "approved", "verified"]
    assert (history["entries"][2]["items"], history["entries"][2]["wrong"]) == (2, [])


def test_a_log_that_was_written_anew_is_not_the_one_of_the_head(acme: Path) -> None:
    head = add(acme)["head"]["hash"]
    for name in ("custody.log", "custody.head"):
        (acme / name).unlink()
    found = answer("verify", acme, "--head", head, code=1)
    assert found["breaks"][0]["problem"].startswith(f"the log has no entry {head}")
    assert found["records"]["entry gone"] == 1


def test_what_is_wrong_ends_with_1(acme: Path) -> None:
    add(acme)
    (acme / "evidence" / "notice-3.pdf").write_bytes(b"notice 4")
    (acme / "evidence" / "a-8-2" / "notice-2.pdf").unlink()
    found = answer("verify", acme, code=1)
    assert (found["holds"], found["files"]["changed"], found["files"]["missing"]) == (False, 1, 1)
    told = evidence("verify", acme, code=1).stdout
    assert "1 changed, 1 missing" in told
    rows = list(csv.DictReader(evidence("verify", acme, "--format", "csv", code=1).stdout.splitlines()))
    assert sorted(row["file"] for row in rows) == ["changed", "missing"]
    log = acme / "custody.log"
    log.write_text(log.read_text(encoding="ascii").replace("head-of-support", "somebody-else"), encoding="ascii")
    assert "custody.log, line 1: was edited" in evidence("verify", acme, code=1).stdout
    assert "custody.log, line 1: was edited" in evidence("history", acme).stdout


def test_the_history_of_an_item(acme: Path) -> None:
    made = add(acme, "--approved-by", "data-protection-officer", "--supersedes", "notice-text")
    assert [e["did"] for e in answer("history", acme, "notice-text")["entries"]] == ["superseded"]
    told = answer("history", acme, made["evidence"])["entries"]
    assert [(e["did"], e["by"].removeprefix(BASE)) for e in told] == [
        ("collected", "head-of-support"),
        ("approved", "data-protection-officer"),
    ]
    (acme / "evidence-register.ttl").unlink()
    assert len(answer("history", acme, made["evidence"])["entries"]) == 2
    turtle = evidence("history", acme, "--format", "turtle").stdout
    prov = "http://www.w3.org/ns/prov#"
    activities = [q for q in parse(turtle, format=RdfFormat.TURTLE) if q.object == NamedNode(f"{prov}Activity")]
    assert len(activities) == 3
    assert "3 of 3 entries" in evidence("history", acme).stdout


def test_the_folder_may_be_named_or_configured(acme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    (acme / "evidence").rename(elsewhere)
    assert "--folder: “” is not given" in evidence("verify", acme, code=2).stderr
    assert answer("verify", acme, "--folder", elsewhere)["holds"]
    monkeypatch.setenv("NORMGRAPH_EVIDENCE", str(elsewhere))
    assert answer("verify", acme)["holds"]


@pytest.mark.parametrize(
    ("file", "more", "problem"),
    [
        ("{acme}/evidence/leak", (), "lies outside the evidence folder"),
        ("{acme}/acme.ttl", (), "lies outside the evidence folder"),
        ("/etc/passwd", (), "lies outside the evidence folder"),
        ("{acme}/evidence/../acme.ttl", (), "lies outside the evidence folder"),
        ("{acme}/evidence/nothing.pdf", (), "is not there"),
        ("{acme}/evidence/a-8-2", (), "is no file"),
        ("{acme}/evidence/notice-3.pdf", ("--type", "Selfie"), "there is no evidence type “Selfie”"),
        ("{acme}/evidence/notice-3.pdf", ("--asset", "toaster"), "--asset: “toaster” is not the organisation"),
        ("{acme}/evidence/notice-3.pdf", ("--collected-by", "Nobody"), "there is no role or person in the records"),
        ("{acme}/evidence/notice-3.pdf", ("--approved-by", "Head of support"), "somebody other than the collector"),
        ("{acme}/evidence/notice-3.pdf", ("--supersedes", "x"), "there is no item of evidence “x”"),
        ("{acme}/evidence/notice-3.pdf", ("--control", "ISO/IEC 42001 A.6.2.4"), "record the implementation first"),
        ("{acme}/evidence/notice-3.pdf", ("--control", "10.2"), "names no framework"),
        ("{acme}/evidence/notice-3.pdf", ("--implementation", "x"), "there is no control implementation “x”"),
        ("{acme}/evidence/notice-3.pdf", ("--valid-until", "2026-10-01"), "must not lie before dcterms:issued"),
        ("{acme}/evidence/notice-3.pdf", ("--issued", "soon"), "“soon” is not a date"),
        ("{acme}/evidence/notice-3.pdf", ("--folder", "{acme}/none"), "is not there"),
        ("{acme}/evidence/notice-3.pdf", ("--org", "bank"), "the bundled examples are only read"),
        ("{acme}/evidence/notice-3.pdf", ("--org", "{acme}/acme.ttl"), "is not a folder"),
    ],
)
def test_what_cannot_be_is_refused_once_and_nothing_is_written(
    file: str, more: tuple[str, ...], problem: str, acme: Path
) -> None:
    before = sorted(path.name for path in acme.iterdir())
    given = ["add", file, "--org", "{acme}", "--folder", "{acme}/evidence", *CONTROL, *WHAT, *more]
    done = evidence(*(text.format(acme=acme) for text in given), code=2)
    assert problem in done.stderr
    assert done.stdout == ""
    assert sorted({path.name for path in acme.iterdir()} - {".lock"}) == before


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("add", "{acme}/evidence/notice-3.pdf", "--org", "{acme}", *WHAT), "say with --control or --implementation"),
        (("approve", "nothing", "--org", "{acme}", "--by", "head-of-support"), "there is no item of evidence"),
        (("approve", "notice-text", "--org", "{acme}", "--by", "Head of support"), "other than the collector"),
        (("verify", "bank", "--folder", "{acme}", "--by", "x"), "the bundled examples are only read"),
        (("verify", "{acme}", "--by", "Nobody"), "there is no role or person"),
        (("history", "{acme}", "nothing"), "there is no item of evidence “nothing”"),
        (("list", "{acme}", "--state", "stale"), "'stale' is not one of"),
        (("list", "{acme}", "--control", "10.2"), "names no framework"),
        (("expiring", "{acme}", "--within", "soon"), "“soon” is not a number of days; write it as 90d"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], problem: str, acme: Path) -> None:
    assert problem in evidence(*(text.format(acme=acme) for text in arguments), code=2).stderr


def test_one_control_carried_out_twice_asks_which(acme: Path) -> None:
    twice = (
        "<second> a ng:ControlImplementation ; ng:implementsControl <https://w3id.org/normgraph/id/iso-42001/A.8.2> ;"
    )
    twice += " ng:status ng:Implemented ; ng:hasScope <organisation> ."
    (acme / "acme.ttl").write_text(f"{ACME}\n{twice}", encoding="utf-8")
    file = acme / "evidence" / "notice-3.pdf"
    told = evidence("add", file, "--org", acme, *CONTROL, *WHAT, code=2).stderr
    assert "which of second, user-information" in told
    made = answer(
        "add", file, "--org", acme, "--implementation", "second", "--implementation", "user-information", *WHAT
    )
    assert made["entries"]


def test_the_list_in_all_its_forms() -> None:
    found = answer("list", "bank", "--control", "ISO/IEC 42001 A.6.2", "--state", "expiring")
    assert 0 < found["listed"] < found["total"]
    assert found["counts"]["expiring"] == found["listed"] == len(found["items"])
    rows = list(csv.DictReader(evidence("list", "bank", "--format", "csv").stdout.splitlines()))
    assert len(rows) == found["total"]
    assert f"of {found['total']} items" in evidence("list", "bank", "--asset", "credit-scoring-1").stdout


def test_what_expires_in_all_its_forms() -> None:
    found = answer("expiring", "bank", "--within", "60d")
    assert found["until"] == "2027-01-19"
    assert found["items"] == 1
    assert [fall["because"] for day in found["days"] for fall in day["falls"]]
    rows = list(csv.DictReader(evidence("expiring", "bank", "--within", "60d", "--format", "csv").stdout.splitlines()))
    assert len(rows) == found["falls"] == 1
    assert "1 item lapses, 1 state falls" in evidence("expiring", "bank", "--within", "60").stdout
