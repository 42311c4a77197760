"""Read the values of a shape's parameters, or refuse them with one clear message (SHACL, syntax rules)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from engine.errors import IllFormedShape
from engine.shacl.literals import is_well_formed
from engine.shacl.terms import RDF, SH, XSD, shown

if TYPE_CHECKING:
    from engine.shacl.terms import Subject, Term
    from engine.shacl.triples import Triples

__all__ = ["Parameters"]


class Parameters:
    """The values of the properties of nodes in a shapes graph, each of the type it must have."""

    def __init__(self, graph: Triples) -> None:
        self.graph = graph

    def many(self, node: Term, predicate: NamedNode) -> list[Term]:
        """Return all values, in the order of their text."""
        return sorted(self.graph.objects(node, predicate), key=str)

    def one(self, node: Term, predicate: NamedNode) -> Term | None:
        """Return the one value, or nothing; several are refused."""
        found = self.many(node, predicate)
        if len(found) > 1:
            raise self.refused(node, f"{_name(predicate)} has {len(found)} values", "keep one")
        return found[0] if found else None

    def refused(self, node: Term, problem: str, remedy: str) -> IllFormedShape:
        """Return the refusal of something at a node, under the name of the shape that holds it."""
        return IllFormedShape(shown(self.holder(node)), problem, remedy)

    def holder(self, node: Term) -> Term:
        """Return the nearest node with an IRI that leads to a blank node, or the node itself."""
        above, seen = node, {node}
        while isinstance(above, BlankNode):
            holders = sorted((s for p in self.graph.predicates for s in self.graph.inverse(p).get(above, ())), key=str)
            if not holders or holders[0] in seen:
                return node
            above = holders[0]
            seen.add(above)
        return above

    def only_with_path(self, node: Term, predicate: NamedNode) -> None:
        """Refuse a property that a node shape may not have."""
        if not self.graph.objects(node, SH.path):
            remedy = "say it of a property shape, which has sh:path"
            raise self.refused(node, f"{_name(predicate)} in a node shape", remedy)

    def iri(self, node: Term, predicate: NamedNode, value: Term) -> NamedNode:
        """Return a value that is an IRI."""
        if not isinstance(value, NamedNode):
            raise self.refused(node, f"{_name(predicate)} “{shown(value)}” is no IRI", "name it by its IRI")
        return value

    def subject(self, node: Term, predicate: NamedNode, value: Term) -> Subject:
        """Return a value that is a node of the shapes graph."""
        if isinstance(value, Literal):
            raise self.refused(node, f"{_name(predicate)} “{shown(value)}” is a literal", "name a node")
        return value

    def literal(self, node: Term, predicate: NamedNode, value: Term) -> Literal:
        """Return a value that is a literal."""
        if not isinstance(value, Literal):
            raise self.refused(node, f"{_name(predicate)} {shown(value)} is no literal", "write a literal")
        return value

    def integer(self, node: Term, predicate: NamedNode, value: Term) -> int:
        """Return a value that is a whole number."""
        if isinstance(value, Literal) and value.datatype == XSD.integer and is_well_formed(value):
            return int(value.value)
        raise self.refused(node, f"{_name(predicate)} “{shown(value)}” is no xsd:integer", "write a whole number")

    def boolean(self, node: Term, predicate: NamedNode, value: Term) -> bool:
        """Return a value that is true or false."""
        if isinstance(value, Literal) and value.datatype == XSD.boolean and is_well_formed(value):
            return value.value == "true"  # the test suite has it that "1" switches nothing on
        raise self.refused(node, f"{_name(predicate)} “{shown(value)}” is no xsd:boolean", "write true or false")

    def text(self, node: Term, predicate: NamedNode, value: Term) -> str:
        """Return a value that is a plain string."""
        if isinstance(value, Literal) and value.datatype == XSD.string:
            return value.value
        raise self.refused(node, f"{_name(predicate)} “{shown(value)}” is no string", "write a string in no language")

    def flag(self, node: Term, predicate: NamedNode) -> bool:
        """Return the one value that is true or false; false where there is none."""
        value = self.one(node, predicate)
        return value is not None and self.boolean(node, predicate, value)

    def members(self, node: Term, predicate: NamedNode, start: Term) -> tuple[Term, ...]:
        """Return the members of a list."""
        found: list[Term] = []
        seen: set[Term] = set()
        while start != RDF.nil:
            first, rest = self.graph.objects(start, RDF.first), self.graph.objects(start, RDF.rest)
            if len(first) != 1 or len(rest) != 1 or start in seen:
                problem = f"{_name(predicate)} is no well-formed list"
                raise self.refused(node, problem, "write its members in round brackets")
            seen.add(start)
            found += first
            (start,) = rest
        return tuple(found)

    def messages(self, node: Term) -> tuple[Literal, ...]:
        """Return the messages of a shape or a constraint (§2.1.5)."""
        found = (self.literal(node, SH.message, value) for value in self.many(node, SH.message))
        return tuple(sorted(found, key=lambda message: (message.language or "", message.value)))


def _name(predicate: NamedNode) -> str:
    local = predicate.value.removeprefix(SH.base)
    return f"sh:{local}" if local != predicate.value else predicate.value
