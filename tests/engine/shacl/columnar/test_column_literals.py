from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from engine.columns.terms import Terms
from engine.shacl.columnar.literals import Literals
from engine.shacl.literals import is_less, is_well_formed
from engine.shacl.terms import XSD

DAYS = [
    *("2026-11-20", "2026-11-21", "2024-02-29", "2023-02-29", "2100-02-29", "2000-02-29", "0000-01-01", "9999-12-31"),
    *("2026-13-01", "2026-04-31", "2026-11-00", "2026-00-10", "2026-11-20Z", "2026-11-20+01:00", "-0001-01-01"),
    *("12026-11-20", "2026-1-020", "2026/11/20", "2026-11-2é", "", "0001-01-01"),
]
NUMBERS = [
    "1",
    "01",
    "+1",
    "-1",
    "0",
    "-0",
    "9" * 18,
    "-" + "9" * 18,
    "9" * 19,
    "9" * 40,
    "1.0",
    "",
    "x",
    "1 ",
    "\u0661",
]
VALUES = [
    *(Literal(day, datatype=XSD.date) for day in DAYS),
    *(Literal(number, datatype=XSD.integer) for number in NUMBERS),
    *(Literal(number, datatype=XSD.decimal) for number in ("1.0", "0.5", "x")),
    *(Literal(text, datatype=XSD.dateTime) for text in ("2026-11-20T09:30:00", "2026-11-20T09:30:00Z")),
    *(Literal("1.5", datatype=XSD.double), Literal("NaN", datatype=XSD.double), Literal("a"), Literal("b")),
    *(Literal("a", language="en"), Literal(True), NamedNode("urn:x:a"), BlankNode("b")),  # noqa: FBT003 - RDF
    Literal("a", datatype=NamedNode("urn:x:unknown")),
]


@given(pairs=st.lists(st.tuples(st.sampled_from(VALUES), st.sampled_from(VALUES)), min_size=1), or_equal=st.booleans())
@settings(max_examples=300, deadline=None)
def test_terms_compare_as_they_do_one_by_one(pairs: list[tuple[Literal, Literal]], *, or_equal: bool) -> None:
    terms = Terms()
    one, other = (np.array([terms.add(pair[side]) for pair in pairs], np.int32) for side in (0, 1))
    found = Literals(terms).less(one, other, or_equal=or_equal)
    assert found.tolist() == [is_less(left, right, or_equal=or_equal) for left, right in pairs]


def test_every_literal_is_judged_as_it_is_by_itself() -> None:
    terms = Terms(VALUES)
    literals = Literals(terms)
    judged = [(number, term) for number, term in enumerate(VALUES) if isinstance(term, Literal)]
    found = literals.ill_formed(np.array([number for number, _ in judged], np.int32))
    assert found.tolist() == [not is_well_formed(term) for _, term in judged]


def test_terms_that_come_later_are_read_too() -> None:
    terms = Terms(VALUES[:3])
    literals = Literals(terms)
    literals.read()
    late = np.array([terms.add(Literal(day, datatype=XSD.date)) for day in ("2027-01-01", "2027-01-02")], np.int32)
    assert literals.less(late[:1], late[1:], or_equal=False).tolist() == [True]
