"""Make of an expression what works it out for a whole table: its value, where it is true, and where it is false.

Errors are neither true nor false; where SPARQL drops a solution for an error, no mask marks it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from pyoxigraph import Literal

from engine.columns.sparql.expressions import BOOLEAN, Call, Const, Expression, Var, variables
from engine.columns.sparql.scalar import Scalar
from engine.columns.terms import NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.columns.sparql.comparing import Comparer
    from engine.columns.sparql.relations import Mask
    from engine.columns.sparql.tables import Table
    from engine.columns.terms import Numbers

__all__ = ["Conditions"]

_Masking: TypeAlias = "Callable[[Table], Mask]"
_Valuing: TypeAlias = "Callable[[Table], Numbers]"
_COMPARED = frozenset({"=", "!=", "<", "<=", ">", ">="})
_CHOOSING = frozenset({"COALESCE", "IF"})
_FEW = 2


class Conditions:
    """Works expressions out where some variables may have a value, and some surely have one."""

    def __init__(self, comparer: Comparer, possible: frozenset[str], certain: frozenset[str]) -> None:
        self.comparer = comparer
        self.lexicon = comparer.lexicon
        self.possible, self.certain = possible, certain

    def true(self, expression: Expression) -> _Masking:
        """Return what marks where an expression is true."""
        return self._mask(expression, wanted=True)

    def false(self, expression: Expression) -> _Masking:
        """Return what marks where an expression is false."""
        return self._mask(expression, wanted=False)

    def _mask(self, expression: Expression, *, wanted: bool) -> _Masking:
        if isinstance(expression, Call) and (made := self._call(expression, wanted=wanted)) is not None:
            return made
        value, truth = self.value(expression), self.comparer.truth
        return lambda table: truth(value(table))[not wanted]

    def _call(self, call: Call, *, wanted: bool) -> _Masking | None:
        """Return what marks where a call is true, or false, without its value; nothing where that must be known."""
        if call.name == "!":
            return self._mask(call.arguments[0], wanted=not wanted)
        if call.name == "BOUND":
            bound = self._defined(call.arguments[0])
            return bound if wanted else lambda table: ~bound(table)
        if call.name in {"&&", "||"}:
            return self._both(call, wanted=wanted)
        if call.name in _COMPARED:
            return self._compared(call, wanted=wanted)
        return self._choice(call, wanted=wanted) if call.name in _CHOOSING else None

    def _choice(self, call: Call, *, wanted: bool) -> _Masking:
        if call.name == "COALESCE":
            return self._first(call, wanted=wanted)
        return self._chosen(call.arguments, lambda part: self._mask(part, wanted=wanted))

    def _both(self, call: Call, *, wanted: bool) -> _Masking:
        one, other = (self._mask(part, wanted=wanted) for part in call.arguments)
        if (call.name == "&&") == wanted:
            return lambda table: one(table) & other(table)
        return lambda table: one(table) | other(table)

    def _compared(self, call: Call, *, wanted: bool) -> _Masking:
        one, other = call.arguments
        if call.name in {"=", "!="}:
            one, other = (other, one) if isinstance(one, Const) else (one, other)
            if isinstance(one, Var) and isinstance(other, Const) and not isinstance(other.term, Literal):
                return self._is_node(one.name, other, equal=(call.name == "=") == wanted)
        left, right, compare, name = self.value(one), self.value(other), self.comparer.compare, call.name
        return lambda table: compare(name, left(table), right(table))[not wanted]

    def _is_node(self, name: str, const: Const, *, equal: bool) -> _Masking:
        number = self.lexicon.add(const.term)
        if equal:
            return lambda table: table.column(name) == number
        return lambda table: (table.column(name) != number) & (table.column(name) >= 0)

    def _first(self, call: Call, *, wanted: bool) -> _Masking:
        parts = [(self._defined(part), self._mask(part, wanted=wanted)) for part in call.arguments]

        def mask(table: Table) -> Mask:
            found, open_ = np.zeros(table.size, np.bool_), np.ones(table.size, np.bool_)
            for defined, marked in parts:
                here = defined(table)
                found |= open_ & here & marked(table)
                open_ &= ~here
            return found

        return mask

    def _chosen(self, parts: tuple[Expression, ...], of: Callable[[Expression], _Masking]) -> _Masking:
        condition, then, otherwise = parts
        true, false, one, other = self.true(condition), self.false(condition), of(then), of(otherwise)
        return lambda table: (true(table) & one(table)) | (false(table) & other(table))

    def _defined(self, expression: Expression) -> _Masking:
        """Return what marks where an expression has a value."""
        if isinstance(expression, Const) or (isinstance(expression, Var) and expression.name in self.certain):
            return lambda table: np.ones(table.size, np.bool_)
        if isinstance(expression, Call) and expression.name in BOOLEAN:
            true, false = self.true(expression), self.false(expression)
            return lambda table: true(table) | false(table)
        if isinstance(expression, Call) and expression.name == "IF":
            return self._chosen(expression.arguments, self._defined)
        value = self.value(expression)
        return lambda table: value(table) >= 0

    def value(self, expression: Expression) -> _Valuing:
        """Return what gives the numbers of the values, ``NONE`` for an error or an unbound variable."""
        if isinstance(expression, Var):
            name = expression.name
            return lambda table: table.column(name)
        if isinstance(expression, Const):
            number = self.lexicon.add(expression.term)
            return lambda table: np.full(table.size, number, np.int32)
        if expression.name in BOOLEAN:
            return self._boolean(expression)
        if expression.name in _CHOOSING and not (_is_foreign(expression) and len(variables(expression)) <= _FEW):
            return self._coalesced(expression) if expression.name == "COALESCE" else self._if(expression)
        return self._foreign(expression)

    def _boolean(self, call: Call) -> _Valuing:
        true, false = self.true(call), self.false(call)
        yes, no = self.lexicon.true, self.lexicon.false
        return lambda table: np.where(true(table), yes, np.where(false(table), no, NONE)).astype(np.int32)

    def _coalesced(self, call: Call) -> _Valuing:
        *parts, last = map(self.value, call.arguments)

        def value(table: Table) -> Numbers:
            found = last(table)
            for part in reversed(parts):
                own = part(table)
                found = np.where(own >= 0, own, found)
            return found

        return value

    def _if(self, call: Call) -> _Valuing:
        condition, then, otherwise = call.arguments
        true, false, one, other = self.true(condition), self.false(condition), self.value(then), self.value(otherwise)

        def value(table: Table) -> Numbers:
            rest = np.where(false(table), other(table), np.int32(NONE))
            return np.where(true(table), one(table), rest)

        return value

    def _foreign(self, call: Call) -> _Valuing:
        names = sorted(variables(call))
        scalar = Scalar(call, names, self.lexicon)
        return lambda table: scalar([table.column(name) for name in names], table.size)


def _is_foreign(expression: Expression) -> bool:
    """Tell whether the store is asked about any part of an expression."""
    if not isinstance(expression, Call):
        return False
    native = expression.name in BOOLEAN or expression.name in _CHOOSING
    return not native or any(map(_is_foreign, expression.arguments))
