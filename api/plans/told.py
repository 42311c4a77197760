"""A plan as people read it at a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from api.console import out, table
from api.plans.records import days, name, recorded
from engine.plan.actions import How, Kind
from engine.plan.standing import is_ready
from engine.plan.values import Guarantee

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from engine.coverage.values import Result
    from engine.graph import Iri
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
        standing = [words for words, _ in recorded(plan.before, action.subject)]
        noted = f" (recorded: {', '.join(dict.fromkeys(standing))})" if standing else ""
        return f"implement {subject} {plan.before.knowledge.provisions[action.subject].label}\nin {where}{noted}"
    if action.kind is Kind.JUDGEMENT:
        return f"record a judgement (no control): is what is in place enough for {subject}?\nin {where}"
    return "\n".join((f"evidence of {subject}", *(_item(plan, item) for item in action.items)))


def _item(plan: Plan, item: Item) -> str:
    kind = name(plan.before, item.evidence_type) if item.evidence_type else "item"
    old = next((e for e in plan.before.organisation.evidence if e.iri == item.evidence), None)
    if old is not None and item.how is How.APPROVE:
        return f"have “{name(plan.before, old.iri)}” approved by a second person"
    since = f", issued {item.not_before} or later" if item.not_before else ""
    current = f"valid on {plan.before.day}{since}"
    if old is not None:
        return f"renew “{name(plan.before, old.iri)}” ({kind}, ends {old.valid_until}): {current}"
    return (
        f"add {item.number} of type {kind} about {', '.join(name(plan.before, iri) for iri in item.about)}: {current}"
    )


def _lifts(plan: Plan, step: Step) -> Iterator[str]:
    alike: dict[tuple[Iri, str, str], list[Move]] = {}
    for move in step.lifts:
        alike.setdefault((move.before.requirement, _state(move.before), _state(move.after)), []).append(move)
    for moves in list(alike.values())[:_MOST_LIFTS]:
        yield _moves(plan, moves)
    if len(alike) > _MOST_LIFTS:
        yield f"and {sum(len(moves) for moves in list(alike.values())[_MOST_LIFTS:])} more"
    if not step.lifts:
        gained = sum(len(move.addressed) for move in step.moves)
        yield f"no state yet; {gained} element{'' if gained == 1 else 's'} addressed" if gained else "no state yet"
    elsewhere = sum(1 for move in step.elsewhere if move.lifts)
    if elsewhere:
        yield f"elsewhere {elsewhere} more"


def _moves(plan: Plan, moves: list[Move]) -> str:
    """Return one line for a requirement that rises alike in one scope or several."""
    first = moves[0]
    citation, scope = plan.before.knowledge.citation(first.before.requirement), first.before.scope
    where = "" if scope == plan.before.organisation.iri else f" for {name(plan.before, scope)}"
    where = f" in {len(moves)} scopes" if len(moves) > 1 else where
    left = max(len(move.after.missing) for move in moves)
    missing = f" ({left} element{'' if left == 1 else 's'} still missing)" if left else ""
    return f"{citation}{where}: {_state(first.before)} → {_state(first.after)}{missing}"


def _state(result: Result) -> str:
    return f"{result.state.value}, ready for judgement" if is_ready(result) else result.state.value


def _summary(plan: Plan, *, elements: bool) -> Iterator[str]:
    requirements = len({move.before.requirement for move in plan.lifted})
    asked, of_requirements = len(plan.aims), len({aim.requirement for aim in plan.aims})
    if not plan.steps:
        yield "No action that is known lifts any of these states."
    yield (
        f"Lifts {len(plan.lifted)} of {_many(asked, 'result')} below Covered (a requirement in a scope), "
        f"of {requirements} of {_many(of_requirements, 'requirement')}, in {_days(plan.effort)}."
    )
    yield from _how_good(plan, elements=elements)
    for why, number in sorted(Counter(why for _, why in plan.stuck).items()):
        yield f"Not lifted by any such action, {number} of {asked}: {why}."
    yield "Every step was recounted with all steps before it done. Nothing was written, and coverage is not compliance."


def _how_good(plan: Plan, *, elements: bool) -> Iterator[str]:
    quality, goal = plan.quality, "rise or element" if elements else "rise"
    if quality.least is not None:
        told = f"Reaches {_many(quality.rises, goal)}, all within reach; no less than {_days(quality.least)} would do."
    else:
        most = f"no plan within the limits reaches more than {quality.most}"
        told = f"Reaches {_many(quality.rises, goal)} of {quality.within_reach} within reach; {most}."
    yield told
    widest = f" (n = {quality.widest})" if quality.guarantee is Guarantee.HARMONIC else ""
    yield f"The search was {quality.guarantee.value}{widest}."


def _many(number: int, noun: str) -> str:
    plural = " or ".join(f"{word}s" for word in noun.split(" or "))
    return f"{number} {noun if number == 1 else plural}"


def _days(effort: Fraction) -> str:
    return "1 day" if effort == 1 else f"{days(effort):.4g} days"
