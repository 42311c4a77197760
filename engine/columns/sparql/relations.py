"""Pairs of numbers made ready for joins: what belongs to a key is found by one look, without a search."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from engine.columns.table import codes_of, each_once, parts_of
from engine.columns.terms import NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.columns.table import Pairs
    from engine.columns.terms import Numbers

__all__ = ["Mask", "Places", "Reflexive", "Relation", "closure", "composed", "pairs_of", "spread"]

Places: TypeAlias = "NDArray[np.int64]"
Mask: TypeAlias = "NDArray[np.bool_]"


def pairs_of(first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    """Return pairs sorted, each once."""
    return parts_of(each_once(codes_of(first, second)))


def spread(counts: Numbers | Places) -> Places:
    """Return each place as often as its count says."""
    return np.repeat(np.arange(len(counts)), counts)


class Relation:
    """Pairs, each once, sorted by the first and then the second.

    :ivar size: the numbers that may occur are below it.
    """

    zero = False

    def __init__(self, first: Numbers, second: Numbers, size: int, pairs: Pairs | None = None) -> None:
        self.first, self.second, self.size = first, second, size
        self._pairs = pairs

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def turned(self) -> Relation:
        """The same pairs the other way round."""
        if self._pairs is not None:
            pairs = self._pairs.turned
            return Relation(pairs.first, pairs.second, self.size, pairs)
        order = np.lexsort((self.first, self.second))
        return Relation(self.second[order], self.first[order], self.size)

    @cached_property
    def keys(self) -> int:
        """How many numbers come first in a pair."""
        return int(np.count_nonzero(self.first[1:] != self.first[:-1])) + 1 if len(self.first) else 0

    @cached_property
    def values(self) -> int:
        """How many numbers come second in a pair."""
        return int(np.count_nonzero(np.bincount(self.second))) if len(self.second) else 0

    @property
    def is_single(self) -> bool:
        """Whether no number has two partners."""
        return self.keys == len(self.first)

    @cached_property
    def _only(self) -> Numbers:
        only = np.full(self.size + 1, NONE, np.int32)
        only[self.first] = self.second
        return only

    @cached_property
    def _counts(self) -> Numbers:
        return np.bincount(self.first, minlength=self.size + 1).astype(np.int32)

    @cached_property
    def _begins(self) -> Numbers:
        return (np.cumsum(self._counts) - self._counts).astype(np.int32)

    @cached_property
    def _codes(self) -> NDArray[np.int64]:
        return codes_of(self.first, self.second)

    def within(self, keys: Numbers, known: int) -> Numbers:
        """Return keys such that those that came after the pairs find nothing.

        :param known: how many terms there are now.
        """
        return np.minimum(keys, self.size) if known > self.size else keys

    def partner(self, keys: Numbers) -> Numbers:
        """Return the one partner of each key, ``NONE`` where it has none."""
        return self._only.take(keys)

    def is_there(self, keys: Numbers) -> Mask:
        """Tell of each key whether it has a partner."""
        found: Mask = (self._only.take(keys) >= 0) if self.is_single else (self._counts.take(keys) > 0)
        return found

    def expand(self, keys: Numbers) -> tuple[Places | None, Numbers]:
        """Return all partners of keys: the place of the key, and the partner; no places where each key has one."""
        if self.is_single:
            values = self._only.take(keys)
            if len(values) == 0 or values.min() >= 0:
                return None, values
            places = np.flatnonzero(values >= 0)
            return places, values.take(places)
        counts = self._counts.take(keys)
        places = spread(counts)
        starts = self._begins.take(keys) - (np.cumsum(counts) - counts)
        return places, self.second.take(starts.take(places) + np.arange(len(places)))

    def holds(self, keys: Numbers, values: Numbers) -> Mask:
        """Tell of each key and value whether they are a pair."""
        if self.is_single:
            same: Mask = (self._only.take(keys) == values) & (values >= 0)
            return same
        if not len(self):
            return np.zeros(len(keys), np.bool_)
        counts = self._counts.take(keys)
        found: Mask = (self.second.take(self._begins.take(keys), mode="clip") == values) & (counts > 0)
        others = np.flatnonzero((counts > 1) & ~found)
        if len(others):
            codes = codes_of(keys.take(others), values.take(others))
            found[others] = self._codes.take(np.searchsorted(self._codes, codes), mode="clip") == codes
        return found

    def of(self, key: int) -> Numbers:
        """Return the partners of one key."""
        start, end = np.searchsorted(self.first, [key, key + 1])
        return self.second[start:end]

    def all_pairs(self) -> tuple[Numbers, Numbers]:
        """Return the pairs."""
        return self.first, self.second


class Reflexive(Relation):
    """Pairs of different nodes, and each node of the graph with itself; the latter are not written down.

    :ivar nodes: gives the nodes, and tells of numbers whether they are nodes.
    """

    zero = True

    def __init__(self, base: Relation, nodes: Nodes) -> None:
        apart = base.first != base.second
        super().__init__(base.first[apart], base.second[apart], base.size)
        self.nodes = nodes

    @cached_property
    def turned(self) -> Relation:
        """The same pairs the other way round."""
        return Reflexive(super().turned, self.nodes)

    def expand(self, keys: Numbers) -> tuple[Places | None, Numbers]:
        """Return all partners of keys that are nodes, themselves among them."""
        own = np.flatnonzero(self.nodes.contain(keys))
        places, values = super().expand(keys)
        if places is None:
            places = np.arange(len(keys))
        if not len(places) and len(own) == len(keys):
            return None, keys
        return np.concatenate([own, places]), np.concatenate([keys.take(own), values])

    def holds(self, keys: Numbers, values: Numbers) -> Mask:
        """Tell of each key and value whether they are a pair, or one node."""
        same: Mask = (keys == values) & self.nodes.contain(keys)
        return super().holds(keys, values) | same

    def is_there(self, keys: Numbers) -> Mask:
        """Tell of each key whether it is a node."""
        return self.nodes.contain(keys)

    def of(self, key: int) -> Numbers:
        """Return the partners of one key, itself among them."""
        one = np.array([key], np.int32)
        return np.concatenate([one[self.nodes.contain(one)], super().of(key)])

    def all_pairs(self) -> tuple[Numbers, Numbers]:
        """Return the pairs with those of each node and itself."""
        nodes = self.nodes.all()
        return np.concatenate([nodes, self.first]), np.concatenate([nodes, self.second])


class Nodes:
    """The nodes of a graph: what is a subject or an object."""

    def __init__(self, plain: Callable[[], Mask], canonical: Callable[[], Mask]) -> None:
        self._make_plain, self._make_canonical = plain, canonical

    @cached_property
    def _plain(self) -> Mask:
        return self._make_plain()

    @cached_property
    def _canonical(self) -> Mask:
        return self._make_canonical()

    def contain(self, numbers: Numbers) -> Mask:
        """Tell of numbers whether they are nodes; literals are only looked at where that is not plain already."""
        found = self._plain.take(numbers, mode="clip") & (numbers >= 0)
        if found.all():
            return found
        return self._canonical.take(numbers, mode="clip") & (numbers >= 0)

    def all(self) -> Numbers:
        """Return all nodes."""
        return np.flatnonzero(self._canonical).astype(np.int32)


def composed(one: Relation, other: Relation) -> Relation:
    """Return what is reached by a pair of one and then a pair of the other."""
    places, values = other.expand(one.second)
    first = one.first if places is None else one.first.take(places)
    return Relation(*pairs_of(first, values), one.size)


def closure(base: Relation, most: int) -> Relation | None:
    """Return what is reached by one pair or more; nothing where that would be more than so many pairs."""
    found = base._codes  # noqa: SLF001 - of its own kind
    fresh = base
    while len(fresh):
        codes = np.setdiff1d(composed(fresh, base)._codes, found, assume_unique=True)  # noqa: SLF001 - as above
        found = np.union1d(found, codes)
        if len(found) > most:
            return None
        fresh = Relation(*parts_of(codes), base.size)
    return Relation(*parts_of(found), base.size)
