"""Rules between norms: from when they apply, who is spared, what is limited, who takes on whose role (COVERAGE §5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from engine.periods import covers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.graph import Iri

__all__ = [
    "ACCOMPANYING",
    "AccompanyingRule",
    "DeemingRule",
    "DisplacementRule",
    "LegacyRule",
    "ReachingRule",
    "RoleChangeRule",
    "Rule",
    "ScopeLimitationRule",
    "Window",
    "law_on",
]

ACCOMPANYING = {
    "IntegrationRule": "permits integration",
    "ReuseRule": "may reuse",
    "RecordKeepingRule": "says where records are kept",
    "SupplementRule": "supplemented by",
}
"""The kinds of rules that change no state, by the local name of their class, and how they are told."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What all rules have: where they are laid down, and from when until when they are law themselves.

    :ivar valid_until: the first day on which the rule is no longer law.
    """

    iri: Iri
    source: Iri | None
    label: str
    valid_from: date | None
    valid_until: date | None

    def is_law(self, day: date) -> bool:
        """Tell whether the rule itself was law on a day."""
        return covers(self, day)


@dataclass(frozen=True, slots=True)
class ReachingRule(Rule):
    """A rule over provisions, with exceptions, that fires where its conditions hold."""

    except_for: tuple[Iri, ...]
    conditions: tuple[Iri, ...]


AnyRule = TypeVar("AnyRule", bound=Rule)


def law_on(rules: Iterable[AnyRule], day: date) -> list[AnyRule]:
    """Return those of some rules that were law on a day."""
    return [rule for rule in rules if rule.is_law(day)]


@dataclass(frozen=True, slots=True)
class Window(Rule):
    """From when provisions apply, under a condition, while this rule is itself law."""

    governs: tuple[Iri, ...]
    except_for: tuple[Iri, ...]
    condition: Iri | None
    applies_from: date
    graph: Iri


@dataclass(frozen=True, slots=True)
class DisplacementRule(ReachingRule):
    """Provisions that give way to other law for whom a condition holds."""

    displaces: tuple[Iri, ...]
    in_favour_of: tuple[Iri, ...]
    in_favour_of_law: str


@dataclass(frozen=True, slots=True)
class DeemingRule(ReachingRule):
    """Norms that count as fulfilled where other rules are.

    :ivar question: what to ask where these rules are not in the graph, if not whether they are met.
    """

    deems: tuple[Iri, ...]
    fulfilled_by: tuple[Iri, ...]
    fulfilled_by_law: str
    question: str


@dataclass(frozen=True, slots=True)
class LegacyRule(ReachingRule):
    """Grandfathering: what was on the market before a cut-off is spared, for good or until a date.

    Several cut-offs are an open question between the least and the greatest.
    """

    governs: tuple[Iri, ...]
    cut_offs: tuple[date, ...]
    grace_until: date | None
    ended_by_change: bool
    question: str

    def is_over(self, day: date) -> bool:
        """Tell whether the grace period has ended by a day."""
        return self.grace_until is not None and self.grace_until <= day


@dataclass(frozen=True, slots=True)
class ScopeLimitationRule(ReachingRule):
    """A rule that narrows provisions for whom its conditions hold (decision 22).

    :ivar limited_to_events: the event types that remain; all is taken away where there are none and no question.
    :ivar question: what is open where the law leaves the extent to a later act.
    """

    limits: tuple[Iri, ...]
    limited_to_events: tuple[Iri, ...]
    applies_instead: tuple[Iri, ...]
    question: str

    @property
    def takes_away(self) -> bool:
        """Whether nothing of what it reaches is left where it fires."""
        return not self.limited_to_events and not self.question


@dataclass(frozen=True, slots=True)
class RoleChangeRule(Rule):
    """A rule that gives or ends a role where its conditions hold for an asset, from when its source applies to it.

    :ivar if_roles: the roles of which one has to be on record; whoever where there are none.
    """

    source: Iri
    if_roles: tuple[Iri, ...]
    makes_role: Iri | None
    ends_role: Iri | None
    conditions: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class AccompanyingRule(Rule):
    """A rule that permits or adds something and changes no state; ``kind`` is a key of :data:`ACCOMPANYING`."""

    kind: str
    concerns: tuple[Iri, ...]
    refers_to: tuple[Iri, ...]
    refers_to_law: str
    conditions: tuple[Iri, ...]
    note: str
