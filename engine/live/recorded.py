"""The records of an organisation as they are now, one by one and as a whole."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from engine.coverage.records import Records
from engine.model import Evidence, Finding, Implementation, Judgement, Override

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.coverage.records import Record
    from engine.graph import Iri
    from engine.model import Organisation

__all__ = ["Recorded"]

_KINDS = {
    "implementations": Implementation,
    "evidence": Evidence,
    "findings": Finding,
    "judgements": Judgement,
    "overrides": Override,
}


class Recorded:
    """An organisation whose records change one by one; what it is and owns stays.

    :ivar base: the organisation as it was given, with its records sorted.
    :ivar records: the index that readers look into.
    """

    def __init__(self, organisation: Organisation) -> None:
        ordered: dict[str, Any] = {
            name: tuple(sorted(getattr(organisation, name), key=attrgetter("iri"))) for name in _KINDS
        }
        labels, homes = dict(organisation.labels), dict(organisation.homes)
        self.base = replace(organisation, labels=labels, homes=homes, **ordered)
        self.records = Records(self.base)
        self._labels, self._homes = labels, homes
        self._known: dict[Iri, dict[type[Record], Record]] = {}
        for record in (record for name in _KINDS for record in getattr(self.base, name)):
            self._known.setdefault(record.iri, {})[type(record)] = record

    def __iter__(self) -> Iterator[Iri]:
        return iter(self._known)

    def find(self, iri: Iri) -> tuple[Record, ...]:
        """Return the records of an identifier; several where it is typed as several things."""
        return tuple(self._known.get(iri, {}).values())

    def put(self, record: Record, label: str = "") -> None:
        """Add a record, in place of one of its kind and identifier.

        :param label: what it is called where its values do not say so.
        """
        known = self._known.setdefault(record.iri, {})
        if type(record) in known:
            self.records.drop(known[type(record)])
        known[type(record)] = record
        self.records.put(record)
        self._homes[record.iri] = record.graph
        label = getattr(record, "label", "") or label
        if label:
            self._labels[record.iri] = label

    def drop(self, iri: Iri) -> None:
        """Take away whatever is recorded under an identifier."""
        for record in self._known.pop(iri, {}).values():
            self.records.drop(record)
        self._labels.pop(iri, None)
        self._homes.pop(iri, None)

    def differences(self, organisation: Organisation) -> tuple[list[Record], list[Iri]] | None:
        """Return what to put and what to drop so that this becomes another organisation.

        Nothing where more than records is another: then no change of records makes one of the other.
        """
        other = Recorded(organisation)
        if self._apart() != other._apart():
            return None
        differing = [iri for iri in {*self._known, *other._known} if self._told(iri) != other._told(iri)]
        return (
            [record for iri in differing for record in other.find(iri)],
            [iri for iri in differing if iri not in other._known],
        )

    def _told(self, iri: Iri) -> tuple[object, ...]:
        """Return all that is known of a record."""
        return self._known.get(iri), self._labels.get(iri), self._homes.get(iri)

    def _apart(self) -> Organisation:
        """Return the organisation without its records."""
        bare: dict[str, Any] = dict.fromkeys(_KINDS, ())
        labels = {iri: label for iri, label in self._labels.items() if iri not in self._known}
        homes = {iri: home for iri, home in self._homes.items() if iri not in self._known}
        return replace(self.base, labels=labels, homes=homes, **bare)

    def implementations_of(self, record: Record) -> list[Implementation]:
        """Return the implementations that a record bears on, as things are recorded now: itself, if it is one."""
        if isinstance(record, Implementation):
            return [record]
        named = self._named(record)
        found = (of_kind for iri in named for of_kind in self.find(iri))
        return [each for each in found if isinstance(each, Implementation)]

    def _named(self, record: Record) -> tuple[Iri, ...]:
        if isinstance(record, Finding):
            return record.against
        if not isinstance(record, Evidence):
            return ()
        older = [old for iri in record.supersedes for old in self.find(iri) if isinstance(old, Evidence)]
        return (*record.implementations, *(i for old in older for i in old.implementations))

    @property
    def organisation(self) -> Organisation:
        """The organisation with its records as they are now, each kind sorted by identifier."""
        every = [record for iri in sorted(self._known) for record in self._known[iri].values()]
        now: dict[str, Any] = {name: tuple(r for r in every if isinstance(r, kind)) for name, kind in _KINDS.items()}
        return replace(self.base, labels=dict(self._labels), homes=dict(self._homes), **now)
