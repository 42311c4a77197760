"""Run the real shapes with pySHACL and compiled over a small fixture, as it stands or after one change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyshacl
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import Graph, Namespace, URIRef

from engine.shacl.paths import Predicate
from engine.shacl.triples import Triples
from engine.shacl.validator import run_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.shacl.results import ValidationResult

SH = Namespace("http://www.w3.org/ns/shacl#")
SHAPES = Path(__file__).parents[2] / "ontology" / "shapes"
FIXTURES = Path(__file__).parents[1] / "data" / "shapes"
PREFIXES = {
    "": "https://w3id.org/normgraph/id/",
    "dcterms": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "eu-aiact": "https://w3id.org/dpv/legal/eu/aiact#",
    "ex": "https://w3id.org/normgraph/example/shapes/",
    "ng": "https://w3id.org/normgraph/ns#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "sw": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "vann": "http://purl.org/vocab/vann/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
SHAPE_BASE = "https://w3id.org/normgraph/id/shape/"


class Finding(NamedTuple):
    """What one validation result says, in short names; a path that is no single property is empty."""

    focus: str
    path: str
    value: str
    severity: str


class Result(NamedTuple):
    """What one validation result says with the component that it comes from, as `MinCount`."""

    focus: str
    path: str
    value: str
    component: str
    severity: str


class Shapes:
    """One shapes file and the fixture that conforms to it."""

    def __init__(self, name: str) -> None:
        self.graph = Graph().parse(SHAPES / f"{name}.ttl")
        self.compiled = _triples(self.graph)
        self.fixture = FIXTURES / f"{name.removeprefix('ontology-')}.ttl"

    @property
    def names(self) -> set[str]:
        kinds = {SH.NodeShape, SH.PropertyShape}
        return {str(s).removeprefix(SHAPE_BASE) for s, kind in self.graph.subject_objects() if kind in kinds}

    def data(self, change: str = "") -> Graph:
        """Return the fixture after a SPARQL update in which `<x>` is short for an identifier of ours."""
        graph = Graph().parse(self.fixture)
        if change:
            graph.update(f"BASE <{PREFIXES['']}>\n{change}", initNs={k: v for k, v in PREFIXES.items() if k})
        return graph

    def findings(self, data: Graph, shape: str | None = None) -> set[Finding]:
        """Return what pySHACL finds, by all shapes or by one, and see that the compiled shapes find the same."""
        return {Finding(r.focus, r.path, r.value, r.severity) for r in self.results(data, shape)}

    def results(self, data: Graph, shape: str | None = None) -> set[Result]:
        """Return the findings with their components."""
        only = [SHAPE_BASE + shape] if shape else None
        _, report, _ = pyshacl.validate(data, shacl_graph=self.graph, use_shapes=only)
        parts = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity)
        found = {
            _result(*(report.value(result, part) for part in parts)) for result in report.subjects(SH.sourceShape, None)
        }
        assert self._compiled_results(data, shape) == found
        return found

    def _compiled_results(self, data: Graph, shape: str | None) -> set[Result]:
        results = run_shapes(self.compiled, _triples(data)).results
        return {
            _result(*(URIRef(text) for text in _texts(result)))
            for result in results
            if shape is None or result.shape == NamedNode(SHAPE_BASE + shape)
        }


def _result(focus: object, path: object, value: object, component: object, severity: object) -> Result:
    kind = _short(component).removeprefix("sh:").removesuffix("ConstraintComponent")
    return Result(_short(focus), _short(path), _short(value), kind, _short(severity))


def _triples(graph: Graph) -> Triples:
    return Triples(parse(graph.serialize(format="nt"), format=RdfFormat.N_TRIPLES))


def _texts(result: ValidationResult) -> Iterator[str]:
    """Yield what `_short` names: the IRIs of a result, and nothing for what is none."""
    yield result.focus.value if isinstance(result.focus, NamedNode) else ""
    yield result.path.iri if isinstance(result.path, Predicate) else ""
    yield result.value.value if isinstance(result.value, NamedNode) else ""
    yield result.component
    yield SH[result.severity]


def _short(node: object) -> str:
    if not isinstance(node, URIRef):
        return ""
    for prefix, namespace in sorted(PREFIXES.items(), key=lambda pair: -len(pair[1])):
        if node.startswith(namespace):
            local = node.removeprefix(namespace)
            return f"{prefix}:{local}" if prefix else f"<{local}>"
    return str(node)


@pytest.fixture(scope="session")
def shapes() -> Callable[[str], Shapes]:
    """Give the shapes of a file by its name, read once."""
    read: dict[str, Shapes] = {}

    def by_name(name: str) -> Shapes:
        if name not in read:
            read[name] = Shapes(name)
        return read[name]

    return by_name
