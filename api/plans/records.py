"""A plan as JSON values, and as the rows of a CSV: every step with what it lifts, by which rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.plan.actions import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Support
    from engine.graph import Iri
    from engine.plan.actions import Action, Item
    from engine.plan.values import Move, Plan, Step

__all__ = ["CSV_COLUMNS", "change", "changes_of", "days", "document", "evidence_to_collect", "name", "recorded", "rows"]

CSV_COLUMNS = (
    "step",
    "kind",
    "action",
    "where",
    "days",
    "framework",
    "citation",
    "requirement",
    "scope",
    "before",
    "after",
    "reason",
    "addressed",
    "evidenced",
    "rows",
    "missing",
)


def days(effort: Fraction) -> int | float:
    """Return a number of days as JSON has numbers."""
    return effort.numerator if effort.denominator == 1 else float(effort)


def name(assessment: Assessment, iri: Iri) -> str:
    """Return what a reader calls a record, a provision or a type."""
    return assessment.organisation.labels.get(iri) or assessment.knowledge.citation(iri)


def document(plan: Plan) -> dict[str, Any]:
    """Return the steps, how good they are, and what nothing lifts."""
    quality, before = plan.quality, plan.before
    requirements = {move.before.requirement for move in plan.lifted}
    return {
        "steps": [_step(plan, number, step) for number, step in enumerate(plan.steps, 1)],
        "search": {
            "guarantee": quality.guarantee.name.lower().replace("_", "-"),
            "says": quality.guarantee.value,
            "n": quality.widest,
            "rises": quality.rises,
            "within_reach": quality.within_reach,
            "at_most": quality.most,
            "days": days(plan.effort),
            "least_days": None if quality.least is None else days(quality.least),
            "actions_that_help": plan.helping,
            "limit_days": None if plan.limits.days is None else days(plan.limits.days),
            "limit_actions": plan.limits.actions,
        },
        "lifted": {
            "results": len(plan.lifted),
            "of_results": len(plan.aims),
            "requirements": len(requirements),
            "of_requirements": len({aim.requirement for aim in plan.aims}),
        },
        "not_lifted": [
            {"requirement": aim.requirement, "citation": name(before, aim.requirement), "scope": aim.scope, "why": why}
            for aim, why in plan.stuck
        ],
    }


def _step(plan: Plan, number: int, step: Step) -> dict[str, Any]:
    action, before = step.action, plan.before
    known = recorded(before, action.subject) if action.kind is Kind.IMPLEMENT else []
    return {
        "number": number,
        "kind": action.kind.value,
        "subject": action.subject,
        "citation": name(before, action.subject),
        "scopes": list(action.scopes),
        "days": days(action.effort),
        "items": [_item(plan, item) for item in action.items],
        "evidence_to_collect": evidence_to_collect(before, action.subject) if action.kind is Kind.IMPLEMENT else [],
        "recorded": [{"status": words, "implementation": iri} for words, iri in known],
        "lifts": [_move(plan, move) for move in step.lifts],
        "moves": [_move(plan, move) for move in step.moves if not move.lifts],
        "elsewhere": [_move(plan, move) for move in step.elsewhere],
    }


def evidence_to_collect(assessment: Assessment, control: Iri) -> list[str]:
    """Return what evidence a control needs before anything that rests on it counts as evidenced."""
    return [template.label for template in assessment.knowledge.templates.get(control, ())]


def recorded(assessment: Assessment, control: Iri) -> list[tuple[str, Iri]]:
    """Return what is recorded of a control that is not in operation yet: the status in words, and by what."""
    found = ((i.status, i.iri) for i in assessment.organisation.implementations if i.control == control)
    return sorted((_WORDS[status], iri) for status, iri in found if status in _WORDS)


_WORDS = {"Planned": "planned", "InProgress": "in progress", "Retired": "retired"}


def _item(plan: Plan, item: Item) -> dict[str, Any]:
    return {
        "how": item.how.value,
        "number": item.number,
        "type": item.evidence_type,
        "type_label": name(plan.before, item.evidence_type) if item.evidence_type else "",
        "about": list(item.about),
        "implementations": list(item.implementations),
        "evidence": item.evidence,
        "not_before": item.not_before,
        "valid_until": None if item.how.value == "approve" else plan.before.day,
    }


def _move(plan: Plan, move: Move) -> dict[str, Any]:
    knowledge, requirement = plan.before.knowledge, move.before.requirement
    framework = knowledge.framework_of(requirement)
    return {
        "framework": framework.key if framework else "",
        "citation": knowledge.citation(requirement),
        "requirement": requirement,
        "scope": move.before.scope,
        "before": move.before.state.value,
        "after": move.after.state.value,
        "reason": move.after.reason,
        "addressed": _texts(plan.before, requirement, move.addressed),
        "evidenced": _texts(plan.before, requirement, move.evidenced),
        "by": [_support(plan, support) for support in move.by],
        "missing": _texts(plan.before, requirement, move.after.missing),
        "unevidenced": _texts(plan.before, requirement, move.after.unevidenced),
        "questions": list(move.after.questions),
    }


def _texts(assessment: Assessment, requirement: Iri, elements: Iterable[Iri]) -> list[str]:
    texts = {element.iri: element.text for element in assessment.knowledge.requirements[requirement].elements}
    return [texts.get(element, element) for element in elements]


def _support(plan: Plan, support: Support) -> dict[str, Any]:
    return {
        "control": support.control,
        "citation": name(plan.before, support.control),
        "relationship": support.relationship,
        "rows": list(support.premises),
        "review_state": support.review_state.label if support.review_state is not None else None,
        "evidenced": support.proven,
    }


def changes_of(plan: Plan) -> list[dict[str, Any]]:
    """Return the requirements whose state, over all scopes, is another in the end, or of which an element is gained."""
    before, after = plan.before, plan.after
    gained: dict[Iri, dict[Iri, None]] = {iri: {} for iri in before.by_requirement}
    for old, new in zip(before.results, after.results, strict=True):
        gained[old.requirement] |= {element: None for element in old.missing if element not in new.missing}
    return [
        change(before, after, iri, found)
        for iri, found in gained.items()
        if found or before.state_of(iri) is not after.state_of(iri)
    ]


def change(before: Assessment, after: Assessment, requirement: Iri, gained: Iterable[Iri]) -> dict[str, Any]:
    """Return one requirement before and after, over all its scopes."""
    framework = before.knowledge.framework_of(requirement)
    return {
        "framework": framework.key if framework else "",
        "citation": before.knowledge.citation(requirement),
        "requirement": requirement,
        "before": before.state_of(requirement).value,
        "after": after.state_of(requirement).value,
        "gained": _texts(before, requirement, gained),
    }


def rows(plan: Plan) -> Iterator[dict[str, object]]:
    """Yield a row for each state that a step lifts; one without where it only prepares."""
    for number, step in enumerate(plan.steps, 1):
        head = _head(plan, number, step.action)
        for move in step.lifts:
            record = _move(plan, move)
            told = {"scope": name(plan.before, move.before.scope), "rows": [r for s in move.by for r in s.premises]}
            yield {key: value for key, value in {**record, **told, **head}.items() if key in CSV_COLUMNS}
        if not step.lifts:
            yield head


def _head(plan: Plan, number: int, action: Action) -> dict[str, object]:
    return {
        "step": number,
        "kind": action.kind.value,
        "action": name(plan.before, action.subject),
        "where": [name(plan.before, scope) for scope in action.scopes],
        "days": days(action.effort),
    }
