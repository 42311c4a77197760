"""Strong Kleene logic: true, false, and undetermined, which is not false."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Truth", "all_of", "any_of", "negate"]


class Truth(IntEnum):
    """A truth value; the order false < undetermined < true makes AND the least and OR the greatest."""

    FALSE = 0
    UNDETERMINED = 1
    TRUE = 2


def all_of(values: Iterable[Truth]) -> Truth:
    """Return the conjunction; true where there is nothing to conjoin.

    >>> all_of([Truth.TRUE, Truth.UNDETERMINED]).name
    'UNDETERMINED'
    """
    return min(values, default=Truth.TRUE)


def any_of(values: Iterable[Truth]) -> Truth:
    """Return the disjunction; false where there is nothing to disjoin."""
    return max(values, default=Truth.FALSE)


def negate(value: Truth) -> Truth:
    """Return the negation; undetermined stays undetermined."""
    return Truth(Truth.TRUE - value)
