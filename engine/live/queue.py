"""What is going to happen to the results of an organisation without a write, as an agenda."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from engine.live.agenda import Agenda
from engine.live.days import days_of_law, days_of_record, days_of_rows
from engine.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.live.recorded import Recorded
    from engine.mapping.overlay import Overlay

__all__ = ["Cause", "Queue"]


class Cause(Enum):
    """What changes by a day alone, beside single records."""

    LAW = "law"
    ROWS = "rows"


class Queue:
    """The days to come on which records, mapping rows or the law start or cease to count."""

    def __init__(self, knowledge: Knowledge, recorded: Recorded, day: date) -> None:
        self._knowledge = knowledge
        self._recorded = recorded
        self._day = day
        self._agenda: Agenda[Cause | Iri] = Agenda()
        self._put(Cause.LAW, days_of_law(knowledge, recorded.base))
        for iri in recorded:
            self._note(iri)

    def _put(self, cause: Cause | Iri, days: Iterable[date]) -> None:
        self._agenda.put(cause, (day for day in days if day > self._day))

    def note_rows(self, overlay: Overlay) -> None:
        """Note when what an organisation says of mappings comes to count."""
        self._agenda.drop(Cause.ROWS)
        self._put(Cause.ROWS, days_of_rows(overlay))

    def note(self, iris: Iterable[Iri]) -> None:
        """Note anew what is recorded under some identifiers; with an implementation the evidence of it."""
        for iri in iris:
            self._note(iri)
            for item in self._recorded.records.evidence_of[iri]:
                self._note(item.iri)

    def _note(self, iri: Iri) -> None:
        self._agenda.drop(iri)
        for record in self._recorded.find(iri):
            templates = self._knowledge.templates
            asked = (
                [t for i in self._recorded.implementations_of(record) for t in templates.get(i.control, ())]
                if isinstance(record, Evidence)
                else []
            )
            self._put(iri, days_of_record(record, asked))

    def due(self, day: date) -> set[Cause | Iri]:
        """Take out what happens until a day, that day included; the queue goes on from there."""
        self._day = day
        return self._agenda.due(day)

    @property
    def next_day(self) -> date | None:
        """The first day on which something happens."""
        return self._agenda.next_day
