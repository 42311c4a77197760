"""Plans over small random organisations, against every set of actions there is, each recounted by the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain, combinations
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.graph import Iri
from engine.mapping.rows import MappingRow
from engine.model import (
    Element,
    Evidence,
    Finding,
    Framework,
    FrameworkVersion,
    Implementation,
    Judgement,
    Provision,
    Requirement,
    RoleAssignment,
    Template,
)
from engine.plan.actions import Efforts
from engine.plan.carried_out import carried_out
from engine.plan.make import Wish, make_plan
from engine.plan.maximum import Limits
from engine.plan.needs import needs
from engine.plan.offers import aimed_at, offers
from engine.plan.standing import Recount, rank
from engine.plan.values import Guarantee
from tests.engine.values import DAY, ORG, SYSTEM, TYPE, a, knowledge, organisation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.coverage.assess import Assessment
    from engine.knowledge import Knowledge
    from engine.model import Organisation
    from engine.plan.actions import Action
    from engine.workspace import Workspace

EX = "https://example.org/"
LAW, STANDARD, ROLE = Iri(f"{EX}law"), Iri(f"{EX}standard"), Iri(f"{EX}role")
ARTICLES = tuple(Iri(f"{LAW}/art_{n}") for n in (1, 2))
NORMS = tuple(Iri(f"{article}/req_1") for article in ARTICLES)
CONTROLS = tuple(Iri(f"{STANDARD}/A.{n}") for n in (1, 2, 3, 4))
COLLECTOR, APPROVER = Iri(f"{EX}collector"), Iri(f"{EX}approver")
MOST_TRIED = 7
"""Of more actions than these not every set is tried."""


def element(norm: Iri, number: int) -> Iri:
    return Iri(f"{norm}/el_{number}")


def norm(draw: Random, place: int) -> Requirement:
    made: Requirement = a(
        Requirement,
        iri=NORMS[place],
        provision=ARTICLES[place],
        version=None,
        bearers=(ROLE,),
        modality="Obligation",
        elements=tuple(Element(element(NORMS[place], n), str(n), ()) for n in range(draw.randint(1, 3))),
        elements_complete=draw.random() < 0.8,
        needs_judgement=draw.random() < 0.5,
        assessed_per=draw.choice(["PerOrganisation", "PerSystem"]),
        organisation_facing=True,
    )
    return made


def row(draw: Random) -> MappingRow:
    target = draw.choice(NORMS)
    relation = draw.choice(["intersects-with"] * 3 + ["superset-of"])
    covers = draw.sample(range(3), draw.randint(0, 2)) if relation == "intersects-with" else []
    made = MappingRow("set", draw.choice(CONTROLS), target, relation, "functional", "why", "left")
    covered = tuple(element(target, n) for n in sorted(covers))
    return replace(made, covers=covered, subject_version="1", object_version="1")


def templates(draw: Random, control: Iri) -> tuple[Template, ...]:
    def one(number: int) -> Template:
        nothing = draw.random() < 0.2
        made: Template = a(
            Template,
            iri=Iri(f"{control}/template_{number}"),
            control=control,
            evidence_type=Iri(f"{TYPE}/{draw.choice([1, 1, 1, 2])}"),
            minimum=draw.choice([1, 1, 1, 2]),
            maximum_age=draw.choice([None, 100]),
            per_asset=draw.random() < 0.3,
            demands_nothing=nothing,
            justification="x" if nothing else "",
        )
        return made

    return tuple(one(number) for number in range(draw.choice([0, 1, 1, 1, 1, 2])))


def world(draw: Random) -> Knowledge:
    found = [norm(draw, place) for place in (0, 1)]
    kinds = {**dict.fromkeys(ARTICLES, "Article"), **dict.fromkeys(CONTROLS, "Control")}
    parts = {
        iri: a(Provision, iri=iri, framework=Iri(iri.rpartition("/")[0]), kind=kind) for iri, kind in kinds.items()
    }
    only = a(FrameworkVersion, iri=Iri(f"{EX}v/1"), name="1", valid_from=None)
    return knowledge(
        frameworks={iri: a(Framework, iri=iri, key=iri, versions=(only,)) for iri in (LAW, STANDARD)},
        provisions=parts,
        requirements={norm.iri: norm for norm in found},
        templates={control: templates(draw, control) for control in CONTROLS},
        rows=tuple({r.iri: r for r in (row(draw) for _ in range(draw.randint(2, 10)))}.values()),
    )


def item(draw: Random, number: int, shown: Sequence[Implementation]) -> Evidence:
    collected, approved = draw.choice(
        [((), (APPROVER,)), ((COLLECTOR,), (APPROVER,)), ((COLLECTOR,), (COLLECTOR,)), ((COLLECTOR,), ())]
    )
    older = [Iri(f"{EX}evidence/{n}") for n in range(number)]
    made: Evidence = a(
        Evidence,
        iri=Iri(f"{EX}evidence/{number}"),
        implementations=tuple(sorted({draw.choice(shown).iri for _ in range(draw.choice([1, 1, 2]))})),
        evidence_type=Iri(f"{TYPE}/{draw.choice([1, 1, 1, 2])}"),
        outcome="Supports" if draw.random() < 0.9 else "Contradicts",
        issued=DAY - timedelta(days=draw.choice([10, 10, 150])),
        valid_until=DAY + timedelta(days=draw.choice([-1, 50, 50])),
        collected_by=collected,
        approved_by=approved,
        respects=draw.choice([(), (ORG,), (SYSTEM,)]),
        supersedes=(draw.choice(older),) if older and draw.random() < 0.3 else (),
    )
    return made


def records(draw: Random) -> Organisation:
    implemented = tuple(
        a(
            Implementation,
            iri=Iri(f"{EX}implementation/{n}"),
            control=draw.choice(CONTROLS),
            status=draw.choice(["Implemented"] * 6 + ["Planned", "Excluded"]),
            scopes=draw.choice([(ORG,), (SYSTEM,), (ORG, SYSTEM)]),
        )
        for n in range(draw.randint(1, 6))
    )
    found = implemented[:1] if draw.random() < 0.1 else ()
    return organisation(
        roles=(a(RoleAssignment, iri=Iri(f"{EX}assigned"), role=ROLE, respects=(ORG, SYSTEM), holds=True),),
        implementations=implemented,
        evidence=tuple(item(draw, n, implemented) for n in range(draw.randint(0, 12))),
        findings=tuple(
            a(Finding, iri=Iri(f"{i.iri}/finding"), against=(i.iri,), severity="Major", issued=DAY) for i in found
        ),
        judgements=tuple(
            a(
                Judgement,
                iri=Iri(f"{norm}/judged"),
                requirement=norm,
                respects=(ORG, SYSTEM),
                sufficient=draw.random() < 0.7,
                issued=DAY,
                valid_until=DAY,
            )
            for norm in NORMS
            if draw.random() < 0.2
        ),
    )


def assessment_of(seed: int) -> Assessment:
    draw = Random(seed)  # noqa: S311 - reproducible, not secret
    return assess(world(draw), records(draw), DAY, Policy())


assessed = st.builds(assessment_of, st.integers(0, 2**32))
efforts = st.builds(
    Efforts,
    st.dictionaries(st.sampled_from([*CONTROLS, Iri(f"{TYPE}/1")]), st.sampled_from([Fraction(1, 2), Fraction(3)])),
    approval=st.sampled_from([Fraction(1, 4), Fraction(2)]),
)
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


def then(assessment: Assessment, actions: Sequence[Action]) -> Assessment:
    richer = carried_out(assessment.organisation, actions, assessment.day)
    return assess(assessment.knowledge, richer, assessment.day, assessment.policy)


def climbed(assessment: Assessment, after: Assessment) -> int:
    """Count rises, in NotCovered < Partially < Claimed < ready for judgement or Covered; a judgement is one more."""
    found = 0
    for old, new in zip(assessment.results, after.results, strict=True):
        low, high = rank(old), rank(new)
        if low is not None and high is not None:
            found += sum(low < place <= high for place in (1, 2)) + (high > max(low, 2))
    return found


def subsets(actions: Sequence[Action]) -> Iterator[tuple[Action, ...]]:
    return chain.from_iterable(combinations(actions, size) for size in range(len(actions) + 1))


def days(actions: Sequence[Action]) -> Fraction:
    return sum((action.effort for action in actions), Fraction())


@many
@given(assessed, efforts)
def test_what_is_searched_is_what_the_engine_says_of_every_set_of_actions(
    assessment: Assessment, taking: Efforts
) -> None:
    aims = aimed_at(assessment)
    offered = offers(assessment, aims, taking)
    found = needs(Recount(assessment), aims, offered)
    assume(len(found.actions) <= MOST_TRIED)
    for some in subsets(range(len(found.actions))):
        after = then(assessment, [found.actions[place] for place in some])
        assert found.instance.reached(found.instance.closed_by(some)) == climbed(assessment, after)


@many
@given(assessed, efforts)
def test_nothing_offered_lifts_more_than_what_is_searched(assessment: Assessment, taking: Efforts) -> None:
    aims = aimed_at(assessment)
    offered = offers(assessment, aims, taking)
    found = needs(Recount(assessment), aims, offered)
    assert climbed(assessment, then(assessment, offered.actions)) == len(found.instance.goals) == found.rises


@many
@given(assessed, efforts)
def test_a_plan_is_the_cheapest_that_lifts_as_much_as_everything(assessment: Assessment, taking: Efforts) -> None:
    plan = make_plan(assessment, Wish(efforts=taking))
    aims = aimed_at(assessment)
    offered = offers(assessment, aims, taking).actions
    assume(len(offered) <= MOST_TRIED)
    highest = climbed(assessment, then(assessment, offered))
    enough = [some for some in subsets(offered) if climbed(assessment, then(assessment, some)) == highest]
    assert plan.quality.guarantee is Guarantee.EXACT
    assert plan.effort == plan.quality.least == min(map(days, enough))
    assert climbed(assessment, plan.after) == plan.quality.rises == highest


@many
@given(assessed, efforts, st.sampled_from([Limits(days=Fraction(2)), Limits(actions=1), Limits(actions=2)]))
def test_a_limited_plan_lifts_most(assessment: Assessment, taking: Efforts, limits: Limits) -> None:
    plan = make_plan(assessment, Wish(efforts=taking, limits=limits))
    offered = offers(assessment, aimed_at(assessment), taking).actions
    assume(len(offered) <= MOST_TRIED)
    allowed = [some for some in subsets(offered) if limits.allow(days(some), len(some))]
    most = max(climbed(assessment, then(assessment, some)) for some in allowed)
    assert limits.allow(plan.effort, len(plan.steps))
    assert climbed(assessment, plan.after) == plan.quality.rises == plan.quality.most == most


@many
@given(assessed, efforts)
def test_steps_are_recounted_whole_and_never_lower_a_state(assessment: Assessment, taking: Efforts) -> None:
    plan = make_plan(assessment, Wish(efforts=taking, elements=True))
    now = {(r.requirement, r.scope): r for r in assessment.results}
    for number, step in enumerate(plan.steps, 1):
        really = then(assessment, [s.action for s in plan.steps[:number]])
        for move in (*step.moves, *step.elsewhere):
            now[move.before.requirement, move.before.scope] = move.after
            assert (rank(move.after) or 0) >= (rank(move.before) or 0)
        stands = [(r.state, rank(r), r.missing, r.unevidenced) for r in now.values()]
        assert stands == [(r.state, rank(r), r.missing, r.unevidenced) for r in really.results]
        assert step.moves
    assert [r.state for r in now.values()] == [r.state for r in plan.after.results]


@many
@given(assessed)
def test_a_plan_that_is_carried_out_leaves_nothing_to_do_of_the_same_kind(assessment: Assessment) -> None:
    plan = make_plan(assessment, Wish())
    lifted = {move.after.requirement for move in plan.lifted}
    stuck = {aim.requirement for aim, _ in plan.stuck}
    assert {aim.requirement for aim in plan.aims} == lifted | stuck


@pytest.mark.parametrize("hops", [1, 2])
def test_over_an_example_the_search_says_what_the_engine_says(example: Workspace, hops: int) -> None:
    assessment = assess(example.content.knowledge, example.organisation, date(2028, 9, 1), Policy(hops=hops))
    plan = make_plan(assessment, Wish())
    assert climbed(assessment, plan.after) == plan.quality.rises > 0
    now = {(r.requirement, r.scope): r for r in assessment.results}
    for move in (move for step in plan.steps for move in (*step.moves, *step.elsewhere)):
        assert (rank(move.after) or 0) >= (rank(move.before) or 0)
        now[move.before.requirement, move.before.scope] = move.after
    stands = [(r.state, r.missing, r.unevidenced) for r in now.values()]
    assert stands == [(r.state, r.missing, r.unevidenced) for r in plan.after.results]
