"""What is told of a thing: its statements, what it points to by name, what points to it, and where that comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from engine.vocabulary import NG, PREFIXES, Namespace, graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import Quad

    from api.http.linked.statements import Statements

__all__ = ["MOST", "Description", "describe", "graph_provenance"]

MOST = 200
"""How many statements that point to a thing are told with it; SPARQL has them all."""
_PROVENANCE = graph("prov").value
_FOAF = Namespace("http://xmlns.com/foaf/0.1/")
_RDFS, _PROV = Namespace(PREFIXES["rdfs"]), Namespace(PREFIXES["prov"])


@dataclass(frozen=True)
class Description:
    """What is told of a thing.

    :ivar own: the statements about it, with those of the nameless nodes that are part of it.
    :ivar incoming: the first of the statements that point to it.
    :ivar total: how many statements point to it.
    :ivar labels: the statements of what the other things are called.
    :ivar provenance: what is recorded of the graphs that the statements are in.
    """

    iri: str
    own: tuple[Quad, ...]
    incoming: tuple[Quad, ...]
    total: int
    labels: Mapping[str, Quad]
    provenance: tuple[Quad, ...]

    def __bool__(self) -> bool:
        return bool(self.own or self.incoming)

    @property
    def graphs(self) -> tuple[str, ...]:
        """The graphs that say something about the thing, sorted."""
        return tuple(sorted({getattr(quad.graph_name, "value", "") for quad in self.own}))

    def label(self, iri: str) -> str:
        """Return what a thing is called; empty where nothing is said of that."""
        found = self.labels.get(iri)
        return found.object.value if found is not None and isinstance(found.object, Literal) else ""

    def triples(self, document: str) -> list[Triple]:
        """Return all of it as statements, sorted, with what the document is about and what it was made from."""
        told = (*self.own, *self.incoming, *self.labels.values(), *self.provenance)
        return sorted({*(quad.triple for quad in told), *self._of_document(document)}, key=str)

    def _of_document(self, document: str) -> Iterator[Triple]:
        node = NamedNode(document)
        yield Triple(node, _FOAF.primaryTopic, NamedNode(self.iri))
        yield from (Triple(node, _PROV.wasDerivedFrom, NamedNode(name)) for name in self.graphs)
        if self.total > len(self.incoming):
            text = f"{len(self.incoming)} of the {self.total} statements that point to it are told; SPARQL has all"
            yield Triple(node, _RDFS.comment, Literal(text, language="en"))


def describe(statements: Statements, iri: str, names: Statements) -> Description:
    """Return what is told of a thing.

    :param names: where to look what other things are called, if the statements do not say so.
    """
    own = tuple(statements.about(iri))
    incoming, total = statements.towards(iri, MOST)
    others = sorted({*_named(own), *_named(incoming)} - {iri})
    labels = {**names.labels(others), **(statements.labels(others) if statements is not names else {})}
    graphs = sorted({getattr(quad.graph_name, "value", "") for quad in own})
    provenance = tuple(quad for name in graphs for quad in graph_provenance(names, name))
    kept = tuple(quad for quad in incoming if quad not in set(own))
    called = {**labels, **statements.labels([iri])}
    return Description(iri, own, kept, total, called, provenance)


def graph_provenance(content: Statements, name: str) -> list[Quad]:
    """Return what the shipped content records of one of its graphs: source, licence, hash."""
    return [quad for quad in content.about(name) if getattr(quad.graph_name, "value", "") == _PROVENANCE]


def _named(quads: Iterable[Quad]) -> set[str]:
    """Return the things that statements name: subjects, predicates of ours, and objects."""
    found: set[str] = set()
    for quad in quads:
        nodes = (quad.subject, quad.object, quad.predicate if quad.predicate.value.startswith(NG.base) else None)
        found |= {node.value for node in nodes if isinstance(node, NamedNode)}
    return found
