from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import pytest

from engine.clocks import Start, read_clocks
from engine.coverage.assess import Assessment, assess
from engine.coverage.census import not_modelled
from engine.coverage.evidence import EvidenceReader
from engine.coverage.run import run_quads
from engine.coverage.values import Kind
from engine.due import ClockStatus, due_dates
from engine.graph import Graph, Iri
from engine.intake import read_quads
from engine.kleene import Truth
from engine.model import Organisation, State
from engine.organisation import organisations_of, read_organisation
from engine.queries import bind, find, run
from engine.resources import EXAMPLES, example_files
from engine.validation import validate
from engine.vocabulary import ID, NG, graph
from engine.workspace import open_organisation

if TYPE_CHECKING:
    from pyoxigraph import Quad, Store

    from engine.content import Content

DAYS = [date(2026, 6, 1), date(2026, 11, 20), date(2028, 1, 1)]


@pytest.fixture(scope="module", params=EXAMPLES)
def records(request: pytest.FixtureRequest) -> list[Quad]:
    name = request.param
    return [quad for path in example_files(name) for quad in read_quads(path, graph(f"org/{name}/{path.stem}"))]


@pytest.fixture(scope="module")
def organisation(content: Content, records: list[Quad]) -> Organisation:
    described = Graph(records)
    return read_organisation(described, organisations_of(described)[0], content.knowledge.fact_properties)


@pytest.fixture(scope="module")
def assessment(content: Content, organisation: Organisation) -> Assessment:
    return assess(content.knowledge, organisation, DAYS[1])


@pytest.fixture(scope="module")
def store(content: Content, records: list[Quad], assessment: Assessment) -> Store:
    return content.store([*records, *run_quads(assessment, "test")])


def ask(store: Store, name: str, **given: str) -> tuple[tuple[object, ...], ...]:
    query = find(name)
    return run(store, query, bind(query, given, Iri)).rows


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_lacking_evidence_is_what_the_engine_finds(
    store: Store, content: Content, organisation: Organisation, day: date
) -> None:
    reader = EvidenceReader(content.knowledge, organisation, day)
    expected = set()
    for implementation in organisation.implementations:
        started = implementation.valid_from is None or implementation.valid_from <= day
        ended = implementation.valid_until is not None and implementation.valid_until <= day
        for scope in implementation.scopes if implementation.status == "Implemented" and started and not ended else ():
            check = reader.check(implementation, scope)
            expected |= {(implementation.iri, scope, t.needed, len(t.counted)) for t in check.templates if not t.passes}
            expected |= set() if check.templates else {(implementation.iri, scope, 1, 0)}
    rows = ask(store, "controls-without-current-evidence", asOf=day.isoformat())
    assert expected
    assert {(row[1], row[3], row[6], row[7]) for row in rows} == expected


@pytest.mark.parametrize("name", EXAMPLES)
def test_packs_lack_what_the_check_of_packs_asks_for(content: Content, name: str) -> None:
    workspace = open_organisation(content, name)
    found = validate(workspace, DAYS[1])
    asked = {
        (result.value.value, result.message.partition("type ")[2].partition(" ")[0])
        for result in found.results
        if found.name(result) == "Documentation pack" and result.value is not None
    }
    rows = ask(content.store(workspace.quads), "documentation-packs", asOf=DAYS[1].isoformat())
    current = {(row[2], row[4]) for row in rows if row[6] == "current"}
    assert asked
    assert {(row[2], row[4]) for row in rows} - current == asked


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_parts_not_modelled_are_what_the_engine_counts(store: Store, content: Content, day: date) -> None:
    for framework in content.knowledge.frameworks.values():
        rows = ask(store, "not-modelled", framework=framework.iri, asOf=day.isoformat())
        assert {row[1] for row in rows} == set(not_modelled(content.knowledge, framework, day))


def test_states_are_those_of_the_run(store: Store, assessment: Assessment) -> None:
    for framework in assessment.frameworks:
        found = {(row[2], row[4], str(row[5])) for row in ask(store, "states-of-framework", framework=framework.iri)}
        assert found == {
            (result.requirement, result.scope, result.state.value)
            for result in assessment.results
            if assessment.knowledge.framework_of(result.requirement) == framework
        }


def test_duties_that_remain_are_those_that_no_rule_takes_away(store: Store, assessment: Assessment) -> None:
    nis2 = assessment.knowledge.frameworks[Iri(f"{ID}nis2")]
    results = [r for r in assessment.results if assessment.knowledge.framework_of(r.requirement) == nis2]
    gone = {result.requirement for result in results if result.kind is Kind.DISPLACED}
    rows = ask(store, "duties-that-remain", framework=nis2.iri)
    assert {row[3] for row in rows} == {len(gone)}
    assert {(row[5], row[7], row[8]) for row in rows} == {
        (result.requirement, result.scope, result.state.value)
        for result in results
        if result.state is not State.NOT_APPLICABLE
    }


