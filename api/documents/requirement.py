"""One requirement as a linked document: JSON-LD with its links, the states it is in, and its version.

Read as RDF it says what is in the graph: the statements of the requirement, of the rows on it, and of the results of
the run. The context stands in the document, so that nobody has to fetch one.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from engine.coverage.run import result_iri
from engine.errors import BadParameter
from engine.mapping.rows import relationship_iri, review_state_iri
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from datetime import date

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow

__all__ = ["CONTEXT", "requirement_document"]


def _link(term: str) -> dict[str, str]:
    return {"@id": term, "@type": "@id"}


def _links(term: str) -> dict[str, str]:
    return {**_link(term), "@container": "@set"}


def _english(term: str) -> dict[str, str]:
    return {"@id": term, "@language": "en"}


def _day(term: str) -> dict[str, str]:
    return {"@id": term, "@type": "xsd:date"}


CONTEXT: dict[str, Any] = {
    **{prefix: PREFIXES[prefix] for prefix in ("ng", "owl", "skos", "xsd")},
    "label": _english("skos:prefLabel"),
    "text": _english("skos:definition"),
    "modality": _link("ng:modality"),
    "bearers": _links("ng:bearer"),
    "conditions": _links("ng:appliesWhen"),
    "elements": _links("ng:hasElement"),
    "provision": _link("ng:derivedFrom"),
    "provision_version": _link("ng:derivedFromVersion"),
    "citation": "skos:notation",
    "penalty": _link("ng:penaltyTier"),
    "mappings": {"@reverse": "owl:annotatedTarget", "@container": "@set"},
    "source": _link("owl:annotatedSource"),
    "relationship": _link("ng:relationship"),
    "review_state": _link("ng:reviewState"),
    "states": {"@reverse": "ng:ofRequirement", "@container": "@set"},
    "scope": _link("ng:inRespectOf"),
    "state": _link("ng:coverageState"),
    "rule": "ng:byRule",
    "reason": _english("ng:reason"),
    "effective_from": _day("ng:effectiveFrom"),
    "first_expiry": _day("ng:firstExpiry"),
    "missing": _links("ng:lacksElement"),
    "rests_on": _links("ng:restsOn"),
}
"""What the names in the document mean; ``as_of``, ``version`` and ``run`` tell of the document and not of the norm."""


def requirement_document(
    knowledge: Knowledge, iri: Iri, day: date, content: str, assessment: Assessment | None = None, run: str = ""
) -> dict[str, Any]:
    """Return a requirement on a day, in JSON-LD.

    :param content: the hash of the content.
    :param assessment: the states to tell; without it there are none in the document.
    :param run: the identifier of its run.
    :raises BadParameter: if the identifier is of something else.
    """
    if iri not in knowledge.requirements:
        known = " or ".join(knowledge.citation(r.iri) for r in knowledge.requirements_below(iri, day)[:3])
        raise BadParameter("CITATION", knowledge.citation(iri), f"one requirement{known and f', as {known}'}")
    results = [r for r in assessment.results if r.requirement == iri] if assessment else []
    rows = [row for row in knowledge.rows if row.object == iri and row.relation is not None]
    return {
        "@context": CONTEXT,
        "@id": iri,
        "@type": "ng:Requirement",
        **_norm(knowledge, iri),
        "mappings": [_mapping(row) for row in rows],
        "states": [_state(result, run) for result in results],
        "as_of": day,
        "run": run or None,
        "version": hashlib.sha256(f"{content} {iri} {day} {run}".encode()).hexdigest(),
    }


def _norm(knowledge: Knowledge, iri: Iri) -> dict[str, Any]:
    norm = knowledge.requirements[iri]
    return {
        "label": norm.label,
        "text": norm.text,
        "modality": NG(norm.modality).value,
        "bearers": list(norm.bearers),
        "conditions": list(norm.conditions),
        "elements": [{"@id": element.iri, "text": element.text} for element in norm.elements],
        "provision": {"@id": norm.provision, "citation": knowledge.citation(norm.provision)},
        "provision_version": norm.version,
        "penalty": norm.penalty,
    }


def _mapping(row: MappingRow) -> dict[str, Any]:
    return {
        "@id": row.iri,
        "source": row.subject,
        "relationship": relationship_iri(row.relationship).value,
        "review_state": review_state_iri(row.review_state).value,
    }


def _state(result: Result, run: str) -> dict[str, Any]:
    return {
        "@id": result_iri(run, result).value,
        "scope": result.scope,
        "state": NG(result.state.value).value,
        "rule": result.rule,
        "reason": result.reason,
        "effective_from": result.effective_from,
        "first_expiry": result.first_expiry,
        "missing": list(result.missing),
        "rests_on": sorted({premise for support in result.support for premise in support.premises}),
    }
