"""The evidence register, what lapses soon or has lapsed, what nobody else approved, and what contradicts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.coverage.values import EXPIRING_DAYS, Freshness
from engine.evidence.register import current_until, freshness
from engine.report.values import EvidenceItem, EvidenceStatus, OpenFinding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from engine.graph import Iri
    from engine.model import Evidence, Finding, Implementation
    from engine.report.names import Names
    from engine.report.values import GapRow

__all__ = ["evidence_register", "evidence_status"]


def evidence_register(names: Names, rows: Iterable[GapRow]) -> tuple[EvidenceItem, ...]:
    """Return every evidence item of the organisation, by name."""
    refs: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        for use in (*row.performance, *(use for control in row.controls for use in control.evidence)):
            refs[use.iri][row.ref] = None
    newer: dict[Iri, list[Iri]] = defaultdict(list)
    for item in names.organisation.evidence:
        if item.issued is not None and item.issued <= names.assessment.day:
            for old in item.supersedes:
                newer[old].append(item.iri)
    implementations = {i.iri: i for i in names.organisation.implementations}
    items = (_item(names, e, implementations, newer, tuple(refs[e.iri])) for e in names.organisation.evidence)
    return tuple(sorted(items, key=lambda item: (item.label, item.iri)))


def _item(
    names: Names,
    item: Evidence,
    implementations: Mapping[Iri, Implementation],
    newer: Mapping[Iri, list[Iri]],
    refs: tuple[str, ...],
) -> EvidenceItem:
    controls = [implementations[i].control for i in item.implementations if i in implementations]
    limit = current_until(names.knowledge, item, controls)
    return EvidenceItem(
        iri=item.iri,
        label=names.label(item.iri),
        evidence_type=names.label(item.evidence_type),
        outcome=item.outcome.lower(),
        controls=names.labels(dict.fromkeys(controls)),
        collected_by=names.labels(item.collected_by),
        approved_by=names.labels(item.approved_by),
        four_eyes=item.four_eyes,
        issued=item.issued,
        current_until=limit,
        freshness=freshness(item, limit, names.assessment.day),
        replaced_by=names.labels(newer.get(item.iri, ())),
        sha256=item.sha256,
        refs=refs,
    )


def evidence_status(names: Names, register: tuple[EvidenceItem, ...]) -> EvidenceStatus:
    """Return what needs attention in the evidence; an expired item that has a successor is history, not a gap."""

    def by_day(item: EvidenceItem) -> tuple[str, str]:
        return str(item.current_until), item.iri

    expiring = sorted((item for item in register if item.freshness is Freshness.EXPIRING), key=by_day)
    expired = sorted(
        (item for item in register if item.freshness is Freshness.EXPIRED and not item.replaced_by), key=by_day
    )
    return EvidenceStatus(
        total=len(register),
        current=sum(item.freshness in {Freshness.FRESH, Freshness.EXPIRING} for item in register),
        days=EXPIRING_DAYS,
        expiring=tuple(expiring),
        expired=tuple(expired),
        self_approved=tuple(item for item in register if not item.four_eyes),
        contradicting=tuple(item for item in register if item.outcome == "contradicts"),
        findings=_findings(names),
    )


def _findings(names: Names) -> tuple[OpenFinding, ...]:
    day = names.assessment.day
    controls = {i.iri: i.control for i in names.organisation.implementations}
    opened = [f for f in names.organisation.findings if f.is_open(day)]
    return tuple(_finding(names, f, controls, day) for f in sorted(opened, key=lambda f: (str(f.due or ""), f.iri)))


def _finding(names: Names, finding: Finding, controls: Mapping[Iri, Iri], day: date) -> OpenFinding:
    return OpenFinding(
        iri=finding.iri,
        label=names.label(finding.iri),
        severity=finding.severity.lower(),
        controls=names.labels(controls[iri] for iri in finding.against if iri in controls),
        issued=finding.issued,
        due=finding.due,
        overdue=finding.due is not None and finding.due < day,
    )
