"""What the numbers of terms stand for: their canonical form, and what they are compared by.

A store writes literals in their canonical form when it takes them in, and joins by that: ``01`` and ``1`` are one
term to a query. The columns keep what was written; so queries see each number replaced by that of the canonical form.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from pyoxigraph import Literal, NamedNode, Quad, Store

from engine.columns.table import each_once
from engine.columns.terms import NONE, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from engine.columns.terms import Numbers, Term, Terms

__all__ = ["BOOLEAN", "DATE", "INTEGER", "NODE", "OTHER", "STRING", "Lexicon"]

XSD = "http://www.w3.org/2001/XMLSchema#"
TRUE = Literal("true", datatype=NamedNode(f"{XSD}boolean"))
FALSE = Literal("false", datatype=NamedNode(f"{XSD}boolean"))

DATE, INTEGER, BOOLEAN, STRING, OTHER, NODE = (1 << bit for bit in (62, 61, 60, 59, 58, 57))
"""The sort of a term is a bit of its code; the bits below order terms of one sort. NODE is no literal."""
_MIDDLE = 1 << 51
_FURTHEST = 1 << 50
_FEW = 100
_PLAIN = {
    f"{XSD}date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    f"{XSD}integer": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    f"{XSD}boolean": re.compile(r"true|false"),
}
"""Forms that a store leaves as they are."""
_LEFT = frozenset({f"{XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", f"{XSD}anyURI"})


class Lexicon:
    """The canonical form and the code of each term, worked out when first asked for."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._codes: NDArray[np.int64] = np.zeros(0, np.int64)
        self._filled = 0
        self._canonical: dict[int, int] = {}
        self._counts: Numbers = np.empty(0, np.int32)
        self.grow()
        self.true = self.add(TRUE)
        self.false = self.add(FALSE)

    def __len__(self) -> int:
        return len(self.terms)

    def grow(self) -> None:
        """Take in the terms that have come since; the last code stays 0, for it is that of no term."""
        size = len(self.terms)
        if size > len(self._codes) - 1:
            room = np.zeros(size + size // 4 + 1024, np.int64)
            room[: len(self._codes)] = self._codes
            self._codes = room
        if size > self._filled + _FEW:
            fresh = self._codes[self._filled : size]
            fresh[self.terms.kinds[self._filled : size] != Kind.LITERAL] = NODE
        elif size > self._filled:
            several = self.terms.terms(range(self._filled, size))
            self._codes[self._filled : size] = [0 if isinstance(term, Literal) else NODE for term in several]
        self._filled = size

    def codes(self, numbers: Numbers) -> NDArray[np.int64]:
        """Return the codes of terms; 0 where there is no term, or where nobody asked before."""
        return self._codes.take(numbers)

    def known(self, numbers: Numbers) -> NDArray[np.int64]:
        """Return the codes of terms; 0 where there is no term."""
        found = self._codes.take(numbers)
        missing = each_once(numbers[(found == 0) & (numbers >= 0)])
        if len(missing):
            self._codes[missing] = [_code(term) for term in self.terms.terms(missing.tolist())]
            found = self._codes.take(numbers)
        return found

    def add(self, term: Term) -> int:
        """Return the number of the canonical form of a term."""
        number = self.terms.add(term)
        self.grow()
        return self.canonical(number)

    def add_stored(self, terms: Iterable[Term]) -> list[int]:
        """Return the numbers of terms that come from a store, and so are in their canonical form."""
        numbers = [self.terms.add(term) for term in terms]
        self._canonical.update(zip(numbers, numbers, strict=True))
        self.grow()
        return numbers

    def counted(self, counts: NDArray[np.int64]) -> Numbers:
        """Return the numbers of the literals of some counts."""
        most = int(counts.max(initial=0))
        if most >= len(self._counts):
            self._counts = np.append(self._counts, np.full(most + 1 - len(self._counts), NONE, np.int32))
        found = self._counts.take(counts)
        for count in set(counts[found < 0].tolist()):
            self._counts[count] = self.add(Literal(count))
        return self._counts.take(counts)

    def canonical(self, number: int) -> int:
        """Return the number of the canonical form of a term that has a number."""
        if self._codes[number] & NODE:
            return number
        if number not in self._canonical:
            self._learn([number])
        return self._canonical[number]

    def all_canonical(self, numbers: Numbers) -> Numbers:
        """Return the numbers of canonical forms; most are as they were."""
        codes = self.codes(numbers)
        if np.bitwise_and.reduce(codes) & NODE:
            return numbers
        asked = np.zeros(len(self._codes), np.bool_)
        asked[numbers[((codes & NODE) == 0) & (numbers >= 0)]] = True
        doubtful = np.flatnonzero(asked).tolist()
        self._learn([number for number in doubtful if number not in self._canonical])
        changed = {number: self._canonical[number] for number in doubtful if self._canonical[number] != number}
        if not changed:
            return numbers
        written = np.fromiter(changed, np.int32)
        places = np.searchsorted(written, numbers).clip(0, len(written) - 1)
        forms = np.fromiter(changed.values(), np.int32)
        return np.where(written[places] == numbers, forms[places], numbers).astype(np.int32)

    def _learn(self, fresh: list[int]) -> None:
        written = [term for term in self.terms.terms(fresh) if isinstance(term, Literal)]
        for number, term, form in zip(fresh, written, _stored(written), strict=True):
            self._canonical[number] = number if form is term else self.terms.add(form)
        self.grow()


def _stored(literals: list[Literal]) -> Iterable[Literal]:
    """Return literals as a store writes them."""
    changed = [literal for literal in literals if not _is_plain(literal)]
    store, name = Store(), NamedNode("urn:n")
    store.extend(Quad(NamedNode(f"urn:{n}"), name, literal) for n, literal in enumerate(changed))
    found = {quad.subject.value: quad.object for quad in store}
    forms = {literal: found[f"urn:{n}"] for n, literal in enumerate(changed)}
    return [literal if (form := forms.get(literal, literal)) == literal else form for literal in literals]


def _is_plain(literal: Literal) -> bool:
    datatype = literal.datatype.value
    form = _PLAIN.get(datatype)
    return bool(form.fullmatch(literal.value)) if form else datatype in _LEFT


def _code(term: Term) -> int:
    """Return the code of a term in its canonical form."""
    if not isinstance(term, Literal):
        return NODE
    datatype, text = term.datatype.value, term.value
    if datatype == f"{XSD}string":
        return STRING
    form = _PLAIN.get(datatype)
    if not form or not form.fullmatch(text):
        return OTHER
    return _READERS[datatype](text)


def _day(text: str) -> int:
    try:
        return DATE | date.fromisoformat(text).toordinal()
    except ValueError:
        return OTHER


def _whole(text: str) -> int:
    value = int(text)
    return INTEGER | (value + _MIDDLE) if abs(value) < _FURTHEST else OTHER


_READERS: dict[str, Callable[[str], int]] = {
    f"{XSD}date": _day,
    f"{XSD}integer": _whole,
    f"{XSD}boolean": lambda text: BOOLEAN | (text == "true"),
}
