"""Which days a record, a command or a query may name: counting from a day must not run off the calendar's ends."""

from __future__ import annotations

from datetime import date

__all__ = ["FIRST", "LAST", "OUTSIDE", "is_inside"]

FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
OUTSIDE = f"is outside the years {FIRST.year} to {LAST.year}"
"""What is wrong with a day that is not inside."""


def is_inside(day: date) -> bool:
    """Tell whether a day, or a moment, is in a year that law and records can be about.

    >>> is_inside(date(2026, 11, 20)), is_inside(date(9999, 12, 31)), is_inside(date(1, 1, 1))
    (True, False, False)
    """
    return FIRST.year <= day.year <= LAST.year
