"""Which evidence counts towards which template, item by item at once (COVERAGE §5 R6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.coverage.columns.joins import NEVER, Groups, Segments

if TYPE_CHECKING:
    from engine.coverage.columns.joins import Flags, Ints
    from engine.coverage.columns.records import Records

__all__ = ["Candidates", "Counted", "EvidenceIndex"]


@dataclass(frozen=True)
class Counted:
    """How many items count on a day and the first of their last days; ``extra`` is what stands after all targets."""

    items: Ints
    expiry: Ints

    @classmethod
    def of(cls, good: Flags, ends: Ints, segments: Segments) -> Counted:
        """Return the counts of each target, and behind them that of no target."""
        items, expiry = segments.count(good), segments.least(np.where(good, ends, NEVER))
        return cls(np.append(items, 0), np.append(expiry, NEVER))


@dataclass(frozen=True)
class Candidates:
    """Items of the type that a template asks for, in the order of the targets they may count towards.

    :ivar ends: the last day of each: of the item, or of the age that the template allows.
    """

    item: Ints
    ends: Ints
    segments: Segments

    def on(self, current: Flags, day: int) -> Counted:
        """Return what counts of the items that are current on a day."""
        good = current[self.item]
        good &= self.ends >= day
        return Counted.of(good, self.ends, self.segments)


@dataclass(frozen=True)
class EvidenceIndex:
    """The items that may count: towards a slot in every scope, or in a cell, which is a slot in one scope.

    :ivar cells: which slot and scope each cell is, as one number, in order.
    """

    records: Records
    general: Candidates
    special: Candidates
    cells: Ints

    @classmethod
    def of(cls, records: Records) -> EvidenceIndex:
        """Return the index of an organisation's evidence."""
        item, slot = _of_type(records)
        everywhere = np.flatnonzero(records.evidence.general[item])
        everywhere = everywhere[np.argsort(slot[everywhere], kind="stable")]
        size = len(records.slots.implementation)
        general = _candidates(records, item[everywhere], slot[everywhere], slot[everywhere], size)
        place, scope = _named_scopes(records, item, slot)
        key = slot[place] * len(records.scopes) + scope
        order = np.argsort(key, kind="stable")
        cells, cell = np.unique(key[order], return_inverse=True)
        place = place[order]
        special = _candidates(records, item[place], slot[place], cell.astype(np.int64), len(cells))
        return cls(records, general, special, cells)

    def current(self, day: int) -> Flags:
        """Tell which items are issued, seen by four eyes, supporting and not superseded on a day."""
        evidence = self.records.evidence
        current: Flags = evidence.vouched & evidence.bounded
        current &= evidence.issued <= day
        newer, older = evidence.supersedes
        current[older[evidence.issued[newer] <= day]] = False
        return current

    def on(self, day: int) -> tuple[Counted, Counted]:
        """Return what counts on a day towards each slot everywhere, and towards each cell."""
        current = self.current(day)
        return self.general.on(current, day), self.special.on(current, day)


def _of_type(records: Records) -> tuple[Ints, Ints]:
    """Return the items and the slots of their implementation whose template takes their type."""
    slots, (linked, implementation) = records.slots, records.evidence.linked
    size = len(records.implementations.control)
    link, slot = Groups.of(slots.implementation, size).join(implementation)
    item = linked[link]
    right = slots.takes[records.evidence.kind[item], slots.kind[slot]] & ~slots.free[slot]
    return item[right], slot[right]


def _named_scopes(records: Records, item: Ints, slot: Ints) -> tuple[Ints, Ints]:
    """Return for candidates, by place, the assets they name; general ones only where each asset needs its own."""
    evidence = records.evidence
    place, named = evidence.about_of.join(item)
    scope = evidence.about[1][named]
    apart = (scope > 0) & (records.slots.per_asset[slot[place]] | ~evidence.general[item[place]])
    return place[apart], scope[apart]


def _candidates(records: Records, item: Ints, slot: Ints, target: Ints, size: int) -> Candidates:
    evidence = records.evidence
    ends = np.minimum(evidence.ends[item], evidence.issued[item] + records.slots.age[slot])
    return Candidates(item, ends, Segments.of(target, size))
