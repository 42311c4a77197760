from __future__ import annotations

import gc
import re
from collections import Counter
from typing import TYPE_CHECKING
from weakref import ref

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from pyoxigraph import Literal, NamedNode, Quad, Store

from engine.columns.sparql.plan import compile_select
from engine.columns.table import Columns
from engine.errors import NotVectorised
from tests.engine.columns.sparql.random_queries import EX, LITERALS, PREFIX, cases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from engine.columns.terms import Numbers


def by_store(statements: Iterable[Triple], query: str) -> Counter[tuple[object, ...]]:
    store = Store()
    store.extend(Quad(said.subject, said.predicate, said.object) for said in statements)
    found = store.query(query)
    names = [variable.value for variable in found.variables]
    return Counter(tuple(solution[name] for name in names) for solution in found)


def by_columns(statements: Iterable[Triple], query: str) -> Counter[tuple[object, ...]]:
    columns, plan = Columns.of(statements), compile_select(query)
    return told(columns, [plan.run(columns)[name] for name in plan.names])


def told(columns: Columns, cells: list[Numbers]) -> Counter[tuple[object, ...]]:
    rows = zip(*(column.tolist() for column in cells), strict=True)
    return Counter(tuple(None if number < 0 else columns.terms.term(number) for number in row) for row in rows)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_columns_answer_as_the_store_does(case: tuple[list[Triple], str]) -> None:
    statements, query = case
    try:
        found = by_columns(statements, query)
    except NotVectorised as error:
        assert re.search("choice of paths|EXISTS|constant", error.reason)  # noqa: PT017 - all else is run
        assume(False)  # noqa: FBT003 - hypothesis draws another
    assert found == by_store(statements, query)


@pytest.mark.parametrize("operator", ["=", "!=", "<", "<=", ">", ">="])
def test_every_literal_is_compared_with_every_other_as_the_store_does(operator: str) -> None:
    name = NamedNode(f"{EX}p0")
    said = [Quad(NamedNode(f"{EX}{n}"), name, literal).triple for n, literal in enumerate([*LITERALS, Literal("")])]
    query = f"{PREFIX}SELECT ?a ?b ?c ?d {{ ?a :p0 ?b . ?c :p0 ?d . BIND(?b {operator} ?d AS ?v) FILTER(?v) }}"
    expected = by_store(said, query)
    assert by_columns(said, query) == expected
    assert len(expected) > len(said) / 2


def test_a_plan_runs_again_and_on_other_columns() -> None:
    name = NamedNode(f"{EX}p0")
    one = [Quad(NamedNode(f"{EX}{n}"), name, Literal(n)).triple for n in range(3)]
    other = [Quad(NamedNode(f"{EX}{n}"), name, Literal(n)).triple for n in range(2, 9)]
    plan = compile_select(f"{PREFIX}SELECT ?a (?b + 1 AS ?c) {{ ?a :p0 ?b FILTER(?b > 1) }}")
    for statements in (one, other, one):
        columns = Columns.of(statements)
        expected = [
            (said.subject, Literal(int(said.object.value) + 1)) for said in statements if said.object.value > "1"
        ]
        for _ in range(2):
            found = plan.run(columns)
            assert told(columns, [found["a"], found["c"]]) == Counter(expected)
            assert all(column.dtype == np.int32 for column in found.values())


def test_plans_keep_no_columns_that_nobody_else_has() -> None:
    columns = Columns.of([Quad(NamedNode(f"{EX}s"), NamedNode(f"{EX}p0"), Literal(1)).triple])
    plan = compile_select(f"{PREFIX}SELECT ?a {{ ?a :p0* ?b . ?b :p0 ?c FILTER(?c + 1 = 2) }}")
    assert len(plan.run(columns)["a"]) == 1
    kept = ref(columns)
    del columns
    gc.collect()
    assert kept() is None
