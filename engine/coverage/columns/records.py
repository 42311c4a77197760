"""An organisation's records as columns: implementations and their scopes, evidence and what it is about, findings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.coverage.columns.joins import NEVER, Groups, Segments, day_number, ints

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.coverage.columns.joins import Flags, Ints
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Evidence, Finding, Implementation, Organisation, Template

__all__ = ["EvidenceColumns", "ImplementationColumns", "Records", "SlotColumns"]


@dataclass(frozen=True)
class ImplementationColumns:
    """Implementations by place: what they implement, how, when, and where.

    :ivar scoped: pairs of an implementation and a scope.
    :ivar found: pairs of an implementation and a major finding, with the days between which it is open.
    """

    control: tuple[Iri, ...]
    implemented: Flags
    excluded: Flags
    begins: Ints
    ends: Ints
    scoped: tuple[Ints, Ints]
    found: tuple[Ints, Ints, Ints]

    @cached_property
    def scopes_of(self) -> Groups:
        """The places in ``scoped`` of each implementation."""
        return Groups.of(self.scoped[0], len(self.control))


@dataclass(frozen=True)
class EvidenceColumns:
    """Evidence by place: its days, its type, and whether it may count at all.

    :ivar vouched: whether it supports, has a day of issue, and was seen by four eyes.
    :ivar bounded: whether it has a last day.
    :ivar general: whether it is about the whole organisation: names it, or names nothing.
    :ivar linked: pairs of an item and an implementation; ``about`` of an item and a scope it names.
    :ivar supersedes: pairs of a newer item, seen by four eyes, and an older one.
    """

    kind: Ints
    issued: Ints
    ends: Ints
    vouched: Flags
    bounded: Flags
    general: Flags
    linked: tuple[Ints, Ints]
    about: tuple[Ints, Ints]
    supersedes: tuple[Ints, Ints]

    @cached_property
    def about_of(self) -> Groups:
        """The places in ``about`` of each item."""
        return Groups.of(self.about[0], len(self.kind))


@dataclass(frozen=True)
class SlotColumns:
    """What is asked of each implementation: a slot for each template of its control.

    :ivar needed: how many items; 0 where the template demands nothing and says why.
    :ivar age: how many days old an item may be, :data:`NEVER` where that does not matter.
    :ivar oldest: the earliest last day of any item of the implementation, by this template.
    :ivar takes: for each type of evidence and slot-kind whether an item of the type satisfies the template.
    """

    implementation: Ints
    kind: Ints
    needed: Ints
    age: Ints
    per_asset: Flags
    free: Flags
    oldest: Ints
    takes: Flags


@dataclass(frozen=True)
class Records:
    """All that an organisation has recorded of controls and evidence; its own scope is the first."""

    scopes: Mapping[Iri, int]
    evidence_at: Mapping[Iri, int]
    implementations: ImplementationColumns
    evidence: EvidenceColumns
    slots: SlotColumns

    @classmethod
    def of(cls, knowledge: Knowledge, organisation: Organisation) -> Records:
        """Return the records of an organisation as columns."""
        scopes = _scopes(organisation)
        places = {one.iri: place for place, one in enumerate(organisation.implementations)}
        items = {one.iri: place for place, one in enumerate(organisation.evidence)}
        kinds = {iri: n for n, iri in enumerate(sorted({e.evidence_type or "" for e in organisation.evidence}))}
        implementations = _implementations(organisation.implementations, organisation.findings, scopes, places)
        evidence = _evidence(organisation.evidence, scopes, places, items, kinds)
        slots = _slots(knowledge, implementations, evidence, list(kinds))
        return cls(scopes, items, implementations, evidence, slots)


def _scopes(organisation: Organisation) -> dict[Iri, int]:
    named = [scope for one in organisation.implementations for scope in one.scopes]
    named += [scope for one in organisation.evidence for scope in one.respects]
    return {iri: n for n, iri in enumerate(dict.fromkeys([organisation.iri, *organisation.assets, *named]))}


def _pairs(found: Iterable[tuple[int, int]]) -> tuple[Ints, Ints]:
    listed = list(found)
    return ints(one for one, _ in listed), ints(other for _, other in listed)


def _flags(values: Iterable[bool]) -> Flags:
    return np.fromiter(values, np.bool_)


def _implementations(
    stated: Sequence[Implementation],
    findings: Iterable[Finding],
    scopes: Mapping[Iri, int],
    places: Mapping[Iri, int],
) -> ImplementationColumns:
    major = [f for f in findings if f.severity == "Major"]
    against = [(places[iri], f) for f in major for iri in f.against if iri in places]
    return ImplementationColumns(
        control=tuple(one.control for one in stated),
        implemented=_flags(one.status == "Implemented" for one in stated),
        excluded=_flags(one.status == "Excluded" for one in stated),
        begins=ints(day_number(one.valid_from, 0) for one in stated),
        ends=ints(day_number(one.valid_until) for one in stated),
        scoped=_pairs((n, scopes[scope]) for n, one in enumerate(stated) for scope in dict.fromkeys(one.scopes)),
        found=(
            ints(place for place, _ in against),
            ints(day_number(f.issued, 0) for _, f in against),
            ints(day_number(f.closed) for _, f in against),
        ),
    )


def _evidence(
    items: Sequence[Evidence],
    scopes: Mapping[Iri, int],
    places: Mapping[Iri, int],
    numbers: Mapping[Iri, int],
    kinds: Mapping[str, int],
) -> EvidenceColumns:
    seen = [one.four_eyes for one in items]
    own = next(iter(scopes))
    return EvidenceColumns(
        kind=ints(kinds[one.evidence_type or ""] for one in items),
        issued=ints(day_number(one.issued) for one in items),
        ends=ints(day_number(one.valid_until) for one in items),
        vouched=_flags(
            eyes and one.issued is not None and one.outcome == "Supports" for one, eyes in zip(items, seen, strict=True)
        ),
        bounded=_flags(one.valid_until is not None for one in items),
        general=_flags(not one.respects or own in one.respects for one in items),
        linked=_pairs((n, places[iri]) for n, one in enumerate(items) for iri in one.implementations if iri in places),
        about=_pairs((n, scopes[scope]) for n, one in enumerate(items) for scope in dict.fromkeys(one.respects)),
        supersedes=_pairs(
            (n, numbers[old])
            for n, one in enumerate(items)
            if seen[n] and one.issued is not None
            for old in one.supersedes
            if old in numbers
        ),
    )


def _slots(
    knowledge: Knowledge, implementations: ImplementationColumns, evidence: EvidenceColumns, kinds: Sequence[str]
) -> SlotColumns:
    found = [(n, t) for n, control in enumerate(implementations.control) for t in knowledge.templates.get(control, ())]
    wanted = {iri: n for n, iri in enumerate(sorted({t.evidence_type or "" for _, t in found}))}
    takes = [[bool(kind and one) and knowledge.is_a(kind, one) for one in wanted] for kind in kinds]
    free = [t.demands_nothing and bool(t.justification) for _, t in found]
    implementation = ints(n for n, _ in found)
    age = ints(NEVER if t.maximum_age is None else t.maximum_age for _, t in found)
    return SlotColumns(
        implementation=implementation,
        kind=ints(wanted[t.evidence_type or ""] for _, t in found),
        needed=ints(_needed(t, is_free) for (_, t), is_free in zip(found, free, strict=True)),
        age=age,
        per_asset=_flags(t.per_asset for _, t in found),
        free=_flags(free),
        oldest=_oldest(evidence, implementation, age, len(implementations.control)),
        takes=np.array(takes, np.bool_).reshape(len(kinds), len(wanted)),
    )


def _needed(template: Template, is_free: bool) -> int:  # noqa: FBT001 - a value beside the template it is of
    return 0 if is_free else template.minimum


def _oldest(evidence: EvidenceColumns, slot_of: Ints, age: Ints, size: int) -> Ints:
    """Return for each slot the earliest last day of any item of its implementation, counted or not."""
    item, implementation = evidence.linked
    order = np.argsort(implementation, kind="stable")
    segments = Segments.of(implementation[order], size)
    ends, issued = (segments.least(column[item[order]]) for column in (evidence.ends, evidence.issued))
    oldest: Ints = np.minimum(ends[slot_of], issued[slot_of] + age)
    return oldest
