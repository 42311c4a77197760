"""Which requirements look at what: at a control, at the state of other requirements, at a mapping row."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.coverage.states import StateReader
    from engine.graph import Iri
    from engine.model import Requirement

__all__ = ["Dependants", "rows_bearing_on"]


class Dependants:
    """What looks at what, under the law and the rows of one reader.

    :ivar of_control: the requirements that a control may support, directly, by an ancestor or by a chain, with the one
        that restates it.
    """

    def __init__(self, reader: StateReader, live: Iterable[Requirement]) -> None:
        live = tuple(live)
        self.of_control: dict[Iri, list[Requirement]] = defaultdict(list)
        self._deemed_by: dict[Iri, set[Iri]] = defaultdict(set)
        for requirement in live:
            for control in _controls(reader, requirement):
                self.of_control[control].append(requirement)
            for referred in reader.sparing.refers_to(requirement):
                self._deemed_by[referred.iri].add(requirement.iri)

    def deemed_by(self, requirements: Iterable[Iri]) -> set[Iri]:
        """Return what may be deemed fulfilled by some requirements, or by what is deemed fulfilled by them."""
        found: set[Iri] = set()
        waiting = list(requirements)
        while waiting:
            fresh = self._deemed_by.get(waiting.pop(), set()) - found
            found |= fresh
            waiting += fresh
        return found


def _controls(reader: StateReader, requirement: Requirement) -> set[Iri]:
    supports = reader.by_rows.supports
    by_rows = {row.subject for row, _ in supports.accepted.rows_on(requirement)}
    by_chains = {derived.subject for derived in supports.accepted.derived(requirement)}
    return {requirement.provision, *by_rows, *by_chains}


def rows_bearing_on(before: StateReader, after: StateReader, live: Iterable[Requirement]) -> set[Iri]:
    """Return the requirements that rows bear on which only one of two readers has, by themselves or in a chain.

    A row that is seen as before is the same object; one that is reviewed otherwise is another.
    """
    old, new = ({id(row): row for row in reader.knowledge.rows} for reader in (before, after))
    targets = {rows[key].object for rows in (old, new) for key in old.keys() ^ new.keys() if key in rows}
    lineage = after.knowledge.lineage
    found = {r.iri for r in live if r.iri in targets or not targets.isdisjoint(lineage(r.provision))}
    derived = before.by_rows.supports.accepted.derived, after.by_rows.supports.accepted.derived
    return found | {r.iri for r in live if derived[0](r) != derived[1](r)}
