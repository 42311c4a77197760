"""From when a norm may apply in a scope: the possible dates, and what they say of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from engine.kleene import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.graph import Iri

__all__ = ["ALWAYS", "Span", "Timing"]

Span = tuple[date, date]
"""The first and the last day from which something may apply; the ends of the calendar where they are open."""
ALWAYS: Span = (date.min, date.min)


@dataclass(frozen=True, slots=True)
class Timing:
    """From when a norm may apply in a scope, with the windows that say so.

    :ivar dates: the possible dates that are known, sorted.
    :ivar bound: false where no window ever governs the provision or what it is part of: then it always applies.
    :ivar begins: where more than its own dates bound it, the span in which it begins.
    """

    dates: tuple[date, ...]
    windows: tuple[Iri, ...]
    bound: bool
    begins: Span | None = None

    @property
    def span(self) -> Span:
        """The first and the last day from which it may apply."""
        if self.begins is not None:
            return self.begins
        if not self.bound:
            return ALWAYS
        return (self.dates[0], self.dates[-1]) if self.dates else (date.min, date.max)

    def applies(self, day: date) -> Truth:
        """Tell whether the norm applies on a day wherever in its span it begins, nowhere, or somewhere."""
        first, last = self.span
        if last <= day:
            return Truth.TRUE
        return Truth.FALSE if day < first else Truth.UNDETERMINED

    @property
    def first(self) -> date | None:
        """The earliest possible date, nothing where it may always have applied."""
        return None if self.span[0] == date.min else self.span[0]

    def not_before(self, begins: Span, windows: Iterable[Iri] = ()) -> Timing:
        """Return the later of this timing and another span.

        :param windows: the windows that give the other span.
        """
        if begins == ALWAYS:
            return self
        span = max(self.span[0], begins[0]), max(self.span[1], begins[1])
        known = {max(own, other) for own in self.dates or self.span for other in begins}
        dates = tuple(sorted(known - {date.min, date.max}))
        return Timing(dates, tuple(sorted({*self.windows, *windows})), bound=True, begins=span)
