from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Store

from engine.graph import Iri
from engine.intake import read_quads
from engine.queries import bind, catalogue, find, run
from engine.vocabulary import GRAPH, ID, NG, graph

if TYPE_CHECKING:
    from engine.queries import Query

DATA = Path(__file__).parents[1] / "data" / "queries"


@dataclass(frozen=True)
class Case:
    """What a query is asked of its fixture, and the exact rows that it must answer."""

    given: dict[str, str]
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


def read_case(path: Path) -> Case:
    """Read a case: a row is a table by column, and a column that it leaves out is unbound."""
    told = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    columns = tuple(told.pop("columns"))
    rows, given = told.pop("rows"), told.pop("given")
    assert not told, path
    assert all(set(row) <= set(columns) for row in rows), path
    return Case(given, columns, [tuple(row.get(column) for column in columns) for row in rows])


CASES = {path.stem: read_case(path) for path in sorted(DATA.glob("*.toml"))}

NARROWED = [
    (
        "clauses-of-supplier-contract",
        {"asOf": "2026-11-20", "contract": "contract/cloud"},
        "scope",
        ["processing/customers", "contract/cloud", "contract/cloud", "service/cloud"],
    ),
    ("controls-without-current-evidence", {"asOf": "2026-11-20", "ownedBy": "role/nobody"}, "owner", []),
    ("counts-by-article", {"framework": "law", "scope": "system/2"}, "results", [1]),
    ("counts-by-article", {"framework": "law", "run": "run/none"}, "results", []),
    ("displaced-or-deemed", {"framework": "sector"}, "norm", []),
    (
        "documentation-packs",
        {"asOf": "2026-11-20", "system": "system/2"},
        "about",
        ["system/2", "system/2", "organisation"],
    ),
    ("duties-that-remain", {"entity": "bank"}, "entity", ["bank"]),
    ("duties-that-remain", {"framework": "dora"}, "citation", ["DORA 5"]),
    ("duties-that-remain", {"run": "g/run/none"}, "run", []),
    ("exclusions-that-law-needs", {"framework": "sector"}, "citation", []),
    ("fria-beside-dpia", {"asOf": "2026-11-20", "target": "eu-ai-act/art_26"}, "inTarget", ["nobody looked"] * 2),
    (
        "fria-beside-dpia",
        {"asOf": "2026-11-20", "source": "gdpr/art_36"},
        "inSource",
        ["no"] * 3 + ["fully", "nobody looked", "no", "asked"],
    ),
    ("legacy-of-systems", {"asOf": "2026-11-20", "system": "system/old"}, "system", ["system/old", "system/old"]),
    ("missing-facts", {"subject": "organisation"}, "fact", ["ng:isLarge"]),
    ("most-used-controls", {"standard": "other"}, "control", []),
    ("notification-clocks", {"eventType": "event/breach"}, "citation", ["Law 24"]),
    ("notification-clocks", {"party": "bank"}, "citation", ["Law 23(a)", "Law 23(b)", "Sector 19"]),
    ("obligations-by-role", {"asOf": "2026-11-20", "inRespectOf": "organisation"}, "inRespectOf", ["organisation"]),
    ("obligations-by-role", {"asOf": "2026-11-20", "party": "organisation/other"}, "party", []),
    ("overlap-matrix", {"source": "std"}, "source", ["std", "std", "std"]),
    ("overlap-matrix", {"target": "std"}, "target", []),
    ("penalties-at-stake", {"scope": "system/2"}, "scope", []),
    ("penalties-at-stake", {"run": "run/none"}, "scope", []),
    ("requirements-on-topic", {"asOf": "2026-11-20", "topic": "training"}, "item", ["std/7.2"]),
    (
        "requirements-on-topic",
        {"asOf": "2026-11-20", "topic": "incident management"},
        "item",
        ["law/art_17/par_1/req_1", "law/art_17/par_1/req_2", "other/art_5/req_2", "std/7.2", "std/A.5.24"],
    ),
    ("results-by-weakest-premise", {"scope": "system/2"}, "scope", ["system/2"]),
    ("results-by-weakest-premise", {"run": "run/none"}, "scope", []),
    ("rows-to-review-first", {"standard": "other"}, "row", ["mapping/c"]),
    ("rows-to-review-first", {"run": "run/none"}, "row", []),
    ("risk-class-of-system", {"asOf": "2026-11-20", "system": "system/plain"}, "derogation", ["claimed"]),
    ("risks-and-controls", {"asOf": "2026-11-20", "riskType": "theft"}, "control", ["std/A.6"]),
    ("risks-and-controls", {"asOf": "2026-11-20", "riskType": "model theft"}, "control", ["std/A.6"]),
    ("risks-without-control", {"asOf": "2026-11-20", "system": "system/1"}, "asset", ["system/1", "system/1"]),
    ("roles-of-system", {"asOf": "2026-11-20", "party": "organisation/other"}, "party", []),
    (
        "roles-of-system",
        {"asOf": "2026-11-21", "system": "system/bought"},
        "effect",
        ["holds"] * 2 + ["does not hold"] + ["would begin"] * 3,
    ),
    ("states-of-framework", {"framework": "law", "scope": "system/2"}, "scope", ["system/2"]),
    ("states-of-framework", {"framework": "law", "run": "run/none"}, "scope", []),
    ("states-that-would-fall", {"asOf": "2026-11-20", "until": "2027-11-20", "run": "run/none"}, "scope", []),
    ("tensions-between-laws", {"framework": "law"}, "tension", ["tension/storage"]),
]


