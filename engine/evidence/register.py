"""The register of evidence: every item, until when it counts, how fresh it is, and whether it counts at all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.coverage.evidence import OTHER_TYPE, EvidenceReader, last_day
from engine.coverage.values import Freshness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from engine.coverage.values import TemplateCheck
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Evidence, Implementation, Organisation

__all__ = ["Item", "Register", "current_until", "freshness"]


def current_until(knowledge: Knowledge, item: Evidence, controls: Iterable[Iri]) -> date | None:
    """Return the last day on which an item counts for every template of its controls that it is of the type for."""
    templates = [t for control in controls for t in knowledge.templates.get(control, ())]
    kind = item.evidence_type
    fitting = [t for t in templates if t.evidence_type is None or (kind and knowledge.is_a(kind, t.evidence_type))]
    limits = [limit for t in fitting if (limit := last_day(item, t)) is not None]
    return min(limits, default=item.valid_until)


def freshness(item: Evidence, until: date | None, day: date) -> Freshness:
    """Return how fresh an item is on a day; unknown where it lacks a day without which it never counts."""
    return Freshness.on(day, until if item.issued and item.valid_until else None)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of evidence on a day.

    :ivar until: the last day on which it counts for every template of its controls.
    :ivar counts: whether some template counts it.
    :ivar why_not: why no template does; empty where one does.
    """

    evidence: Evidence
    controls: tuple[Iri, ...]
    until: date | None
    freshness: Freshness
    counts: bool
    why_not: tuple[str, ...]


class Register:
    """The items of evidence of an organisation, as they stand on a day."""

    def __init__(self, knowledge: Knowledge, organisation: Organisation, day: date) -> None:
        self.knowledge = knowledge
        self.organisation = organisation
        self.day = day
        self.implementations: Mapping[Iri, Implementation] = {i.iri: i for i in organisation.implementations}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items, by name and identifier."""
        found = (self._item(evidence) for evidence in self.organisation.evidence)
        return tuple(sorted(found, key=lambda item: (item.evidence.label, item.evidence.iri)))

    def _item(self, evidence: Evidence) -> Item:
        controls = tuple(dict.fromkeys(i.control for i in self._carried_out(evidence)))
        until = current_until(self.knowledge, evidence, controls)
        counts = evidence.iri in self._counted
        why_not = () if counts else self._why_not(evidence)
        return Item(evidence, controls, until, freshness(evidence, until, self.day), counts, why_not)

    def _carried_out(self, evidence: Evidence) -> list[Implementation]:
        return [self.implementations[iri] for iri in evidence.implementations if iri in self.implementations]

    @cached_property
    def _checks(self) -> tuple[TemplateCheck, ...]:
        return tuple(self._checked())

    def _checked(self) -> Iterator[TemplateCheck]:
        reader = EvidenceReader(self.knowledge, self.organisation, self.day)
        for implementation in self.organisation.implementations:
            for scope in implementation.scopes:
                yield from reader.check(implementation, scope).templates

    @cached_property
    def _counted(self) -> frozenset[Iri]:
        return frozenset(iri for check in self._checks for iri in check.counted)

    @cached_property
    def _rejected(self) -> Mapping[Iri, frozenset[str]]:
        found: dict[Iri, set[str]] = defaultdict(set)
        for check in self._checks:
            for rejected in check.rejected:
                found[rejected.evidence].add(rejected.reason)
        return {iri: frozenset(reasons) for iri, reasons in found.items()}

    def _why_not(self, evidence: Evidence) -> tuple[str, ...]:
        reasons = self._rejected.get(evidence.iri, frozenset())
        near = sorted(reasons - {OTHER_TYPE})
        if near:
            return tuple(near)
        return ("of a type that no template of its control asks for",) if reasons else ("no template asks for it",)

    def about(self, controls: Iterable[Iri] = (), asset: Iri | None = None) -> tuple[Item, ...]:
        """Return the items that evidence one of some controls, or a part of one, and that speak for an asset.

        What is in respect of nothing speaks for all that its implementations have in scope.

        :param controls: all controls, where none is named.
        """
        wanted = tuple(controls)
        return tuple(
            item
            for item in self.items
            if (not wanted or any(self.knowledge.within(control, wanted) for control in item.controls))
            and (asset is None or asset in self._respects(item.evidence))
        )

    def _respects(self, evidence: Evidence) -> set[Iri]:
        return set(evidence.respects or (s for i in self._carried_out(evidence) for s in i.scopes))
