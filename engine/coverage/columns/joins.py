"""What all columns are made with: joins of integer keys, and reductions over the positions of a target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NEVER", "NOWHERE", "Flags", "Groups", "Ints", "Segments", "day_number", "ints", "located", "to_date"]

Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
NEVER = date.max.toordinal() + 1
"""The number of the day after all days."""
NOWHERE = -1
"""The position of what is in no column."""


def day_number(day: date | None, otherwise: int = NEVER) -> int:
    """Return the number of a day, which orders days; another number where there is none."""
    return otherwise if day is None else day.toordinal()


def to_date(number: int) -> date | None:
    """Return the day of a number, nothing for the one after all days."""
    return None if number >= NEVER else date.fromordinal(number)


def ints(values: Iterable[int]) -> Ints:
    """Return integers as a column."""
    return np.fromiter(values, np.int64)


def located(keys: Ints, wanted: Ints) -> Ints:
    """Return where each wanted key lies among sorted different keys, :data:`NOWHERE` where it does not."""
    if not len(keys):
        return np.full(len(wanted), NOWHERE, np.int64)
    places = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
    return np.where(keys[places] == wanted, places, NOWHERE)


@dataclass(frozen=True, slots=True)
class Groups:
    """Positions grouped by a key from 0 to some size, each group in its order."""

    order: Ints
    starts: Ints
    counts: Ints

    @classmethod
    def of(cls, keys: Ints, size: int) -> Groups:
        """Return the positions of each key."""
        counts = np.bincount(keys, minlength=size).astype(np.int64)
        return cls(np.argsort(keys, kind="stable").astype(np.int64), np.cumsum(counts) - counts, counts)

    def join(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return for every key and every position grouped under it: which key, by its place, and which position.

        The places come in order. A key :data:`NOWHERE` has no positions.
        """
        counts = np.where(keys == NOWHERE, 0, self.counts[keys] if len(self.counts) else 0)
        left = np.repeat(np.arange(len(keys), dtype=np.int64), counts)
        within = np.arange(len(left), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
        return left, self.order[self.starts[keys[left]] + within] if len(left) else left


@dataclass(frozen=True, slots=True)
class Segments:
    """Positions that lie in the order of their targets, so that what stands at them is reduced target by target."""

    size: int
    targets: Ints
    starts: Ints

    @classmethod
    def of(cls, targets: Ints, size: int) -> Segments:
        """Return the segments of targets that are in order, out of so many targets."""
        first = np.ones(len(targets), np.bool_)
        first[1:] = targets[1:] != targets[:-1]
        starts = np.flatnonzero(first)
        return cls(size, targets[starts], starts)

    def count(self, flags: Flags) -> Ints:
        """Return for each target at how many of its positions a flag stands."""
        found = np.zeros(self.size, np.int64)
        found[self.targets] = np.add.reduceat(flags.view(np.int8), self.starts, dtype=np.int32)
        return found

    def any(self, flags: Flags) -> Flags:
        """Return for each target whether a flag stands at one of its positions."""
        found = np.zeros(self.size, np.bool_)
        found[self.targets] = np.bitwise_or.reduceat(flags.view(np.uint8), self.starts).view(np.bool_)
        return found

    def least(self, values: Ints, otherwise: int = NEVER) -> Ints:
        """Return the least value of each target, another number where it has no position."""
        found = np.full(self.size, otherwise, np.int64)
        found[self.targets] = np.minimum.reduceat(values, self.starts)
        return found

    def most(self, values: Ints, otherwise: int = NOWHERE) -> Ints:
        """Return the largest value of each target, another number where it has no position."""
        found = np.full(self.size, otherwise, np.int64)
        found[self.targets] = np.maximum.reduceat(values, self.starts)
        return found

    def union(self, bits: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Return the bits set at some position of each target."""
        found = np.zeros(self.size, np.uint8)
        found[self.targets] = np.bitwise_or.reduceat(bits, self.starts)
        return found
