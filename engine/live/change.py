"""A change of an organisation's records: what is said of some things from now on, in place of all that was."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse, serialize

from engine.graph import Graph, Iri

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Change"]


@dataclass(frozen=True)
class Change:
    """Statements that replace all statements about their subjects, and subjects about which nothing is said any more.

    >>> from engine.vocabulary import NG, graph
    >>> item, home = NamedNode("https://example.org/evidence/1"), graph("org/example")
    >>> change = Change((Quad(item, NG.outcome, NG.Supports, home),), (Iri("https://example.org/evidence/2"),))
    >>> sorted(change.subjects)
    ['https://example.org/evidence/1', 'https://example.org/evidence/2']
    >>> Change.read(change.written()) == change
    True
    """

    quads: tuple[Quad, ...] = ()
    dropped: tuple[Iri, ...] = ()

    @classmethod
    def of(cls, quads: Iterable[Quad], drop: Iterable[str] = ()) -> Change:
        """Return a change in its one order."""
        quads = tuple(sorted(set(quads), key=str))
        told = {getattr(quad.subject, "value", "") for quad in quads}
        return cls(quads, tuple(sorted({Iri(iri) for iri in drop} - told)))

    @cached_property
    def subjects(self) -> frozenset[Iri]:
        """What the change is about."""
        told = (Iri(quad.subject.value) for quad in self.quads if isinstance(quad.subject, NamedNode))
        return frozenset((*told, *self.dropped))

    @cached_property
    def graph(self) -> Graph:
        """What is said from now on, indexed."""
        return Graph(self.quads)

    def written(self) -> bytes:
        """Return the change as bytes: what is dropped on one line, then what is said, as N-Quads."""
        said = serialize(self.quads, format=RdfFormat.N_QUADS) or b""
        return json.dumps(self.dropped).encode() + b"\n" + said

    @classmethod
    def read(cls, data: bytes) -> Change:
        """Return the change that was written."""
        dropped, _, said = data.partition(b"\n")
        quads: list[Any] = list(parse(said, format=RdfFormat.N_QUADS))
        return cls(tuple(quads), tuple(Iri(iri) for iri in json.loads(dropped)))

    def update(self) -> str:
        """Return the change as one SPARQL update, which a store carries out whole or not at all."""
        gone = " ".join(map(str, map(NamedNode, sorted(self.subjects))))
        deleted = f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ VALUES ?s {{ {gone} }} GRAPH ?g {{ ?s ?p ?o }} }}"
        return f"{deleted} ;\n{_data('INSERT', self.quads)}" if self.quads else deleted

    def difference(self, before: Iterable[Quad]) -> str:
        """Return the same for a store that says so much of the subjects: only what is other, empty where nothing is."""
        there, then = {quad for quad in before if isinstance(quad.graph_name, NamedNode)}, set(self.quads)
        if any(isinstance(term, BlankNode) for quad in there for term in (quad.subject, quad.object)):
            return self.update()  # an update cannot speak of one
        steps = ("DELETE", there - then), ("INSERT", then - there)
        return " ;\n".join(_data(verb, quads) for verb, quads in steps if quads)


def _data(verb: str, quads: Iterable[Quad]) -> str:
    homes: dict[str, list[str]] = defaultdict(list)
    for quad in quads:
        homes[str(quad.graph_name)].append(f"{quad.subject} {quad.predicate} {quad.object} .\n")
    said = "\n".join(f"GRAPH {home} {{\n{''.join(sorted(told))}}}" for home, told in sorted(homes.items()))
    return f"{verb} DATA {{\n{said}\n}}"
