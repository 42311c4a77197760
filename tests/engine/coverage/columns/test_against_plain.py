"""The columns and the plain form agree, result by result and count by count, on examples and random organisations."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from engine.applicability import Applicability
from engine.citations import CitationIndex
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
from tests.engine.coverage.case_table import CASES, Case, organisation_file
from tests.oracle.organisations import generate
from tests.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from engine.content import Content
    from engine.coverage.columns.joins import Ints
    from engine.coverage.values import Result
    from engine.knowledge import Knowledge
    from engine.model import Organisation, Template

POLICIES = (Policy(), Policy(hops=2), Policy(ReviewState.EXPERT_REVIEWED), Policy(ReviewState.LEGALLY_REVIEWED, 2))
DAYS = (date(2025, 1, 1), date(2026, 11, 20), date(2027, 12, 2), date(2028, 9, 1), date(2030, 1, 1))

few = settings(max_examples=150, deadline=None, derandomize=True)
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
    rolled_up = zip(columns.requirements, columns.states.tolist(), strict=True)
    states = {r.iri: STATES[state] for r, state in rolled_up if state != NOWHERE}
    assert states == {iri: plain.state_of(iri) for iri in plain.by_requirement}


def provisions_agree(plain: Assessment, columns: ColumnAssessment) -> None:
    found: dict[Iri, State | None] = dict(columns.states_of_provisions())
    provisions = [*plain.knowledge.provisions, *plain.knowledge.frameworks]
    assert found == {iri: state for iri in provisions if (state := plain.state_of_provision(iri)) is not None}


@cache
def contents() -> Contents:
    return Contents(shipped().knowledge)


@cache
def example(name: str) -> tuple[Knowledge, Organisation, Columns]:
    opened = open_organisation(shipped(), name)
    knowledge = opened.content.knowledge
    return knowledge, opened.organisation, Columns(contents(), opened.organisation)


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


@few
@given(seed=st.integers(200, 5000), days=st.integers(-60, 500), policy=st.sampled_from(POLICIES))
def test_every_result_is_the_same_on_any_day_under_any_policy(seed: int, days: int, policy: Policy) -> None:
    knowledge, organisation, columns, day, _ = random_organisation(seed)
    day += timedelta(days=days)
    plain, found = assess(knowledge, organisation, day, policy), columns.assess(day, policy)
    agree(plain, found)
    provisions_agree(plain, found)


def still_settled(seed: int, fewer: Organisation) -> None:
    """Hold what was settled for an organisation against the plain form of one with fewer controls and evidence."""
    knowledge, _, columns, day, policy = random_organisation(seed)
    index = Columns(columns.contents, fewer).index(Applicability(knowledge, fewer, day), policy)
    final = columns.standing(day, policy).settlement.on(index.on(day.toordinal()))
    agree(assess(knowledge, fewer, day, policy), replace(columns.assess(day, policy), final=final))


@few
@given(seed=st.integers(0, 400), dice=st.randoms(use_true_random=False))
def test_what_is_settled_holds_whatever_the_evidence(seed: int, dice: Random) -> None:
    organisation = random_organisation(seed)[1]
    kept = tuple(item for item in organisation.evidence if dice.random() < 0.5)
    still_settled(seed, replace(organisation, evidence=kept))


@pytest.mark.parametrize("seed", [30, 38, 48, 51, 57, 80, 131, 136, 156, 192, 224, 312])
def test_what_is_deemed_fulfilled_follows_the_norms_that_fulfil_it(seed: int) -> None:
    organisation = random_organisation(seed)[1]
    excluded = tuple(one for one in organisation.implementations if one.status == "Excluded")
    still_settled(seed, replace(organisation, evidence=(), implementations=excluded))


def _asking(template: Template, dice: Random) -> Template:
    free = dice.random() < 0.4
    return replace(
        template,
        demands_nothing=free,
        justification="said" if free and dice.random() < 0.8 else "",
        minimum=dice.choice((1, 1, 2, 3)),
        maximum_age=dice.choice((None, 0, 1, 29, 365)),
        per_asset=dice.random() < 0.4,
    )


@few
@given(seed=st.integers(0, 400), dice=st.randoms(use_true_random=False))
def test_every_result_is_the_same_whatever_the_templates_ask(seed: int, dice: Random) -> None:
    knowledge, organisation, _, day, policy = random_organisation(seed)
    templates = {
        control: tuple(_asking(template, dice) for template in known if dice.random() < 0.8)
        for control, known in knowledge.templates.items()
    }
    asking = replace(knowledge, templates=templates)
    agree(assess(asking, organisation, day, policy), Columns(Contents(asking), organisation).assess(day, policy))


@few
@given(seed=st.integers(0, 400), dice=st.randoms(use_true_random=False))
def test_every_result_is_the_same_whatever_elements_rows_name(seed: int, dice: Random) -> None:
    knowledge, organisation, _, day, policy = random_organisation(seed)
    elements = [element.iri for requirement in knowledge.requirements.values() for element in requirement.elements]
    named = (tuple(dice.sample(elements, min(len(elements), dice.choice((0, 1, 3))))) for _ in knowledge.rows)
    rows = tuple(replace(row, covers=covers) for row, covers in zip(knowledge.rows, named, strict=True))
    naming = replace(knowledge, rows=rows)
    agree(assess(naming, organisation, day, policy), Columns(Contents(naming), organisation).assess(day, policy))


@pytest.mark.parametrize("key", ["gdpr", "iso-42001"])
def test_only_the_frameworks_that_are_asked_for(key: str) -> None:
    knowledge, organisation, columns = example("medical")
    (wanted,) = (framework.iri for framework in knowledge.frameworks.values() if framework.key == key)
    day = DAYS[-2]
    agree(assess(knowledge, organisation, day, frameworks=[wanted]), columns.assess(day, frameworks=[wanted]))


@pytest.mark.parametrize("case", CASES[::6], ids=[case.id for case in CASES[::6]])
def test_a_case_of_the_table(content: Content, tmp_path: Path, case: Case) -> None:
    concepts = {re.split(r"[#/]", iri)[-1]: iri for iri in content.knowledge.schemes}
    path = tmp_path / "organisation.ttl"
    path.write_text(organisation_file(case, concepts, []), encoding="utf-8")
    organisation = open_organisation(content, str(path)).organisation
    named = content.knowledge.framework_of(CitationIndex.of(content.knowledge).resolve(case.provision))
    assert named is not None
    plain = assess(content.knowledge, organisation, case.on, frameworks=[named.iri])
    agree(plain, Columns(contents(), organisation).assess(case.on, frameworks=[named.iri]))
