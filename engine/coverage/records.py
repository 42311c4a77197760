"""The records that states rest on, found by what they are about: one index for all readers, which can be kept current.

Whoever holds readers over it tells them what to forget when a record is put or dropped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
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
        self._organisation = organisation

    @cached_property
    def evidence_of(self) -> _By[Evidence]:
        """The evidence of each implementation."""
        return _By[Evidence](lambda e: e.implementations, self._organisation.evidence)

    @cached_property
    def successors_of(self) -> _By[Evidence]:
        """The evidence that supersedes an item."""
        return _By[Evidence](lambda e: e.supersedes, self._organisation.evidence)

    @cached_property
    def performing(self) -> _By[Evidence]:
        """The evidence that shows the performance of a requirement."""
        return _By[Evidence](lambda e: e.performs, self._organisation.evidence)

    @cached_property
    def implementations_of(self) -> _By[Implementation]:
        """The implementations of a control."""
        return _By[Implementation](lambda i: (i.control,), self._organisation.implementations)

    @cached_property
    def findings_against(self) -> _By[Finding]:
        """The findings against an implementation."""
        return _By[Finding](lambda f: f.against, self._organisation.findings)

    @cached_property
    def judgements_of(self) -> _By[Judgement]:
        """The judgements on a requirement."""
        return _By[Judgement](lambda j: (j.requirement,), self._organisation.judgements)

    @cached_property
    def overrides_of(self) -> _By[Override]:
        """The overrides of a requirement's state."""
        return _By[Override](lambda o: (o.requirement,), self._organisation.overrides)

    def put(self, record: Record) -> None:
        """Add a record that is not there yet."""
        for index in self._indices(record):
            index.put(record)

    def drop(self, record: Record) -> None:
        """Take away a record that is there."""
        for index in self._indices(record):
            index.drop(record)

    def _indices(self, record: Record) -> tuple[_By[Any], ...]:
        match record:
            case Evidence():
                return self.evidence_of, self.successors_of, self.performing
            case Implementation():
                return (self.implementations_of,)
            case Finding():
                return (self.findings_against,)
            case Judgement():
                return (self.judgements_of,)
        return (self.overrides_of,)
