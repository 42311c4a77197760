"""Which controls are implemented and evidenced in which scopes (COVERAGE §5 R5 and R6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.coverage.columns.joins import NEVER, NOWHERE, Groups, Segments, located

if TYPE_CHECKING:
    from engine.coverage.columns.counted import Counted, EvidenceIndex
    from engine.coverage.columns.joins import Flags, Ints
    from engine.coverage.columns.records import Records

__all__ = ["ControlIndex", "Controls"]


@dataclass(frozen=True)
class Controls:
    """The controls asked for in their scopes, on a day: with ``expiry`` and ``lapsed`` of what evidences them."""

    implemented: Flags
    evidenced: Flags
    expiry: Ints
    lapsed: Flags


@dataclass(frozen=True)
class _Checks:
    """What has to count for an implementation in a scope: one check a template, or one an asset of a template."""

    slot: Ints
    cell: Ints
    everywhere: Ints
    needed: Ints
    segments: Segments


@dataclass(frozen=True)
class ControlIndex:
    """Implementations, by the controls and scopes that are asked for: each a place, a control in a scope.

    :ivar implementation: of each implementation in a scope, in the order of the places.
    :ivar excluding: an exclusion and the place that it excludes.
    """

    records: Records
    size: int
    implementation: Ints
    place: Segments
    key: Ints
    excluding: tuple[Ints, Ints]
    checks: _Checks

    @classmethod
    def of(cls, evidence: EvidenceIndex, control: Ints, asked: Ints) -> ControlIndex:
        """Return the index of the controls in scopes that are asked for.

        :param control: the number of the control of each implementation, :data:`NOWHERE` where none is asked for.
        :param asked: the controls in scopes, as one number each, in order.
        """
        records = evidence.records
        stated = records.implementations
        implementation, scope, key = _in_scopes(records, control, asked, stated.implemented)
        excluding, _, excluded = _in_scopes(records, control, asked, stated.excluded)
        checks = _checks(evidence, implementation, scope)
        place = Segments.of(key, len(asked))
        return cls(records, len(asked), implementation, place, key, (excluding, excluded), checks)

    def on(self, day: int, everywhere: Counted, cells: Counted) -> Controls:
        """Return what is implemented and evidenced on a day, by the evidence that counts."""
        stated = self.records.implementations
        in_force = (stated.begins <= day) & (day < stated.ends)
        excluded = np.zeros(self.size, np.bool_)
        exclusion, place = self.excluding
        excluded[place[in_force[exclusion]]] = True
        active = in_force[self.implementation]
        active &= ~excluded[self.key]
        passed, expiry = self._passed(everywhere, cells)
        evidenced = active & passed & ~self._found(day)[self.implementation]
        lapsed = active & self._lapsed(day)[self.implementation]
        least = self.place.least(np.where(active, expiry, NEVER))
        return Controls(self.place.any(active), self.place.any(evidenced), least, self.place.any(lapsed))

    def _passed(self, everywhere: Counted, cells: Counted) -> tuple[Flags, Ints]:
        """Tell for each implementation in a scope whether all checks pass, and when the first of its items lapses."""
        checks = self.checks
        items = everywhere.items[checks.everywhere] + cells.items[checks.cell]
        expiry = np.minimum(everywhere.expiry[checks.everywhere], cells.expiry[checks.cell])
        passed = np.zeros(len(self.implementation), np.bool_)
        passed[checks.segments.targets] = True
        passed &= ~checks.segments.any(items < checks.needed)
        return passed, checks.segments.least(expiry)

    def _found(self, day: int) -> Flags:
        """Tell against which implementations a major finding is open."""
        implementation, since, until = self.records.implementations.found
        found = np.zeros(len(self.records.implementations.control), np.bool_)
        found[implementation[(since <= day) & (day < until)]] = True
        return found

    def _lapsed(self, day: int) -> Flags:
        """Tell of which implementations some item has lapsed, for a template that demands any."""
        slots = self.records.slots
        found = np.zeros(len(self.records.implementations.control), np.bool_)
        found[slots.implementation[(slots.oldest < day) & ~slots.free]] = True
        return found


def _in_scopes(records: Records, control: Ints, asked: Ints, wanted: Flags) -> tuple[Ints, Ints, Ints]:
    """Return implementations of asked controls, each with every scope it contains and the place among the asked."""
    implementation, scope = records.implementations.scoped
    known = wanted[implementation] & (control[implementation] != NOWHERE)
    implementation, scope = implementation[known], scope[known]
    width = len(records.scopes)
    whole, asset = implementation[scope == 0], scope > 0
    count = int(control.max(initial=NOWHERE)) + 1
    left, everywhere = Groups.of(asked // width, count).join(control[whole])
    single = located(asked, control[implementation[asset]] * width + scope[asset])
    key = np.concatenate([everywhere, single])
    size = len(control)
    within = np.concatenate([whole[left], implementation[asset]])
    found = np.unique((key * size + within)[key != NOWHERE])
    key = found // max(size, 1)
    return found % max(size, 1), asked[key] % width, key


def _checks(evidence: EvidenceIndex, implementation: Ints, scope: Ints) -> _Checks:
    records, slots = evidence.records, evidence.records.slots
    pair, slot = Groups.of(slots.implementation, len(records.implementations.control)).join(implementation)
    each = scope[pair]
    pair, slot, each = _each_asset(records, pair, slot, each)
    cell = located(evidence.cells, slot * len(records.scopes) + each)
    nowhere = len(slots.implementation)
    everywhere = np.where((each == 0) | ~slots.per_asset[slot], slot, nowhere)
    segments = Segments.of(pair, len(implementation))
    return _Checks(slot, cell, everywhere, slots.needed[slot], segments)


def _each_asset(records: Records, pair: Ints, slot: Ints, scope: Ints) -> tuple[Ints, Ints, Ints]:
    """Have a template for each asset checked, for the organisation, in each scope of the implementation."""
    slots, stated = records.slots, records.implementations
    apart = slots.per_asset[slot] & (scope == 0)
    if not apart.any():
        return pair, slot, scope
    left, scoped = stated.scopes_of.join(slots.implementation[slot[apart]])
    pair = np.concatenate([pair[~apart], pair[apart][left]])
    slot = np.concatenate([slot[~apart], slot[apart][left]])
    scope = np.concatenate([scope[~apart], stated.scoped[1][scoped]])
    order = np.argsort(pair, kind="stable")
    return pair[order], slot[order], scope[order]
