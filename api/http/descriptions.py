"""What the service and its data are, for machines: SPARQL 1.1 Service Description and VoID."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from engine.vocabulary import BASE, PREFIXES, Namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import Request

    from api.http.service import Service

__all__ = ["service_description", "void_description"]

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
DCTERMS = Namespace(PREFIXES["dcterms"])
RDF = Namespace(PREFIXES["rdf"])
_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)


def _written(triples: Iterator[Triple], form: str) -> bytes:
    prefixes = {**PREFIXES, "sd": SD.base, "void": VOID.base}
    return serialize(triples, format=RdfFormat.from_media_type(form), prefixes=prefixes) or b""


def service_description(request: Request, service: Service, form: str) -> bytes:
    """Return the description of the endpoint."""
    return _written(_service(str(request.url.replace(query="")), str(request.base_url), service), form)


def _service(endpoint: str, base: str, service: Service) -> Iterator[Triple]:
    node, dataset = NamedNode(endpoint), BlankNode("dataset")
    yield Triple(node, RDF.type, SD.Service)
    yield Triple(node, SD.endpoint, node)
    yield Triple(node, SD.supportedLanguage, SD.SPARQL11Query)
    yield Triple(node, SD.feature, SD.UnionDefaultGraph)
    yield from (Triple(node, SD.resultFormat, FORMATS(name)) for name in _RESULTS)
    yield Triple(node, SD.defaultDataset, dataset)
    yield Triple(dataset, RDF.type, SD.Dataset)
    yield Triple(dataset, VOID.inDataset, NamedNode(f"{base}.well-known/void"))
    for number, (name, size) in enumerate(sorted(_sizes(service).items())):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(dataset, SD.namedGraph, named)
        yield Triple(named, SD.name, NamedNode(name))
        yield Triple(named, SD.graph, graph)
        yield Triple(graph, RDF.type, SD.Graph)
        yield Triple(graph, VOID.triples, Literal(size))


def _sizes(service: Service) -> Counter[str]:
    return Counter(getattr(quad.graph_name, "value", "") for quad in service.content.quads)


def void_description(request: Request, service: Service, form: str) -> bytes:
    """Return the description of the shipped content as a dataset."""
    return _written(_dataset(str(request.base_url), service), form)


def _dataset(base: str, service: Service) -> Iterator[Triple]:
    node = NamedNode(f"{base}.well-known/void")
    yield Triple(node, RDF.type, VOID.Dataset)
    yield Triple(node, DCTERMS.title, Literal("Normgraph: laws, standards and their mappings", language="en"))
    yield Triple(node, DCTERMS.license, NamedNode("https://creativecommons.org/licenses/by/4.0/"))
    yield Triple(node, VOID.sparqlEndpoint, NamedNode(f"{base}sparql"))
    yield Triple(node, VOID.uriSpace, Literal(BASE))
    yield Triple(node, VOID.triples, Literal(len(service.content.quads)))
    yield Triple(node, VOID.exampleResource, NamedNode(f"{BASE}id/eu-ai-act/art_15"))
    yield from (Triple(node, VOID.vocabulary, NamedNode(iri)) for iri in sorted(PREFIXES.values()))
