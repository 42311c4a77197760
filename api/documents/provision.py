"""What is known of a provision, control or requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.mapping.rows import NO_TERM
from engine.rulebook import rules_on

if TYPE_CHECKING:
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow
    from engine.model import Requirement
    from engine.rulebook import RuleNote

__all__ = ["mapping_entry", "provision_document", "requirement_entry"]


def provision_document(knowledge: Knowledge, iri: Iri, day: date) -> dict[str, Any]:
    """Return the document of a framework, provision or requirement on a day, without its official text."""
    provision = knowledge.provisions.get(iri)
    requirements = (
        [knowledge.requirements[iri]] if iri in knowledge.requirements else knowledge.requirements_below(iri, day)
    )
    targets = {iri, *(r.iri for r in requirements)}
    rows = [row for row in knowledge.rows if row.subject != NO_TERM and (row.subject == iri or row.object in targets)]
    framework = knowledge.framework_of(iri)
    return {
        "iri": iri,
        "citation": knowledge.citation(iri),
        "as_of": day,
        "kind": provision.kind if provision else "Framework" if iri in knowledge.frameworks else "Requirement",
        "title": provision.label if provision else knowledge.labels.get(iri, ""),
        "summary": provision.summary if provision else "",
        "class": provision.norm_class if provision else "",
        "source": framework.source if framework else "",
        "in_force": provision.version_on(day) is not None if provision else True,
        "versions": [_version(v) for v in provision.versions] if provision else [],
        "parts": [{"iri": child, "citation": knowledge.citation(child)} for child in knowledge.children.get(iri, ())],
        "requirements": [requirement_entry(knowledge, requirement) for requirement in requirements],
        "rules": _rules(knowledge, requirements, day),
        "mappings": [mapping_entry(knowledge, row) for row in rows],
    }


def _rules(knowledge: Knowledge, requirements: list[Requirement], day: date) -> list[dict[str, Any]]:
    """Return the rules that reach some of the requirements, each once, with those it reaches."""
    reached: dict[RuleNote, list[str]] = {}
    for requirement in requirements:
        for note in rules_on(knowledge, requirement, day):
            reached.setdefault(note, []).append(knowledge.citation(requirement.iri))
    return [
        {
            "iri": note.iri,
            "kind": note.kind,
            "label": note.label,
            "says": note.says,
            "conditions": [knowledge.citation(condition) for condition in note.conditions],
            "reaches": cited,
        }
        for note, cited in reached.items()
    ]


def _version(version: Any) -> dict[str, Any]:
    return {"iri": version.iri, "from": version.valid_from, "until": version.valid_until, "change": version.change}


def requirement_entry(knowledge: Knowledge, requirement: Requirement) -> dict[str, Any]:
    """Return what is told of a requirement."""
    return {
        "iri": requirement.iri,
        "citation": knowledge.citation(requirement.iri),
        "label": requirement.label,
        "text": requirement.text,
        "bearers": [knowledge.citation(role) for role in requirement.bearers],
        "modality": requirement.modality,
        "conditions": [knowledge.citation(condition) for condition in requirement.conditions],
        "elements": [
            {"text": e.text, "conditions": [knowledge.citation(c) for c in e.conditions]} for e in requirement.elements
        ],
        "elements_complete": requirement.elements_complete,
        "requires_human_judgement": requirement.needs_judgement,
        "qualifiers": list(requirement.qualifiers),
        "assessed_per": requirement.assessed_per,
    }


def mapping_entry(knowledge: Knowledge, row: MappingRow) -> dict[str, Any]:
    """Return what is told of a mapping row."""
    return {
        "iri": row.iri,
        "source": knowledge.citation(row.subject),
        "relationship": row.relationship,
        "target": knowledge.citation(row.object),
        "rationale_type": row.rationale_type,
        "rationale": row.rationale,
        "residual": row.residual,
        "review_state": row.review_state.label,
        "set": row.set_id,
    }
