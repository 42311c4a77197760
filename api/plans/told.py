"""A plan as people read it at a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from api.console import out, table
from api.plans.records import days, name
from engine.plan.actions import How, Kind
from engine.plan.standing import is_ready
from engine.plan.values import Guarantee

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from engine.coverage.values import Result
    from engine.plan.actions import Action, Item
    from engine.plan.values import Move, Plan, Step

__all__ = ["print_plan"]

_MOST_LIFTS = 4
"""How many lifted states of one step a table shows."""


def print_plan(plan: Plan, *, elements: bool) -> None:
    """Print the steps with what they lift, the counts with their denominators, and how good the choice is."""
    before = plan.before
    if plan.steps:
        title = f"{before.organisation.label} by {before.day} (accepted: {before.policy.label})"
        cells = [
            [number, _action(plan, step.action), _number(step.action.effort), "\n".join(_lifts(plan, step))]
            for number, step in enumerate(plan.steps, 1)
        ]
        out.print(table(title, ("step", "what to do", "days", "what it lifts then"), cells, right=("step", "days")))
    for line in _summary(plan, elements=elements):
        out.print(line)


def _number(effort: Fraction) -> str:
    return f"{days(effort):g}"


def _action(plan: Plan, action: Action) -> str:
    where = ", ".join(name(plan.before, scope) for scope in action.scopes)
    subject = name(plan.before, action.subject)
    if action.kind is Kind.IMPLEMENT:
        return f"implement {subject} {plan.before.knowledge.provisions[action.subject].label}\nin {where}"
    if action.kind is Kind.JUDGEMENT:
        return f"record a judgement (no control): is what is in place enough for {subject}?\nin {where}"
    return "\n".join((f"evidence of {subject}", *(_item(plan, item) for item in action.items)))


def _item(plan: Plan, item: Item) -> str:
    kind = name(plan.before, item.evidence_type) if item.evidence_type else "item"
    recorded = f"“{name(plan.before, item.evidence)}”" if item.evidence else ""
    if item.how is How.APPROVE:
        return f"have {recorded} approved by a second person"
    about = ", ".join(name(plan.before, iri) for iri in item.about)
    current = f"current on {plan.before.day}"
    if item.how is How.RENEW:
        return f"renew {recorded} ({kind}), {current}"
    return f"add {item.number} × {kind} about {about}, {current}"


def _lifts(plan: Plan, step: Step) -> Iterator[str]:
    for move in step.lifts[:_MOST_LIFTS]:
        yield _move(plan, move)
    if len(step.lifts) > _MOST_LIFTS:
        yield f"and {len(step.lifts) - _MOST_LIFTS} more"
    if not step.lifts:
        gained = sum(len(move.addressed) for move in step.moves)
        yield f"no state yet; {gained} element{'' if gained == 1 else 's'} addressed" if gained else "no state yet"
    elsewhere = sum(1 for move in step.elsewhere if move.lifts)
    if elsewhere:
        yield f"elsewhere {elsewhere} more"


def _move(plan: Plan, move: Move) -> str:
    citation = plan.before.knowledge.citation(move.before.requirement)
    scope = move.before.scope
    where = "" if scope == plan.before.organisation.iri else f" for {name(plan.before, scope)}"
    left = len(move.after.missing)
    missing = f" ({left} element{'' if left == 1 else 's'} still missing)" if left else ""
    return f"{citation}{where}: {_state(move.before)} → {_state(move.after)}{missing}"


def _state(result: Result) -> str:
    return f"{result.state.value}, ready for judgement" if is_ready(result) else result.state.value


def _summary(plan: Plan, *, elements: bool) -> Iterator[str]:
    results, requirements = len(plan.lifted), len({move.before.requirement for move in plan.lifted})
    asked, of_requirements = len(plan.aims), len({aim.requirement for aim in plan.aims})
    if not plan.steps:
        yield "No action that is known lifts any of these states."
    yield (
        f"Lifts {results} of {asked} results that stand below Covered (a requirement in a scope), "
        f"of {requirements} of {of_requirements} requirements, in {_number(plan.effort)} days."
    )
    yield from _how_good(plan, elements=elements)
    for why, number in sorted(Counter(why for _, why in plan.stuck).items()):
        yield f"Not lifted by any of these actions, {number} of {asked}: {why}."
    yield "Every step was recounted with all steps before it done. Nothing was written, and coverage is not compliance."


def _how_good(plan: Plan, *, elements: bool) -> Iterator[str]:
    quality = plan.quality
    goals = "rises and elements" if elements else "rises"
    if quality.least is not None:
        yield f"Reaches all {quality.within_reach} {goals} within reach; none does in less than {_days(quality.least)}."
    else:
        yield (
            f"Reaches {quality.rises} {goals} of {quality.within_reach} within reach; "
            f"no plan within the limits reaches more than {quality.most}."
        )
    widest = f" (n = {quality.widest})" if quality.guarantee is Guarantee.HARMONIC else ""
    yield f"Search: {quality.guarantee.value}{widest}."


def _days(effort: Fraction) -> str:
    return f"{float(effort):.3g} days"
