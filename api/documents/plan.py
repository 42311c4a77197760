"""What to do next, and what would change if something were done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.plans.records import change, changes_of, document, evidence_to_collect
from engine.plan.actions import Kind

if TYPE_CHECKING:
    from datetime import date

    from engine.graph import Iri
    from engine.plan.make import Wish
    from engine.plan.values import Plan
    from engine.what_if import WhatIf

__all__ = ["imagined_changes", "imagined_document", "plan_document", "still_missing"]


def plan_document(plan: Plan, wish: Wish, aim: Iri | None, asked_on: date) -> dict[str, Any]:
    """Return a plan as a document.

    :param aim: the provision or requirement asked about, whose missing elements are then told.
    :param asked_on: the day looked from; the plan is for the day of its assessment.
    """
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
        "left": still_missing(plan, aim),
        **document(plan),
    }


def still_missing(plan: Plan, aim: Iri | None) -> list[str]:
    """Return what would still be missing of the provision asked about, in words."""
    if aim is None:
        return []
    knowledge, after = plan.after.knowledge, plan.after
    results = after.by_requirement.get(aim, ()) if aim in knowledge.requirements else after.leaves_of(aim)
    texts = {e.iri: e.text for r in results for e in knowledge.requirements[r.requirement].elements}
    citation = {e: knowledge.citation(r.requirement) for r in results for e in r.missing}
    return [f"{citation[e]}: {texts[e]}" for e in citation]


def imagined_changes(found: WhatIf) -> list[dict[str, Any]]:
    """Return every requirement whose state would be another, or of which an element would be gained."""
    changed = {moved.requirement for moved in found.changes}
    touched = [iri for iri in found.before.by_requirement if iri in changed or iri in found.gained]
    return [change(found.before, found.after, iri, found.gained.get(iri, ())) for iri in touched]


def imagined_document(found: WhatIf, asked_on: date) -> dict[str, Any]:
    """Return what would change if something were done as a document."""
    before = found.before
    knowledge = before.knowledge
    return {
        "organisation": before.organisation.iri,
        "asked_on": asked_on,
        "as_of": before.day,
        "policy": before.policy.label,
        "for": None,
        "frameworks": [],
        "scope": None,
        "controls": [
            {
                "control": control,
                "citation": knowledge.citation(control),
                "excluded": control in found.excluded,
                "evidence_to_collect": [] if control in found.evidenced else evidence_to_collect(before, control),
            }
            for control in found.controls
        ],
        "evidenced": [{"control": control, "citation": knowledge.citation(control)} for control in found.evidenced],
        "changes": imagined_changes(found),
        "left": [],
        "steps": [],
        "search": None,
        "lifted": None,
        "not_lifted": [],
    }
