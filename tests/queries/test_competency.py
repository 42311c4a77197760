"""Each query answers exactly this about a bundled example; tests/api/test_calls.py does the same for calls."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.citations import CitationIndex
from engine.competency import competency_questions
from engine.coverage.assess import assess
from engine.coverage.run import run_id, run_quads
from engine.graph import Iri
from engine.queries import bind, catalogue, find, run
from engine.vocabulary import ID, NG
from engine.workspace import open_organisation
from tests.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Store

PATH = Path(__file__).parents[1] / "data" / "competency" / "queries.toml"
CASES: dict[str, dict[str, Any]] = tomllib.loads(PATH.read_text(encoding="utf-8"), parse_float=Decimal)
EXAMPLE = "https://w3id.org/normgraph/example/"


@cache
def opened(name: str) -> tuple[Store, str, Callable[[str], Iri]]:
    """Return an example with its states on its own day, that day, and what finds a thing by what it is called."""
    content = shipped()
    workspace = open_organisation(content, name)
    day = workspace.organisation.example_date
    assert day is not None
    assessment = assess(workspace.knowledge(day), workspace.organisation, day)
    quads = [*workspace.quads, *run_quads(assessment, run_id(content.hash, workspace.quads, assessment))]
    citations = CitationIndex.of(content.knowledge)

    def resolve(text: str) -> Iri:
        own, shipped_one = Iri(f"{EXAMPLE}{name}/{text}"), Iri(ID + text)
        if own in workspace.organisation.labels:
            return own
        return shipped_one if shipped_one in content.graph else citations.resolve(text)

    return content.store(quads), day.isoformat(), resolve


def short(value: object) -> object:
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return value.removeprefix(EXAMPLE).removeprefix(ID).replace(NG.base, "ng:")


def answer(name: str, case: dict[str, Any]) -> tuple[int, list[dict[str, object]]]:
    """Return how many rows there are in all, and those that the case looks at."""
    store, day, resolve = opened(case["of"])
    query = find(name)
    asked = {p.name for p in query.parameters} & {"asOf"}
    found = run(store, query, bind(query, {**dict.fromkeys(asked, day), **case.get("given", {})}, resolve))
    rows = [dict(zip(found.columns, map(short, row), strict=True)) for row in found.rows]
    where = case.get("where", {}).items()
    return len(rows), [row for row in rows if all(row[column] == value for column, value in where)]


def test_there_are_48_questions_and_each_is_answered() -> None:
    questions = competency_questions()
    assert [question.number for question in questions] == list(range(1, 49))
    assert [question.number for question in questions if not (question.queries or question.calls)] == []


def test_every_query_answers_a_question_and_has_a_case() -> None:
    numbers = {question.number for question in competency_questions()}
    assert all(set(query.competency) and set(query.competency) <= numbers for query in catalogue())
    assert sorted(CASES) == [query.name for query in catalogue()]


@pytest.mark.parametrize("name", sorted(CASES))
def test_answer_about_an_example(name: str) -> None:
    case = CASES[name]
    total, rows = answer(name, case)
    assert total == case["total"]
    assert [[row[column] for column in case["columns"]] for row in rows] == case["rows"]
