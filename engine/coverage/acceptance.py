"""Which mappings are accepted on a day under a policy, whoever the organisation is (COVERAGE §5 R3)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.mapping.chains import chains
from engine.mapping.relations import ALL, GIVES, Gives, Relation, of_ancestor
from engine.mapping.rows import NO_TERM
from engine.model import ReviewState

if TYPE_CHECKING:
    from datetime import date

    from engine.coverage.values import Policy
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.chains import DerivedMapping
    from engine.mapping.rows import MappingRow
    from engine.model import Requirement

__all__ = ["AcceptanceReader"]


class AcceptanceReader:
    """Answer, on one day under one policy, which mappings lead to a requirement and which of them are accepted."""

    def __init__(self, knowledge: Knowledge, day: date, policy: Policy) -> None:
        self.knowledge = knowledge
        self.day = day
        self.policy = policy
        self._on: dict[Iri, list[tuple[MappingRow, Iri | None]]] = {}
        self._why: dict[int, str] = {}  # by object: two rows may have one identifier
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

    def derived(self, requirement: Requirement) -> list[DerivedMapping]:
        """Return the mappings of two hops to a requirement, where the policy has them count."""
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

    def why_idle(self, row: MappingRow, ancestor: Iri | None) -> str:
        """Return why an accepted row gives nothing here, whatever is implemented; empty where it may (R4)."""
        gives = Gives.NONE if row.relation is None else GIVES[row.relation]
        if gives is Gives.NONE:
            return "a reviewer looked and found no relationship"
        if ancestor and gives is Gives.PART:
            return f"partial for {self.knowledge.citation(ancestor)} as a whole"
        if row.subject in self.knowledge.requirements:
            return "a norm, which is met through controls and never implemented itself"
        return ""

    def conflicts(self, requirement: Requirement) -> tuple[Iri, ...]:
        """Return the sources whose accepted mappings to a requirement cannot all be true (R7)."""
        if requirement.iri not in self._conflicts:
            self._conflicts[requirement.iri] = self._contradicting(requirement)
        return self._conflicts[requirement.iri]

    def _contradicting(self, requirement: Requirement) -> tuple[Iri, ...]:
        possible: dict[Iri, frozenset[Relation]] = defaultdict(lambda: ALL)
        if self.is_own(requirement):
            possible[requirement.provision] &= {Relation.EQ}
        for row, ancestor in self.rows_on(requirement):
            if row.relation is not None and not self.why_rejected(row):
                possible[row.subject] &= of_ancestor(row.relation) if ancestor else frozenset({row.relation})
        for derived in self.derived(requirement):
            possible[derived.subject] &= derived.possible
        return tuple(source for source in sorted(possible) if not possible[source])

    def is_own(self, requirement: Requirement) -> bool:
        """Tell whether a requirement restates a clause or control of a standard, which is then equal to it."""
        return requirement.iri in self.knowledge.restated
