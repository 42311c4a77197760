"""Where the statements of a description come from: the shipped content, or the graphs of organisations."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryResultsFormat, parse_query_results

from engine.sandbox.tasks import Ask
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from api.http.service import Service
    from engine.sandbox.tasks import Limits

__all__ = ["LABELS", "ContentStatements", "Records", "Statements"]

LABELS = tuple(
    PREFIXES[prefix] + name
    for prefix, name in (
        ("skos", "prefLabel"),
        ("rdfs", "label"),
        ("sh", "name"),
        ("dcterms", "title"),
        ("skos", "notation"),
    )
)
"""The properties that say what a thing is called, the best one first."""
_JSON = "application/sparql-results+json"


class Statements(Protocol):
    """Statements that can be looked up by what they are about and by what they point to."""

    def about(self, iri: str) -> list[Quad]:
        """Return the statements about a thing, and those about the nameless nodes it is described by."""

    def towards(self, iri: str, most: int) -> tuple[list[Quad], int]:
        """Return the first statements that point to a thing, in order, and how many there are."""

    def labels(self, iris: Iterable[str]) -> dict[str, Quad]:
        """Return for each thing that has one the statement of what it is called."""


class ContentStatements:
    """The shipped content, indexed once: everybody who may ask anything may read all of it."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._about: dict[str, list[Quad]] = defaultdict(list)
        self._towards: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            if isinstance(quad.subject, NamedNode | BlankNode):
                self._about[_key(quad.subject)].append(quad)
            if isinstance(quad.object, NamedNode):
                self._towards[quad.object.value].append(quad)

    def __contains__(self, iri: str) -> bool:
        return iri in self._about or iri in self._towards

    def about(self, iri: str) -> list[Quad]:
        """Return the statements about a thing, and those about the nameless nodes it is described by."""
        found: list[Quad] = []
        seen: set[str] = set()
        following = [iri]
        while following:
            key = following.pop()
            if key in seen:
                continue
            seen.add(key)
            quads = self._about.get(key, ())
            found += quads
            following += [_key(quad.object) for quad in quads if isinstance(quad.object, BlankNode)]
        return sorted(found, key=str)

    def towards(self, iri: str, most: int) -> tuple[list[Quad], int]:
        """Return the first statements that point to a thing, in order, and how many there are."""
        found = sorted(self._towards.get(iri, ()), key=str)
        return found[:most], len(found)

    def labels(self, iris: Iterable[str]) -> dict[str, Quad]:
        """Return for each thing that has one the statement of what it is called."""
        return {iri: label for iri in iris if (label := best_label(self._about.get(iri, ()))) is not None}


class Records:
    """The graphs of organisations that somebody may read, asked in a worker: no other graph is in the dataset."""

    def __init__(self, service: Service, graphs: Sequence[str], limits: Limits) -> None:
        self._service = service
        self._graphs = tuple(graphs)
        self._limits = limits

    def _rows(self, text: str) -> list[Mapping[str, object]]:
        if not self._graphs:
            return []
        task = Ask(text, (), self._graphs, _JSON, self._limits)
        body = self._service.repository.backend.ask(task).body
        found = parse_query_results(body, format=QueryResultsFormat.JSON)
        names = [variable.value for variable in found.variables]  # type: ignore[union-attr]
        return [{name: row[name] for name in names} for row in found]  # type: ignore[union-attr]

    def _quads(self, text: str) -> list[Quad]:
        return [
            Quad(row["s"], row["p"], row["o"], row["g"])  # type: ignore[arg-type]
            for row in self._rows(text)
        ]

    def about(self, iri: str) -> list[Quad]:
        """Return the statements about a thing, and those about the nameless nodes it is described by."""
        node = NamedNode(iri)
        text = (
            f"SELECT ?g ?s ?p ?o WHERE {{ GRAPH ?g {{ {{ BIND({node} AS ?s) {node} ?p ?o }}"
            f" UNION {{ {node} ?towards ?s . FILTER(isBlank(?s)) ?s ?p ?o }} }} }}"
        )
        return sorted(self._quads(text), key=str)

    def towards(self, iri: str, most: int) -> tuple[list[Quad], int]:
        """Return the first statements that point to a thing, in order, and how many there are."""
        node = NamedNode(iri)
        where = f"GRAPH ?g {{ ?s ?p {node} }}"
        text = f"SELECT ?g ?s ?p ({node} AS ?o) WHERE {{ {where} }} ORDER BY ?s ?p ?g LIMIT {most}"
        counted = self._rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ {where} }}")
        total = counted[0]["n"] if counted else None
        return self._quads(text), int(total.value) if isinstance(total, Literal) else 0

    def labels(self, iris: Iterable[str]) -> dict[str, Quad]:
        """Return for each thing that has one the statement of what it is called."""
        nodes = " ".join(str(NamedNode(iri)) for iri in iris)
        named = " ".join(f"<{name}>" for name in LABELS)
        text = f"SELECT ?g ?s ?p ?o WHERE {{ VALUES ?s {{ {nodes} }} VALUES ?p {{ {named} }} GRAPH ?g {{ ?s ?p ?o }} }}"
        by_subject: dict[str, list[Quad]] = defaultdict(list)
        for quad in self._quads(text) if nodes else ():
            by_subject[_key(quad.subject)].append(quad)
        return {iri: label for iri, quads in by_subject.items() if (label := best_label(quads)) is not None}


def _key(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def best_label(quads: Iterable[Quad]) -> Quad | None:
    """Return the statement of what a thing is called: English before other languages, a label before a number."""
    found = [quad for quad in quads if quad.predicate.value in LABELS and isinstance(quad.object, Literal)]

    def order(quad: Quad) -> tuple[int, bool, str]:
        language = getattr(quad.object, "language", None)
        return LABELS.index(quad.predicate.value), language not in {None, "en"}, str(quad.object)

    return min(found, key=order, default=None)
