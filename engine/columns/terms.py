"""Terms by number: two terms have one number if, and only if, they are written alike."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from pyoxigraph import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from engine.columns.stored import StoredTerms

__all__ = ["NONE", "NO_LITERAL", "Kind", "Numbers", "Tail", "Term", "Terms"]

Term = NamedNode | BlankNode | Literal
Numbers: TypeAlias = "NDArray[np.int32]"

NONE = -1
"""The number of no term: an unbound cell, a constant that the data never mention."""


class Kind(IntEnum):
    """What a term is."""

    IRI = 0
    BLANK = 1
    LITERAL = 2


class Tail(NamedTuple):
    """What a literal has beside its text; an IRI or a blank node has nothing."""

    datatype: str = ""
    language: str = ""
    direction: str = ""


NO_LITERAL = Tail()
"""The tail of what is no literal; its number is 0."""


class Terms:
    """A dictionary of terms that only grows: a number once given keeps its term."""

    def __init__(self, terms: Iterable[Term] = (), *, stored: StoredTerms | None = None) -> None:
        self._stored = stored
        self._base = len(stored) if stored else 0
        self._numbers: dict[Term, int] = {}
        self._terms: list[Term] = []
        self._tails: list[Tail] = list(stored.tails) if stored else [NO_LITERAL]
        self._tail_numbers = {tail: number for number, tail in enumerate(self._tails)}
        self._kinds: NDArray[np.uint8] = stored.kinds if stored else np.empty(0, np.uint8)
        self._tail_of: NDArray[np.int32] = stored.tail_of if stored else np.empty(0, np.int32)
        self._texts: Any = pa.array([], pa.large_string())
        for term in terms:
            self.add(term)

    def __len__(self) -> int:
        return self._base + len(self._terms)

    def add(self, term: Term) -> int:
        """Return the number of a term, a fresh one where it has none yet."""
        number = self._numbers.get(term)
        if number is None:
            number = self.number(term)
            if number == NONE:
                number = self._numbers[term] = self._base + len(self._terms)
                self._terms.append(term)
        return number

    def add_unstored(self, term: Term) -> int:
        """Return the number of a term that is known not to be among the stored ones."""
        number = self._numbers.setdefault(term, len(self))
        if number == len(self):
            self._terms.append(term)
        return number

    def number(self, term: Term) -> int:
        """Return the number of a term, ``NONE`` where it has none."""
        number = self._numbers.get(term)
        if number is None and self._stored is not None:
            number = self._stored.number(term)
            if number != NONE:
                self._numbers[term] = number
        return NONE if number is None else number

    def term(self, number: int) -> Term:
        """Return the term of a number."""
        return self.terms((number,))[0]

    def terms(self, numbers: Iterable[int]) -> list[Term]:
        """Return the terms of some numbers, in their order."""
        wanted = numbers.tolist() if isinstance(numbers, np.ndarray) else list(numbers)
        if self._stored is None:
            return [self._terms[number] for number in wanted]
        distinct, back = np.unique(np.array(wanted, np.int64), return_inverse=True)  # each object is made once
        first_own = int(np.searchsorted(distinct, self._base))
        made = self._stored.terms(distinct[:first_own].tolist())
        made += [self._terms[number - self._base] for number in distinct[first_own:].tolist()]
        return [made[place] for place in back.tolist()]

    @property
    def nbytes(self) -> int:
        """How much memory the columns of the terms take."""
        stored = 0 if self._stored is None else self._stored.nbytes
        return stored + int(self._texts.nbytes) + self.kinds.nbytes + self.tail_of.nbytes

    @property
    def kinds(self) -> NDArray[np.uint8]:
        """The kind of each term, by number."""
        self._kinds = self._grown(self._kinds, _kind)
        return self._kinds

    @property
    def tails(self) -> list[Tail]:
        """What literals have beside their text, by the number of the tail."""
        self._tail_of = self._grown(self._tail_of, self._tail_number)
        return self._tails

    @property
    def tail_of(self) -> Numbers:
        """The number of the tail of each term, by number."""
        self._tail_of = self._grown(self._tail_of, self._tail_number)
        return self._tail_of

    def _grown(self, column: NDArray[Any], of: Callable[[Term], int]) -> NDArray[Any]:
        fresh = self._terms[len(column) - self._base :] if len(column) < len(self) else []
        if not fresh:
            return column
        return np.concatenate([column, np.fromiter(map(of, fresh), column.dtype, len(fresh))])

    def _tail_number(self, term: Term) -> int:
        if not isinstance(term, Literal):
            return 0
        tail = Tail(term.datatype.value, term.language or "", str(getattr(term, "direction", None) or ""))
        number = self._tail_numbers.setdefault(tail, len(self._tails))
        if number == len(self._tails):
            self._tails.append(tail)
        return number

    def texts(self, numbers: Numbers) -> Any:
        """Return the texts of some terms as an Arrow array: an IRI, the name of a blank node, what a literal says."""
        if len(self._texts) < len(self._terms):
            fresh = [term.value for term in self._terms[len(self._texts) :]]
            self._texts = pa.concat_arrays([self._texts, pa.array(fresh, pa.large_string())])
        if self._stored is None:
            return self._texts.take(pa.array(numbers))
        own = numbers >= self._base
        if not own.any():
            return self._stored.texts.take(pa.array(numbers))
        both = [self._stored.texts.take(pa.array(numbers[~own])), self._texts.take(pa.array(numbers[own] - self._base))]
        places: Sequence[NDArray[np.int64]] = [np.flatnonzero(~own), np.flatnonzero(own)]
        return pa.concat_arrays(both).take(pa.array(np.argsort(np.concatenate(places))))


def _kind(term: Term) -> Kind:
    if isinstance(term, NamedNode):
        return Kind.IRI
    return Kind.BLANK if isinstance(term, BlankNode) else Kind.LITERAL
