"""Which records of an organisation rest on text that changed, each with the path by which it does."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from engine.graph import Iri
from engine.mapping.relations import GIVES, Gives
from engine.model import ReviewState
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from engine.intime.changes import LawChanges
    from engine.mapping.rows import MappingRow
    from engine.model import Evidence, Implementation, Organisation

__all__ = ["OLDER", "OLD_TEXT", "Affected", "Path", "affected"]

OLD_TEXT = "rests on the old text"
OLDER = "made before the text it now supports"
_POLICY, _POLICY_DOCUMENT = Iri(NG.Policy.value), Iri(NG.PolicyDocument.value)


@dataclass(frozen=True, slots=True)
class Path:
    """One way in which a record rests on a changed provision.

    :ivar reason: :data:`OLD_TEXT` or :data:`OLDER`.
    :ivar steps: from the record over implementation, control and mapping row to requirement and provision.
    :ivar since: the day on which the new text took effect.
    """

    reason: str
    steps: tuple[Iri, ...]
    since: date | None


@dataclass(frozen=True, slots=True)
class Affected:
    """A record to look at again: an implementation, evidence, a policy, a judgement or an override."""

    iri: Iri
    kind: str
    paths: tuple[Path, ...]


class _Record(NamedTuple):
    kind: str
    made: date | None
    steps: tuple[Iri, ...]


def affected(changes: LawChanges, organisation: Organisation) -> tuple[Affected, ...]:
    """Return the records that are in force on the later day and rest on changed text, by kind and name.

    A record rests on the old text through a mapping row that is stale now, or because it names a requirement that is
    gone. Where it supports a requirement of the new text, it is told if it was made before that text took effect.
    """
    reader = _Reader(changes, organisation)
    found: dict[tuple[str, Iri], list[Path]] = defaultdict(list)
    for reason, record in reader.records():
        path = Path(reason, record.steps, reader.since.get(record.steps[-1]))
        found[record.kind, record.steps[0]].append(path)
    return tuple(Affected(iri, kind, tuple(paths)) for (kind, iri), paths in sorted(found.items()))


class _Reader:
    def __init__(self, changes: LawChanges, organisation: Organisation) -> None:
        self.changes = changes
        self.organisation = organisation
        self.knowledge = changes.after.knowledge
        self.day = changes.after.day
        self.since = {change.provision: change.since for change in changes.provisions}
        self.provisions = {
            iri: requirement.provision
            for reading in (changes.before, changes.after)
            for iri, requirement in reading.knowledge.requirements.items()
        }

    def records(self) -> Iterator[tuple[str, _Record]]:
        stale = {change.row.iri for change in self.changes.rows if change.stale}
        for row in self.knowledge.rows:
            if row.iri in stale or row.object in self.changes.come or row.object in self.since:
                for record in self._behind(row) if _counts(row) else ():
                    yield from self._judged(record, old=row.iri in stale)
        for iri in sorted(self.changes.gone | self.changes.come):
            for record in self._about(iri):
                yield from self._judged(record, old=iri in self.changes.gone)

    def _judged(self, record: _Record, *, old: bool) -> Iterator[tuple[str, _Record]]:
        since = self.since.get(record.steps[-1])
        if old:
            yield OLD_TEXT, record
        elif since is not None and record.made is not None and record.made < since:
            yield OLDER, record

    def _target(self, iri: Iri) -> tuple[Iri, ...]:
        provision = self.provisions.get(iri)
        return (iri, provision) if provision else (iri,)

    def _behind(self, row: MappingRow) -> Iterator[_Record]:
        """Yield the implementations of the control of a row, their evidence, and the policies these name."""
        tail = (row.subject, row.iri, *self._target(row.object))
        for implementation in self.organisation.implementations:
            if implementation.control == row.subject and self._in_operation(implementation):
                steps = (implementation.iri, *tail)
                yield _Record("implementation", implementation.valid_from, steps)
                yield from self._policies(implementation.scopes, implementation.valid_from, steps)
                for item in self.organisation.evidence:
                    if implementation.iri in item.implementations and self._current(item):
                        yield _Record(self._kind(item), item.issued, (item.iri, *steps))
                        yield from self._policies(item.respects, item.issued, (item.iri, *steps))

    def _policies(self, named: tuple[Iri, ...], made: date | None, steps: tuple[Iri, ...]) -> Iterator[_Record]:
        for iri in named:
            asset = self.organisation.assets.get(iri)
            if asset is not None and _POLICY in asset.classes:
                yield _Record("policy", made, (iri, *steps))

    def _about(self, requirement: Iri) -> Iterator[_Record]:
        """Yield the judgements, overrides and evidence of performance that name a requirement."""
        tail = self._target(requirement)
        for kind, records in (("judgement", self.organisation.judgements), ("override", self.organisation.overrides)):
            for record in records:
                lapsed = record.valid_until is not None and record.valid_until < self.day
                if record.requirement == requirement and not lapsed:
                    yield _Record(kind, record.issued, (record.iri, *tail))
        for item in self.organisation.evidence:
            if requirement in item.performs and self._current(item):
                yield _Record(self._kind(item), item.issued, (item.iri, *tail))

    def _in_operation(self, implementation: Implementation) -> bool:
        return implementation.status == "Implemented" and implementation.in_force(self.day)

    def _current(self, item: Evidence) -> bool:
        return item.valid_until is None or item.valid_until >= self.day

    def _kind(self, item: Evidence) -> str:
        return "policy" if self.knowledge.is_a(item.evidence_type, _POLICY_DOCUMENT) else "evidence"


def _counts(row: MappingRow) -> bool:
    """Tell whether a row could ever give coverage: a control rests on no other."""
    gives = GIVES[row.relation] if row.relation else Gives.NONE
    return row.review_state >= ReviewState.PROPOSED and row.rationale_type == "functional" and gives is not Gives.NONE
