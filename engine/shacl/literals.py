"""What SPARQL knows of literals: which are well formed for their datatype, and which comes before which.

SHACL leaves both to SPARQL 1.1: a value of a datatype must be well formed (§4.1.2), and ranges and orders are those
of ``<`` and ``<=`` (§4.3, §4.5.3). Literals that SPARQL cannot compare are neither less than nor equal to each other.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pyoxigraph import Literal, NamedNode

from engine.shacl.terms import XSD

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.shacl.terms import Term

__all__ = ["has_forms", "is_less", "is_well_formed"]

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_SIZES = {"byte": 8, "short": 16, "int": 32, "long": 64}
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    **{name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for name, bits in _SIZES.items()},
    **{f"unsigned{name.capitalize()}": (0, 2**bits - 1) for name, bits in _SIZES.items()},
}
_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_FORMS = {
    "boolean": r"true|false|0|1",
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "double": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "date": r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}" + _ZONE,
    "dateTime": r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?" + _ZONE,
    "time": r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?" + _ZONE,
    "gYear": r"-?[0-9]{4,}" + _ZONE,
    "gYearMonth": r"-?[0-9]{4,}-(0[1-9]|1[0-2])" + _ZONE,
    "duration": r"-?P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?",
    "dayTimeDuration": r"-?P(?=.)([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?",
    "yearMonthDuration": r"-?P(?=.)([0-9]+Y)?([0-9]+M)?",
}
_PATTERNS = {XSD(name).value: re.compile(form) for name, form in (*_FORMS.items(), ("float", _FORMS["double"]))}
_INTEGERS = {XSD(name).value: bounds for name, bounds in _BOUNDS.items()}
_CALENDAR = {XSD.date.value: date.fromisoformat, XSD.dateTime.value: datetime.fromisoformat}
_RECKONED = re.compile(r"[0-9]{4}-")
_DAY = len("2026-11-20")
_FURTHEST_ZONE = timedelta(hours=14)


def has_forms(datatype: Term) -> bool:
    """Tell whether SPARQL knows how literals of a datatype may be written, so that one can be ill formed."""
    return isinstance(datatype, NamedNode) and (datatype.value in _INTEGERS or datatype.value in _PATTERNS)


def is_well_formed(literal: Literal) -> bool:
    """Tell whether a literal may be written so in its datatype; of a datatype unknown to SPARQL anything may.

    >>> is_well_formed(Literal("300", datatype=XSD.byte))
    False
    """
    datatype, text = literal.datatype.value, literal.value
    if datatype in _INTEGERS:
        return _is_integer(text, *_INTEGERS[datatype])
    if datatype in _PATTERNS and not _PATTERNS[datatype].fullmatch(text):
        return False
    return datatype not in _CALENDAR or _is_in_calendar(text, _CALENDAR[datatype])


def _is_integer(text: str, least: int | None, most: int | None) -> bool:
    if not _INTEGER.fullmatch(text):
        return False
    return (least is None or Decimal(text) >= least) and (most is None or Decimal(text) <= most)


def _is_in_calendar(text: str, read: Callable[[str], object]) -> bool:
    if not _RECKONED.match(text):
        return True  # only the form of a year beyond the standard library's can be told
    try:
        read(text[:_DAY] if read == date.fromisoformat else _midnight(text))
    except ValueError:
        return False
    return True


def _midnight(text: str) -> str:
    """Write the end of a day, which XSD allows, as the hour before it: the standard library knows only 0 to 23."""
    return re.sub(r"T24:00:00(\.0+)?", "T23:00:00", text)


class _Key(NamedTuple):
    """What a literal is compared by: only keys of one family are."""

    family: str
    value: Any


def is_less(one: Term, other: Term, *, or_equal: bool = False) -> bool:
    """Tell whether SPARQL's ``<``, or ``<=``, holds between two terms.

    >>> is_less(Literal("01", datatype=XSD.integer), Literal(1.5))
    True
    """
    if not isinstance(one, Literal) or not isinstance(other, Literal):
        return False
    left, right = _key(one), _key(other)
    if left is None or right is None or left.family != right.family:
        return False
    if left.family in {"dateTime", "date", "time"}:
        return _is_earlier(left.value, right.value, or_equal=or_equal)
    return bool(left.value < right.value or (or_equal and left.value == right.value))


def _is_earlier(one: datetime, other: datetime, *, or_equal: bool) -> bool:
    """Compare times; one without a zone comes before another only if it does so in every zone (XSD 1.0 §3.2.7.4)."""
    if (one.tzinfo is None) != (other.tzinfo is None):
        if one.tzinfo is None:
            return one.replace(tzinfo=UTC) + _FURTHEST_ZONE < other
        return one + _FURTHEST_ZONE < other.replace(tzinfo=UTC)
    return one < other or (or_equal and one == other)


@lru_cache(maxsize=65536)
def _key(literal: Literal) -> _Key | None:
    datatype, text = literal.datatype.value, literal.value
    if datatype == XSD.string.value:
        return _Key("string", text)
    if not is_well_formed(literal):
        return None
    if datatype in _INTEGERS or datatype == XSD.decimal.value:
        return _Key("number", Decimal(text))
    read = _READERS.get(datatype)
    try:
        return read(text) if read else None
    except (ValueError, OverflowError):  # beyond the calendar of the standard library
        return None


def _number(text: str) -> _Key | None:
    """Return the number; NaN is neither less than nor equal to anything, itself included."""
    return None if text == "NaN" else _Key("number", float(text))


def _moment(text: str) -> _Key:
    late = "T24:00:00" in text
    return _Key("dateTime", datetime.fromisoformat(_midnight(text)) + timedelta(hours=late))


def _day(text: str) -> _Key:
    return _Key("date", datetime.fromisoformat(f"{text[:_DAY]}T00:00:00{text[_DAY:]}"))


def _hour(text: str) -> _Key:
    return _Key("time", datetime.combine(date(2000, 1, 2), time.fromisoformat(text)))


_READERS: dict[str, Callable[[str], _Key | None]] = {
    XSD.boolean.value: lambda text: _Key("boolean", text in {"true", "1"}),
    XSD.double.value: _number,
    XSD.float.value: _number,
    XSD.dateTime.value: _moment,
    XSD.date.value: _day,
    XSD.time.value: _hour,
}
