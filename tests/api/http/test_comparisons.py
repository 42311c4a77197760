"""Assessments that were kept, compared: as the command compares two files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from api.documents.base import schema_of
from tests.commands import ROOT, in_process

if TYPE_CHECKING:
    import httpx

RUNS = ROOT / "tests" / "data" / "runs"


def kept(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RUNS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_two_kept_assessments_differ_as_the_command_says(client: httpx.Client) -> None:
    answer = client.post("/v1/coverage/diff", json={"before": kept("before"), "after": kept("after")})
    assert answer.status_code == 200, answer.text
    Draft202012Validator(schema_of("diff")).validate(answer.json())
    done = in_process("diff", str(RUNS / "before.json"), str(RUNS / "after.json"), "--format", "json")
    assert answer.json() == json.loads(done.stdout)


def test_coverage_that_was_answered_can_be_compared(client: httpx.Client, bank: str) -> None:
    before = client.get(f"{bank}/coverage", params={"as_of": "2026-11-20"}).json()
    after = client.get(f"{bank}/coverage", params={"as_of": "2027-12-03"}).json()
    answer = client.post("/v1/coverage/diff", json={"before": before, "after": after}).json()
    days = {"from": "2026-11-20", "to": "2027-12-03"}
    assert answer == client.get(f"{bank}/coverage/diff", params=days).json()
    assert answer["results"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"schema": "normgraph/plan/1"}, "before: is normgraph/plan/1, not normgraph/assess/1"),
        ({"states": ["Covered"]}, "holds only the results in some states"),
        ({"results": 1}, "results “1” is not a list"),
        ({"organisation": "https://example.org/other"}, "compare two runs of one organisation"),
    ],
)
def test_what_is_no_assessment_is_refused(client: httpx.Client, changed: dict[str, Any], told: str) -> None:
    answer = client.post("/v1/coverage/diff", json={"before": {**kept("before"), **changed}, "after": kept("after")})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    assert told in answer.json()["detail"]


@pytest.mark.parametrize("name", ["policy", "schema", "as_of"])
def test_half_a_character_is_refused(client: httpx.Client, name: str) -> None:
    before = {**kept("before"), name: "\ud800"}
    text = json.dumps({"before": before, "after": kept("after")})
    answer = client.post("/v1/coverage/diff", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
