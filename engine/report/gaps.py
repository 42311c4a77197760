"""The gap table: each requirement with its state, what it rests on, what is missing, and who acts next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.model import ReviewState, State
from engine.report.steps import basis, next_step
from engine.report.values import EvidenceUse, GapRow, RejectedMapping, ReportedControl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from engine.coverage.values import EvidenceCheck, Result, Support
    from engine.model import Evidence, Requirement
    from engine.report.names import Names
    from engine.report.penalties import PenaltyTier

__all__ = ["gap_rows", "proof_anchor"]

_OWN = "its own requirement"
_THROUGH_NATIONAL_LAW = "directive: binds through national law"


def proof_anchor(ref: str, place: int) -> str:
    """Return the anchor of the proof of a row in the scope at a place of its list, from 1."""
    return f"proof-{ref}-{place}"


def gap_rows(
    names: Names, penalties: Mapping[Iri, PenaltyTier], proofs: Mapping[tuple[Iri, Iri], str]
) -> tuple[GapRow, ...]:
    """Return the rows of the gap table in document order; what is not applicable stands in the applicability table.

    Scopes of a requirement about which everything said is the same share a row.
    """
    writer = _Writer(names, penalties)
    rows: list[GapRow] = []
    for results in names.assessment.by_requirement.values():
        live = [result for result in results if result.state is not State.NOT_APPLICABLE]
        rows += _merged(writer.row(result) for result in live)
    numbered = (replace(row, ref=f"R{number:03}") for number, row in enumerate(rows, 1))
    return tuple(_with_proofs(row, proofs) for row in numbered)


def _merged(rows: Iterable[GapRow]) -> list[GapRow]:
    alike: dict[GapRow, list[GapRow]] = {}
    for row in rows:
        alike.setdefault(replace(row, scopes=()), []).append(row)
    return [replace(key, scopes=tuple(s for row in same for s in row.scopes)) for key, same in alike.items()]


def _with_proofs(row: GapRow, proofs: Mapping[tuple[Iri, Iri], str]) -> GapRow:
    anchors = (
        proof_anchor(row.ref, place)
        for place, scope in enumerate(row.scopes, 1)
        if (Iri(row.requirement.iri), Iri(scope.iri)) in proofs
    )
    return replace(row, proofs=tuple(anchors))


class _Writer:
    """Write rows of one assessment."""

    def __init__(self, names: Names, penalties: Mapping[Iri, PenaltyTier]) -> None:
        self.names = names
        self.penalties = penalties
        self.assessment = names.assessment
        self.knowledge = names.knowledge
        self._evidence = {item.iri: item for item in names.organisation.evidence}
        self._implementations = {i.iri: i for i in names.organisation.implementations}
        self._findings = {finding.iri: finding for finding in names.organisation.findings}

    def row(self, result: Result) -> GapRow:
        """Return the row of one result, not yet numbered."""
        requirement = self.knowledge.requirements[result.requirement]
        framework = self.knowledge.framework_of(requirement.iri)
        found = _substance(result)
        overridden = result.rule == "R0" and result.otherwise is not None
        return GapRow(
            ref="",
            requirement=self.names.law(requirement.iri),
            framework=framework.name if framework else "",
            version=self._version(requirement),
            addressees=self.names.labels(requirement.bearers),
            modality=requirement.modality,
            label=requirement.label,
            text=requirement.text,
            note=_THROUGH_NATIONAL_LAW if framework and framework.is_directive else "",
            scopes=(self.names.scope(result.scope),),
            applies_from=result.effective_from,
            state=result.state,
            if_applicable=result.if_applicable,
            computed=result.otherwise.state if overridden and result.otherwise else None,
            organisation_state=self.assessment.state_of(requirement.iri),
            organisation_unreviewed=self._unreviewed(requirement),
            unreviewed=result.assurance is ReviewState.PROPOSED,
            assurance=result.assurance.label if result.assurance is not None else "",
            freshness=found.freshness,
            first_expiry=found.first_expiry,
            reason=found.reason if found is not result and not overridden else result.reason,
            elements=len(found.live_elements),
            missing=self.names.elements(found.missing),
            unevidenced=self.names.elements(found.unevidenced),
            controls=tuple(self._control(support) for support in found.support),
            performance=self._performance(requirement, found),
            rejected=tuple(self._rejected(found)),
            questions=tuple(dict.fromkeys((*result.questions, *found.questions))),
            penalty=self._penalty(requirement),
            owners=self._owners(found),
            due=self._due(found),
            next_step=next_step(self.names, result),
            proofs=(),
        )

    def _unreviewed(self, requirement: Requirement) -> bool:
        results = self.assessment.by_requirement[requirement.iri]
        return any(result.assurance is ReviewState.PROPOSED for result in results)

    def _version(self, requirement: Requirement) -> str:
        if requirement.version:
            return requirement.version.rpartition("/")[2]
        framework = self.knowledge.framework_of(requirement.iri)
        return framework.version_on(self.assessment.day).name if framework else ""

    def _penalty(self, requirement: Requirement) -> str:
        tier = self.penalties.get(requirement.penalty) if requirement.penalty else None
        return tier.label if tier else ""

    def _control(self, support: Support) -> ReportedControl:
        owners = (self._implementations[c.implementation].owner for c in support.checks)
        return ReportedControl(
            control=self.names.law(support.control),
            title=self.names.title(support.control),
            relationship=support.relationship,
            rationale_type=self.names.rationale_type(support),
            review_state=_review(support.review_state),
            covers=self.names.elements(support.covers),
            residual=self.names.residual(support),
            mappings=tuple(support.premises),
            owners=self.names.labels(owner for owner in owners if owner),
            evidenced=support.proven,
            evidence=self._uses(support.checks),
            lacking=tuple(dict.fromkeys(text for check in support.checks for text in self._lacking(check))),
        )

    def _uses(self, checks: Iterable[EvidenceCheck]) -> tuple[EvidenceUse, ...]:
        """Return the items that count, then those that lapsed or fail for themselves, not for another scope."""
        templates = [template for check in checks for template in check.templates]
        counted = dict.fromkeys(iri for template in templates for iri in template.counted)
        reasons = {r.evidence: r.reason for t in templates for r in t.rejected if r.evidence not in counted}
        elsewhere = {"about another scope", "of another type"}
        failed = {iri: reason for iri, reason in reasons.items() if reason not in elsewhere}
        return (
            *(_use(self._evidence[iri], counts=True) for iri in counted),
            *(_use(self._evidence[iri], counts=False, reason=failed[iri]) for iri in failed),
        )

    def _lacking(self, check: EvidenceCheck) -> Iterable[str]:
        if not check.templates:
            yield "no evidence template for this control"
        for template in check.templates:
            if not template.passes:
                wanted = self.names.label(template.template).rpartition(": ")[2]
                yield f"{wanted}: {len(template.counted)} of {template.needed} current"
        yield from (f"open major finding {self.names.label(finding)}" for finding in check.findings)

    def _performance(self, requirement: Requirement, found: Result) -> tuple[EvidenceUse, ...]:
        items = self.names.organisation.evidence
        shown = [e for e in items if requirement.iri in e.performs and set(found.inputs) & set(e.events)]
        return tuple(_use(item, counts=item.four_eyes and item.outcome == "Supports") for item in shown)

    def _rejected(self, found: Result) -> Iterable[RejectedMapping]:
        for candidate in found.candidates:
            label, state = self.names.label(candidate.control), _review(candidate.review_state)
            yield RejectedMapping(label, candidate.relationship, state, candidate.reason)

    def _owners(self, found: Result) -> tuple[str, ...]:
        checked = [check.implementation for support in found.support for check in support.checks]
        offered = {candidate.control for candidate in found.candidates if candidate.rule == "R5"}
        nearby = [i.iri for i in self._implementations.values() if i.control in offered]
        owners = (self._implementations[iri].owner for iri in (checked or nearby))
        return self.names.labels(owner for owner in owners if owner)

    def _due(self, found: Result) -> date | None:
        named = {iri for support in found.support for check in support.checks for iri in check.findings}
        return min((due for iri in named if (due := self._findings[iri].due)), default=None)


def _review(state: ReviewState | None) -> str:
    return state.label if state is not None else _OWN


def _substance(result: Result) -> Result:
    """Return what says how far a requirement is addressed, where the result itself is about applicability or set."""
    return result.otherwise if result.otherwise is not None and not result.support else basis(result)


def _use(item: Evidence, *, counts: bool, reason: str = "") -> EvidenceUse:
    return EvidenceUse(item.iri, item.label, item.issued, item.valid_until, item.sha256, counts, reason)
