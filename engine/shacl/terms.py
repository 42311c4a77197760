"""The terms that SHACL speaks of, and the namespaces it is written in."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode

from engine.vocabulary import PREFIXES, Namespace

__all__ = ["OWL", "RDF", "RDFS", "SH", "XSD", "Subject", "Term", "shown"]

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

SH = Namespace(PREFIXES["sh"])
RDF = Namespace(PREFIXES["rdf"])
RDFS = Namespace(PREFIXES["rdfs"])
OWL = Namespace(PREFIXES["owl"])
XSD = Namespace(PREFIXES["xsd"])


def shown(term: object) -> str:
    """Return a term as a message says it: the text of a literal, the IRI of a node, nothing for nothing."""
    return str(getattr(term, "value", ""))
