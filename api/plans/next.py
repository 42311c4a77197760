"""What to do next, in the form that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.console import emit_csv, emit_json, out
from api.plans.records import CSV_COLUMNS, changes_of, document, evidence_to_collect, rows
from api.plans.told import print_plan
from engine.plan.actions import Kind

if TYPE_CHECKING:
    from datetime import date

    from engine.graph import Iri
    from engine.plan.make import Wish
    from engine.plan.values import Plan

__all__ = ["emit_next"]


def emit_next(plan: Plan, wish: Wish, aim: Iri | None, asked_on: date, form: str) -> None:
    """Print a plan.

    :param aim: the provision or requirement asked about, whose missing elements are then told.
    :param asked_on: the day looked from; the plan is for the day of its assessment.
    """
    if form == "json":
        emit_json("plan", _document(plan, wish, aim, asked_on))
    elif form == "csv":
        emit_csv(CSV_COLUMNS, rows(plan))
    else:
        print_plan(plan, elements=wish.elements)
        _print_left(plan, aim)


def _document(plan: Plan, wish: Wish, aim: Iri | None, asked_on: date) -> dict[str, Any]:
    before = plan.before
    knowledge = before.knowledge
    controls = dict.fromkeys(s.action.subject for s in plan.steps if s.action.kind is Kind.IMPLEMENT)
    return {
        "organisation": before.organisation.iri,
        "asked_on": asked_on,
        "as_of": before.day,
        "policy": before.policy.label,
        "for": knowledge.citation(aim) if aim else None,
        "frameworks": [] if aim else [knowledge.frameworks[iri].key for iri in wish.wholes],
        "scope": wish.scope,
        "controls": [
            {
                "control": control,
                "citation": knowledge.citation(control),
                "excluded": False,
                "evidence_to_collect": evidence_to_collect(before, control),
            }
            for control in controls
        ],
        "evidenced": [],
        "changes": changes_of(plan),
        "left": _left(plan, aim),
        **document(plan),
    }


def _left(plan: Plan, aim: Iri | None) -> list[str]:
    """Return what would still be missing of the provision asked about, in words."""
    if aim is None:
        return []
    knowledge, after = plan.after.knowledge, plan.after
    results = after.by_requirement.get(aim, ()) if aim in knowledge.requirements else after.leaves_of(aim)
    texts = {e.iri: e.text for r in results for e in knowledge.requirements[r.requirement].elements}
    citation = {e: knowledge.citation(r.requirement) for r in results for e in r.missing}
    return [f"{citation[e]}: {texts[e]}" for e in citation]


def _print_left(plan: Plan, aim: Iri | None) -> None:
    left = _left(plan, aim)
    if left:
        out.print(f"Still missing then ({len(left)}):")
    for text in left:
        out.print(f"  {text}")
