"""What a plan says to do: each kind of action on a small organisation, and plans for the bank checked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.graph import Iri
from engine.model import Evidence, Finding, Implementation, Judgement, RoleAssignment, State, Template
from engine.plan.actions import Efforts, How, Kind
from engine.plan.make import Wish, make_plan
from engine.plan.maximum import Limits
from engine.plan.standing import is_ready
from engine.plan.values import Guarantee
from tests.engine.coverage.test_known_failures import FIRST, NORM, ROLE, SECOND, THIRD, elements, row, world
from tests.engine.values import DAY, ORG, SYSTEM, TYPE, a, organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.coverage.assess import Assessment
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow
    from engine.plan.actions import Action
    from engine.plan.values import Plan, Step
    from engine.workspace import Workspace

HALVES = (row(FIRST, NORM, "intersects-with", 1), row(SECOND, NORM, "intersects-with", 2))
WHOLE = row(THIRD, NORM, "superset-of")
HERE = Iri(f"{FIRST}/here")
COLLECTOR, APPROVER = Iri("https://example.org/collector"), Iri("https://example.org/approver")
LATER = DAY + timedelta(days=100)


def judged(made: Knowledge) -> Knowledge:
    """Return the same law with a wording that leaves room."""
    return replace(made, requirements={NORM: replace(made.requirements[NORM], needs_judgement=True)})


def asking(made: Knowledge, **template: Any) -> Knowledge:
    """Return the same standard, its first control with a template that demands something."""
    asked = a(Template, **{"iri": Iri(f"{FIRST}/t"), "control": FIRST, "evidence_type": TYPE, "minimum": 1, **template})
    return replace(made, templates={**made.templates, FIRST: (asked,)})


def assessed(made: Knowledge, day: date = DAY, **records: Any) -> Assessment:
    bears = a(RoleAssignment, iri=Iri(f"{ROLE}/ours"), role=ROLE, respects=(ORG, SYSTEM), holds=True)
    return assess(made, organisation(roles=(bears,), **records), day, Policy())


def implemented(control: Iri, **more: Any) -> Implementation:
    given = {"iri": Iri(f"{control}/here"), "control": control, "status": "Implemented", "scopes": (ORG,), **more}
    made: Implementation = a(Implementation, **given)
    return made


def item(**more: Any) -> Evidence:
    shown = {
        "iri": Iri("https://example.org/item"),
        "implementations": (HERE,),
        "evidence_type": TYPE,
        "outcome": "Supports",
        "issued": DAY - timedelta(days=30),
        "valid_until": DAY + timedelta(days=30),
        "approved_by": (APPROVER,),
        "collected_by": (COLLECTOR,),
    }
    made: Evidence = a(Evidence, **{**shown, **more})
    return made


def done(plan: Plan) -> list[tuple[Kind, Iri]]:
    return [(step.action.kind, step.action.subject) for step in plan.steps]


def states(steps: Sequence[Step]) -> list[list[tuple[State, State]]]:
    return [[(move.before.state, move.after.state) for move in step.lifts] for step in steps]


def plan_of(rows: Iterable[MappingRow], **wish: Any) -> Plan:
    return make_plan(assessed(world(rows)), Wish(**wish))


def test_each_step_says_what_it_lifts_by_which_row_and_what_is_missing_still() -> None:
    plan = plan_of(HALVES)
    assert done(plan) == [(Kind.IMPLEMENT, FIRST), (Kind.IMPLEMENT, SECOND)]
    assert states(plan.steps) == [
        [(State.NOT_COVERED, State.PARTIALLY)],
        [(State.PARTIALLY, State.COVERED)],
    ]
    first, second = (step.lifts[0] for step in plan.steps)
    assert [support.premises for support in first.by] == [(HALVES[0].iri,)]
    assert [support.premises for support in second.by] == [(HALVES[1].iri,)]
    assert (first.addressed, first.after.missing) == (elements(1), elements(2))
    assert (second.addressed, second.after.missing) == (elements(2), ())
    assert (plan.effort, plan.quality.least, plan.quality.guarantee) == (2, 2, Guarantee.EXACT)


def test_one_control_that_gives_the_whole_is_fewer_than_two_halves() -> None:
    assert done(plan_of([*HALVES, WHOLE])) == [(Kind.IMPLEMENT, THIRD)]


def test_cheaper_is_not_fewer() -> None:
    dear = Efforts({THIRD: Fraction(5, 2)})
    plan = plan_of([*HALVES, WHOLE], efforts=dear)
    assert (done(plan), plan.effort) == ([(Kind.IMPLEMENT, FIRST), (Kind.IMPLEMENT, SECOND)], 2)
    alike = Efforts({THIRD: Fraction(2)})
    assert done(plan_of([*HALVES, WHOLE], efforts=alike)) == [(Kind.IMPLEMENT, THIRD)]


def test_within_a_budget_what_reaches_most_is_chosen() -> None:
    dear = Efforts({THIRD: Fraction(5, 2)})
    plan = plan_of([*HALVES, WHOLE], efforts=dear, limits=Limits(days=Fraction(1)))
    assert (done(plan), plan.quality.rises, plan.quality.within_reach) == ([(Kind.IMPLEMENT, FIRST)], 1, 3)
    one = plan_of([*HALVES, WHOLE], efforts=dear, limits=Limits(actions=1))
    assert (done(one), one.quality.rises) == ([(Kind.IMPLEMENT, THIRD)], 3)


def test_a_row_that_names_no_element_lifts_from_nothing_and_no_further() -> None:
    assert done(plan_of([row(THIRD)])) == [(Kind.IMPLEMENT, THIRD)]
    plan = make_plan(assessed(world([row(THIRD), HALVES[0]]), implementations=(implemented(THIRD),)), Wish())
    assert done(plan) == []
    assert [why for _, why in plan.stuck] == ["no known control gives all that is missing"]


def test_an_element_below_a_rise_is_addressed_only_where_that_is_wanted() -> None:
    assessment = assessed(world([row(THIRD), HALVES[0]]), implementations=(implemented(THIRD),))
    plan = make_plan(assessment, Wish(elements=True))
    assert done(plan) == [(Kind.IMPLEMENT, FIRST)]
    assert (plan.steps[0].lifts, plan.steps[0].moves[0].addressed, plan.lifted) == ((), elements(1), ())


def test_a_control_that_is_left_out_is_not_planned() -> None:
    out = implemented(THIRD, status="Excluded", justification="x", approved_by=(APPROVER,))
    plan = make_plan(assessed(world([WHOLE]), implementations=(out,)), Wish())
    assert done(plan) == []
    assert [why for _, why in plan.stuck] == [
        "the controls that lead to it are left out by the statement of applicability"
    ]


@pytest.mark.parametrize(
    ("evidence", "kind", "how"),
    [
        ([], Kind.EVIDENCE, How.ADD),
        ([item(valid_until=DAY - timedelta(days=1))], Kind.EVIDENCE, How.RENEW),
        ([item(approved_by=())], Kind.APPROVE, How.APPROVE),
        ([item(approved_by=(COLLECTOR,))], Kind.APPROVE, How.APPROVE),
        ([item(outcome="Contradicts")], Kind.EVIDENCE, How.ADD),
        ([item(evidence_type=Iri("https://example.org/other"))], Kind.EVIDENCE, How.ADD),
        ([item(valid_until=None)], Kind.EVIDENCE, How.ADD),
    ],
)
def test_evidence_is_added_renewed_or_approved_as_it_lacks(evidence: list[Evidence], kind: Kind, how: How) -> None:
    made = asking(world([row(FIRST, NORM, "superset-of")]))
    plan = make_plan(assessed(made, implementations=(implemented(FIRST),), evidence=tuple(evidence)), Wish())
    (action,) = (step.action for step in plan.steps)
    assert (action.kind, action.subject, [it.how for it in action.items]) == (kind, HERE, [how])
    assert states(plan.steps) == [[(State.CLAIMED, State.COVERED)]]
    assert plan.steps[0].lifts[0].evidenced == elements(1, 2)


def test_as_many_items_as_are_lacking_and_a_new_one_where_it_is_cheaper_than_an_approval() -> None:
    made = asking(world([row(FIRST, NORM, "superset-of")]), minimum=3, maximum_age=60)
    records: dict[str, Any] = {"implementations": (implemented(FIRST),), "evidence": (item(approved_by=()),)}
    (step,) = make_plan(assessed(made, **records), Wish()).steps
    assert [(it.how, it.number) for it in step.action.items] == [(How.ADD, 2), (How.APPROVE, 1)]
    assert (step.action.effort, step.action.items[0].not_before) == (3, DAY - timedelta(days=60))
    (step,) = make_plan(assessed(made, **records), Wish(efforts=Efforts(approval=Fraction(2)))).steps
    assert [(it.how, it.number) for it in step.action.items] == [(How.ADD, 3)]


def test_evidence_for_each_asset_is_about_that_asset() -> None:
    made = asking(world([row(FIRST, NORM, "superset-of")]), per_asset=True)
    made = replace(made, requirements={NORM: replace(made.requirements[NORM], assessed_per="PerSystem")})
    (step,) = make_plan(assessed(made, implementations=(implemented(FIRST),)), Wish()).steps
    assert (step.action.scopes, step.action.items[0].about) == ((SYSTEM,), (SYSTEM,))
    (step,) = make_plan(assessed(made), Wish()).steps
    assert (step.action.kind, step.action.scopes) == (Kind.IMPLEMENT, (SYSTEM,))


def test_an_item_of_two_implementations_is_one_action() -> None:
    asked = {c: (a(Template, iri=Iri(f"{c}/t"), control=c, evidence_type=TYPE, minimum=1),) for c in (FIRST, SECOND)}
    made = replace(world(HALVES), templates=asked)
    both = tuple(map(implemented, (FIRST, SECOND)))
    shared = item(implementations=tuple(i.iri for i in both), approved_by=())
    (step,) = make_plan(assessed(made, implementations=both, evidence=(shared,)), Wish()).steps
    assert (step.action.kind, step.action.effort, states([step])) == (
        Kind.APPROVE,
        1,
        [[(State.CLAIMED, State.COVERED)]],
    )


def test_what_supersedes_current_evidence_is_not_approved_at_its_cost() -> None:
    made = asking(world([row(FIRST, NORM, "superset-of")]), minimum=2)
    old, new = item(), item(iri=Iri("https://example.org/new"), approved_by=(), supersedes=(item().iri,))
    (step,) = make_plan(assessed(made, implementations=(implemented(FIRST),), evidence=(old, new)), Wish()).steps
    assert [it.how for it in step.action.items] == [How.ADD]


def test_what_no_item_can_show_is_not_asked_for() -> None:
    made = asking(world([row(FIRST, NORM, "superset-of")]))
    found = a(Finding, iri=Iri(f"{HERE}/finding"), against=(HERE,), severity="Major", issued=DAY)
    plan = make_plan(assessed(made, implementations=(implemented(FIRST),), findings=(found,)), Wish())
    assert [why for _, why in plan.stuck] == ["a major finding is open against what carries it out"]
    bare = replace(made, templates={})
    plan = make_plan(assessed(bare, implementations=(implemented(FIRST),)), Wish())
    assert [why for _, why in plan.stuck] == ["no evidence template says what would show it"]


def test_what_expires_before_the_day_counts_as_missing() -> None:
    made = asking(world([row(FIRST, NORM, "superset-of")]), maximum_age=90)
    records: dict[str, Any] = {"implementations": (implemented(FIRST),), "evidence": (item(),)}
    assert make_plan(assessed(made, **records), Wish()).aims == ()
    (step,) = make_plan(assessed(made, LATER, **records), Wish()).steps
    (renewed,) = step.action.items
    assert (renewed.how, renewed.evidence) == (How.RENEW, item().iri)
    assert renewed.not_before == LATER - timedelta(days=90)


def test_a_judgement_is_asked_for_where_nothing_else_is_missing_and_is_no_control() -> None:
    made = judged(world([WHOLE]))
    (step,) = make_plan(assessed(made), Wish()).steps
    assert (step.action.kind, is_ready(step.lifts[-1].after)) == (Kind.IMPLEMENT, True)
    (step,) = make_plan(assessed(made, implementations=(implemented(THIRD),)), Wish()).steps
    assert (step.action.kind, step.action.subject, step.action.scopes) == (Kind.JUDGEMENT, NORM, (ORG,))
    assert states([step]) == [[(State.REVIEW, State.COVERED)]]
    assert step.lifts[0].by == ()


def test_what_was_judged_insufficient_is_not_lifted_by_records() -> None:
    said = a(
        Judgement,
        iri=Iri(f"{NORM}/said"),
        requirement=NORM,
        respects=(ORG,),
        sufficient=False,
        issued=DAY,
        valid_until=DAY,
    )
    half, both = (implemented(FIRST),), (implemented(FIRST), implemented(SECOND))
    plan = make_plan(assessed(judged(world(HALVES)), implementations=half, judgements=(said,)), Wish())
    assert done(plan) == []
    assert [why for _, why in plan.stuck] == ["a judgement in force says that what is in place does not suffice"]
    assert make_plan(assessed(judged(world(HALVES)), implementations=both, judgements=(said,)), Wish()).aims == ()


def test_a_plan_for_one_scope_stays_in_it() -> None:
    made = world([WHOLE])
    made = replace(made, requirements={NORM: replace(made.requirements[NORM], assessed_per="PerSystem")})
    (step,) = make_plan(assessed(made), Wish(scope=SYSTEM)).steps
    assert step.action.scopes == (SYSTEM,)
    assert make_plan(assessed(made), Wish(scope=ORG)).steps == ()


def of_bank(bank: Workspace, day: date, cited: str, **wish: Any) -> Plan:
    assessment = assess(bank.content.knowledge, bank.organisation, day)
    return make_plan(assessment, Wish((bank.citations.resolve(cited),), **wish))


def cited(bank: Workspace, actions: Iterable[Action]) -> list[str]:
    return [bank.content.knowledge.citation(action.subject) for action in actions]


def test_two_clauses_lift_all_of_dora_5_that_can_be_lifted(bank: Workspace) -> None:
    """Of the rows on 5(2)(f) only that of 9.3.2 is functional, and it gives (i) too; 5.1 alone gives the other four."""
    plan = of_bank(bank, date(2026, 11, 20), "DORA 5")
    assert cited(bank, (step.action for step in plan.steps)) == ["ISO/IEC 27001 5.1", "ISO/IEC 27001 9.3.2"]
    lifted = [[bank.content.knowledge.citation(m.before.requirement) for m in step.lifts] for step in plan.steps]
    assert lifted == [
        ["DORA 5(1) no. 1", "DORA 5(2)(a) no. 1", "DORA 5(2)(d) no. 1", "DORA 5(2)(g) no. 1"],
        ["DORA 5(2)(f) no. 1", "DORA 5(2)(i) no. 1"],
    ]
    assert {pair for step in states(plan.steps) for pair in step} == {(State.NOT_COVERED, State.PARTIALLY)}
    assert plan.quality.guarantee is Guarantee.EXACT


def test_one_day_for_dora_5_goes_to_the_clause_that_lifts_four(bank: Workspace) -> None:
    plan = of_bank(bank, date(2026, 11, 20), "DORA 5", limits=Limits(days=Fraction(1)))
    assert cited(bank, (step.action for step in plan.steps)) == ["ISO/IEC 27001 5.1"]
    assert (len(plan.lifted), plan.quality.within_reach) == (4, 6)


def test_the_record_that_its_collector_approved_needs_a_second_person(bank: Workspace) -> None:
    plan = of_bank(bank, date(2026, 11, 20), "ISO/IEC 27001 A.8.9")
    (action,) = (step.action for step in plan.steps)
    assert (action.kind, (action.items[0].evidence or "").rpartition("/")[2]) == (
        Kind.APPROVE,
        "baseline-check-oct-2026",
    )
    assert states(plan.steps) == [[(State.CLAIMED, State.COVERED)]]


def test_by_next_summer_that_record_is_over_and_a_new_one_is_due(bank: Workspace) -> None:
    (step,) = of_bank(bank, date(2027, 6, 1), "ISO/IEC 27001 A.8.9").steps
    assert [(it.how, it.number) for it in step.action.items] == [(How.ADD, 1)]


def test_equal_input_gives_an_equal_plan(bank: Workspace) -> None:
    one, other = (of_bank(bank, date(2026, 11, 20), "NIS2", limits=Limits(actions=3)) for _ in range(2))
    assert (one.steps, one.quality, one.stuck) == (other.steps, other.quality, other.stuck)
