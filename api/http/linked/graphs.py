"""Named graphs and vocabulary documents: which IRI stands for which graphs, and who may read them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from api.http.access import check
from api.http.identity import Permission
from api.http.problems import Problem
from engine.vocabulary import GRAPH, NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import Request
    from pyoxigraph import Quad

    from api.http.identity import Principal
    from api.http.service import Service

__all__ = ["VOCABULARY", "graphs_behind", "readable_graph", "statements_of", "unknown_thing"]

VOCABULARY = NG.base.rstrip("#")
"""The IRI of the vocabulary as a whole; a term of it is a fragment of that document."""
_ORGANISATIONS = f"{GRAPH}org/"
_ONTOLOGY, _VERSION = PREFIXES["owl"] + "Ontology", NamedNode(PREFIXES["owl"] + "versionIRI")


def unknown_thing(iri: str) -> Problem:
    """Return the refusal of an IRI of which nothing is known to whoever asks."""
    detail = f"nothing is known here of {iri[:300]}, or nothing that you may read; search from the start page"
    return Problem(HTTPStatus.NOT_FOUND, "unknown-thing", detail)


def graphs_behind(service: Service, iri: str) -> tuple[str, ...]:
    """Return the graphs of the shipped content that a document of ours is made of; none where it is no such document.

    The vocabulary, a module of it, and a version of a module are documents; a graph is its own.
    """
    names = service.content_graphs
    if iri == VOCABULARY:
        return tuple(name for name in names if name.startswith(f"{GRAPH}vocabulary/"))
    if iri in names:
        return (iri,)
    module = iri
    versioned, _ = service.statements.towards(iri, 1)
    if versioned and versioned[0].predicate == _VERSION:
        module = getattr(versioned[0].subject, "value", iri)
    homes = (
        getattr(quad.graph_name, "value", "")
        for quad in service.statements.about(module)
        if getattr(quad.object, "value", "") == _ONTOLOGY
    )
    return tuple(sorted(set(homes)))


def readable_graph(request: Request, service: Service, principal: Principal, iri: str) -> tuple[tuple[str, ...], str]:
    """Return the graphs behind a document of ours, and the state they are in: it is in entity tags.

    :raises Problem: if there is none, or none that the caller may read.
    """
    if not iri.startswith(_ORGANISATIONS):
        found = graphs_behind(service, iri)
        if not found:
            raise unknown_thing(iri)
        return found, service.content.hash
    key = iri.removeprefix(_ORGANISATIONS).partition("/")[0]
    check(service, principal, Permission.READ, key, request)
    if iri not in service.repository.graphs(key):
        raise unknown_thing(iri)
    return (iri,), f"{key} {service.repository.version(key)}"


def statements_of(service: Service, graphs: Iterable[str]) -> list[Quad]:
    """Return the statements of some graphs, sorted.

    :raises Problem: if they are more than an answer may have.
    """
    wanted = set(graphs)
    if wanted <= set(service.content_graphs):
        found = [quad for quad in service.content.quads if getattr(quad.graph_name, "value", "") in wanted]
    else:
        found = service.repository.backend.quads(sorted(wanted))
    if len(found) > service.settings.query_rows:
        most = f"the {service.settings.query_rows:,} that an answer may have"
        detail = f"{len(found):,} statements are more than {most}; ask for parts of them at /sparql"
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "over-limit", detail)
    return sorted(found, key=str)
