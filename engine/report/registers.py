"""The annexes: the mapping rows that results rely on, the proofs, and which parts of the law are modelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.report.gaps import proof_anchor
from engine.report.values import MappingRecord, Modelled, Proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.graph import Iri
    from engine.mapping.rows import MappingRow
    from engine.model import Framework
    from engine.report.names import Names
    from engine.report.values import GapRow

__all__ = ["mapping_register", "modelled", "proof_annex"]


def mapping_register(names: Names, rows: Iterable[GapRow]) -> tuple[MappingRecord, ...]:
    """Return the mapping rows that some row of the gap table relies on, by set, control and requirement."""
    used = {iri for row in rows for control in row.controls for iri in control.mappings}
    return tuple(_record(names, row) for row in names.knowledge.rows if row.iri in used)


def _record(names: Names, row: MappingRow) -> MappingRecord:
    return MappingRecord(
        iri=row.iri,
        set_id=row.set_id,
        control=names.law(row.subject),
        requirement=names.law(row.object),
        relationship=row.relationship,
        rationale_type=row.rationale_type,
        rationale=row.rationale,
        residual=row.residual,
        covers=names.elements(row.covers),
        review_state=row.review_state.label,
        author=row.author,
        reviewer=row.reviewer,
        created=row.created,
        versions=" → ".join(filter(None, (row.subject_version, row.object_version))),
    )


def proof_annex(rows: Iterable[GapRow], proofs: Mapping[tuple[Iri, Iri], str]) -> tuple[Proof, ...]:
    """Return the proofs of all rows, scope by scope."""
    texts = {(str(requirement), str(scope)): text for (requirement, scope), text in proofs.items()}
    return tuple(
        Proof(proof_anchor(row.ref, place), row.ref, row.requirement.label, scope.label, text)
        for row in rows
        for place, scope in enumerate(row.scopes, 1)
        if (text := texts.get((row.requirement.iri, scope.iri)))
    )


def modelled(names: Names) -> tuple[Modelled, ...]:
    """Return, per framework, the articles or clauses that carry requirements in this release."""
    return tuple(_modelled(names, framework) for framework in names.assessment.frameworks)


def _modelled(names: Names, framework: Framework) -> Modelled:
    knowledge = names.knowledge
    tops = {
        _citable(names, requirement.provision)
        for requirement in knowledge.live_requirements(names.assessment.day)
        if knowledge.framework_of(requirement.iri) == framework
    }
    ordered = sorted(tops, key=lambda iri: knowledge.provisions[iri].sort_key)
    return Modelled(framework.name, names.labels(ordered), names.assessment.counts(framework).not_modelled)


def _citable(names: Names, iri: Iri) -> Iri:
    """Return the article that a provision is part of, or the provision itself where there is none."""
    steps = [step for step in names.knowledge.lineage(iri) if step in names.knowledge.provisions]
    return next((step for step in steps if names.knowledge.provisions[step].kind == "Article"), iri)
