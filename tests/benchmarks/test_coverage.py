"""What the measurement compares gives equal answers: columns and SPARQL, on made-up and on random organisations."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from benchmarks import coverage_sparql
from benchmarks.coverage import measure
from benchmarks.frameworks import filled_up
from benchmarks.organisations import organisation_of, statements
from benchmarks.synthetic import DAY
from engine.applicability import Applicability
from engine.coverage.assess import assess
from engine.coverage.columns.addressed import STATES
from engine.coverage.columns.assess import Columns
from engine.coverage.columns.content import Contents
from engine.coverage.values import Policy
from engine.graph import Graph, Iri
from engine.model import ReviewState, State
from engine.organisation import read_organisation
from engine.reading import read_knowledge
from engine.workspace import open_organisation
from tests.engine.coverage.columns.test_against_plain import agree
from tests.oracle.organisations import generate

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from engine.content import Content
    from engine.knowledge import Knowledge
    from engine.model import Organisation


def both(
    knowledge: Knowledge, organisation: Organisation, quads: list[Quad], day: date, policy: Policy
) -> tuple[dict[int, State], dict[int, State]]:
    """Return the states by the columns and by SPARQL; of norms on which events are recorded, by neither."""
    index = Columns(Contents(knowledge), organisation).index(Applicability(knowledge, organisation, day), policy)
    states = {pair: STATES[state] for pair, state in enumerate(index.on(day.toordinal()).state.tolist())}
    store = coverage_sparql.store_of(quads, coverage_sparql.inputs(index, knowledge, organisation, day))
    found = coverage_sparql.states(store)
    assert found.keys() == states.keys()
    performed = set(index.pairs.performance.pair.targets.tolist())
    return tuple({p: s for p, s in one.items() if p not in performed} for one in (states, found))  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(60))
def test_sparql_gives_the_same_states_of_a_random_organisation(seed: int) -> None:
    made = generate(seed)
    quads = list(parse(made.nquads(), format=RdfFormat.N_QUADS))
    graph = Graph(quads)
    knowledge = read_knowledge(graph)
    organisation = read_organisation(graph, Iri(str(made.organisation)), knowledge.fact_properties)
    policy = Policy(ReviewState[made.policy.least.upper().replace("-", "_")], made.policy.hops)
    columns, sparql = both(knowledge, organisation, quads, made.as_of, policy)
    assert columns == sparql


@pytest.mark.parametrize("name", ["bank", "medical"])
@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2028, 9, 1)])
def test_sparql_gives_the_same_states_of_an_example(content: Content, name: str, day: date) -> None:
    opened = open_organisation(content, name)
    columns, sparql = both(content.knowledge, opened.organisation, list(opened.quads), day, Policy())
    assert columns == sparql
    assert {State.COVERED, State.CLAIMED, State.PARTIALLY, State.NOT_COVERED, State.REVIEW} <= set(columns.values())


def test_a_made_up_organisation_has_every_state_and_the_plain_form_agrees(content: Content) -> None:
    knowledge = filled_up(content.knowledge)
    assert len({knowledge.framework_of(iri) for iri in knowledge.requirements}) == 12
    assert sum(row.object in knowledge.requirements for row in knowledge.rows) > 3000
    organisation = organisation_of(statements(2_000, knowledge), knowledge)
    plain = assess(knowledge, organisation, DAY)
    agree(plain, Columns(Contents(knowledge), organisation).assess(DAY))
    own = {(result.otherwise or result).state for result in plain.results}
    assert {State.COVERED, State.PARTIALLY, State.NOT_COVERED} <= own


def test_equal_seeds_give_equal_frameworks(content: Content) -> None:
    one, other = (filled_up(content.knowledge) for _ in range(2))
    assert one.requirements == other.requirements
    assert one.rows == other.rows
    assert one.templates == other.templates


def test_what_is_measured_has_a_name_a_time_and_a_ratio() -> None:
    found = {record.name: record for record in measure(500)}
    before = {"coverage-organisation-read", "coverage-columns-made"}
    compared_with = {"coverage-sparql-loaded", "coverage-sparql"}
    ratios = {"coverage-columns-vs-sparql", "coverage-columns-made-vs-sparql"}
    assert set(found) == before | compared_with | ratios
    assert {name for name, record in found.items() if record.ratio is not None} == ratios
    assert all(record.n == 500 and record.median_s > 0 for record in found.values())
    compared = found["coverage-columns-vs-sparql"]
    assert compared.ratio is not None
    assert compared.ratio > 50
    assert compared.peak_mb
    alone = {record.name for record in measure(500, with_sparql=False)}
    assert alone == before | {"coverage-columns"}