def stored(name: str) -> Store:
    (path,) = DATA.glob(f"{name}.t[tr]*")
    store = Store()
    store.extend(read_quads(path, graph("test")))
    return store


def short(value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.removeprefix(ID).replace(NG.base, "ng:").replace(GRAPH, "g/")


def ask(name: str, given: dict[str, str]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    query = find(name)
    answer = run(stored(name), query, bind(query, given, lambda citation: Iri(ID + citation)))
    return answer.columns, [tuple(map(short, row)) for row in answer.rows]


@pytest.mark.parametrize("name", sorted(CASES))
def test_answer(name: str) -> None:
    case = CASES[name]
    assert ask(name, case.given) == (case.columns, case.rows)


@pytest.mark.parametrize(("name", "given", "column", "expected"), NARROWED)
def test_optional_parameter_narrows(name: str, given: dict[str, str], column: str, expected: list[str]) -> None:
    columns, rows = ask(name, given)
    assert [row[columns.index(column)] for row in rows] == expected


def test_every_optional_parameter_is_tried() -> None:
    optional = {(query.name, p.name) for query in catalogue() for p in query.parameters if not p.required}
    assert optional == {(name, p) for name, given, _, _ in NARROWED for p in given} & optional


def test_every_query_has_a_case_and_every_case_a_query() -> None:
    assert sorted(CASES) == [query.name for query in catalogue()]


def test_every_fixture_belongs_to_a_query() -> None:
    assert sorted(path.stem for path in DATA.glob("*.t[tr]*")) == sorted(CASES)


@pytest.mark.parametrize("query", catalogue(), ids=lambda query: query.name)
def test_header_says_what_the_query_does(query: Query) -> None:
    columns, _ = ask(query.name, CASES[query.name].given)
    promised = query.returns.split(", one row")[0]
    assert promised.split() == [f"?{column}" for column in columns]
    assert query.competency
    assert query.asked_by
    assert set(query.asked_by) <= {"analyst", "GRC tool", "legal"}
    assert "ORDER BY" in query.text
    assert "SELECT *" not in query.text
    assert "NOW()" not in query.text


def test_header_names_the_parameters_that_the_text_uses() -> None:
    for query in catalogue():
        body = "\n".join(line for line in query.text.splitlines() if not line.startswith("#"))
        for parameter in query.parameters:
            assert f"?{parameter.name}" in body, (query.name, parameter.name)
