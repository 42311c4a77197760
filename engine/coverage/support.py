"""Which mappings support a requirement in a scope, which do not, and why (COVERAGE §5 R4 and R5)."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING

from engine.coverage.acceptance import AcceptanceReader
from engine.coverage.values import Candidate, ControlStanding, Support
from engine.mapping.relations import GIVES, Gives
from engine.model import ReviewState

if TYPE_CHECKING:
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
        if self.accepted.is_own(requirement):
            self._sort_own(requirement, scope, support, candidates)
        for row, ancestor in self.accepted.rows_on(requirement):
            self._sort_row(requirement, row, ancestor, scope, support, candidates)
        for derived in self.accepted.derived(requirement):
            self._sort_derived(requirement, derived, scope, support, candidates)
        return (
            tuple(sorted(support, key=lambda s: (s.control, s.premises))),
            tuple(sorted(candidates, key=lambda c: (c.control, c.premises))),
        )

    def _sort_own(
        self, requirement: Requirement, scope: Iri, support: list[Support], candidates: list[Candidate]
    ) -> None:
        """Sort a control or clause towards its own requirement: it is equal to it (COVERAGE §3)."""
        control = requirement.provision
        standing = self.standing(control, scope)
        if standing.checks:
            support.append(Support((), control, "equal-to", Gives.FULL, (), None, standing.checks))
            return
        offered = _offered(requirement, Gives.FULL)
        candidates.append(Candidate((), control, "equal-to", None, "R5", standing.why_not, offered))

    def _sort_row(
        self,
        requirement: Requirement,
        row: MappingRow,
        ancestor: Iri | None,
        scope: Iri,
        support: list[Support],
        candidates: list[Candidate],
    ) -> None:
        assert row.relation is not None  # noqa: S101 - rows without a relation are never indexed
        gives = GIVES[row.relation]
        reason, rule = self.accepted.why_rejected(row), "R3"
        if not reason:
            reason, rule = self.accepted.why_idle(row, ancestor), "R4"
        checks: tuple[EvidenceCheck, ...] = ()
        if not reason:
            standing = self.standing(row.subject, scope)
            checks, reason, rule = standing.checks, standing.why_not, "R5"
        if reason:
            offered = _offered(requirement, gives, row.covers)
            candidates.append(
                Candidate((row.iri,), row.subject, row.relationship, row.review_state, rule, reason, offered)
            )
            return
        support.append(
            Support((row.iri,), row.subject, row.relationship, gives, row.covers, row.review_state, checks, ancestor)
        )

    def _sort_derived(
        self,
        requirement: Requirement,
        derived: DerivedMapping,
        scope: Iri,
        support: list[Support],
        candidates: list[Candidate],
    ) -> None:
        names = " or ".join(sorted(relation.value for relation in derived.possible)) or "contradiction"
        reason, rule = (
            ("", "R4") if derived.gives in {Gives.FULL, Gives.PART} else ("the chain gives nothing certain", "R4")
        )
        checks: tuple[EvidenceCheck, ...] = ()
        if not reason:
            standing = self.standing(derived.subject, scope)
            checks, reason, rule = standing.checks, standing.why_not, "R5"
        if reason or derived.gives is None:
            offered = _offered(requirement, derived.gives)
            candidates.append(
                Candidate(derived.premises, derived.subject, names, ReviewState.PROPOSED, rule, reason, offered)
            )
            return
        support.append(
            Support(derived.premises, derived.subject, names, derived.gives, (), ReviewState.PROPOSED, checks)
        )

    def standing(self, control: Iri, scope: Iri) -> ControlStanding:
        """Return what requirements take from a control in a scope."""
        found = self._standings.setdefault(control, {})
        if scope not in found:
            checks = tuple(self.evidence.check(i, scope) for i in self.implemented(control, scope))
            why_not = "" if checks else self.why_not_implemented(control, scope)
            found[scope] = ControlStanding(checks, why_not, self.exclusion(control, scope))
        return found[scope]

    def implemented(self, control: Iri, scope: Iri) -> list[Implementation]:
        """Return the implementations of a control that are in operation on the day and contain a scope (R5)."""
        if self._exclusions(control, scope):
            return []
        return [i for i in self._implementations[control] if not self._why_out(i, scope)]

    def _contains(self, implementation: Implementation, scope: Iri) -> bool:
        return bool({scope, self.organisation.iri} & set(implementation.scopes))

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


def _offered(requirement: Requirement, gives: Gives | None, covers: tuple[Iri, ...] = ()) -> tuple[Iri, ...]:
    """Return the elements that something would give if it counted: all of them where it gives the whole."""
    return tuple(element.iri for element in requirement.elements) if gives is Gives.FULL else covers


def _in_words(status: str) -> str:
    """Return the local name of a status as prose.

    >>> _in_words("InProgress")
    'in progress'
    """
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", status).lower()