def test_what_applies_later_shows_how_far_it_is_addressed_today(store: Store, assessment: Assessment) -> None:
    later = [result for result in assessment.results if result.state is State.NOT_YET]
    ours = Counter((result.effective_from, result.scope) for result in later)
    rows = ask(store, "upcoming-applications", asOf=DAYS[1].isoformat(), until="2030-12-31")
    shown: Counter[tuple[object, object]] = Counter()
    for row in rows:
        assert row[6] != "NotYetApplicable"
        shown[row[0], row[5]] += int(str(row[7])) if row[5] else 0
    assert ours
    assert all(shown[key] >= count for key, count in ours.items())


def test_clocks_are_displaced_where_the_engine_says_so(
    store: Store, content: Content, organisation: Organisation
) -> None:
    certain = {Iri(f"{ID}event/{name}"): Truth.TRUE for name in ("major-ict-incident", "significant-incident")}
    aware = {Start.AWARENESS: datetime.combine(DAYS[1], time(), UTC)}
    found = due_dates(content.knowledge, organisation, read_clocks(content.graph), certain, aware)
    expected = {due.clock.iri: due.status is ClockStatus.DISPLACED for due in found}
    rows = {row[1]: row[13] for row in ask(store, "notification-clocks", party=organisation.iri)}
    assert (True in expected.values()) == (organisation.label == "Lindholt Bank")
    assert rows
    assert {clock: displaced for clock, displaced in expected.items() if clock in rows} == {
        clock: displaced for clock, displaced in rows.items() if clock in expected
    }


def test_clocks_name_the_kinds_and_what_they_replace_as_the_engine_reads_them(store: Store, content: Content) -> None:
    shown = {(row[1], row[14], each) for row in ask(store, "notification-clocks") for each in row[15:17] if each}
    told = {
        (c.iri, c.certainty, each) for c in read_clocks(content.graph) for each in (*c.and_event_types, *c.replaces)
    }
    assert shown == told
    assert len({clock for clock, _, _ in told}) == 11


def test_clauses_of_a_contract_have_the_states_of_the_run(store: Store, assessment: Assessment) -> None:
    home = assessment.organisation.iri.rpartition("/")[0]
    contract = f"{home}/contract/cloud-hosting"
    rows = ask(store, "clauses-of-supplier-contract", asOf=DAYS[1].isoformat(), contract=contract)
    states = {(result.requirement, result.scope): result.state for result in assessment.results}
    shown = {(Iri(str(row[2])), Iri(str(row[6]))): str(row[7]) for row in rows}
    assert shown == {key: states[key].value for key in shown}
    assert State.NOT_APPLICABLE.value not in shown.values()
    of_contract = {
        requirement
        for (requirement, scope), state in states.items()
        if scope == contract and state is not State.NOT_APPLICABLE and "/dora/art_30/" in requirement
    }
    assert bool(of_contract) == (assessment.organisation.label == "Lindholt Bank")
    assert of_contract <= {requirement for requirement, _ in shown}


def test_counts_add_up_to_the_results(store: Store, assessment: Assessment) -> None:
    rows = ask(store, "counts-by-article", framework="https://w3id.org/normgraph/id/eu-ai-act")
    inside = [r for r in assessment.results if r.requirement.startswith("https://w3id.org/normgraph/id/eu-ai-act/art_")]
    assert sum(row[9] for row in rows if isinstance(row[9], int)) == len(inside)
    assert all(sum(n for n in row[2:9] if isinstance(n, int)) == row[9] for row in rows)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_missing_facts_are_all_that_the_engine_asks_for(content: Content, records: list[Quad], day: date) -> None:
    knowledge = content.knowledge
    silent = [quad for quad in records if quad.predicate.value not in knowledge.fact_properties]
    described = Graph(silent)
    whose = read_organisation(described, organisations_of(described)[0], knowledge.fact_properties)
    results = assess(knowledge, whose, day).results
    asked = {
        (inputs[0], knowledge.conditions[inputs[1]].fact if inputs[1] in knowledge.conditions else inputs[1])
        for result in results
        for inputs in (ground.inputs for ground in result.grounds if ground.truth is Truth.UNDETERMINED)
        if len(inputs) == 2 and (inputs[1] in knowledge.conditions or inputs[1] in knowledge.fact_properties)
    }
    put = {question for result in results for question in result.questions}
    known = {condition.question for condition in knowledge.conditions.values() if condition.question}
    rows = ask(content.store(silent), "missing-facts")
    assert len({row[:2] for row in rows}) == len(rows)
    assert asked
    assert asked <= {row[:2] for row in rows}
    assert {one for one in known if any(q.startswith(one) for q in put)} <= {
        question for row in rows for question in str(row[2]).split(" / ")
    }


def test_every_state_has_the_notation_that_queries_show(content: Content) -> None:
    notation = "http://www.w3.org/2004/02/skos/core#notation"
    assert {content.graph.text(NG(state.value).value, notation) for state in State} == {s.value for s in State}
