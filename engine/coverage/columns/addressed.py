"""How far every requirement is addressed and evidenced in every scope, by R4 to R7 at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.coverage.columns.implemented import ControlIndex
from engine.coverage.columns.joins import NEVER, NOWHERE, Segments, ints, located
from engine.coverage.values import EXPIRING_DAYS, Freshness
from engine.model import State

if TYPE_CHECKING:
    from engine.coverage.columns.content import ContentColumns
    from engine.coverage.columns.counted import EvidenceIndex
    from engine.coverage.columns.implemented import Controls
    from engine.coverage.columns.joins import Flags, Ints
    from engine.coverage.columns.pairs import Pairs
    from engine.coverage.columns.records import Records

__all__ = ["FRESHNESS", "STATES", "AddressedIndex", "Own"]

STATES = tuple(State)
FRESHNESS = tuple(Freshness)
_NUMBER = {state: number for number, state in enumerate(STATES)}
_FRESH = {freshness: number for number, freshness in enumerate(FRESHNESS)}


@dataclass(frozen=True)
class Own:
    """What each pair comes to by R3 to R7, applicability apart.

    :ivar state: a place in :data:`STATES`; ``freshness`` is one in :data:`FRESHNESS`.
    :ivar first_expiry: the number of a day, :data:`NEVER` where there is none.
    :ivar assurance: the weakest review state it rests on, :data:`NEVER` where it rests on none.
    """

    state: Ints
    first_expiry: Ints
    freshness: Ints
    assurance: Ints


@dataclass(frozen=True)
class _Bearing:
    """The rows that may bear on pairs, in the order of the pairs, and the live elements that partial ones name.

    :ivar place: the control in a scope that each row needs; ``element_place`` the one that addresses an element.
    """

    place: Ints
    full: Flags
    loose: Flags
    review: Ints
    pair: Segments
    element_place: Ints
    element: Segments
    element_pair: Segments

    def reach(self, controls: Flags) -> tuple[Flags, Ints]:
        """Tell which pairs some of these controls give in full, and how many elements of each they give."""
        full = self.pair.any(controls[self.place] & self.full)
        return full, self.element_pair.count(self.element.any(controls[self.element_place]))


@dataclass(frozen=True)
class AddressedIndex:
    """An organisation's pairs with all that may support them, ready for any day on which the same pairs are live."""

    content: ContentColumns
    records: Records
    pairs: Pairs
    evidence: EvidenceIndex
    controls: ControlIndex
    bearing: _Bearing
    live: Ints

    @classmethod
    def of(cls, content: ContentColumns, records: Records, evidence: EvidenceIndex, pairs: Pairs) -> AddressedIndex:
        """Return the index of what supports some pairs."""
        pair, row = content.rows_of.join(pairs.requirement)
        key = content.control[row] * len(records.scopes) + pairs.scope[pair]
        asked = np.unique(key)
        number = {iri: n for n, iri in enumerate(content.controls)}
        control = ints(number.get(iri, NOWHERE) for iri in records.implementations.control)
        controls = ControlIndex.of(evidence, control, asked)
        place = located(asked, key)
        known = np.isin(place, controls.key)
        cells = _Cells.of(content, pairs)
        bearing = _bearing(content, cells, pair[known], row[known], place[known])
        return cls(content, records, pairs, evidence, controls, bearing, cells.pair_segments.count(cells.live))

    def on(self, day: int) -> Own:
        """Return what each pair comes to on a day."""
        controls = self.controls.on(day, *self.evidence.on(day))
        state, performed = self._performed(day, self._ready(day, controls))
        supported = controls.implemented[self.bearing.place]
        expiry = self.bearing.pair.least(np.where(supported, controls.expiry[self.bearing.place], NEVER))
        review = self.bearing.pair.least(np.where(supported, self.bearing.review, NEVER))
        lapsed = self.bearing.pair.any(supported & controls.lapsed[self.bearing.place])
        expiry[performed] = NEVER
        review[performed] = NEVER
        lapsed[performed] = False
        return Own(state, expiry, _freshness(expiry, lapsed, day), review)

    def _ready(self, day: int, controls: Controls) -> Ints:
        """Return the states on readiness."""
        complete, addressed = self._complete(controls.implemented)
        proven, _ = self._complete(controls.evidenced)
        loose = self.bearing.pair.any(controls.implemented[self.bearing.place] & self.bearing.loose)
        state = np.full(len(self.live), _NUMBER[State.NOT_COVERED], np.int64)
        state[(addressed > 0) | loose] = _NUMBER[State.PARTIALLY]
        state[complete] = _NUMBER[State.CLAIMED]
        state[proven] = _NUMBER[State.COVERED]
        return np.where(self._conflict, _NUMBER[State.REVIEW], self._judged(day, state))

    def _complete(self, controls: Flags) -> tuple[Flags, Ints]:
        full, addressed = self.bearing.reach(controls)
        flagged = self.content.complete[self.pairs.requirement]
        return full | (flagged & (self.live > 0) & (addressed == self.live)), addressed

    @property
    def _conflict(self) -> Flags:
        return self.content.conflict[self.pairs.requirement]

    def _judged(self, day: int, state: Ints) -> Ints:
        """Return the states with what was judged of them: open wording waits for that, and may be found short."""
        sufficient, insufficient = self.pairs.judgements.on(day)
        covered = state == _NUMBER[State.COVERED]
        waits = covered & self.content.open_textured[self.pairs.requirement] & ~sufficient
        short = insufficient & (covered | (state == _NUMBER[State.CLAIMED]))
        state = np.where(waits, _NUMBER[State.REVIEW], state)
        return np.where(short, _NUMBER[State.PARTIALLY], state)

    def _performed(self, day: int, state: Ints) -> tuple[Ints, Flags]:
        """Return the states with those that recorded events decide, and which these are."""
        vouched = self.records.evidence.vouched & (self.records.evidence.issued <= day)
        happened, shown = self.pairs.performance.on(vouched)
        performed = happened > 0
        if not performed.any():
            return state, performed
        reached = np.full(len(state), _NUMBER[State.NOT_COVERED], np.int64)
        reached[shown > 0] = _NUMBER[State.PARTIALLY]
        reached[shown == happened] = _NUMBER[State.COVERED]
        return np.where(performed, self._judged(day, reached), state), performed


