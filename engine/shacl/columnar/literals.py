"""What SPARQL knows of literals, by number: which are well formed, and how they compare.

Days and whole numbers, which are most of what is compared, are read as columns; everything else goes, each distinct
term or pair once, to the functions of ``engine.shacl.literals``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc
from pyoxigraph import Literal

from engine.columns.terms import Kind
from engine.shacl.literals import is_less, is_well_formed
from engine.shacl.terms import XSD, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.columns.terms import Numbers, Term, Terms

__all__ = ["Literals"]

_DAY = len("2026-11-20")
_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9]
_DASHES = [4, 7]
_ZERO, _NINE, _DASH = ord("0"), 9, ord("-")
_FEBRUARY = 2
_MONTHS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_DAYS, _INTEGERS = 1, 2
"""The two families whose keys are columns; other terms are in none."""
_LONGEST = 18
"""How many digits a whole number has at most that surely fits in 64 bits."""


class Literals:
    """The literals among some terms, as SPARQL reads them."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._family: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._key: NDArray[np.int64] = np.empty(0, np.int64)
        self._of: dict[Term, NDArray[np.bool_]] = {}

    def of(self, datatype: Term, numbers: Numbers) -> NDArray[np.bool_]:
        """Tell which terms are literals of a datatype, whatever their language."""
        tail_of, tails = self.terms.tail_of, self.terms.tails
        known = self._of.get(datatype)
        if known is None or len(known) < len(tails):
            known = self._of[datatype] = np.array([tail.datatype == shown(datatype) for tail in tails], np.bool_)
        of: NDArray[np.bool_] = known[tail_of[numbers]]
        return of

    def read(self) -> None:
        """Read the days and the whole numbers of terms that are new."""
        known, total = len(self._family), len(self.terms)
        if known < total:
            self._family = np.concatenate([self._family, np.zeros(total - known, np.uint8)])
            self._key = np.concatenate([self._key, np.zeros(total - known, np.int64)])
            fresh = np.arange(known, total, dtype=np.int32)
            for datatype, family, read in ((XSD.date, _DAYS, _days), (XSD.integer, _INTEGERS, _integers)):
                numbers = fresh[self.of(datatype, fresh)]
                fits, keys = read(self.terms.texts(numbers))
                self._family[numbers[fits]] = family
                self._key[numbers[fits]] = keys[fits]

    def ill_formed(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Tell which literals of one datatype are not well formed for it."""
        self.read()
        ill: NDArray[np.bool_] = self._family[numbers] == 0
        if ill.any():
            distinct, back = np.unique(numbers[ill], return_inverse=True)
            judged: list[bool] = [isinstance(t, Literal) and not is_well_formed(t) for t in self.terms.terms(distinct)]
            ill[ill] = np.array(judged, np.bool_)[back]
        return ill

    def less(self, one: Numbers, other: Numbers, *, or_equal: bool) -> NDArray[np.bool_]:
        """Tell of each pair whether SPARQL's ``<``, or ``<=``, holds."""
        self.read()
        families = self._family[one]
        read = families == self._family[other]
        read &= families != 0
        left, right = self._key[one], self._key[other]
        holds = left <= right if or_equal else left < right
        if not read.all():
            kinds = self.terms.kinds
            holds &= read
            scalar = np.flatnonzero(~read & (kinds[one] == Kind.LITERAL) & (kinds[other] == Kind.LITERAL))
            holds[scalar] = self._less_each(one[scalar], other[scalar], or_equal=or_equal)
        return holds

    def _less_each(self, one: Numbers, other: Numbers, *, or_equal: bool) -> NDArray[np.bool_]:
        codes, back = np.unique(one.astype(np.int64) << 32 | other, return_inverse=True)
        pairs = zip(
            self.terms.terms((codes >> 32).tolist()), self.terms.terms((codes & 0xFFFFFFFF).tolist()), strict=True
        )
        each: list[bool] = [is_less(left, right, or_equal=or_equal) for left, right in pairs]
        holds: NDArray[np.bool_] = np.array(each, np.bool_)[back]
        return holds

    def beyond(self, numbers: Numbers, bound: Term, name: str) -> NDArray[np.bool_]:
        """Tell which terms do not lie on the side of a bound that a range names."""
        bounds = np.full(len(numbers), self.terms.add(bound), np.int32)
        one, other = (bounds, numbers) if name.startswith("Min") else (numbers, bounds)
        return ~self.less(one, other, or_equal=name.endswith("Inclusive"))


def _rows(texts: Any, width: int) -> NDArray[np.uint8]:
    """Return the bytes of texts that are all of one length, a row for each."""
    _, _, data = texts.buffers()
    return np.frombuffer(data, np.uint8, len(texts) * width).reshape(len(texts), width)


def _days(texts: Any) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which texts are days of the calendar with a year of four digits and no zone, and the days' numbers."""
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(lengths == _DAY)
    fits, keys = np.zeros(len(texts), np.bool_), np.zeros(len(texts), np.int64)
    if len(places):
        rows = _rows(texts.take(places), _DAY)
        digits = rows[:, _DIGITS].astype(np.int64) - _ZERO
        year, month, day = digits[:, :4] @ [1000, 100, 10, 1], digits[:, 4:6] @ [10, 1], digits[:, 6:] @ [10, 1]
        good = ((digits >= 0) & (digits <= _NINE)).all(1) & (rows[:, _DASHES] == _DASH).all(1)
        good &= (year > 0) & (month > 0) & (month < len(_MONTHS)) & (day > 0)
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        good &= day <= _MONTHS[np.where(good, month, 0)] - ((month == _FEBRUARY) & ~leap)
        fits[places], keys[places] = good, (year * 12 + month) * 31 + day
    return fits, keys


def _integers(texts: Any) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which texts are whole numbers that fit in 64 bits, and these."""
    fits = pc.match_substring_regex(texts, f"^[+-]?[0-9]{{1,{_LONGEST}}}$").to_numpy(zero_copy_only=False)
    keys = np.zeros(len(texts), np.int64)
    keys[fits] = [int(text) for text in texts.take(np.flatnonzero(fits)).to_pylist()]
    return fits, keys
