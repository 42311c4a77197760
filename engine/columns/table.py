"""The statements of a graph as columns: for each predicate two arrays, subjects and objects, sorted both ways."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pyoxigraph import Literal, NamedNode, Triple

from engine.columns.terms import NONE, Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray
    from pyoxigraph import Quad

    from engine.columns.terms import Numbers

__all__ = ["Columns", "Pairs", "codes_of", "each_once", "parts_of", "upto"]

_NOTHING: Numbers = np.empty(0, np.int32)
_FEW, _THIN = 65_536, 16
"""Up to which number, and to how many numbers a pair, the places of all keys are kept; beyond, they are searched."""


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

    @property
    def nbytes(self) -> int:
        """How much memory the pairs take, and where each key begins."""
        return self.first.nbytes + self.second.nbytes + (0 if self._places is None else self._places.nbytes)

    @cached_property
    def _places(self) -> NDArray[np.int32] | None:
        """Where the values of each key begin; one key more than there are stands for all that have none."""
        top = int(self.first[-1]) if len(self) else -1
        if top > _FEW + _THIN * len(self):
            return None
        places = np.zeros(top + 3, np.int32)
        np.cumsum(np.bincount(self.first, minlength=top + 2), out=places[1:])
        return places

    def prepare(self) -> None:
        """Find where the values of each key begin, before anybody asks."""
        self.bounds(_NOTHING)

    def bounds(self, keys: Numbers) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        """Return where the values of each key begin and end in ``second``."""
        places = self._places
        if places is None:
            return np.searchsorted(self.first, keys, "left"), np.searchsorted(self.first, keys, "right")
        known = np.asarray(keys, np.int32).view(np.uint32)  # NONE becomes the greatest number, which no key has
        return places[:-1].take(known, mode="clip"), places[1:].take(known, mode="clip")

    def of(self, key: int) -> Numbers:
        """Return the values of one key, ascending."""
        if key < 0:
            return _NOTHING
        places = self._places
        if places is None:
            start, end = np.searchsorted(self.first, [key, key + 1]).tolist()
            return self.second[start:end]
        return self.second[places[key] : places[key + 1]] if key < len(places) - 1 else _NOTHING

    def join(self, keys: Numbers) -> tuple[NDArray[np.int64], Numbers]:
        """Return every value of every key: the place of the key in ``keys``, ascending, and the value."""
        return self.between(*self.bounds(keys))

    def between(
        self, start: NDArray[np.integer], end: NDArray[np.integer], *, ascending: bool = False
    ) -> tuple[NDArray[np.int64], Numbers]:
        """Return the values between some bounds: the place of the bounds, ascending, and the value.

        :param ascending: whether the bounds are those of ascending keys: what lies together is then not copied.
        """
        counts = end - start
        total = int(counts.sum())
        if not total:
            return upto(0), _NOTHING
        each = total == len(counts) == np.count_nonzero(counts)
        places = upto(total) if each else np.repeat(upto(len(counts)), counts)
        if ascending and int(end[-1]) - int(start[0]) == total:
            return places, self.second[int(start[0]) : int(end[-1])]
        if each:
            return places, self.second[start]
        shift = start - np.cumsum(counts) + counts
        return places, self.second[shift[places] + upto(total)]

    def has(self, keys: Numbers, values: Numbers) -> NDArray[np.bool_]:
        """Tell of each key and the value beside it whether they are a pair."""
        start, end = self.bounds(keys)
        if not len(self):
            return np.zeros(len(keys), np.bool_)
        if int((end - start).max(initial=0)) <= 1:
            found: NDArray[np.bool_] = (end > start) & (self.second.take(start, mode="clip") == values)
        else:
            wanted = codes_of(keys, values)
            found = self._codes.take(np.searchsorted(self._codes, wanted), mode="clip") == wanted
        return found

    @cached_property
    def _codes(self) -> NDArray[np.int64]:
        return codes_of(self.first, self.second)

    @cached_property
    def turned(self) -> Pairs:
        """The same pairs the other way round."""
        return Pairs(self.second, self.first)


@lru_cache(maxsize=16)
def upto(count: int) -> NDArray[np.int64]:
    """Return the numbers below one, for reading only: many columns share them."""
    numbers = np.arange(count)
    numbers.flags.writeable = False
    return numbers


def codes_of(first: NDArray[np.integer], second: Numbers) -> NDArray[np.int64]:
    """Return one number for each pair, in whose order the pairs stand."""
    return first.astype(np.int64) << 32 | second.view(np.uint32)


def parts_of(codes: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """Return the pairs that codes stand for."""
    return (codes >> 32).astype(np.int32), (codes & 0xFFFFFFFF).astype(np.int32)


def each_once(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return numbers ascending, each once; by sorting, which is quicker here than NumPy's table of hashes.

    >>> each_once(np.array([3, 1, 3]))
    array([1, 3])
    """
    if (numbers[1:] > numbers[:-1]).all():
        return numbers
    found = np.sort(numbers)
    fresh = np.ones(len(found), np.bool_)
    np.not_equal(found[1:], found[:-1], out=fresh[1:])
    return found[fresh]


def _sorted(first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    codes = codes_of(first, second)
    ordered = each_once(codes)
    if ordered is not codes:
        return parts_of(ordered)
    return np.ascontiguousarray(first, np.int32), np.ascontiguousarray(second, np.int32)


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
        add = terms.add
        said: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for statement in statements:
            subject, value = statement.subject, statement.object
            if isinstance(subject, Triple) or isinstance(value, Triple):
                continue
            subjects, objects = said[add(statement.predicate)]
            subjects.append(add(subject))
            objects.append(add(value))
        numbers = {p: Pairs(np.array(s, np.int32), np.array(o, np.int32)) for p, (s, o) in said.items()}
        return cls(terms, numbers)

    def __len__(self) -> int:
        return sum(map(len, self._pairs.values()))

    @property
    def nbytes(self) -> int:
        """How much memory the columns and their terms take, Python objects left out."""
        return self.terms.nbytes + sum(pairs.nbytes for pairs in self._pairs.values())

    @property
    def predicates(self) -> tuple[int, ...]:
        """The numbers of the predicates that are used at all, ascending."""
        return tuple(sorted(self._pairs))

    def pairs(self, predicate: int | NamedNode) -> Pairs:
        """Return subjects and objects of a predicate; none where it is never used."""
        number = predicate if isinstance(predicate, int) else self.terms.number(predicate)
        return self._none if number == NONE else self._pairs.get(number, self._none)

    def statements(self) -> Iterator[Triple]:
        """Yield the statements as they were written, each once."""
        for number in self.predicates:
            pairs, predicate = self.pairs(number), self.terms.term(number)
            assert isinstance(predicate, NamedNode)  # noqa: S101 - nothing else is a predicate
            for subject, value in zip(self.terms.terms(pairs.first), self.terms.terms(pairs.second), strict=True):
                if not isinstance(subject, Literal):
                    yield Triple(subject, predicate, value)