def _freshness(expiry: Ints, lapsed: Flags, day: int) -> Ints:
    freshness = np.where(lapsed, _FRESH[Freshness.EXPIRED], _FRESH[Freshness.UNKNOWN])
    known = expiry < NEVER
    soon = np.where(expiry <= day + EXPIRING_DAYS, _FRESH[Freshness.EXPIRING], _FRESH[Freshness.FRESH])
    return np.where(known, soon, freshness)


@dataclass(frozen=True)
class _Cells:
    """The elements of every pair, live or not: a cell each, those of a pair together."""

    starts: Ints
    live: Flags
    pair: Ints
    pair_segments: Segments

    @classmethod
    def of(cls, content: ContentColumns, pairs: Pairs) -> _Cells:
        counts = content.elements[pairs.requirement]
        starts = np.cumsum(counts) - counts
        pair = np.repeat(np.arange(len(counts)), counts)
        live = np.ones(len(pair), np.bool_)
        dead, element = pairs.dead
        live[starts[dead] + element] = False
        return cls(starts, live, pair, Segments.of(pair, len(counts)))


def _bearing(content: ContentColumns, cells: _Cells, pair: Ints, row: Ints, place: Ints) -> _Bearing:
    """Leave out the partial rows whose elements are all not live (R4)."""
    which, named = content.named_of.join(row)
    cell = cells.starts[pair[which]] + content.named[named]
    alive = cells.live[cell]
    which, cell = which[alive], cell[alive]
    bears = content.full[row] | content.loose[row]
    bears[which] = True
    order = np.argsort(cell, kind="stable")
    element_place = place[which[order]]
    pair, row, place = pair[bears], row[bears], place[bears]
    size = len(cells.starts)
    return _Bearing(
        place=place,
        full=content.full[row],
        loose=content.loose[row],
        review=content.review[row],
        pair=Segments.of(pair, size),
        element_place=element_place,
        element=Segments.of(cell[order], len(cells.live)),
        element_pair=cells.pair_segments,
    )
