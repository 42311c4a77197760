"""The statements of a graph as columns: for each predicate two arrays, subjects and objects, sorted both ways."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from pyoxigraph import NamedNode, Triple

from engine.columns.terms import NONE, Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray
    from pyoxigraph import Quad

    from engine.columns.terms import Numbers

__all__ = ["Columns", "Pairs"]

_NOTHING: Numbers = np.empty(0, np.int32)


class Pairs:
    """Pairs of numbers, each once, sorted by the first and then by the second.

    :ivar first: the keys, ascending.
    :ivar second: the values.
    """

    def __init__(self, first: Numbers, second: Numbers) -> None:
        """Sort the pairs and drop those that are there twice."""
        self.first, self.second = _sorted(first, second)

    def __len__(self) -> int:
        return len(self.first)

    def bounds(self, keys: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the values of each key begin and end in ``second``."""
        return np.searchsorted(self.first, keys, "left"), np.searchsorted(self.first, keys, "right")

    def join(self, keys: Numbers) -> tuple[NDArray[np.int64], Numbers]:
        """Return every value of every key: the place of the key in ``keys``, ascending, and the value."""
        start, end = self.bounds(keys)
        counts = end - start
        places = np.repeat(np.arange(len(keys)), counts)
        within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
        return places, self.second[np.repeat(start, counts) + within]

    @cached_property
    def turned(self) -> Pairs:
        """The same pairs the other way round."""
        return Pairs(self.second, self.first)


def _sorted(first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    codes = first.astype(np.int64) << 32 | second
    codes = np.unique(codes)
    return (codes >> 32).astype(np.int32), (codes & 0xFFFFFFFF).astype(np.int32)


class Columns:
    """The union of some statements; in which named graph one stands does not matter."""

    def __init__(self, terms: Terms, pairs: Mapping[int, Pairs]) -> None:
        self.terms = terms
        self._pairs = dict(pairs)
        self._none = Pairs(_NOTHING, _NOTHING)

    @classmethod
    def of(cls, statements: Iterable[Quad | Triple]) -> Columns:
        """Return the columns of some statements; those about a triple, or that state one, are left out."""
        terms = Terms()
        said: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for statement in statements:
            subject, value = statement.subject, statement.object
            if isinstance(subject, Triple) or isinstance(value, Triple):
                continue
            subjects, objects = said[terms.add(statement.predicate)]
            subjects.append(terms.add(subject))
            objects.append(terms.add(value))
        numbers = {p: Pairs(np.array(s, np.int32), np.array(o, np.int32)) for p, (s, o) in said.items()}
        return cls(terms, numbers)

    @property
    def predicates(self) -> tuple[int, ...]:
        """The numbers of the predicates that are used at all, ascending."""
        return tuple(sorted(self._pairs))

    def pairs(self, predicate: int | NamedNode) -> Pairs:
        """Return subjects and objects of a predicate; none where it is never used."""
        number = predicate if isinstance(predicate, int) else self.terms.number(predicate)
        return self._none if number == NONE else self._pairs.get(number, self._none)
