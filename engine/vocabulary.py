"""The namespaces we mint in and reuse, and the terms the engine reads and writes."""

from __future__ import annotations

from pyoxigraph import NamedNode

__all__ = ["BASE", "GRAPH", "ID", "NG", "PREFIXES", "Namespace", "graph", "identifier"]

BASE = "https://w3id.org/normgraph/"
ID = f"{BASE}id/"
GRAPH = f"{BASE}g/"


class Namespace:
    """Make IRIs of one namespace by attribute or by call.

    >>> NG.Requirement.value
    'https://w3id.org/normgraph/ns#Requirement'
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self._terms: dict[str, NamedNode] = {}

    def __call__(self, name: str) -> NamedNode:
        """Return the IRI of a name in this namespace."""
        if name not in self._terms:
            self._terms[name] = NamedNode(self.base + name)
        return self._terms[name]

    def __getattr__(self, name: str) -> NamedNode:
        return self(name)

    def local(self, iri: str) -> str:
        """Return what follows the namespace in an IRI, or the IRI itself where it lies elsewhere."""
        return iri.removeprefix(self.base)


NG = Namespace(f"{BASE}ns#")

PREFIXES: dict[str, str] = {
    "airo": "https://w3id.org/airo#",
    "dcterms": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "eu-aiact": "https://w3id.org/dpv/legal/eu/aiact#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "eu-nis2": "https://w3id.org/dpv/legal/eu/nis2#",
    "ng": NG.base,
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "sw": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "vann": "http://purl.org/vocab/vann/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def identifier(path: str) -> NamedNode:
    """Return the IRI of something we mint, from its path below ``id/``."""
    return NamedNode(ID + path)


def graph(path: str) -> NamedNode:
    """Return the IRI of a named graph, from its path below ``g/``."""
    return NamedNode(GRAPH + path)
