"""On which day something happens without a write, and to what: the queue that moving the date works through."""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import date

__all__ = ["Agenda"]

Cause = TypeVar("Cause", bound="Hashable")


class Agenda(Generic[Cause]):
    """Causes by the days on which they change something, the next day first.

    >>> from datetime import date
    >>> agenda = Agenda[str]()
    >>> agenda.put("evidence", [date(2027, 3, 1), date(2028, 3, 1)])
    >>> agenda.put("finding", [date(2027, 1, 1)])
    >>> sorted(agenda.due(date(2027, 3, 1)))
    ['evidence', 'finding']
    >>> agenda.drop("evidence")
    >>> agenda.next_day is None
    True
    """

    def __init__(self) -> None:
        self._on: dict[date, set[Cause]] = {}
        self._days: list[date] = []
        self._of: dict[Cause, set[date]] = defaultdict(set)

    def put(self, cause: Cause, days: Iterable[date]) -> None:
        """Note a cause for some days to come."""
        for day in days:
            if day not in self._on:
                self._on[day] = set()
                heappush(self._days, day)
            self._on[day].add(cause)
            self._of[cause].add(day)

    def drop(self, cause: Cause) -> None:
        """Forget a cause; the day stays, with one cause less."""
        for day in self._of.pop(cause, ()):
            self._on[day].discard(cause)

    def due(self, day: date) -> set[Cause]:
        """Take out the causes of all days up to one, that day included."""
        found: set[Cause] = set()
        while self._days and self._days[0] <= day:
            first = heappop(self._days)
            for cause in self._on.pop(first):
                self._of[cause].discard(first)
                found.add(cause)
        return found

    @property
    def next_day(self) -> date | None:
        """The first day on which there is a cause; nothing where there is none."""
        while self._days and not self._on[self._days[0]]:
            del self._on[heappop(self._days)]
        return self._days[0] if self._days else None
