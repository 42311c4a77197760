"""Which results a plan is for, and all the actions that could lift one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.model import State
from engine.plan.actions import Action, Kind
from engine.plan.evidence import EvidenceFinder, evidence_actions
from engine.plan.standing import is_ready

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Organisation
    from engine.plan.actions import Efforts
    from engine.plan.evidence import Place

__all__ = ["Offers", "aimed_at", "is_control", "offers"]

_LIFTED = frozenset({State.NOT_COVERED, State.PARTIALLY, State.CLAIMED})
_IN_NEED_OF_CONTROLS = frozenset({State.NOT_COVERED, State.PARTIALLY})


class Offers:
    """All actions that come into question.

    :ivar actions: in a fixed order.
    :ivar shown_by: the action that makes an implementation evidenced in a scope.
    """

    def __init__(self, controls: Iterable[Action], shown_by: Mapping[Place, Action], judged: Iterable[Action]) -> None:
        self.shown_by = shown_by
        found = {action.key: action for action in (*controls, *shown_by.values(), *judged)}
        self.actions = tuple(found[key] for key in sorted(found))


def aimed_at(assessment: Assessment, wholes: Sequence[Iri] = (), scope: Iri | None = None) -> list[Result]:
    """Return the results that actions may lift: of some frameworks, provisions or requirements, in one scope or all.

    Those are left out that no record of this kind decides: not applicable, not yet, set by a person, judged
    insufficient, or open for another reason than a missing judgement.
    """
    knowledge = assessment.knowledge
    return [
        result
        for result in assessment.results
        if (scope is None or result.scope == scope)
        and (not wholes or _within(knowledge, result.requirement, wholes))
        and _can_be_lifted(result)
    ]


def _within(knowledge: Knowledge, requirement: Iri, wholes: Sequence[Iri]) -> bool:
    return requirement in wholes or knowledge.within(knowledge.requirements[requirement].provision, wholes)


def _can_be_lifted(result: Result) -> bool:
    open_to = result.rule == "R7" and (result.state in _LIFTED or is_ready(result))
    return open_to and (result.judgement is None or result.state is not State.PARTIALLY)


def offers(assessment: Assessment, aims: Sequence[Result], efforts: Efforts, where: Iri | None = None) -> Offers:
    """Return the actions that might lift one of some results.

    :param where: the one scope in which controls are implemented; chosen by how they are evidenced where none is named.
    """
    controls = {action.key: action for action in _controls(assessment, aims, efforts, where)}
    return Offers(controls.values(), _evidence(assessment, aims, efforts), _judgements(aims, efforts))


def is_control(knowledge: Knowledge, iri: Iri) -> bool:
    """Tell whether something can be implemented: a clause or control of a standard, and no group of them."""
    part = knowledge.provisions.get(iri)
    return part is not None and part.kind in {"Clause", "Control"} and not knowledge.children.get(iri)


def _controls(assessment: Assessment, aims: Iterable[Result], efforts: Efforts, where: Iri | None) -> Iterator[Action]:
    knowledge, organisation = assessment.knowledge, assessment.organisation
    for result in aims:
        for candidate in result.candidates if result.state in _IN_NEED_OF_CONTROLS else ():
            control = candidate.control
            if candidate.rule != "R5" or not is_control(knowledge, control):
                continue
            scope = where or _scope(knowledge, organisation, control, result.scope)
            if not _left_out(assessment, control, {scope, result.scope}):
                yield Action(Kind.IMPLEMENT, control, (scope,), (), efforts.of_control(control))


def _scope(knowledge: Knowledge, organisation: Organisation, control: Iri, scope: Iri) -> Iri:
    """Return where a control is put in place for a scope: in it where its evidence is asked for each asset."""
    per_asset = any(template.per_asset for template in knowledge.templates.get(control, ()))
    return scope if per_asset else organisation.iri


def _left_out(assessment: Assessment, control: Iri, scopes: set[Iri]) -> bool:
    """Tell whether the statement of applicability leaves a control out, so that implementing it changes nothing."""
    organisation = assessment.organisation
    return any(
        i.control == control and i.status == "Excluded" and i.in_force(assessment.day)
        for i in organisation.implementations
        if {organisation.iri, *scopes} & set(i.scopes)
    )


def _evidence(assessment: Assessment, aims: Iterable[Result], efforts: Efforts) -> dict[Place, Action]:
    finder = EvidenceFinder(assessment, efforts)
    known = {i.iri: i for i in assessment.organisation.implementations}
    places: dict[Place, None] = {}
    for result in aims:
        for support in result.support:
            places |= {(c.implementation, result.scope): None for c in support.checks if not c.passes}
    found = [(place, finder.items(known[place[0]], place[1])) for place in places]
    return evidence_actions([(place, items) for place, items in found if items], efforts)


def _judgements(aims: Iterable[Result], efforts: Efforts) -> Iterator[Action]:
    for result in aims:
        if is_ready(result):
            yield Action(Kind.JUDGEMENT, result.requirement, (result.scope,), (), efforts.judgement)
