"""The records that states rest on, found by what they are about: one index for all readers, which can be kept current.

Whoever holds readers over it tells them what to forget when a record is put or dropped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from engine.model import Evidence, Finding, Implementation, Judgement, Override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from engine.graph import Iri
    from engine.model import Organisation

__all__ = ["Record", "Records"]

Record = Evidence | Implementation | Finding | Judgement | Override
AnyRecord = TypeVar("AnyRecord", Evidence, Implementation, Finding, Judgement, Override)


class _By(Generic[AnyRecord]):
    """Records of one kind by one of the things they name."""

    def __init__(self, named: Callable[[AnyRecord], Iterable[Iri]], records: Iterable[AnyRecord]) -> None:
        self._named: Callable[[AnyRecord], Iterable[Iri]] = named
        self._found: dict[Iri, list[AnyRecord]] = defaultdict(list)
        for record in records:
            for iri in named(record):
                self._found[iri].append(record)

    def __getitem__(self, iri: Iri) -> Sequence[AnyRecord]:
        return self._found.get(iri, ())

    def put(self, record: AnyRecord) -> None:
        for iri in self._named(record):
            found = self._found[iri]
            found.insert(bisect_left(found, record.iri, key=_iri), record)

    def drop(self, record: AnyRecord) -> None:
        for iri in self._named(record):
            self._found[iri].remove(record)


def _iri(record: Record) -> Iri:
    return record.iri


class Records:
    """The evidence, implementations, findings, judgements and overrides of an organisation, by what they name.

    They stand in the order in which the organisation gives them. What is put later finds its place by identifier,
    so it takes an organisation whose records are sorted, as those read from a graph are.
    """

    def __init__(self, organisation: Organisation) -> None:
        evidence = organisation.evidence
        self.evidence_of = _By[Evidence](lambda e: e.implementations, evidence)
        self.successors_of = _By[Evidence](lambda e: e.supersedes, evidence)
        self.performing = _By[Evidence](lambda e: e.performs, evidence)
        self.implementations_of = _By[Implementation](lambda i: (i.control,), organisation.implementations)
        self.findings_against = _By[Finding](lambda f: f.against, organisation.findings)
        self.judgements_of = _By[Judgement](lambda j: (j.requirement,), organisation.judgements)
        self.overrides_of = _By[Override](lambda o: (o.requirement,), organisation.overrides)

    def put(self, record: Record) -> None:
        """Add a record that is not there yet."""
        for index in self._indices(record):
            index.put(record)

    def drop(self, record: Record) -> None:
        """Take away a record that is there."""
        for index in self._indices(record):
            index.drop(record)

    def _indices(self, record: Record) -> tuple[_By[Any], ...]:
        indices: dict[type[Record], tuple[_By[Any], ...]] = {
            Evidence: (self.evidence_of, self.successors_of, self.performing),
            Implementation: (self.implementations_of,),
            Finding: (self.findings_against,),
            Judgement: (self.judgements_of,),
            Override: (self.overrides_of,),
        }
        return indices[type(record)]
