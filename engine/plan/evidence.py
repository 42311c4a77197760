"""Which items would make an implementation evidenced: to add, to renew, to have approved by a second person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.coverage.evidence import EvidenceReader
from engine.plan.actions import Action, How, Item, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from engine.coverage.assess import Assessment
    from engine.coverage.values import TemplateCheck
    from engine.graph import Iri
    from engine.model import Evidence, Implementation, Template
    from engine.plan.actions import Efforts

__all__ = ["EvidenceFinder", "Place", "evidence_actions"]

Place = tuple["Iri", "Iri"]
"""An implementation, and the scope in which its evidence is looked at."""


class EvidenceFinder:
    """Answer, for one assessment, what is missing before an implementation is evidenced in a scope."""

    def __init__(self, assessment: Assessment, efforts: Efforts) -> None:
        self.knowledge, self.organisation, self.day = assessment.knowledge, assessment.organisation, assessment.day
        self.efforts = efforts
        self._evidence = {item.iri: item for item in self.organisation.evidence}
        self._now = self._reader(lambda item: item)
        self._approved = self._reader(self._if_approved)
        self._renewed = self._reader(self._if_renewed)

    def _reader(self, change: Callable[[Evidence], Evidence]) -> EvidenceReader:
        changed = replace(self.organisation, evidence=tuple(map(change, self.organisation.evidence)))
        return EvidenceReader(self.knowledge, changed, self.day)

    def _if_approved(self, item: Evidence) -> Evidence:
        if item.four_eyes or not all(self._is_over(old) for old in item.supersedes):
            return item
        return replace(item, approved_by=(self.organisation.iri,), collected_by=())

    def _is_over(self, iri: Iri) -> bool:
        """Tell whether an item counts nowhere any more: only then can its successor be approved at no loss."""
        item = self._evidence.get(iri)
        lapsed = item is not None and item.valid_until is not None and item.valid_until < self.day
        return item is None or lapsed or not item.four_eyes

    def _if_renewed(self, item: Evidence) -> Evidence:
        known = item.four_eyes and item.issued is not None and item.issued <= self.day and item.valid_until is not None
        return replace(item, issued=self.day, valid_until=self.day) if known else item

    def items(self, implementation: Implementation, scope: Iri) -> tuple[Item, ...]:
        """Return what to do before an implementation is evidenced in a scope; nothing where no item can do it."""
        check = self._now.check(implementation, scope)
        if check.findings or not check.templates:
            return ()
        return tuple(self._all(implementation, scope))

    def _all(self, implementation: Implementation, scope: Iri) -> Iterator[Item]:
        whole = self.organisation.iri
        for template in self.knowledge.templates[implementation.control]:
            if template.demands_nothing and template.justification:
                continue
            for each in implementation.scopes if template.per_asset and scope == whole else (scope,):
                yield from self._closing(template, implementation, each)

    def _closing(self, template: Template, implementation: Implementation, scope: Iri) -> Iterator[Item]:
        now = _of(template, self._now, implementation, scope)
        lacking = now.needed - len(now.counted)
        if lacking <= 0:
            return
        about = scope if template.per_asset else self.organisation.iri
        age = template.maximum_age
        made = Item(
            How.ADD,
            (implementation.iri,),
            template.evidence_type,
            (about,),
            not_before=self.day - timedelta(days=age) if age is not None else None,
        )
        for how, other in self._recorded(made):
            counted = _of(template, other, implementation, scope).counted
            for iri in [iri for iri in counted if iri not in now.counted][:lacking]:
                item = self._evidence[iri]
                yield replace(made, how=how, about=item.respects or made.about, evidence=iri)
                lacking -= 1
        if lacking:
            yield replace(made, number=lacking)

    def _recorded(self, made: Item) -> list[tuple[How, EvidenceReader]]:
        """Return how recorded items may come to count, approval first unless a new item is cheaper."""
        renewing = [(How.RENEW, self._renewed)]
        approving = [(How.APPROVE, self._approved)]
        return approving + renewing if self.efforts.approval <= self.efforts.of_item(made) else renewing


def _of(template: Template, reader: EvidenceReader, implementation: Implementation, scope: Iri) -> TemplateCheck:
    return next(c for c in reader.check(implementation, scope).templates if c.template == template.iri)


def evidence_actions(found: Sequence[tuple[Place, tuple[Item, ...]]], efforts: Efforts) -> dict[Place, Action]:
    """Return the action that makes each place evidenced: places that share an item are one action.

    So that what actions take can be added up.
    """
    groups: list[tuple[dict[tuple[str, ...], Item], list[Place]]] = []
    for place, items in found:
        own = {item.key: item for item in items}
        touching = [group for group in groups if not own.keys().isdisjoint(group[0])]
        groups = [group for group in groups if own.keys().isdisjoint(group[0])]
        merged = _merged([*(item for group in touching for item in group[0].values()), *items])
        groups.append((merged, [*(p for group in touching for p in group[1]), place]))
    return {place: _action(items.values(), efforts) for items, places in groups for place in places}


def _merged(items: Iterable[Item]) -> dict[tuple[str, ...], Item]:
    found: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in items:
        found[item.key].append(item)
    return {key: max(alike, key=lambda item: item.number) for key, alike in sorted(found.items())}


def _action(items: Iterable[Item], efforts: Efforts) -> Action:
    items = tuple(items)
    kind = Kind.APPROVE if all(item.how is How.APPROVE for item in items) else Kind.EVIDENCE
    subject = min(implementation for item in items for implementation in item.implementations)
    about = tuple(sorted({iri for item in items for iri in item.about}))
    return Action(kind, subject, about, items, sum(map(efforts.of_item, items), start=Fraction()))
