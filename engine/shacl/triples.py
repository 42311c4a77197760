"""Statements indexed for whole sets of nodes at once: what SHACL calls the data graph and the shapes graph.

The index keeps terms as they were written. A store would turn ``"01"^^xsd:integer`` into ``1``, and SHACL looks at
the written form. Which named graph a statement stands in does not matter: the graph is the union.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from engine.shacl.terms import RDF, RDFS, Subject, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Triples", "reachable"]

_Index = dict[Term, list[Term]]


class Triples:
    """The union of some statements, by predicate and then by subject or by object."""

    def __init__(self, statements: Iterable[Quad | Triple]) -> None:
        pairs: dict[NamedNode, dict[tuple[Term, Term], None]] = defaultdict(dict)
        same: dict[Term, Term] = {}  # one object for each term: dictionaries find a key by identity first
        for statement in statements:
            subject, value = statement.subject, statement.object
            if isinstance(subject, NamedNode | BlankNode) and not isinstance(value, Triple):
                pair = same.setdefault(subject, subject), same.setdefault(value, value)
                pairs[statement.predicate][pair] = None
        self._forward: dict[NamedNode, _Index] = {predicate: _grouped(said) for predicate, said in pairs.items()}
        self._inverse: dict[NamedNode, _Index] = {}
        self._about: dict[Term, list[tuple[NamedNode, Term]]] = {}
        self._instances: dict[Term, frozenset[Term]] = {}

    def __iter__(self) -> Iterator[Triple]:
        for predicate, index in self._forward.items():
            for subject, values in index.items():
                if not isinstance(subject, Literal):
                    yield from (Triple(subject, predicate, value) for value in values)

    @property
    def predicates(self) -> Iterable[NamedNode]:
        """The predicates that are used at all."""
        return self._forward.keys()

    def forward(self, predicate: NamedNode) -> Mapping[Term, list[Term]]:
        """Return the objects of a predicate by subject."""
        return self._forward.get(predicate, {})

    def inverse(self, predicate: NamedNode) -> Mapping[Term, list[Term]]:
        """Return the subjects of a predicate by object."""
        if predicate not in self._inverse:
            said = self.forward(predicate).items()
            self._inverse[predicate] = _grouped((value, subject) for subject, values in said for value in values)
        return self._inverse[predicate]

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Return the objects of a subject and a predicate."""
        return self.forward(predicate).get(subject, [])

    def subjects(self, predicate: NamedNode) -> list[Subject]:
        """Return the subjects of a predicate, each once, sorted."""
        return sorted((node for node in self.forward(predicate) if not isinstance(node, Literal)), key=str)

    def about(self, subject: Term) -> list[tuple[NamedNode, Term]]:
        """Return everything that is said of a subject."""
        if not self._about:
            for predicate, index in self._forward.items():
                for node, values in index.items():
                    self._about.setdefault(node, []).extend((predicate, value) for value in values)
        return self._about.get(subject, [])

    def instances(self, of_class: Term) -> frozenset[Term]:
        """Return the SHACL instances of a class: of it or of a subclass of it (SHACL §1.1)."""
        if of_class not in self._instances:
            below, typed = self.inverse(RDFS.subClassOf), self.inverse(RDF.type)
            classes = reachable(of_class, below)
            self._instances[of_class] = frozenset(node for name in classes for node in typed.get(name, ()))
        return self._instances[of_class]


def _grouped(pairs: Iterable[tuple[Term, Term]]) -> _Index:
    index: _Index = {}
    for key, value in pairs:
        index.setdefault(key, []).append(value)
    return index


def reachable(start: Term, steps: Mapping[Term, Iterable[Term]]) -> dict[Term, None]:
    """Return a node and everything reached from it, each once, in the order it is met."""
    found: dict[Term, None] = {start: None}
    waiting = [start]
    while waiting:
        fresh = [node for node in steps.get(waiting.pop(), ()) if node not in found]
        found.update(dict.fromkeys(fresh))
        waiting += fresh
    return found
