"""Which mappings support a requirement in a scope, which do not, and why (COVERAGE §5 R4 and R5)."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.coverage.acceptance import AcceptanceReader
from engine.coverage.values import Candidate, ControlStanding, Support
from engine.mapping.relations import GIVES, Gives
from engine.model import ReviewState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from engine.coverage.evidence import EvidenceReader
    from engine.coverage.values import EvidenceCheck, Policy
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.chains import DerivedMapping
    from engine.mapping.rows import MappingRow
    from engine.model import Implementation, Organisation, Requirement

__all__ = ["SupportReader"]


class SupportReader:
    """Answer, for one organisation on one day under one policy, what supports which requirement."""

    def __init__(
        self, knowledge: Knowledge, organisation: Organisation, day: date, policy: Policy, evidence: EvidenceReader
    ) -> None:
        self.knowledge = knowledge
        self.organisation = organisation
        self.day = day
        self.evidence = evidence
        self.accepted = AcceptanceReader(knowledge, day, policy)
        self._implementations = evidence.records.implementations_of
        self._standings = evidence.memory.standings
        self._leads: dict[Iri, tuple[_Lead, ...]] = {}

    def with_records(self, organisation: Organisation, evidence: EvidenceReader) -> SupportReader:
        """Return the same reading of the mappings for other records."""
        other = copy(self)
        other.organisation, other.evidence = organisation, evidence
        other._implementations = evidence.records.implementations_of  # noqa: SLF001 - of the same class
        other._standings = evidence.memory.standings  # noqa: SLF001 - as above
        return other

    def of(self, requirement: Requirement, scope: Iri) -> tuple[tuple[Support, ...], tuple[Candidate, ...]]:
        """Return what supports a requirement in a scope, and the candidates that do not count, in a fixed order."""
        support: list[Support] = []
        candidates: list[Candidate] = []
        for lead in self._leads_to(requirement):
            if lead.idle is not None:
                candidates.append(lead.idle)
                continue
            standing = self.standing(lead.control, scope)
            if standing.checks:
                support.append(lead.support(standing.checks))
            else:
                candidates.append(lead.candidate("R5", standing.why_not))
        return tuple(support), tuple(candidates)

    def _leads_to(self, requirement: Requirement) -> tuple[_Lead, ...]:
        """Return what leads to a requirement, whatever the scope and the records, by control and premises."""
        if requirement.iri not in self._leads:
            found = [
                *self._own(requirement),
                *(self._by_row(requirement, *each) for each in self.accepted.rows_on(requirement)),
                *(self._by_chain(requirement, derived) for derived in self.accepted.derived(requirement)),
            ]
            self._leads[requirement.iri] = tuple(sorted(found, key=lambda lead: (lead.control, lead.premises)))
        return self._leads[requirement.iri]

    def _own(self, requirement: Requirement) -> Iterator[_Lead]:
        """Yield the control or clause that a requirement restates: it is equal to it (COVERAGE §3)."""
        if self.accepted.is_own(requirement):
            elements = tuple(element.iri for element in requirement.elements)
            yield _Lead(requirement.provision, (), "equal-to", Gives.FULL, None, elements)

    def _by_row(self, requirement: Requirement, row: MappingRow, ancestor: Iri | None) -> _Lead:
        assert row.relation is not None  # noqa: S101 - rows without a relation are never indexed
        gives = GIVES[row.relation]
        offered = _offered(requirement, gives, row.covers)
        lead = _Lead(row.subject, (row.iri,), row.relationship, gives, row.review_state, offered, row.covers, ancestor)
        rejected = self.accepted.why_rejected(row)
        return lead.idling("R3", rejected) or lead.idling("R4", self.accepted.why_idle(row, ancestor)) or lead

    def _by_chain(self, requirement: Requirement, derived: DerivedMapping) -> _Lead:
        names = " or ".join(sorted(relation.value for relation in derived.possible)) or "contradiction"
        offered = _offered(requirement, derived.gives)
        lead = _Lead(derived.subject, derived.premises, names, derived.gives, ReviewState.PROPOSED, offered)
        uncertain = "" if derived.gives in {Gives.FULL, Gives.PART} else "the chain gives nothing certain"
        return lead.idling("R4", uncertain) or lead

    def standing(self, control: Iri, scope: Iri) -> ControlStanding:
        """Return what requirements take from a control in a scope."""
        known = self._standings.setdefault(control, {})
        found = known.get(scope)
        if found is None:
            checks = tuple(self.evidence.check(i, scope) for i in self.implemented(control, scope))
            why_not = "" if checks else self.why_not_implemented(control, scope)
            found = known[scope] = ControlStanding(checks, why_not, self.exclusion(control, scope))
        return found

    def implemented(self, control: Iri, scope: Iri) -> list[Implementation]:
        """Return the implementations of a control that are in operation on the day and contain a scope (R5)."""
        if self._exclusions(control, scope):
            return []
        return [i for i in self._implementations[control] if not self._why_out(i, scope)]

    def _contains(self, implementation: Implementation, scope: Iri) -> bool:
        return scope in implementation.scopes or self.organisation.iri in implementation.scopes

    def _why_out(self, implementation: Implementation, scope: Iri) -> str:
        if implementation.status == "Excluded" and not implementation.excludes:
            return "excluded without justification or approval"
        if implementation.status != "Implemented":
            return _in_words(implementation.status) or "without status"
        if implementation.valid_from and implementation.valid_from > self.day:
            return f"in operation only from {implementation.valid_from}"
        if implementation.valid_until and implementation.valid_until <= self.day:
            return f"in operation until {implementation.valid_until}"
        return "" if self._contains(implementation, scope) else "implemented for another scope"

    def why_not_implemented(self, control: Iri, scope: Iri) -> str:
        """Return why no implementation of a control counts in a scope."""
        reasons = [r for i in self._implementations[control] if (r := self._why_out(i, scope))]
        part = self.knowledge.provisions.get(control)
        kind = "clause" if part is not None and part.kind == "Clause" else "control"
        return "; ".join(dict.fromkeys(reasons)) if reasons else f"the {kind} is not implemented"

    def exclusion(self, control: Iri, scope: Iri) -> Implementation | None:
        """Return a justified and approved exclusion of a control for a scope."""
        return next((i for i in self._exclusions(control, scope) if i.excludes), None)

    def _exclusions(self, control: Iri, scope: Iri) -> list[Implementation]:
        stated = [i for i in self._implementations[control] if i.status == "Excluded"]
        return [i for i in stated if i.in_force(self.day) and self._contains(i, scope)]


@dataclass(frozen=True, slots=True)
class _Lead:
    """A row, a chain, or what a requirement restates: what it comes to where its control counts, and where not.

    :ivar idle: what it is in every scope, where it does not matter whether its control counts.
    :ivar offered: the elements it would give.
    """

    control: Iri
    premises: tuple[Iri, ...]
    relationship: str
    gives: Gives | None
    review_state: ReviewState | None
    offered: tuple[Iri, ...]
    covers: tuple[Iri, ...] = ()
    ancestor: Iri | None = None
    idle: Candidate | None = None

    def support(self, checks: tuple[EvidenceCheck, ...]) -> Support:
        assert self.gives is not None  # noqa: S101 - what gives nothing certain is idle
        return Support(
            self.premises,
            self.control,
            self.relationship,
            self.gives,
            self.covers,
            self.review_state,
            checks,
            self.ancestor,
        )

    def candidate(self, rule: str, reason: str) -> Candidate:
        return Candidate(self.premises, self.control, self.relationship, self.review_state, rule, reason, self.offered)

    def idling(self, rule: str, reason: str) -> _Lead | None:
        """Return the lead as one that gives nothing for a reason; nothing where there is none."""
        return replace(self, idle=self.candidate(rule, reason)) if reason else None


def _offered(requirement: Requirement, gives: Gives | None, covers: tuple[Iri, ...] = ()) -> tuple[Iri, ...]:
    """Return the elements that something would give if it counted: all of them where it gives the whole."""
    return tuple(element.iri for element in requirement.elements) if gives is Gives.FULL else covers


def _in_words(status: str) -> str:
    """Return the local name of a status as prose.

    >>> _in_words("InProgress")
    'in progress'
    """
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", status).lower()
