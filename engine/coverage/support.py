"""Which mappings support a requirement in a scope, which do not, and why (COVERAGE §5 R3 to R5)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from engine.coverage.values import Candidate, ControlStanding, Support
from engine.mapping.chains import chains
from engine.mapping.relations import ALL, GIVES, Gives, Relation, of_ancestor
from engine.mapping.rows import NO_TERM
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
        self.policy = policy
        self.evidence = evidence
        self._implementations = evidence.records.implementations_of
        self._on: dict[Iri, list[tuple[MappingRow, Iri | None]]] = {}
        self._why: dict[int, str] = {}  # by object: two rows may have one identifier
        self._standings = evidence.memory.standings
        self._conflicts: dict[Iri, tuple[Iri, ...]] = {}
        self._rows: dict[Iri, list[MappingRow]] = defaultdict(list)
        for row in knowledge.rows:
            if row.subject != NO_TERM and row.relation is not None:
                self._rows[row.object].append(row)
        self._derived: dict[Iri, list[DerivedMapping]] = defaultdict(list)
        for derived in self._chains() if policy.hops > 1 else ():
            self._derived[derived.object].append(derived)

    def _chains(self) -> list[DerivedMapping]:
        if self.policy.least > ReviewState.PROPOSED:
            return []
        accepted = [row for row in self.knowledge.rows if row.relation and not self.why_rejected(row)]
        return chains(accepted, frozenset(self.knowledge.requirements), self.knowledge.restated)

    def rows_on(self, requirement: Requirement) -> list[tuple[MappingRow, Iri | None]]:
        """Return the rows on a requirement, and those on the provisions above it with which provision that is."""
        found = self._on.get(requirement.iri)
        if found is None:
            lineage = self.knowledge.lineage(requirement.provision)
            above = [step for step in lineage if step in self.knowledge.provisions]
            found = self._on[requirement.iri] = [(row, None) for row in self._rows.get(requirement.iri, ())]
            found += [(row, step) for step in above for row in self._rows.get(step, ())]
        return found

    def derived_on(self, requirement: Requirement) -> list[DerivedMapping]:
        """Return the mappings that chains of rows derive for a requirement."""
        return self._derived.get(requirement.iri, [])

    def why_rejected(self, row: MappingRow) -> str:
        """Return why a row is not accepted on the day under the policy, empty where it is (R3)."""
        if id(row) not in self._why:
            self._why[id(row)] = self._why_rejected(row)
        return self._why[id(row)]

    def _why_rejected(self, row: MappingRow) -> str:
        if row.review_state < ReviewState.PROPOSED:
            return f"the row is {row.review_state.label}"
        if row.review_state < self.policy.least:
            return f"the row is {row.review_state.label}, below the policy"
        if self.knowledge.is_stale(row, self.day):
            return f"written for the text of {row.object_version}, which is not the one in force"
        if row.rationale_type != "functional":
            return f"{row.rationale_type or 'untyped'} rationale only"
        return ""

    def conflicts(self, requirement: Requirement) -> tuple[Iri, ...]:
        """Return the sources whose accepted mappings to a requirement cannot all be true (R7)."""
        if requirement.iri not in self._conflicts:
            self._conflicts[requirement.iri] = self._contradicting(requirement)
        return self._conflicts[requirement.iri]

    def _contradicting(self, requirement: Requirement) -> tuple[Iri, ...]:
        possible: dict[Iri, frozenset[Relation]] = defaultdict(lambda: ALL)
        if self._is_own(requirement):
            possible[requirement.provision] &= {Relation.EQ}
        for row, ancestor in self.rows_on(requirement):
            if row.relation is not None and not self.why_rejected(row):
                possible[row.subject] &= of_ancestor(row.relation) if ancestor else frozenset({row.relation})
        for derived in self.derived_on(requirement):
            possible[derived.subject] &= derived.possible
        return tuple(source for source in sorted(possible) if not possible[source])

    def _is_own(self, requirement: Requirement) -> bool:
        return requirement.iri in self.knowledge.restated

    def of(self, requirement: Requirement, scope: Iri) -> tuple[tuple[Support, ...], tuple[Candidate, ...]]:
        """Return what supports a requirement in a scope, and the candidates that do not count, in a fixed order."""
        support: list[Support] = []
        candidates: list[Candidate] = []
        if self._is_own(requirement):
            self._sort_own(requirement, scope, support, candidates)
        for row, ancestor in self.rows_on(requirement):
            self._sort_row(requirement, row, ancestor, scope, support, candidates)
        for derived in self.derived_on(requirement):
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
        reason, rule = self.why_rejected(row), "R3"
        if not reason:
            reason, rule = self._why_idle(row, gives, ancestor), "R4"
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

    def _why_idle(self, row: MappingRow, gives: Gives, ancestor: Iri | None) -> str:
        """Return why an accepted row gives nothing here, whatever is implemented; empty where it may."""
        if gives is Gives.NONE:
            return "a reviewer looked and found no relationship"
        if ancestor and gives is Gives.PART:
            return f"partial for {self.knowledge.citation(ancestor)} as a whole"
        if row.subject in self.knowledge.requirements:
            return "a norm, which is met through controls and never implemented itself"
        return ""

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
