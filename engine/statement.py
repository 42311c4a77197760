"""The statement of applicability: which controls of a standard are in and which are out, and why (ISO 42001, 6.1.3)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from engine.coverage.evidence import EvidenceReader
from engine.coverage.support import SupportReader
from engine.errors import BadParameter
from engine.mapping.relations import GIVES, Gives
from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from engine.coverage.assess import Assessment
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow
    from engine.model import Framework, Implementation, Provision

__all__ = ["Decision", "Progress", "StatementRow", "statement_of_applicability"]


class Decision(Enum):
    """What the organisation has recorded about a control."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    NOT_DECIDED = "not decided"


class Progress(Enum):
    """How far all that is recorded to carry out a control has come."""

    IMPLEMENTED = "implemented"
    IN_PROGRESS = "in progress"
    PLANNED = "planned"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What a statement of applicability says of one control.

    :ivar needed_by: the requirements of law that bind on the day and to which an accepted mapping of the control leads.
    :ivar needed_later: those that are not applicable yet.
    :ivar treats: the risks that what carries it out treats.
    :ivar reasons_in: the reasons on record for taking it in, beside law and risks.
    :ivar reasons_out: the reasons on record for leaving it out, everywhere or somewhere.
    :ivar approved_by: who approved leaving it out.
    :ivar scopes: where it is, or is to be, carried out.
    :ivar excluded_scopes: where it is left out with reason and approval.
    :ivar lacking: what is missing for a decision with a reason, in words.
    :ivar state: of the control's own requirement; nothing where the standard's requirements are not assessed.
    """

    control: Iri
    citation: str
    title: str
    decision: Decision
    progress: Progress
    needed_by: tuple[Iri, ...]
    needed_later: tuple[Iri, ...]
    treats: tuple[Iri, ...]
    reasons_in: tuple[str, ...]
    reasons_out: tuple[str, ...]
    approved_by: tuple[Iri, ...]
    owners: tuple[Iri, ...]
    scopes: tuple[Iri, ...]
    excluded_scopes: tuple[Iri, ...]
    lacking: str
    state: State | None
    first_expiry: date | None


def statement_of_applicability(assessment: Assessment, framework: Framework) -> tuple[StatementRow, ...]:
    """Return what the records say of each control of a standard, in document order.

    :param assessment: of all frameworks in all scopes, so that the law that needs a control is known.
    :raises BadParameter: if the framework has no controls.
    """
    knowledge = assessment.knowledge
    controls = _controls(knowledge, framework)
    if not controls:
        having = sorted(f.key for f in knowledge.frameworks.values() if _controls(knowledge, f))
        raise BadParameter("framework", framework.key, f"a framework with controls: {', '.join(having)}")
    writer = _Writer(assessment)
    return tuple(writer.row(control) for control in controls)


def _controls(knowledge: Knowledge, framework: Framework) -> list[Provision]:
    parts = (knowledge.provisions.get(iri) for iri in knowledge.subtree(framework.iri))
    return [part for part in parts if part is not None and part.kind == "Control"]


class _Writer:
    """Write the rows of one assessment."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.knowledge = assessment.knowledge
        self.organisation = assessment.organisation
        self.day = assessment.day
        evidence = EvidenceReader(self.knowledge, self.organisation, self.day)
        self.supports = SupportReader(self.knowledge, self.organisation, self.day, assessment.policy, evidence)
        self._records: dict[Iri, list[Implementation]] = defaultdict(list)
        for record in self.organisation.implementations:
            self._records[record.control].append(record)
        self._law = self._law_in_view()
        self._rows: dict[Iri, list[MappingRow]] = defaultdict(list)
        for row in self.knowledge.rows:
            if row.relation and GIVES[row.relation] is not Gives.NONE and not self.supports.accepted.why_rejected(row):
                self._rows[row.subject].append(row)

    def _law_in_view(self) -> Mapping[Iri, State]:
        """Return the requirements of law that bind, now or later, with their states."""
        law = {framework for framework in self.assessment.frameworks if framework.is_law}
        ours = [iri for iri in self.assessment.by_requirement if self.knowledge.framework_of(iri) in law]
        states = {iri: self.assessment.state_of(iri) for iri in ours}
        return {iri: state for iri, state in states.items() if state is not State.NOT_APPLICABLE}

    def row(self, control: Provision) -> StatementRow:
        """Return what the records say of one control."""
        own = [r.iri for r in self.knowledge.requirements_of.get(control.iri, ())]
        results = [result for iri in own for result in self.assessment.by_requirement.get(iri, ())]
        asked = tuple(dict.fromkeys(r.scope for r in results)) or (self.organisation.iri,)
        carried = [r for r in self._records[control.iri] if _progress(r, self.day) is not Progress.NONE]
        left_out = [r for r in self._records[control.iri] if r.status == "Excluded" and r.in_force(self.day)]
        decision = self._decide(control.iri, asked, carried, left_out)
        kept = () if decision is Decision.EXCLUDED else carried
        needed = self._needed_by(control.iri)
        treats = self._treated_by(kept)
        return StatementRow(
            control=control.iri,
            citation=control.notation,
            title=control.label,
            decision=decision,
            progress=_together(kept, self.day),
            needed_by=tuple(iri for iri in needed if self._law[iri] is not State.NOT_YET),
            needed_later=tuple(iri for iri in needed if self._law[iri] is State.NOT_YET),
            treats=treats,
            reasons_in=_reasons(kept),
            reasons_out=_reasons(left_out),
            approved_by=_each(iri for record in left_out for iri in record.approved_by),
            owners=_each(record.owner for record in (*kept, *left_out) if record.owner),
            scopes=_each(iri for record in kept for iri in record.scopes),
            excluded_scopes=_each(iri for record in left_out if record.excludes for iri in record.scopes),
            lacking=_lacking(decision, kept, left_out, reasoned=bool(needed or treats)),
            state=next((self.assessment.state_of(r.requirement) for r in results), None),
            first_expiry=min((r.first_expiry for r in results if r.first_expiry), default=None),
        )

    def _decide(
        self, control: Iri, asked: Iterable[Iri], carried: Sequence[Implementation], left_out: Sequence[Implementation]
    ) -> Decision:
        """Return the decision; leaving out the whole counts only with reason and approval, and then goes first."""
        if all(self.supports.exclusion(control, scope) for scope in asked):
            return Decision.EXCLUDED
        everywhere = any(self.organisation.iri in record.scopes for record in left_out)
        return Decision.INCLUDED if carried and not everywhere else Decision.NOT_DECIDED

    def _needed_by(self, control: Iri) -> tuple[Iri, ...]:
        ends = {row.object for row in self._rows[control]}
        return tuple(iri for iri in self._law if not ends.isdisjoint((iri, *self._lineage(iri))))

    def _treated_by(self, carried: Iterable[Implementation]) -> tuple[Iri, ...]:
        records = {record.iri for record in carried}
        return tuple(risk.iri for risk in self.organisation.risks if not records.isdisjoint(risk.treated_by))

    def _lineage(self, requirement: Iri) -> tuple[Iri, ...]:
        return self.knowledge.lineage(self.knowledge.requirements[requirement].provision)


