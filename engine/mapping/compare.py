"""How far two mapping sets agree, pair by pair, by what a full implementation of the source gives of the target."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.mapping.relations import GIVES, Gives
from engine.mapping.rows import NO_TERM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.graph import Iri
    from engine.mapping.rows import MappingRow

__all__ = ["VERDICTS", "Comparison", "compare", "counted"]

VERDICTS = ("same", "stronger", "weaker", "contrary", "only in first", "only in second")
_CLAIM = {Gives.NONE: 0, Gives.PART: 1, Gives.FULL: 2}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One pair of source and target, and what the first set says of it against the second."""

    subject: Iri
    object: Iri
    verdict: str
    first: MappingRow | None
    second: MappingRow | None


def compare(first: Iterable[MappingRow], second: Iterable[MappingRow]) -> tuple[Comparison, ...]:
    """Return every pair that one of two sets speaks of, sorted.

    ``same``: they claim the same share of the target, and the same elements; ``stronger``: the first claims more;
    ``contrary``: one finds something in common and the other nothing. Rows without counterpart speak of no pair.
    """
    ours, theirs = _by_pair(first), _by_pair(second)
    return tuple(_compared(*pair, ours.get(pair), theirs.get(pair)) for pair in sorted(ours.keys() | theirs.keys()))


def _by_pair(rows: Iterable[MappingRow]) -> dict[tuple[Iri, Iri], MappingRow]:
    return {(row.subject, row.object): row for row in rows if row.subject != NO_TERM and row.relation is not None}


def _compared(subject: Iri, target: Iri, one: MappingRow | None, other: MappingRow | None) -> Comparison:
    return Comparison(subject, target, _verdict(one, other), one, other)


def _verdict(one: MappingRow | None, other: MappingRow | None) -> str:
    if one is None or other is None:
        return "only in first" if other is None else "only in second"
    claim, against = _claim(one), _claim(other)
    if (claim == 0) != (against == 0):
        return "contrary"
    if claim != against:
        return "stronger" if claim > against else "weaker"
    return _by_elements(set(one.covers), set(other.covers))


def _claim(row: MappingRow) -> int:
    assert row.relation is not None  # noqa: S101 - pairs hold only rows with a relation
    return _CLAIM[GIVES[row.relation]]


def _by_elements(ours: set[Iri], theirs: set[Iri]) -> str:
    """Compare two partial claims; where neither names all that the other names, they say different things."""
    if ours == theirs:
        return "same"
    if ours > theirs:
        return "stronger"
    return "weaker" if ours < theirs else "contrary"


def counted(found: Iterable[Comparison]) -> Mapping[str, int]:
    """Return how many pairs have each verdict, all verdicts named."""
    counts = Counter(comparison.verdict for comparison in found)
    return {verdict: counts[verdict] for verdict in VERDICTS}
