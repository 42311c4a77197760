"""What an organisation says of mappings in its own graph: reviews of shipped rows, rows of its own, rows put aside."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from engine.mapping.reviews import reviews_of, standing
from engine.mapping.rows import rows_of
from engine.model import ReviewState
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from engine.graph import Graph, Iri
    from engine.mapping.reviews import Review, Standing
    from engine.mapping.rows import MappingRow

__all__ = ["Overlay", "read_overlay"]


@dataclass(frozen=True)
class Overlay:
    """The reviews and rows of one organisation.

    :ivar overrides: each shipped row that a row of its own puts out of force, with that row.
    """

    reviews: tuple[Review, ...] = ()
    rows: tuple[MappingRow, ...] = ()
    overrides: tuple[tuple[Iri, Iri], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.reviews or self.rows)

    def standing(self, row: MappingRow, day: date) -> Standing:
        """Return what the reviews of a row up to a day make of it."""
        return standing(row, self._of[row.iri], day)

    @cached_property
    def _of(self) -> Mapping[Iri, list[Review]]:
        found: dict[Iri, list[Review]] = defaultdict(list)
        for review in self.reviews:
            found[review.mapping].append(review)
        return found

    def over(self, rows: Iterable[MappingRow], day: date) -> tuple[MappingRow, ...]:
        """Return shipped rows and the organisation's own, each in the review state it has for the organisation."""
        put_aside = self._put_aside(day)
        seen = [
            replace(row, review_state=ReviewState.SUPERSEDED) if row.iri in put_aside else self._reviewed(row, day)
            for row in (*rows, *self.rows)
        ]
        return tuple(sorted(seen, key=lambda row: (row.set_id, row.subject, row.object)))

    def _put_aside(self, day: date) -> set[Iri]:
        """Return the rows that another puts out of force: one that is there on the day and that nobody has stopped."""
        in_force = {
            row.iri
            for row in self.rows
            if (row.created is None or row.created <= day)
            and self._reviewed(row, day).review_state >= ReviewState.PROPOSED
        }
        return {shipped for shipped, own in self.overrides if own in in_force and own != shipped}

    def _reviewed(self, row: MappingRow, day: date) -> MappingRow:
        if row.iri not in self._of:
            return row
        found = self.standing(row, day)
        names = "; ".join(dict.fromkeys(review.name for review in found.counted))
        return replace(row, review_state=found.state, reviewer=names or row.reviewer)


def read_overlay(records: Graph) -> Overlay:
    """Return what the records of an organisation say of mappings."""
    rows = rows_of(records)
    overrides = tuple((shipped, row.iri) for row in rows for shipped in records.iris(row.iri, NG.overridesRow))
    return Overlay(reviews_of(records), rows, tuple(sorted(overrides)))
