"""Terms by number: two terms have one number if, and only if, they are written alike."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from pyoxigraph import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["NONE", "Kind", "Numbers", "Term", "Terms"]

Term = NamedNode | BlankNode | Literal
Numbers: TypeAlias = "NDArray[np.int32]"

NONE = -1
"""The number of no term: an unbound cell, a constant that the data never mention."""


class Kind(IntEnum):
    """What a term is."""

    IRI = 0
    BLANK = 1
    LITERAL = 2


class Terms:
    """A dictionary of terms that only grows: a number once given keeps its term."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        self._numbers: dict[Term, int] = {}
        self._terms: list[Term] = []
        self._kinds: NDArray[np.uint8] = np.empty(0, np.uint8)
        for term in terms:
            self.add(term)

    def __len__(self) -> int:
        return len(self._terms)

    def add(self, term: Term) -> int:
        """Return the number of a term, a fresh one where it has none yet."""
        number = self._numbers.get(term)
        if number is None:
            number = self._numbers[term] = len(self._terms)
            self._terms.append(term)
        return number

    def number(self, term: Term) -> int:
        """Return the number of a term, ``NONE`` where it has none."""
        return self._numbers.get(term, NONE)

    def term(self, number: int) -> Term:
        """Return the term of a number."""
        return self._terms[number]

    def terms(self, numbers: Iterable[int]) -> list[Term]:
        """Return the terms of some numbers, in their order."""
        return [self._terms[number] for number in numbers]

    @property
    def kinds(self) -> NDArray[np.uint8]:
        """The kind of each term, by number."""
        if len(self._kinds) < len(self._terms):
            fresh = self._terms[len(self._kinds) :]
            self._kinds = np.concatenate([self._kinds, np.fromiter(map(_kind, fresh), np.uint8, len(fresh))])
        return self._kinds


def _kind(term: Term) -> Kind:
    if isinstance(term, NamedNode):
        return Kind.IRI
    return Kind.BLANK if isinstance(term, BlankNode) else Kind.LITERAL
