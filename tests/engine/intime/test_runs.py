"""Runs: made from an assessment, or read from a document, which says the same; other documents are refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.coverage.run import records_hash
from engine.errors import BadInput, EngineError, UnreadableFile
from engine.intime.runs import read_run, run_of
from engine.model import State

if TYPE_CHECKING:
    from engine.coverage.assess import Assessment
    from engine.workspace import Workspace

RUNS = Path(__file__).parents[2] / "data" / "runs"


def test_a_document_is_read_as_it_stands() -> None:
    run = read_run(RUNS / "before.json")
    assert (run.organisation, run.day, run.frameworks) == (
        "https://example.org/acme/organisation",
        date(2026, 11, 20),
        ("eu-ai-act",),
    )
    assert (run.content, run.records, run.scope) == ("a" * 64, "b" * 64, None)
    first = run.results[0]
    assert (first.state, first.first_expiry, first.effective_from) == (
        State.COVERED,
        date(2026, 11, 30),
        date(2026, 8, 2),
    )


def test_a_run_of_an_assessment_says_what_the_assessment_says(bank_assessed: Assessment) -> None:
    run = run_of(bank_assessed, content="c", records="r")
    assert [(r.requirement, r.scope, r.state) for r in run.results] == [
        (r.requirement, r.scope, r.state) for r in bank_assessed.results
    ]
    assert run.frameworks == tuple(framework.key for framework in bank_assessed.frameworks)
    assert {"dora", "eu-ai-act", "gdpr", "nis2"} <= set(run.frameworks)
    assert (run.content, run.records, run.policy) == ("c", "r", bank_assessed.policy.label)


def test_the_hash_of_records_knows_no_order(bank: Workspace) -> None:
    assert records_hash(bank.quads) == records_hash(reversed(bank.quads))
    assert records_hash(bank.quads) != records_hash(bank.quads[1:])


def changed(tmp_path: Path, **given: Any) -> Path:
    document = json.loads((RUNS / "before.json").read_text(encoding="utf-8"))
    result = {name.removeprefix("result_"): value for name, value in given.items() if name.startswith("result_")}
    document |= {name: value for name, value in given.items() if not name.startswith("result_")}
    if result:
        document["results"][0] |= result
    file = tmp_path / "run.json"
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return file


def test_an_older_document_without_hashes_is_read(tmp_path: Path) -> None:
    run = read_run(changed(tmp_path, content=None, records=None))
    assert (run.content, run.records) == ("", "")


@pytest.mark.parametrize(
    ("given", "line", "message"),
    [
        ({"schema": "normgraph/validate/1"}, 2, "is normgraph/validate/1, not normgraph/assess/1"),
        ({"schema": None}, 2, "is no document of ours, not normgraph/assess/1"),
        ({"schema": "normgraph/assess/2"}, 2, "is normgraph/assess/2, not normgraph/assess/1"),
        ({"organisation": None}, None, "organisation is missing"),
        ({"as_of": "soon"}, 4, "as_of “soon” is not a date as 2026-11-20"),
        ({"results": "none"}, 13, "results “none” is not a list"),
        ({"results": [1]}, None, "results “…” is not a list of objects"),
        ({"result_state": "Compliant"}, 20, "state “Compliant” is not one of the seven states"),
        ({"result_rule": 7}, None, "rule “7” is not a text"),
        ({"result_first_expiry": "2026-02-30"}, 28, "first_expiry “2026-02-30” is not a date as 2026-11-20"),
    ],
)
def test_what_is_no_run_is_refused(tmp_path: Path, given: dict[str, Any], line: int | None, message: str) -> None:
    file = changed(tmp_path, **given)
    with pytest.raises(BadInput) as refused:
        read_run(file)
    assert message in str(refused.value)
    assert str(refused.value).startswith(f"{file}")
    assert "; name what `normgraph assess ORG --format json` printed" in str(refused.value)
    assert line is None or refused.value.line == line


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (b"{", UnreadableFile, "line 1: is no JSON document"),
        (b"\xff\xfe{}", UnreadableFile, "is no JSON document"),
        (b"[" * 100_000, UnreadableFile, "is nested too deeply"),
        (b"[]", BadInput, "is no document of ours"),
        (b"9" * 5000, UnreadableFile, "an endless number"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, data: bytes, kind: type[EngineError], message: str) -> None:
    file = tmp_path / "run.json"
    file.write_bytes(data)
    with pytest.raises(kind, match=message):
        read_run(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        read_run(tmp_path / "none.json")
