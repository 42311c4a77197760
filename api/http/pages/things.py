"""The page of whatever has an IRI: the one made for its kind, or a table of what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from api.http.linked.description import graph_provenance
from api.http.linked.graphs import VOCABULARY
from api.http.pages.environment import render
from api.http.pages.provisions import framework_values, provision_values, row_values
from api.http.pages.statements import incoming_rows, own_rows, short
from engine.graph import Iri
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pyoxigraph import Quad

    from api.http.linked.description import Description
    from api.http.service import Service

__all__ = ["graph_page", "thing_page"]

_MOST_SUBJECTS = 1_000
"""How many of the things of a graph its page lists."""
_SKOS, _RDFS = PREFIXES["skos"], PREFIXES["rdfs"]


def thing_page(service: Service, described: Description, day: date) -> bytes:
    """Return the page of a thing."""
    template, values = _kind(service, Iri(described.iri), day)
    told = {
        "iri": described.iri,
        "label": described.label(described.iri) or short(described.iri),
        "own": own_rows(service, described),
        "incoming": incoming_rows(service, described),
        "incoming_told": len(described.incoming),
        "incoming_total": described.total,
        "graphs": [_source(service, name) for name in described.graphs],
        "day": day,
    }
    return render(template, **{**told, **values})


def _kind(service: Service, iri: Iri, day: date) -> tuple[str, dict[str, Any]]:
    knowledge = service.content.knowledge
    if iri in knowledge.frameworks:
        return "framework", framework_values(knowledge, knowledge.frameworks[iri], day)
    if iri in knowledge.provisions or iri in knowledge.requirements:
        return "provision", provision_values(knowledge, iri, day)
    row = next((row for row in knowledge.rows if row.iri == iri), None)
    return ("mapping", row_values(knowledge, row, day)) if row else ("thing", {})


def _source(service: Service, name: str) -> dict[str, str]:
    """Return a graph with what is recorded of it: the file, its licence and its hash."""
    quads = graph_provenance(service.statements, name)
    told = {q.predicate.value: q.object.value for q in quads if isinstance(q.object, NamedNode | Literal)}
    return {
        "iri": name,
        "file": told.get(PREFIXES["dcterms"] + "source", ""),
        "licence": told.get(PREFIXES["dcterms"] + "license", ""),
        "sha256": told.get(NG.sha256.value, ""),
    }


def graph_page(service: Service, iri: str, graphs: Sequence[str], quads: Sequence[Quad]) -> bytes:
    """Return the page of a named graph, of a module, or of the vocabulary as a whole."""
    subjects = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)})
    common = {
        "iri": iri,
        "label": short(iri),
        "statements": len(quads),
        "subjects": len(subjects),
        "graphs": [_source(service, name) for name in graphs],
    }
    if iri == VOCABULARY:
        return render("vocabulary", **common, terms=_terms(quads))
    named = [{"iri": name, "label": short(name)} for name in subjects[:_MOST_SUBJECTS]]
    return render("graph", **common, listed=named)


def _terms(quads: Sequence[Quad]) -> list[dict[str, Any]]:
    """Return the terms of the vocabulary by kind and name, each with what it means."""
    told: dict[str, dict[str, list[str]]] = {}
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(NG.base):
            value = quad.object.value if isinstance(quad.object, NamedNode | Literal) else ""
            told.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(value)
    return [
        {
            "iri": iri,
            "name": NG.local(iri),
            "label": next(iter(values.get(f"{_SKOS}prefLabel", [])), NG.local(iri)),
            "definition": next(iter(values.get(f"{_SKOS}definition", [])), ""),
            "note": next(iter(values.get(f"{_SKOS}scopeNote", [])), ""),
            "kinds": [short(kind) for kind in values.get(f"{PREFIXES['rdf']}type", [])],
            "wider": sorted(values.get(f"{_RDFS}subClassOf", []) + values.get(f"{_RDFS}subPropertyOf", [])),
        }
        for iri, values in sorted(told.items())
    ]
