"""The SPARQL 1.1 Protocol suite of the W3C; run with NORMGRAPH_W3C naming the folder that holds it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from engine.graph import Graph
from engine.repository.organisations import home
from engine.vocabulary import PREFIXES, Namespace

if TYPE_CHECKING:
    import httpx

    from api.http.service import Service
    from engine.graph import Iri

SUITE = Path(os.environ.get("NORMGRAPH_W3C", "")) / "sparql11-protocol"
pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="NORMGRAPH_W3C names no folder with sparql11-protocol")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
RDF = Namespace(PREFIXES["rdf"])
THEIRS, OURS = "http://kasei.us/2009/09/sparql/data/", "https://w3id.org/normgraph/g/org/w3c/"
"""Graphs here belong to an organisation: so the suite's names are put below one, in data and requests alike."""
NO_UPDATE = "there is no SPARQL Update over HTTP: writes go through the API and the Graph Store Protocol"
FORMATS = {"tabular": "sparql-results|text/csv|tab-separated", "RDF": "turtle|rdf|n-triples|ld"}


@dataclass(frozen=True)
class Step:
    """One request, and what must come of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: tuple[str, ...]
    truth: bool | None
    form: str


def _list(graph: Graph, node: Iri | None) -> list[Iri]:
    found = []
    while node is not None and node != RDF.nil.value:
        found.append(graph.iris(node, RDF.first)[0])
        node = graph.iri(node, RDF.rest)
    return found


def _step(graph: Graph, node: Iri) -> Step:
    answer = graph.iris(node, HT.resp)[0]
    bodies = graph.iris(node, HT.body)
    text = graph.text(bodies[0], CNT.chars) if bodies else ""
    encoding = graph.text(bodies[0], CNT.characterEncoding) if bodies else "UTF-8"
    truth = graph.value(answer, MF.expectedBoolean)
    headers = [h for each in graph.iris(node, HT.headers) for h in _list(graph, each)]
    told = {graph.text(h, HT.fieldName): graph.text(h, HT.fieldValue) for h in headers}
    statuses = tuple(iri.rpartition("StatusCode")[2] for iri in graph.iris(answer, MF.expectedStatus))
    return Step(
        graph.text(node, HT.methodName),
        _renamed(graph.text(node, HT.absolutePath).replace("/sparql/", "/sparql", 1)),
        told,
        _renamed(text).encode(encoding),
        statuses,
        truth if isinstance(truth, bool) else None,
        graph.text(answer, MF.expectedFormat),
    )


def _renamed(text: str) -> str:
    return text.replace(quote(THEIRS, safe=""), quote(OURS, safe="")).replace(THEIRS, OURS)


def _tests() -> dict[str, list[Step]]:
    if not SUITE.is_dir():
        return {}
    text = (SUITE / "manifest.ttl").read_bytes()
    base = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest"
    graph = Graph(parse(text, format=RdfFormat.TURTLE, base_iri=base))
    found = {}
    for test in graph.instances(MF.ProtocolTest):
        (action,) = graph.iris(test, MF.action)
        requests = [r for each in graph.iris(action, HT.requests) for r in _list(graph, each)]
        found[test.rpartition("#")[2]] = [_step(graph, request) for request in requests]
    return found


TESTS = _tests()
QUERIES = {name: steps for name, steps in TESTS.items() if not name.startswith("update_")}


@pytest.fixture(scope="module", autouse=True)
def data(service: Service) -> None:
    kind, organisation = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["org"] + "FormalOrganization")
    quads = [Quad(NamedNode("https://example.org/w3c"), kind, organisation, home("w3c"))]
    for number in (1, 2, 3):
        text = _renamed((SUITE / f"data{number}.nt").read_text(encoding="utf-8"))
        graph = NamedNode(f"{OURS}data{number}.rdf")
        quads += [Quad(t.subject, t.predicate, t.object, graph) for t in parse(text, format=RdfFormat.N_TRIPLES)]
    service.repository.change("w3c", "test", "organisation added", lambda _: ((), quads))


def test_the_suite_is_there_in_full() -> None:
    assert len(TESTS) == 34
    assert len(QUERIES) == 27


@pytest.mark.parametrize("name", QUERIES)
def test_protocol(client: httpx.Client, name: str) -> None:
    for step in TESTS[name]:
        accept = {} if any(label.lower() == "accept" for label in step.headers) else {"Accept": "*/*"}
        answer = client.request(step.method, step.path, headers={**accept, **step.headers}, content=step.body)
        first = f"{answer.status_code // 100}xx"
        assert first in step.statuses or str(answer.status_code) in step.statuses, answer.text
        if step.truth is not None:
            assert answer.json()["boolean"] is step.truth
        kind = answer.headers["content-type"]
        if step.form in FORMATS:
            assert any(part in kind for part in FORMATS[step.form].split("|")), kind
        if first != "2xx":
            assert kind == "application/problem+json"


@pytest.mark.parametrize("name", sorted(set(TESTS) - set(QUERIES)))
def test_updates_are_refused(client: httpx.Client, name: str) -> None:
    step = TESTS[name][0]
    answer = client.request(step.method, step.path, headers=step.headers, content=step.body)
    assert (answer.status_code, answer.json()["title"]) == (403, "No update"), NO_UPDATE
