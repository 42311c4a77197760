"""The columns and the plain form agree, result by result and count by count, on examples and random organisations."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from engine.coverage.assess import Assessment, assess
from engine.coverage.columns.addressed import FRESHNESS, STATES
from engine.coverage.columns.assess import ColumnAssessment, Columns
from engine.coverage.columns.content import Contents
from engine.coverage.columns.joins import NOWHERE, to_date
from engine.coverage.columns.settled import KINDS, RULES
from engine.coverage.values import Policy
from engine.graph import Graph, Iri
from engine.model import ReviewState, State
from engine.organisation import read_organisation
from engine.reading import read_knowledge
from engine.workspace import open_organisation
from tests.oracle.organisations import generate
from tests.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.coverage.columns.joins import Ints
    from engine.coverage.values import Result
    from engine.knowledge import Knowledge
    from engine.model import Organisation

POLICIES = (Policy(), Policy(hops=2), Policy(ReviewState.EXPERT_REVIEWED), Policy(ReviewState.LEGALLY_REVIEWED, 2))
DAYS = (date(2025, 1, 1), date(2026, 11, 20), date(2027, 12, 2), date(2028, 9, 1), date(2030, 1, 1))

Told = tuple[object, ...]


def plainly(result: Result) -> Told:
    return (
        result.requirement,
        result.scope,
        result.state,
        result.rule,
        result.kind,
        result.if_applicable,
        result.first_expiry,
        result.freshness,
        result.assurance,
        result.effective_from,
    )


def _named(place: int, names: tuple[object, ...]) -> object:
    return None if place == NOWHERE else names[place]


def by_columns(found: ColumnAssessment) -> Iterator[Told]:
    final = found.final
    columns: tuple[Ints, ...] = (
        final.requirement,
        final.scope,
        final.state,
        final.rule,
        final.kind,
        final.if_applicable,
        final.first_expiry,
        final.freshness,
        final.assurance,
        final.effective_from,
    )
    for requirement, scope, state, rule, kind, otherwise, expiry, fresh, assurance, effective in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        yield (
            found.requirements[requirement].iri,
            found.scopes[scope],
            STATES[state],
            RULES[rule],
            _named(kind, KINDS),
            _named(otherwise, STATES),
            to_date(expiry),
            FRESHNESS[fresh],
            ReviewState(assurance) if assurance <= max(ReviewState) else None,
            to_date(effective),
        )


def agree(plain: Assessment, columns: ColumnAssessment) -> None:
    assert list(by_columns(columns)) == [plainly(result) for result in plain.results]
    assert columns.frameworks == plain.frameworks
    for framework in plain.frameworks:
        assert columns.counts(framework) == plain.counts(framework)
    states = {r.iri: STATES[state] for r, state in zip(columns.requirements, columns.states, strict=True)}
    assert states == {iri: plain.state_of(iri) for iri in plain.by_requirement}


def provisions_agree(plain: Assessment, columns: ColumnAssessment) -> None:
    found: dict[Iri, State | None] = dict(columns.states_of_provisions())
    provisions = [*plain.knowledge.provisions, *plain.knowledge.frameworks]
    assert found == {iri: state for iri in provisions if (state := plain.state_of_provision(iri)) is not None}


@cache
def example(name: str) -> tuple[Knowledge, Organisation, Columns]:
    opened = open_organisation(shipped(), name)
    knowledge = opened.content.knowledge
    return knowledge, opened.organisation, Columns(Contents(knowledge), opened.organisation)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.label)
@pytest.mark.parametrize("name", ["bank", "medical"])
def test_every_result_of_an_example_is_the_same(name: str, policy: Policy, day: date) -> None:
    knowledge, organisation, columns = example(name)
    agree(assess(knowledge, organisation, day, policy), columns.assess(day, policy))


@cache
def random_organisation(seed: int) -> tuple[Knowledge, Organisation, Columns, date, Policy]:
    made = generate(seed)
    graph = Graph(parse(made.nquads(), format=RdfFormat.N_QUADS))
    knowledge = read_knowledge(graph)
    organisation = read_organisation(graph, Iri(str(made.organisation)), knowledge.fact_properties)
    policy = Policy(ReviewState[made.policy.least.upper().replace("-", "_")], made.policy.hops)
    return knowledge, organisation, Columns(Contents(knowledge), organisation), made.as_of, policy


@pytest.mark.parametrize("seed", range(200))
def test_every_result_of_a_random_organisation_is_the_same(seed: int) -> None:
    knowledge, organisation, columns, day, policy = random_organisation(seed)
    plain, found = assess(knowledge, organisation, day, policy), columns.assess(day, policy)
    agree(plain, found)
    provisions_agree(plain, found)
