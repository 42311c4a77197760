"""Which rules between norms reach a requirement, and what each says, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.rules import ACCOMPANYING, law_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Requirement
    from engine.rules import AccompanyingRule, DisplacementRule, ScopeLimitationRule

__all__ = ["RuleNote", "accompanying_on", "favoured", "rules_on"]


@dataclass(frozen=True, slots=True)
class RuleNote:
    """One rule that reaches a requirement: what kind it is, what it says, and when it fires."""

    iri: Iri
    kind: str
    label: str
    says: str
    conditions: tuple[Iri, ...]


def rules_on(knowledge: Knowledge, requirement: Requirement, day: date) -> tuple[RuleNote, ...]:
    """Return the rules that reach a requirement and are law on a day, in the order they are tried.

    Windows and changes of role are left out.
    """
    return (
        *(_limitation(knowledge, rule) for rule in law_on(knowledge.limiting(requirement), day)),
        *_sparing(knowledge, requirement, day),
        *accompanying_on(knowledge, requirement, day),
    )


def accompanying_on(knowledge: Knowledge, requirement: Requirement, day: date) -> tuple[RuleNote, ...]:
    """Return the rules beside a requirement that change no state and are law on a day."""
    rules = (r for r in law_on(knowledge.accompanying, day) if knowledge.reaches(requirement, r.concerns, ()))
    return tuple(_accompanying(knowledge, rule) for rule in rules)


def favoured(knowledge: Knowledge, rule: DisplacementRule) -> str:
    """Return what takes the place of what a rule displaces, in words."""
    return rule.in_favour_of_law or ", ".join(map(knowledge.citation, rule.in_favour_of))


def _limitation(knowledge: Knowledge, rule: ScopeLimitationRule) -> RuleNote:
    if rule.limited_to_events:
        says = f"only for {_cited(knowledge, rule.limited_to_events)}"
    else:
        says = rule.question or "does not apply"
    instead = f"; {_cited(knowledge, rule.applies_instead)} instead" if rule.applies_instead else ""
    return RuleNote(rule.iri, "limited", rule.label, says + instead, rule.conditions)


def _sparing(knowledge: Knowledge, requirement: Requirement, day: date) -> Iterator[RuleNote]:
    for displacement in law_on(knowledge.displacing(requirement), day):
        says = f"by {favoured(knowledge, displacement)}"
        yield RuleNote(displacement.iri, "displaced", displacement.label, says, displacement.conditions)
    for deeming in law_on(knowledge.deeming(requirement), day):
        says = f"by {_cited(knowledge, deeming.fulfilled_by) or deeming.fulfilled_by_law}"
        yield RuleNote(deeming.iri, "deemed fulfilled", deeming.label, says, deeming.conditions)
    for legacy in law_on(knowledge.grandfathering(requirement), day):
        until = f", until {legacy.grace_until}" if legacy.grace_until else ""
        says = f"what was there before {' or '.join(map(str, legacy.cut_offs))}{until}"
        yield RuleNote(legacy.iri, "spares", legacy.label, says, legacy.conditions)


def _accompanying(knowledge: Knowledge, rule: AccompanyingRule) -> RuleNote:
    says = _cited(knowledge, rule.refers_to) or rule.refers_to_law
    note = f". {rule.note}" if rule.note else ""
    return RuleNote(rule.iri, ACCOMPANYING[rule.kind], rule.label, says + note, rule.conditions)


def _cited(knowledge: Knowledge, iris: Iterable[Iri]) -> str:
    return " and ".join(map(knowledge.citation, iris))
