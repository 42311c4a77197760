"""The tensions between provisions that both bind here, or may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.model import State
from engine.report.values import TensionRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.report.names import Names
    from engine.report.values import Reference
    from engine.tensions import Tension

__all__ = ["tension_register"]

_DOES_NOT_BIND = frozenset({State.NOT_APPLICABLE, State.NOT_YET})


def tension_register(names: Names, tensions: Iterable[Tension]) -> tuple[TensionRecord, ...]:
    """Return the tensions of which each side has a requirement that binds the organisation on the day, or may."""
    binding = {r.requirement for r in names.assessment.results if r.state not in _DOES_NOT_BIND}
    return tuple(
        _record(names, tension)
        for tension in tensions
        if all(_binds(names.knowledge, side, binding) for side in (tension.one_side, tension.other_side))
    )


def _binds(knowledge: Knowledge, side: Iterable[Iri], binding: Iterable[Iri]) -> bool:
    """Tell whether some binding requirement is on a side, comes from within it, or from what it is part of."""
    provisions = {knowledge.requirements[iri].provision for iri in binding}
    reached = {*binding, *(step for iri in provisions for step in knowledge.lineage(iri))}
    return any(iri in reached or provisions.intersection(knowledge.lineage(iri)) for iri in side)


def _record(names: Names, tension: Tension) -> TensionRecord:
    return TensionRecord(
        iri=tension.iri,
        title=tension.title,
        pull=tension.pull,
        one_side=_side(names, tension.one_side),
        other_side=_side(names, tension.other_side),
        what_texts_say=tension.what_texts_say,
        extent=tension.extent,
        proposed_resolution=tension.proposed_resolution,
        review_state=tension.review_state,
        author=tension.author,
    )


def _side(names: Names, iris: Sequence[Iri]) -> tuple[Reference, ...]:
    """Return references to the provisions of a side, act by act, in the order in which the acts have them."""
    knowledge = names.knowledge

    def place(iri: Iri) -> tuple[str, str, str]:
        requirement = knowledge.requirements.get(iri)
        provision = knowledge.provisions.get(requirement.provision if requirement else iri)
        framework = knowledge.framework_of(iri)
        return framework.key if framework else "", provision.sort_key if provision else "", iri

    return tuple(names.law(iri) for iri in sorted(iris, key=place))
