"""Which literals are well formed, and which comes before which, as SPARQL has it."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from engine.shacl.literals import is_less, is_well_formed
from engine.shacl.terms import XSD, Term


@pytest.mark.parametrize(
    ("text", "datatype", "expected"),
    [
        ("01", "integer", True),
        ("1.0", "integer", False),
        ("٣", "integer", False),
        ("300", "byte", False),
        ("-128", "byte", True),
        ("0", "positiveInteger", False),
        ("18446744073709551615", "unsignedLong", True),
        ("18446744073709551616", "unsignedLong", False),
        ("1.", "decimal", True),
        ("1e0", "decimal", False),
        ("-INF", "double", True),
        ("inf", "float", False),
        ("yes", "boolean", False),
        ("2026-02-30", "date", False),
        ("2026-02-28+14:00", "date", True),
        ("12026-02-28", "date", True),
        ("2026-11-20T24:00:00Z", "dateTime", True),
        ("2026-11-20T25:00:00Z", "dateTime", False),
        ("2026-11-20", "dateTime", False),
        ("P1Y2M", "duration", True),
        ("P", "duration", False),
        ("anything", "anyURI", True),
    ],
)
def test_well_formed(text: str, datatype: str, *, expected: bool) -> None:
    assert is_well_formed(Literal(text, datatype=XSD(datatype))) is expected


def of(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=XSD(datatype))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (of("01", "integer"), of("1.5", "decimal")),
        (of("1", "byte"), of("1.0E1", "double")),
        (Literal("a"), Literal("b")),
        (Literal(False), Literal(True)),  # noqa: FBT003 - RDF literals
        (of("2026-11-20", "date"), of("2026-11-21", "date")),
        (of("2026-11-20T23:59:59Z", "dateTime"), of("2026-11-20T24:00:00Z", "dateTime")),
        (of("2026-11-20T09:00:00", "dateTime"), of("2026-11-21T09:00:00Z", "dateTime")),
        (of("2026-11-20T09:00:00+02:00", "dateTime"), of("2026-11-20T09:00:00Z", "dateTime")),
        (of("09:30:00", "time"), of("10:00:00", "time")),
    ],
)
def test_less(one: Literal, other: Literal) -> None:
    assert is_less(one, other)
    assert not is_less(other, one, or_equal=True)
    assert is_less(one, one, or_equal=True)
    assert not is_less(one, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Literal("1"), Literal(2)),
        (Literal("a", language="en"), Literal("b", language="en")),
        (NamedNode("http://example.org/a"), NamedNode("http://example.org/b")),
        (BlankNode("a"), Literal(1)),
        (of("one", "integer"), Literal(2)),
        (of("2026-11-20", "date"), of("2026-11-21T00:00:00", "dateTime")),
        (of("2026-11-20T09:00:00", "dateTime"), of("2026-11-20T15:00:00Z", "dateTime")),
        (of("NaN", "double"), Literal(1)),
    ],
)
def test_what_cannot_be_compared_is_not_less(one: Term, other: Term) -> None:
    assert not is_less(one, other, or_equal=True)
    assert not is_less(other, one, or_equal=True)
