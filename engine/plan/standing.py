"""How high a result stands, and results counted anew once actions are carried out: only those that can have moved."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from engine.coverage.states import StateReader
from engine.model import State
from engine.plan.actions import Kind
from engine.plan.carried_out import carried_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result
    from engine.graph import Iri
    from engine.model import Evidence
    from engine.plan.actions import Action

__all__ = ["Recount", "Spot", "is_ready", "rank"]

_READY = "ready for judgement"
_ORDER = {State.NOT_COVERED: 0, State.PARTIALLY: 1, State.CLAIMED: 2, State.COVERED: 4}
_READY_RANK = 3


def is_ready(result: Result) -> bool:
    """Tell whether all is in place but the judgement that an open wording asks for."""
    return result.state is State.REVIEW and result.rule == "R7" and result.reason == _READY


def rank(result: Result) -> int | None:
    """Return the place in NotCovered < Partially < Claimed < ready for judgement < Covered; nothing outside of it."""
    return _READY_RANK if is_ready(result) else _ORDER.get(result.state)


Spot = tuple["Iri", "Iri"]
"""A requirement, and a scope."""


class Recount:
    """Count results of one assessment anew, with some actions carried out: the engine's own states, no estimate."""

    def __init__(self, base: Assessment) -> None:
        self.base = base

    def results(self, actions: Iterable[Action], spots: Iterable[Spot]) -> dict[Spot, Result]:
        """Return some results by requirement and scope, with some actions carried out."""
        base = self.base
        reader = self._reader.with_records(carried_out(base.organisation, actions, base.day))
        return {spot: reader.result(base.knowledge.requirements[spot[0]], spot[1]) for spot in spots}

    @cached_property
    def _reader(self) -> StateReader:
        return StateReader(self.base.knowledge, self.base.organisation, self.base.day, self.base.policy)

    def moved_by(self, action: Action) -> tuple[Spot, ...]:
        """Return the results that an action can change, in document order.

        Only what is decided by mappings and evidence (R7) moves, and what is deemed fulfilled by such (R1c).
        """
        if action.kind is Kind.JUDGEMENT:
            found = {(action.subject, scope) for scope in action.scopes}
        else:
            found = {spot for control in self._controls(action) for spot in self._of_control[control]}
            performed = {
                iri for item in action.items if item.evidence for iri in self._evidence[item.evidence].performs
            }
            found |= {spot for spot in self._decided if spot[0] in performed}
        found |= self._deemed_by(found)
        return tuple(spot for spot in self._decided if spot in found)

    def _controls(self, action: Action) -> Iterator[Iri]:
        if action.kind is Kind.IMPLEMENT:
            yield action.subject
        for item in action.items:
            shown = {*item.implementations, *(self._evidence[item.evidence].implementations if item.evidence else ())}
            yield from (self._control_of[implementation] for implementation in shown & self._control_of.keys())

    def _deemed_by(self, moved: set[Spot]) -> set[Spot]:
        """Return what is deemed fulfilled by requirements that move, by those that then move, and so on."""
        knowledge = self.base.knowledge
        found: set[Spot] = set()
        waiting = {knowledge.requirements[spot[0]].provision for spot in moved}
        while waiting:
            newly = {
                spot
                for spot, wholes in self._deemed.items()
                if spot not in found and any(knowledge.within(provision, wholes) for provision in waiting)
            }
            found |= newly
            waiting = {knowledge.requirements[spot[0]].provision for spot in newly}
        return found

    @cached_property
    def _decided(self) -> tuple[Spot, ...]:
        return tuple((r.requirement, r.scope) for r in self.base.results if r.rule in {"R7", "R1c"})

    @cached_property
    def _deemed(self) -> Mapping[Spot, tuple[Iri, ...]]:
        return {(r.requirement, r.scope): r.inputs for r in self.base.results if r.rule == "R1c"}

    @cached_property
    def _control_of(self) -> Mapping[Iri, Iri]:
        return {i.iri: i.control for i in self.base.organisation.implementations}

    @cached_property
    def _evidence(self) -> Mapping[Iri, Evidence]:
        return {item.iri: item for item in self.base.organisation.evidence}

    @cached_property
    def _of_control(self) -> Mapping[Iri, set[Spot]]:
        found: dict[Iri, set[Spot]] = defaultdict(set)
        for result in self.base.results:
            for control in (*(s.control for s in result.support), *(c.control for c in result.candidates)):
                found[control].add((result.requirement, result.scope))
        return found
