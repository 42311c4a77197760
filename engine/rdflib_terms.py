"""Terms of the store as terms of rdflib, and back; rdflib is imported only where it is used, never at start-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    import rdflib
    from pyoxigraph import Triple

__all__ = ["from_rdflib", "to_rdflib"]


def to_rdflib(term: NamedNode | BlankNode | Literal | Triple) -> rdflib.term.Node:
    """Return a term of the store as rdflib has it."""
    import rdflib  # noqa: PLC0415

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, Literal)  # noqa: S101 - no quoted triple passes the intake
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))


def from_rdflib(node: rdflib.term.Node) -> NamedNode | BlankNode | Literal:
    """Return a term of rdflib as the store has it."""
    import rdflib  # noqa: PLC0415

    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        datatype = None if node.language or node.datatype is None else NamedNode(str(node.datatype))
        return Literal(str(node), language=node.language, datatype=datatype)
    return BlankNode(str(node))
