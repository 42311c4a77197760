"""What can be done next, as values: implement, collect evidence, approve, record a judgement."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from engine.graph import Iri

__all__ = ["Action", "Efforts", "How", "Item", "Kind"]


class Kind(Enum):
    """What an action is; a judgement is none of a control, and is never counted as one."""

    IMPLEMENT = "implement"
    EVIDENCE = "evidence"
    APPROVE = "approve"
    JUDGEMENT = "judgement"


class How(Enum):
    """How an item of evidence comes to count."""

    ADD = "add"
    RENEW = "renew"
    APPROVE = "approve"


@dataclass(frozen=True, slots=True)
class Item:
    """Evidence to add, to renew because it lapses before the day, or to have approved by a second person.

    :ivar about: what it is about: assets, or the organisation.
    :ivar evidence: the recorded item that is renewed or approved.
    :ivar not_before: an item issued earlier would be too old on the day; nothing where its template sets no age.
    """

    how: How
    implementations: tuple[Iri, ...]
    evidence_type: Iri | None
    about: tuple[Iri, ...]
    number: int = 1
    evidence: Iri | None = None
    not_before: date | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two items the same thing to do, however many of it are asked."""
        if self.evidence is not None:
            return (self.how.value, self.evidence)
        return (self.how.value, *self.implementations, self.evidence_type or "", *self.about)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done, and how many days it takes.

    :ivar subject: the control to implement, the implementation to show, or the requirement to judge.
    :ivar scopes: where it is implemented or judged, or what the evidence is about.
    """

    kind: Kind
    subject: Iri
    scopes: tuple[Iri, ...]
    items: tuple[Item, ...] = ()
    effort: Fraction = Fraction(1)

    @property
    def key(self) -> tuple[str, ...]:
        """What orders actions, and tells them apart."""
        return (self.kind.value, self.subject, *self.scopes, *(part for item in self.items for part in item.key))


@dataclass(frozen=True)
class Efforts:
    """How many days things take: by control or evidence type, and where nothing is said one day each.

    :ivar named: days by control or by evidence type.
    """

    named: Mapping[Iri, Fraction] = field(default_factory=dict)
    implement: Fraction = Fraction(1)
    evidence: Fraction = Fraction(1)
    approval: Fraction = Fraction(1)
    judgement: Fraction = Fraction(1)

    def of_control(self, control: Iri) -> Fraction:
        """Return the days that implementing a control takes in one scope."""
        return self.named.get(control, self.implement)

    def of_item(self, item: Item) -> Fraction:
        """Return the days that all items of one kind take."""
        if item.how is How.APPROVE:
            return self.approval
        each = self.named.get(item.evidence_type, self.evidence) if item.evidence_type else self.evidence
        return item.number * each
