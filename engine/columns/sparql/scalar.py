"""Expressions that are not worked out on columns: the store evaluates them, once for each combination of values.

So whatever function a query calls means here what it means there; it only takes longer the first time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from engine.columns.sparql.expressions import renamed, text
from engine.columns.sparql.tables import groups
from engine.columns.table import each_once
from engine.columns.terms import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.columns.sparql.expressions import Expression
    from engine.columns.sparql.lexicon import Lexicon
    from engine.columns.terms import Numbers

__all__ = ["Scalar"]

_UNKNOWN = -2
_NUMBER = NamedNode("urn:n")
_Combination = tuple[int, ...]


class Scalar:
    """The value of an expression by the values of its variables; what was worked out is remembered."""

    def __init__(self, expression: Expression, names: Sequence[str], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._query = _query(expression, names)
        self._known: dict[_Combination, int] = {}
        self._dense: dict[_Combination, Numbers] = {}

    def __call__(self, columns: Sequence[Numbers], size: int) -> Numbers:
        """Return the numbers of the values; ``NONE`` where there is an error."""
        if size == 0:
            return np.empty(0, np.int32)
        fixed = tuple(int(col[0]) if (col == col[0]).all() else _UNKNOWN for col in columns)
        varying = [place for place, number in enumerate(fixed) if number == _UNKNOWN]
        if len(varying) == 1:
            return self._by_one(fixed, varying[0], columns[varying[0]])
        first, inverse = groups([columns[place] for place in varying], size)
        asked = list(zip(*(col.take(first).tolist() for col in columns), strict=True)) or [()]
        return np.array(self._values(asked), np.int32).take(inverse)

    def _by_one(self, fixed: _Combination, place: int, column: Numbers) -> Numbers:
        """Look values up by the one number that varies; that of an unbound variable stands first."""
        memo = self._dense.get(fixed)
        if memo is None or len(memo) <= len(self.lexicon):
            room = np.full(len(self.lexicon) * 5 // 4 + 64, _UNKNOWN, np.int32)
            room[: 0 if memo is None else len(memo)] = () if memo is None else memo
            memo = self._dense[fixed] = room
        found = memo.take(column + 1)
        missing = each_once(column[found == _UNKNOWN])
        if len(missing):
            asked = [(*fixed[:place], number, *fixed[place + 1 :]) for number in missing.tolist()]
            memo[missing + 1] = self._values(asked)
            found = memo.take(column + 1)
        return found

    def _values(self, asked: list[_Combination]) -> list[int]:
        fresh = [combination for combination in dict.fromkeys(asked) if combination not in self._known]
        if fresh:
            self._known.update(dict.fromkeys(fresh, NONE))
            self._known.update(self._evaluated(fresh))
        return [self._known[combination] for combination in asked]

    def _evaluated(self, fresh: list[_Combination]) -> Iterable[tuple[_Combination, int]]:
        store = Store()
        store.extend(quad for number, combination in enumerate(fresh) for quad in self._said(number, combination))
        found = store.query(self._query)
        assert isinstance(found, QuerySolutions)  # noqa: S101 - it is a SELECT
        told = [(solution["row"], value) for solution in found if _is_term(value := solution["out"])]
        numbers = self.lexicon.add_stored(value for _, value in told)
        rows = (fresh[int(row.value.removeprefix("urn:row:"))] for row, _ in told)
        return zip(rows, numbers, strict=True)

    def _said(self, number: int, combination: _Combination) -> Iterator[Quad]:
        row = NamedNode(f"urn:row:{number}")
        yield Quad(row, _NUMBER, Literal(number))
        for place, value in enumerate(combination):
            if value != NONE:
                yield Quad(row, NamedNode(f"urn:v{place}"), self.lexicon.terms.term(value))


def _is_term(value: object) -> bool:
    return isinstance(value, NamedNode | BlankNode | Literal)


def _query(expression: Expression, names: Sequence[str]) -> str:
    safe = {name: f"v{place}" for place, name in enumerate(names)}
    parts = " ".join(f"OPTIONAL {{ ?row <urn:{name}> ?{name} }}" for name in safe.values())
    return (
        f"SELECT ?row ?out {{ ?row <{_NUMBER.value}> ?number {parts} BIND({text(renamed(expression, safe))} AS ?out) }}"
    )
