"""The results of one organisation, kept current: what a change, or a day that passes, makes of them (DESIGN §7c).

Whatever is asked of a :class:`Live` is what :func:`engine.coverage.assess.assess` would say of the same records on the
same day. The readers are those of an assessment; they forget what a change bears on, and find that anew. A change of
facts, roles, assets or events, a day on which the law changes, and a step backwards in time are computed whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.coverage.assess import Assessment, in_order
from engine.coverage.memory import Memory
from engine.coverage.states import StateReader
from engine.coverage.values import Policy
from engine.live.affected import Affected
from engine.live.dependants import Dependants, rows_bearing_on
from engine.live.queue import Cause, Queue
from engine.live.recorded import Recorded
from engine.mapping.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import date

    from engine.coverage.records import Record
    from engine.coverage.values import Result
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Organisation

__all__ = ["Changed", "Live"]


@dataclass(frozen=True, slots=True)
class Changed:
    """A requirement in a scope whose result is another one: before and after; nothing where it is new, or gone."""

    requirement: Iri
    scope: Iri
    before: Result | None
    after: Result | None

    @property
    def of_state(self) -> bool:
        """Whether the state is another one, and not only what it rests on."""
        states = [result.state if result is not None else None for result in (self.before, self.after)]
        return states[0] is not states[1]


class Live:
    """The current results of an organisation under a policy.

    :param knowledge: what is shipped.
    :param overlay: what the organisation says of mappings.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        organisation: Organisation,
        day: date,
        policy: Policy | None = None,
        overlay: Overlay | None = None,
    ) -> None:
        self.day = day
        self.policy = policy or Policy()
        self._shipped = knowledge
        self._overlay = overlay or Overlay()
        self._recorded = Recorded(organisation)
        self._start()

    def _start(self) -> None:
        """Find everything anew."""
        self._memory = Memory(self._recorded.records)
        self._read(self._seen())
        self._live = {requirement.iri: requirement for requirement in in_order(self.knowledge, self.day)}
        self._places = {iri: place for place, iri in enumerate(self._live)}
        self._dependants = Dependants(self._reader, self._live.values())
        self._queue = Queue(self._shipped, self._recorded, self.day)
        self._queue.note_rows(self._overlay)
        for requirement in self._live.values():
            self._reader.results(requirement)

    def _seen(self) -> Knowledge:
        if not self._overlay:
            return self._shipped
        return replace(self._shipped, rows=self._overlay.over(self._shipped.rows, self.day))

    def _read(self, knowledge: Knowledge) -> None:
        """Go on with a reader of the day, and of some rows."""
        self._reader = StateReader(knowledge, self._recorded.base, self.day, self.policy, self._memory)

    @property
    def overlay(self) -> Overlay:
        """What the organisation says of mappings."""
        return self._overlay

    @property
    def organisation(self) -> Organisation:
        """The organisation with its records as they are now, each kind sorted by identifier."""
        return self._recorded.organisation

    @property
    def knowledge(self) -> Knowledge:
        """What is shipped, with the mappings as the organisation sees them on the day."""
        return self._reader.knowledge

    @property
    def results(self) -> tuple[Result, ...]:
        """The result of every live requirement in every scope, in document order."""
        return tuple(result for iri in self._live for result in self.results_of(iri))

    @property
    def assessment(self) -> Assessment:
        """All there is now, as an assessment."""
        return Assessment(self.knowledge, self.organisation, self.day, self.policy, self.results)

    @property
    def next_day(self) -> date | None:
        """The next day on which a result may change without a write."""
        return self._queue.next_day

    def results_of(self, requirement: Iri) -> tuple[Result, ...]:
        """Return the results of one requirement over its scopes; nothing where it is not live."""
        return self._reader.results(self._live[requirement]) if requirement in self._live else ()

    def change(
        self, put: Iterable[Record] = (), drop: Iterable[Iri] = (), labels: Mapping[Iri, str] | None = None
    ) -> tuple[Changed, ...]:
        """Put records in place of those of the same identifiers, and drop others; return what that changes.

        :param labels: what records are called that have no label among their values.
        """
        put, iris = tuple(put), set(drop)
        iris |= {record.iri for record in put}
        touching = [record for iri in iris for record in self._recorded.find(iri)] + list(put)
        affected = Affected(self._memory, self._recorded)
        affected.by(touching)
        for iri in iris:
            self._recorded.drop(iri)
        for record in put:
            self._recorded.put(record, (labels or {}).get(record.iri, ""))
        affected.by(touching)
        self._queue.note(iris)
        return self._settled(affected)

    def tell(self, organisation: Organisation, overlay: Overlay | None = None) -> tuple[Changed, ...]:
        """Take an organisation whose facts, roles, assets or events are others; everything is computed anew."""
        self._recorded = Recorded(organisation)
        self._overlay = self._overlay if overlay is None else overlay
        return self._whole()

    def become(self, organisation: Organisation, overlay: Overlay) -> tuple[Changed, ...]:
        """Take an organisation as it is now, with what it says of mappings; what is the same is not looked at.

        A change of records and of mappings at once is computed whole.
        """
        differences = self._recorded.differences(organisation)
        if differences is None:
            return self.tell(organisation, overlay)
        put, drop = differences
        if overlay == self._overlay:
            return self.change(put, drop, organisation.labels)
        return self.see(overlay) if not (put or drop) else self.tell(organisation, overlay)

    def see(self, overlay: Overlay) -> tuple[Changed, ...]:
        """Take what the organisation now says of mappings: its rows, its reviews."""
        self._overlay = overlay
        self._queue.note_rows(overlay)
        affected = Affected(self._memory, self._recorded)
        self._reread(affected)
        return self._settled(affected)

    def move(self, day: date) -> tuple[Changed, ...]:
        """Go to another day; forwards only what is due on the way is computed anew."""
        if day == self.day:
            return ()
        backwards, self.day = day < self.day, day
        due = set() if backwards else self._queue.due(day)
        if backwards or Cause.LAW in due:
            return self._whole()
        affected = Affected(self._memory, self._recorded)
        affected.by(record for cause in due if not isinstance(cause, Cause) for record in self._recorded.find(cause))
        if Cause.ROWS in due:
            self._reread(affected)
        else:
            self._read(self.knowledge)
        return self._settled(affected, by_time=True)

    def _reread(self, affected: Affected) -> None:
        """Go on with the rows as they are seen now, and add what they bear on to what is affected."""
        before = self._reader
        self._read(self._seen())
        affected.add_mapped(rows_bearing_on(before, self._reader, self._live.values()))
        self._dependants = Dependants(self._reader, self._live.values())

    def _settled(self, affected: Affected, *, by_time: bool = False) -> tuple[Changed, ...]:
        """Compute what is affected, and return what has changed."""
        before = affected.forgotten(self._reader, self._dependants, by_time=by_time)
        after = {iri: self._by_scope(iri, among=before[iri]) for iri in before if iri in self._live}
        return self._changed(before, after)

    def _whole(self) -> tuple[Changed, ...]:
        before = {iri: self._by_scope(iri) for iri in self._live}
        self._start()
        return self._changed(before, {iri: self._by_scope(iri) for iri in self._live})

    def _by_scope(self, requirement: Iri, among: Container[Iri] | None = None) -> dict[Iri, Result]:
        return {result.scope: result for result in self._reader.results(self._live[requirement], among)}

    def _changed(
        self, before: Mapping[Iri, Mapping[Iri, Result]], after: Mapping[Iri, Mapping[Iri, Result]]
    ) -> tuple[Changed, ...]:
        """Return the differences, in document order; what is gone stands last."""
        pairs = {(iri, scope) for found in (before, after) for iri, scopes in found.items() for scope in scopes}
        ordered = sorted(pairs, key=lambda pair: (self._places.get(pair[0], len(self._places)), pair))
        told = (
            Changed(*pair, before.get(pair[0], {}).get(pair[1]), after.get(pair[0], {}).get(pair[1]))
            for pair in ordered
        )
        return tuple(change for change in told if change.before != change.after)
