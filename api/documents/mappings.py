"""Mapping rows and sets, as the register tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import UnknownName
from engine.mapping.register import set_names
from engine.mapping.reviews import content_hash
from engine.mapping.rows import NO_TERM, RELATIONSHIPS
from engine.mapping.triage import set_counts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from engine.knowledge import Knowledge
    from engine.mapping.overlay import Overlay
    from engine.mapping.rows import MappingRow

__all__ = ["NO_COUNTERPART", "row_document", "row_entries", "row_entry", "set_entries"]

NO_COUNTERPART = "no-counterpart"


def row_entries(
    knowledge: Knowledge, overlay: Overlay | None, rows: Sequence[MappingRow], day: date
) -> list[dict[str, Any]]:
    """Return rows as records, each with those whose signature it has outlived."""
    stale = [overlay.standing(row, day).stale if overlay else () for row in rows]
    return [
        {**row_entry(knowledge, row), "stale_signatures": list(dict.fromkeys(review.name for review in reviews))}
        for row, reviews in zip(rows, stale, strict=True)
    ]


def row_entry(knowledge: Knowledge, row: MappingRow) -> dict[str, Any]:
    """Return what is told of a row in the register."""
    return {
        "record_id": row.iri,
        "set": row.set_id,
        "source": "" if row.subject == NO_TERM else knowledge.citation(row.subject),
        "relationship": row.relationship or NO_COUNTERPART,
        "rationale_type": row.rationale_type,
        "target": knowledge.citation(row.object),
        "covers": _elements(knowledge, row),
        "strength": row.strength,
        "confidence": None if row.confidence is None else float(row.confidence),
        "rationale": row.rationale,
        "residual": row.residual,
        "scope_qualifier": row.scope_qualifier,
        "exceptions": [knowledge.citation(part) for part in row.exceptions],
        "review_state": row.review_state.label,
        "author": row.author,
        "reviewer": row.reviewer,
    }


def _elements(knowledge: Knowledge, row: MappingRow) -> list[str]:
    requirement = knowledge.requirements.get(row.object)
    texts = {element.iri: element.text for element in requirement.elements} if requirement else {}
    return [texts.get(element, element) for element in row.covers]


def row_document(knowledge: Knowledge, overlay: Overlay | None, row: MappingRow, day: date) -> dict[str, Any]:
    """Return a row with who reviewed it, and the hash that a signature covers."""
    reviews = [_review(review, kind) for kind, review in _reviews(overlay, row, day)]
    return {**row_entry(knowledge, row), "content_hash": content_hash(row), "as_of": day, "reviews": reviews}


def _reviews(overlay: Overlay | None, row: MappingRow, day: date) -> list[tuple[str, Any]]:
    if overlay is None:
        return []
    found = overlay.standing(row, day)
    kinds = (("counts", found.counted), ("minority opinion", found.minority), ("stale", found.stale))
    return [(kind, review) for kind, reviews in kinds for review in reviews]


def _review(review: Any, kind: str) -> dict[str, Any]:
    return {
        "person": review.name,
        "address": review.person,
        "decision": review.decision.value,
        "on": review.on,
        "reason": review.reason,
        "standing": kind,
    }


def set_entries(knowledge: Knowledge, names: Sequence[str], day: date) -> list[dict[str, Any]]:
    """Return the counts of some sets.

    :raises UnknownName: if there is no set of a name.
    """
    known = set_names(knowledge)
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise UnknownName("mapping set", unknown, known)
    return [_set(knowledge, name, day) for name in names]


def _set(knowledge: Knowledge, name: str, day: date) -> dict[str, Any]:
    found = set_counts(knowledge, name, day)
    return {
        "set": name,
        "rows": sum(found.relationships.values()),
        **{relationship: found.relationships.get(relationship, 0) for relationship in RELATIONSHIPS},
        NO_COUNTERPART: found.no_counterpart,
        "requirements": found.requirements,
        "without_counterpart": found.without_counterpart,
        "untriaged": found.untriaged,
        "triage": "complete" if found.triaged else "partial",
        "without_residual": found.without_residual,
        "without_elements": found.without_elements,
    }
