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
    from engine.plan.actions import Action

__all__ = ["Recount", "is_ready", "rank"]

_READY = "ready for judgement"
_ORDER = {State.NOT_COVERED: 0, State.PARTIALLY: 1, State.CLAIMED: 2, State.COVERED: 4}
_READY_RANK = 3


def is_ready(result: Result) -> bool:
    """Tell whether all is in place but the judgement that an open wording asks for."""
    return result.state is State.REVIEW and result.rule == "R7" and result.reason == _READY


def rank(result: Result) -> int | None:
    """Return the place in NotCovered < Partially < Claimed < ready for judgement < Covered; nothing outside of it."""
    return _READY_RANK if is_ready(result) else _ORDER.get(result.state)


class Recount:
    """Count results of one assessment anew, with some actions carried out: the engine's own states, no estimate."""

    def __init__(self, base: Assessment) -> None:
        self.base = base

    def results(self, actions: Iterable[Action], requirements: Iterable[Iri]) -> dict[tuple[Iri, Iri], Result]:
        """Return the results of some requirements, by requirement and scope."""
        base = self.base
        reader = StateReader(
            base.knowledge, carried_out(base.organisation, actions, base.day), base.day, base.policy
        )
        found = (result for iri in requirements for result in reader.results(base.knowledge.requirements[iri]))
        return {(result.requirement, result.scope): result for result in found}

    def moved_by(self, action: Action) -> tuple[Iri, ...]:
        """Return the requirements whose results an action can change, in document order."""
        if action.kind is Kind.JUDGEMENT:
            found = {action.subject, *self._deemed}
        else:
            found = {iri for control in self._controls(action) for iri in self._of_control[control]}
            found |= {iri for item in action.items if item.evidence for iri in self._performed[item.evidence]}
            found |= self._deemed
        return tuple(iri for iri in self.base.by_requirement if iri in found)

    def _controls(self, action: Action) -> Iterator[Iri]:
        if action.kind is Kind.IMPLEMENT:
            yield action.subject
        for item in action.items:
            shown = {*item.implementations, *(self._shown[item.evidence] if item.evidence else ())}
            yield from (self._control_of[implementation] for implementation in shown)

    @cached_property
    def _control_of(self) -> Mapping[Iri, Iri]:
        return {i.iri: i.control for i in self.base.organisation.implementations}

    @cached_property
    def _shown(self) -> Mapping[Iri, tuple[Iri, ...]]:
        known = self._control_of
        return {e.iri: tuple(i for i in e.implementations if i in known) for e in self.base.organisation.evidence}

    @cached_property
    def _performed(self) -> Mapping[Iri, tuple[Iri, ...]]:
        return {e.iri: e.performs for e in self.base.organisation.evidence}

    @cached_property
    def _deemed(self) -> frozenset[Iri]:
        """The requirements that other requirements fulfil: they move with those."""
        return frozenset(result.requirement for result in self.base.results if result.rule == "R1c")

    @cached_property
    def _of_control(self) -> Mapping[Iri, set[Iri]]:
        found: dict[Iri, set[Iri]] = defaultdict(set)
        for result in self.base.results:
            for entry in (*result.support, *result.candidates):
                found[entry.control].add(result.requirement)
        return found
