"""Roll-ups and counts of an assessment against the second reading, and what an assessment is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from engine.coverage.assess import Assessment, assess
from engine.coverage.run import run_id, run_quads
from engine.coverage.values import Kind, Policy
from engine.graph import Graph, Iri
from engine.model import Override, ReviewState, State
from engine.organisation import read_organisation
from engine.reading import read_knowledge
from engine.vocabulary import ID, NG, identifier
from tests.oracle import plain
from tests.oracle.organisations import generate

if TYPE_CHECKING:
    from engine.workspace import Workspace


def assessed(seed: int) -> Assessment:
    made = generate(seed)
    found = Graph(parse(made.nquads(), format=RdfFormat.N_QUADS))
    knowledge = read_knowledge(found)
    organisation = read_organisation(found, Iri(str(made.organisation)), knowledge.fact_properties)
    policy = Policy(ReviewState[made.policy.least.upper().replace("-", "_")], made.policy.hops)
    return assess(knowledge, organisation, made.as_of, policy)


@pytest.mark.parametrize("seed", range(300, 320))
def test_roll_ups_and_counts_are_those_of_the_second_reading(seed: int) -> None:
    made, case = assessed(seed), generate(seed)
    results = case.assess()
    expected = {str(iri): state for iri, state in plain.roll_up_scopes(results).items()}
    assert {iri: made.state_of(iri).value for iri in made.by_requirement} == expected
    for provision, told in plain.roll_up_provisions(case.dataset, results).items():
        state = made.state_of_provision(Iri(str(provision)))
        assert (state.value if state else None) == told["state"], provision
    counts = plain.counts(results)
    ours = [made.counts(framework) for framework in made.frameworks]
    assert sum(each.total for each in ours) == counts["requirements"]
    for state in State:
        assert sum(each.states.get(state, 0) for each in ours) == counts["states"].get(state.value, 0)


@pytest.mark.parametrize("seed", range(300, 320))
def test_counts_add_up_to_their_denominator(seed: int) -> None:
    made = assessed(seed)
    for framework in made.frameworks:
        counts = made.counts(framework)
        assert sum(counts.states.values()) == counts.total
        assert sum(counts.not_applicable.values()) <= counts.states[State.NOT_APPLICABLE]
        assert all(counts.unreviewed[state] <= counts.states[state] for state in State)


def test_a_state_set_by_hand_is_counted_and_has_no_kind(bank: Workspace) -> None:
    knowledge, day = bank.content.knowledge, date(2028, 1, 10)
    requirement = Iri(f"{ID}gdpr/art_32/par_1/req_1")
    scopes = [r.scope for r in assess(knowledge, bank.organisation, day).by_requirement[requirement]]
    override = Override(
        iri=Iri("https://example.org/override"),
        requirement=requirement,
        respects=tuple(scopes),
        state=State.NOT_APPLICABLE,
        judged_by=Iri("https://example.org/counsel"),
        issued=day,
        valid_until=day,
        reason="because",
        graph=Iri(""),
    )
    changed = assess(knowledge, replace(bank.organisation, overrides=(override,)), day)
    framework = knowledge.frameworks[Iri(f"{ID}gdpr")]
    counts = changed.counts(framework)
    assert changed.state_of(requirement) is State.NOT_APPLICABLE
    assert counts.states[State.NOT_APPLICABLE] >= 1
    assert sum(counts.not_applicable.values()) == counts.states[State.NOT_APPLICABLE] - 1
    assert {r.rule for r in changed.by_requirement[requirement]} == {"R0"}
    assert all(r.otherwise is not None for r in changed.by_requirement[requirement])


def test_one_framework_and_one_scope(bank: Workspace) -> None:
    knowledge, day = bank.content.knowledge, date(2028, 1, 10)
    whole = assess(knowledge, bank.organisation, day)
    gdpr = Iri(f"{ID}gdpr")
    part = assess(knowledge, bank.organisation, day, frameworks=[gdpr])
    assert [f.iri for f in part.frameworks] == [gdpr]
    assert part.results == tuple(r for r in whole.results if r.requirement.startswith(f"{gdpr}/"))
    scope = next(r.scope for r in whole.results if r.scope != bank.organisation.iri)
    one = assess(knowledge, bank.organisation, day, scope=scope)
    assert one.results == tuple(r for r in whole.results if r.scope == scope)
    assert one.leaves_of(Iri(f"{ID}eu-ai-act"), bank.organisation.iri) == ()
    assert one.state_of_provision(Iri(f"{ID}eu-ai-act/art_113")) is None


def test_results_are_in_document_order(bank_assessed: Assessment) -> None:
    know = bank_assessed.knowledge
    keys = []
    for result in bank_assessed.results:
        provision = know.provisions[know.requirements[result.requirement].provision]
        keys.append((provision.framework, provision.sort_key))
    assert keys == sorted(keys)


def test_kinds_of_the_bank(bank_assessed: Assessment) -> None:
    found = {r.kind for r in bank_assessed.results if r.state is State.NOT_APPLICABLE}
    assert found >= {Kind.ROLE_OR_CLASS, Kind.LEGACY}
    assert all(
        (r.kind is not None) == (r.state is State.NOT_APPLICABLE) for r in bank_assessed.results if r.rule != "R0"
    )


def test_a_run_is_named_by_all_that_it_rests_on(bank: Workspace, bank_assessed: Assessment) -> None:
    run = run_id("hash", bank.quads, bank_assessed)
    assert run_id("hash", tuple(reversed(bank.quads)), bank_assessed) == run
    other_day = replace(bank_assessed, day=date(2028, 1, 11))
    other_policy = replace(bank_assessed, policy=Policy(ReviewState.EXPERT_REVIEWED))
    names = {
        run,
        run_id("other", bank.quads, bank_assessed),
        run_id("hash", bank.quads[1:], bank_assessed),
        run_id("hash", bank.quads, other_day),
        run_id("hash", bank.quads, other_policy),
    }
    assert len(names) == 5


def test_runs_of_other_frameworks_or_scopes_are_other_runs(bank: Workspace, bank_assessed: Assessment) -> None:
    know, organisation, day = bank.content.knowledge, bank.organisation, bank_assessed.day
    gdpr, dora = (Iri(f"{ID}{key}") for key in ("gdpr", "dora"))
    system = next(iri for iri in organisation.assets if iri.endswith("credit-scoring-1"))
    runs = [
        bank_assessed,
        assess(know, organisation, day, frameworks=[gdpr]),
        assess(know, organisation, day, frameworks=[dora]),
        assess(know, organisation, day, frameworks=[dora], scope=organisation.iri),
        assess(know, organisation, day, scope=system),
    ]
    assert len({run_id("hash", bank.quads, run) for run in runs}) == len(runs)


def test_a_result_is_named_by_requirement_and_scope(bank_assessed: Assessment) -> None:
    part = replace(bank_assessed, results=bank_assessed.results[7:])
    named, of_part = (
        {(q.subject, q.predicate, q.object) for q in run_quads(run, "abc") if q.subject != identifier("run/abc")}
        for run in (bank_assessed, part)
    )
    assert len({subject for subject, _, _ in named}) == len(bank_assessed.results)
    assert of_part < named


def test_a_run_as_statements(bank: Workspace, bank_assessed: Assessment) -> None:
    quads = list(run_quads(bank_assessed, "abc"))
    assert {quad.graph_name.value for quad in quads} == {"https://w3id.org/normgraph/g/run/abc"}
    states = [quad.object.value for quad in quads if quad.predicate == NG.coverageState]
    assert states == [NG(r.state.value).value for r in bank_assessed.results]
    terms = {quad.predicate.value for quad in quads} | set(states)
    assert [term for term in terms if term.startswith(NG.base) and term not in bank.content.graph] == []
