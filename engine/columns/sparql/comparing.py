"""Compare columns of terms as SPARQL compares terms: true, false, or an error, which is neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.columns.sparql.expressions import Call, Var
from engine.columns.sparql.lexicon import BOOLEAN, DATE, INTEGER, NODE, STRING
from engine.columns.sparql.scalar import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.columns.sparql.lexicon import Lexicon
    from engine.columns.sparql.relations import Mask
    from engine.columns.terms import Numbers

__all__ = ["Comparer", "Verdict"]

Verdict = tuple["Mask", "Mask"]
"""Where it is true, and where it is false."""
_SAME = DATE | INTEGER | BOOLEAN | STRING | NODE
"""Sorts of which two terms are equal where, and only where, they have one number."""
_ORDERED = DATE | INTEGER
_ORDERS: dict[str, Callable[..., Mask]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


class Comparer:
    """Compares by codes where that is exact, and asks the store about the rest."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._scalars: dict[str, Scalar] = {}

    def compare(self, name: str, one: Numbers, other: Numbers) -> Verdict:
        """Return where an operator gives true, and where false."""
        if name == "!=":
            true, false = self._equal(one, other)
            return false, true
        return self._equal(one, other) if name == "=" else self._ordered(name, one, other)

    def truth(self, numbers: Numbers) -> Verdict:
        """Return where the effective boolean value is true, and where false."""
        true, false = numbers == self.lexicon.true, numbers == self.lexicon.false
        rest = ~(true | false) & (numbers >= 0)
        if rest.any():
            self._decide("!!", [numbers], rest, (true, false))
        return true, false

    def _equal(self, one: Numbers, other: Numbers) -> Verdict:
        common = self.lexicon.codes(one) & self.lexicon.codes(other)
        if np.bitwise_and.reduce(common) & _SAME:
            same = one == other
            return same, ~same
        present = (one >= 0) & (other >= 0)
        if not present.any():
            return present, present
        left, right = self.lexicon.known(one), self.lexicon.known(other)
        decided = present & (((left & right & _SAME) != 0) | (((left | right) & NODE) != 0))
        verdict = decided & (one == other), decided & (one != other)
        return self._decide("=", [one, other], present & ~decided, verdict)

    def _ordered(self, name: str, one: Numbers, other: Numbers) -> Verdict:
        left, right = self.lexicon.codes(one), self.lexicon.codes(other)
        if np.bitwise_and.reduce(left & right) & _ORDERED:
            held = _ORDERS[name](left, right)
            return held, ~held
        present = (one >= 0) & (other >= 0)
        if not present.any():
            return present, present
        left, right = self.lexicon.known(one), self.lexicon.known(other)
        decided, held = (left & right & _ORDERED) != 0, _ORDERS[name](left, right)
        rest = ~decided & present
        return self._decide(name, [one, other], rest, (decided & held, decided & ~held))

    def _decide(self, name: str, columns: list[Numbers], rest: Mask, verdict: Verdict) -> Verdict:
        """Let the store say what is left open."""
        places = np.flatnonzero(rest)
        if len(places):
            told = self._scalar(name, len(columns))([column.take(places) for column in columns], len(places))
            for mask, value in zip(verdict, (self.lexicon.true, self.lexicon.false), strict=True):
                mask[places] = told == value
        return verdict

    def _scalar(self, name: str, arity: int) -> Scalar:
        if name not in self._scalars:
            sides = tuple(Var(f"v{place}") for place in range(arity))
            expression = Call("!", (Call("!", sides),)) if name == "!!" else Call(name, sides)
            self._scalars[name] = Scalar(expression, [side.name for side in sides], self.lexicon)
        return self._scalars[name]