def _progress(record: Implementation, day: date) -> Progress:
    """Return how far a record that takes a control in has come; none where it is left out, retired or over."""
    if record.valid_until and record.valid_until <= day:
        return Progress.NONE
    if record.status == "Implemented":
        later = record.valid_from and record.valid_from > day
        return Progress.PLANNED if later else Progress.IMPLEMENTED
    return {"InProgress": Progress.IN_PROGRESS, "Planned": Progress.PLANNED}.get(record.status, Progress.NONE)


def _together(carried: Iterable[Implementation], day: date) -> Progress:
    """Return how far some records have come together: in progress where some have come further than others."""
    found = {_progress(record, day) for record in carried}
    if not found:
        return Progress.NONE
    return found.pop() if len(found) == 1 else Progress.IN_PROGRESS


def _lacking(
    decision: Decision, carried: Sequence[Implementation], left_out: Sequence[Implementation], *, reasoned: bool
) -> str:
    for record in left_out:
        if not record.excludes:
            return f"leaving it out is not {'approved' if record.justification else 'justified'}"
    if decision is Decision.NOT_DECIDED:
        return "nothing is recorded for what it is not left out for" if left_out else "nothing is recorded"
    if decision is Decision.INCLUDED and not reasoned and not _reasons(carried):
        return "no reason for taking it in is recorded"
    return ""


def _reasons(records: Iterable[Implementation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(record.justification for record in records if record.justification))


def _each(iris: Iterable[Iri]) -> tuple[Iri, ...]:
    return tuple(dict.fromkeys(iris))
