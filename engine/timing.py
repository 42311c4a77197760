"""From when a norm may apply in a scope: the possible dates, and what they say of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.kleene import Truth
from engine.verdicts import conclude

if TYPE_CHECKING:
    from datetime import date

    from engine.graph import Iri

__all__ = ["Timing"]


@dataclass(frozen=True, slots=True)
class Timing:
    """The dates from which a norm may apply in a scope, with the windows that say so.

    ``bound`` is false where no window ever governs the provision or what it is part of: then it always applies.
    """

    dates: tuple[date, ...]
    windows: tuple[Iri, ...]
    bound: bool

    def applies(self, day: date) -> Truth:
        """Tell whether the norm applies on a day under every possible date, none, or some."""
        if not self.bound:
            return Truth.TRUE
        if not self.dates:
            return Truth.UNDETERMINED
        return conclude([Truth.TRUE if start <= day else Truth.FALSE for start in self.dates])

    @property
    def first(self) -> date | None:
        """The earliest possible date."""
        return min(self.dates, default=None)

    def or_earlier(self, other: Timing) -> Timing:
        """Return the earlier of each possible pair of dates of this timing and another."""
        if not self.bound or not other.bound:
            return Timing((), (), bound=False)
        dates = {min(own, theirs) for own in self.dates for theirs in other.dates}
        return Timing(tuple(sorted(dates)), tuple(sorted({*self.windows, *other.windows})), bound=True)

    def not_before(self, other: Timing | None) -> Timing:
        """Return the later of each possible pair of dates of this timing and another."""
        if other is None or not other.bound:
            return self
        windows = tuple(sorted({*self.windows, *other.windows}))
        if not self.bound:
            return Timing(other.dates, windows, bound=True)
        dates = {max(own, theirs) for own in self.dates for theirs in other.dates}
        return Timing(tuple(sorted(dates)), windows, bound=True)
