"""Whatever happens to an organisation, its live results are those of a new assessment, and what changed is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pyoxigraph import RdfFormat, parse

from engine.coverage.values import Policy
from engine.graph import Graph, Iri
from engine.live.live import Live
from engine.live.recorded import Recorded
from engine.mapping.overlay import Overlay
from engine.mapping.reviews import Decision, Review, content_hash
from engine.model import ReviewState
from engine.organisation import read_organisation
from engine.reading import read_knowledge
from tests.engine.live.changing import PERSONS, Changing, anew, differences
from tests.oracle.organisations import generate

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.live.live import Changed
    from engine.workspace import Workspace


def live_case(seed: int) -> Live:
    """Return a random organisation under a random law with a random policy, live."""
    case = generate(seed)
    graph = Graph(parse(case.nquads(), format=RdfFormat.N_QUADS))
    knowledge = read_knowledge(graph)
    organisation = read_organisation(graph, Iri(str(case.organisation)), knowledge.fact_properties)
    policy = Policy(ReviewState[case.policy.least.upper().replace("-", "_")], case.policy.hops)
    return Live(knowledge, organisation, case.as_of, policy)


def some_overlay(live: Live, dice: Random) -> Overlay:
    """Return reviews of some rows, near the day, and rows of its own that put others aside."""
    rows = dice.sample(live.knowledge.rows, min(len(live.knowledge.rows), 3))
    near = Changing(live, dice).near
    reviews = tuple(
        Review(Iri(f"urn:r{n}"), row.iri, Iri("urn:p"), "P", dice.choice(list(Decision)), near(), "", content_hash(row))
        for n, row in enumerate(rows)
    )
    own = tuple(replace(row, set_id="org/own", record=Iri(f"urn:own{n}"), created=near()) for n, row in enumerate(rows))
    return Overlay(reviews, own, tuple((row.iri, mine.iri) for row, mine in zip(rows, own, strict=True)))


class Machine(RuleBasedStateMachine):
    """Everything that may happen, in any order."""

    live: ClassVar[Live]

    @initialize(seed=st.integers(0, 199))
    def start(self, seed: int) -> None:
        self.live = live_case(seed)  # type: ignore[misc]

    def step(self, does: Callable[[], tuple[Changed, ...]]) -> None:
        before = self.live.results
        told = does()
        assert set(told) == differences(before, self.live.results)
        assert len(set(told)) == len(told)

    @rule(dice=st.randoms(use_true_random=False))
    def change(self, dice: Random) -> None:
        put, drop = Changing(self.live, dice).change()
        self.step(lambda: self.live.change(put, drop))

    @rule(days=st.sampled_from([1, 1, 2, 30, 89, 90, 91, 200, 400, -1, -200]))
    def move(self, days: int) -> None:
        self.step(lambda: self.live.move(self.live.day + timedelta(days=days)))

    @rule()
    def move_to_what_is_next(self) -> None:
        following = self.live.next_day
        if following is not None:
            self.step(lambda: self.live.move(following))

    @rule(dice=st.randoms(use_true_random=False))
    def review(self, dice: Random) -> None:
        overlay = some_overlay(self.live, dice)
        self.step(lambda: self.live.see(overlay))

    @rule(dice=st.randoms(use_true_random=False))
    def tell(self, dice: Random) -> None:
        organisation = self.live.organisation
        facts = dict(organisation.facts)
        for key in dice.sample(sorted(facts), min(len(facts), 1)):
            del facts[key]
        self.step(lambda: self.live.tell(replace(organisation, facts=facts)))

    @rule(dice=st.randoms(use_true_random=False), of=st.sampled_from(["records", "records", "facts", "labels", "rows"]))
    def become(self, dice: Random, of: str) -> None:
        other, overlay = Recorded(self.live.organisation), self.live.overlay
        put, drop = Changing(self.live, dice).change()
        for iri in drop:
            other.drop(iri)
        for record in put:
            other.put(record)
        organisation = other.organisation
        if of == "facts":
            organisation = replace(
                organisation,
                facts=dict(dice.sample(sorted(organisation.facts.items()), min(len(organisation.facts), 1))),
            )
        elif of == "labels":
            called = dice.choice([PERSONS[0], *(judgement.iri for judgement in organisation.judgements)])
            organisation = replace(organisation, labels={**organisation.labels, called: f"{dice.random()}"})
        elif of == "rows":
            overlay = some_overlay(self.live, dice)
        self.step(lambda: self.live.become(organisation, overlay))
        assert self.live.organisation == organisation

    @invariant()
    def equals_an_assessment(self) -> None:
        if hasattr(self, "live"):
            assert self.live.results == anew(self.live)


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("hops", [1, 2])
def test_a_long_run_on_the_bank_equals_an_assessment(bank: Workspace, hops: int) -> None:
    live = Live(bank.content.knowledge, bank.organisation, date(2028, 1, 10), Policy(hops=hops), bank.overlay)
    dice = Random(hops)  # noqa: S311 - a run that can be repeated
    changing = Changing(live, dice)
    for number in range(150):
        live.change(*changing.change())
        if number % 10 == 0:
            live.move(live.day + timedelta(days=dice.choice([1, 3, 40])))
        if number % 50 == 0:
            assert live.results == anew(live)
    assert live.results == anew(live)


@pytest.mark.parametrize("seed", range(12))
def test_day_by_day_is_one_jump(seed: int) -> None:
    stepping, jumping = live_case(seed), live_case(seed)
    first = stepping.results
    for _ in range(200):
        before = stepping.results
        told = stepping.move(stepping.day + timedelta(days=1))
        assert set(told) == differences(before, stepping.results)
    told = jumping.move(stepping.day)
    assert jumping.results == stepping.results == anew(stepping)
    assert set(told) == differences(first, jumping.results)


@pytest.mark.parametrize("seed", [*range(12), 98])  # 98: a day that bears on a scope that a requirement has not
def test_nothing_happens_before_the_next_day(seed: int) -> None:
    live = live_case(seed)
    for _ in range(10):
        following = live.next_day
        if following is None:
            return
        assert live.move(following - timedelta(days=1)) == ()
        before = live.results
        assert before == anew(live)
        assert set(live.move(following)) == differences(before, live.results)


def test_what_is_put_back_changes_everything_back(bank: Workspace) -> None:
    live = Live(bank.content.knowledge, bank.organisation, date(2028, 1, 10))
    before, item = live.results, live.organisation.evidence[0]
    gone = live.change(drop=[item.iri])
    back = live.change([item])
    assert gone
    assert [(c.before, c.after) for c in back] == [(c.after, c.before) for c in gone]
    assert live.results == before
    assert live.organisation == bank.organisation


def test_a_change_looks_at_few_requirements(bank: Workspace) -> None:
    live = Live(bank.content.knowledge, bank.organisation, date(2028, 1, 10))
    found = {(c.requirement, c.scope) for c in live.change(drop=[live.organisation.evidence[0].iri])}
    assert 0 < len(found) < len(live.results) / 10


def test_an_assessment_is_there_on_demand(bank: Workspace) -> None:
    live = Live(bank.content.knowledge, bank.organisation, date(2028, 1, 10))
    assert live.assessment.results == live.results
    assert live.results_of(live.results[0].requirement)[0] == live.results[0]
    assert live.results_of(Iri("https://example.org/none")) == ()
