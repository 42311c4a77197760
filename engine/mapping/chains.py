"""Derive mappings of two hops, each with its premises (COVERAGE §2)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.mapping.relations import ALL, CONVERSE, Gives, Relation, compose, derived_gives

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.graph import Iri
    from engine.mapping.rows import MappingRow

__all__ = ["DerivedMapping", "chains"]


@dataclass(frozen=True, slots=True)
class DerivedMapping:
    """What two rows together leave possible between a control and a requirement; always ``proposed``.

    :ivar possible: nothing where the paths between the two contradict each other.
    """

    subject: Iri
    object: Iri
    possible: frozenset[Relation]
    premises: tuple[Iri, ...]

    @property
    def gives(self) -> Gives | None:
        """How much of the target is given under every possible relation."""
        return derived_gives(self.possible)


@dataclass(frozen=True, slots=True)
class _Hop:
    subject: Iri
    object: Iri
    relation: Relation
    premise: Iri
    subject_version: str
    object_version: str

    @property
    def converse(self) -> _Hop:
        relation = CONVERSE[self.relation]
        return _Hop(self.object, self.subject, relation, self.premise, self.object_version, self.subject_version)


def _hop(row: MappingRow, target: Iri) -> list[_Hop]:
    if row.relation is None:
        return []
    return [_Hop(row.subject, target, row.relation, row.iri, row.subject_version, row.object_version)]


def chains(rows: Iterable[MappingRow], targets: frozenset[Iri], own: Mapping[Iri, Iri]) -> list[DerivedMapping]:
    """Return what follows for pairs linked by two of the rows; the possible relations of all paths are intersected.

    The first hop may be a row read backwards; the second leads from the middle to the requirement as it was written.
    Both speak of the middle in the same version. A control needs no chain to itself, nor to the
    requirement that restates it.

    :param rows: accepted rows of one rationale type.
    :param targets: the requirements that a derived mapping may end in.
    :param own: the control or clause that a standard's requirement restates: as a middle the two are one (COVERAGE §3).
    """
    rows = tuple(rows)
    leaving: dict[tuple[Iri, str], list[_Hop]] = defaultdict(list)
    for row in rows:
        for hop in _hop(row, row.object) if row.object in targets else ():
            leaving[hop.subject, hop.subject_version].append(hop)
    to_middle = [hop for row in rows for hop in _hop(row, own.get(row.object, row.object))]
    found: dict[tuple[Iri, Iri], DerivedMapping] = {}
    for first in [*to_middle, *(hop.converse for hop in to_middle)]:
        for second in leaving[first.object, first.object_version] if first.subject not in targets else ():
            if first.subject not in {first.object, own.get(second.object)}:
                _merge(found, first, second)
    return [found[pair] for pair in sorted(found)]


def _merge(found: dict[tuple[Iri, Iri], DerivedMapping], first: _Hop, second: _Hop) -> None:
    pair = (first.subject, second.object)
    known = found.get(pair, DerivedMapping(*pair, ALL, ()))
    possible = known.possible & compose(first.relation, second.relation)
    premises = tuple(sorted({*known.premises, first.premise, second.premise}))
    found[pair] = DerivedMapping(*pair, possible, premises)
