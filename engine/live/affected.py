"""What a change bears on: collected while it is made, and then forgotten so that it is found anew."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.model import Evidence, Judgement, Override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.coverage.memory import Memory
    from engine.coverage.records import Record
    from engine.coverage.states import StateReader
    from engine.coverage.values import ControlStanding, Result
    from engine.graph import Iri
    from engine.live.dependants import Dependants
    from engine.live.recorded import Recorded
    from engine.model import Implementation

__all__ = ["Affected"]


class Affected:
    """The controls, and the requirements with their scopes, that a change bears on.

    Records are named before and after they are changed: what they name leads to controls by way of other records.
    """

    def __init__(self, memory: Memory, recorded: Recorded) -> None:
        self._memory = memory
        self._recorded = recorded
        self._standings: dict[Iri, dict[Iri, ControlStanding]] = defaultdict(dict)
        self._scopes: dict[Iri, set[Iri]] = defaultdict(set)
        self._whole: set[Iri] = set()

    def by(self, records: Iterable[Record]) -> None:
        """Add what some records bear on, as things are recorded now."""
        for record in records:
            for implementation in self._recorded.implementations_of(record):
                self._look_at(implementation, wholly=record is implementation)
            if isinstance(record, Judgement | Override):
                self._scopes[record.requirement].update(record.respects)
            elif isinstance(record, Evidence):
                self._whole.update(record.performs)

    def _look_at(self, implementation: Implementation, *, wholly: bool) -> None:
        """Forget an implementation, and its control in its scopes; in all, where it is itself another one."""
        self._memory.checks.pop(implementation.iri, None)
        everywhere = wholly or self._recorded.base.iri in implementation.scopes
        scopes = None if everywhere else implementation.scopes
        before = self._memory.forget_control(implementation.control, scopes)
        self._standings[implementation.control].update(before)

    def add_mapped(self, requirements: Iterable[Iri]) -> None:
        """Add requirements in all their scopes, whose rows are others."""
        for requirement in requirements:
            self._whole.add(requirement)
            self._memory.bases.pop(requirement, None)

    def forgotten(
        self, reader: StateReader, dependants: Dependants, *, by_time: bool = False
    ) -> dict[Iri, Mapping[Iri, Result]]:
        """Forget the results that are affected; return what they were.

        A control bears on a requirement only in the scopes in which its standing is another one than before.

        :param by_time: whether a day has passed: evidence may be expiring now, which its standing does not say.
        """
        for control, before in self._standings.items():
            standing = reader.by_rows.supports.standing
            other = {s: now for s in before if (now := standing(control, s)) != before[s]}
            excluding = any(other[s].exclusion != before[s].exclusion for s in other)
            for requirement in dependants.of_control.get(control, ()) if other or by_time else ():
                self._scopes[requirement.iri].update(before if by_time else other)
                if excluding and requirement.arises_per:  # what excludes it for an asset it arises from counts for it
                    self._whole.add(requirement.iri)
                for scope, now in other.items():
                    self._memory.restate(requirement.iri, scope, control, now.checks)
        self._whole |= dependants.deemed_by({*self._whole, *self._scopes})
        wanted = {**self._scopes, **dict.fromkeys(self._whole)}
        return {iri: self._memory.forget_requirement(iri, wanted[iri]) for iri in sorted(wanted)}
