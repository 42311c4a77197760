"""Periods of days: the first one that belongs, and the first one that no longer does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Period", "covers"]


class Period(Protocol):
    """Whatever is valid from one day until before another; without a bound where there is none."""

    @property
    def valid_from(self) -> date | None:
        """The first day."""

    @property
    def valid_until(self) -> date | None:
        """The first day that is no longer in the period."""


def covers(period: Period, day: date) -> bool:
    """Tell whether a day lies in a period."""
    begun = period.valid_from is None or period.valid_from <= day
    return begun and (period.valid_until is None or day < period.valid_until)
