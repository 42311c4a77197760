"""Evidence completeness by SHACL: what an analyst has to add before a control counts as evidenced.

The shapes run on the organisation's records, the evidence templates and types, and one as-of node: a date in
the data, never the clock. Shapes that are one SPARQL query run on Oxigraph, all others through pySHACL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from engine.rdflib_terms import from_rdflib, to_rdflib
from engine.shacl.results import ValidationResult, report_triples
from engine.shacl.sparql_constraints import constraint_results, sparql_shapes
from engine.vocabulary import GRAPH, NG, PREFIXES, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    import rdflib

    from engine.content import Content
    from engine.workspace import Workspace

__all__ = ["Validation", "by_pyshacl", "evidence_data", "evidence_shapes", "graph_of", "validate"]

_SH = PREFIXES["sh"]
_CONTEXT_GRAPHS = ("scheme/evidence-templates", "scheme/evidence-types", "scheme/roles")
_RANK = {"Violation": 0, "Warning": 1, "Info": 2}


@dataclass(frozen=True, slots=True)
class Validation:
    """All results of one validation, gravest first.

    :ivar names: what each shape is called, by its IRI.
    :ivar engine: which engines ran which part.
    """

    results: tuple[ValidationResult, ...]
    names: dict[str, str]
    engine: str

    @property
    def conforms(self) -> bool:
        """Whether nothing was found."""
        return not self.results

    def turtle(self) -> str:
        """Return the standard validation report as Turtle."""
        return (serialize(report_triples(self.results), format=RdfFormat.TURTLE) or b"").decode()


def evidence_shapes(content: Content) -> list[Quad]:
    """Return the shapes of evidence completeness."""
    return list(_of(content, ("shapes/evidence",)))


def evidence_data(workspace: Workspace, day: date) -> list[Quad]:
    """Return what the evidence shapes are run on: records, templates, types, and the day."""
    as_of = Literal(day.isoformat(), datatype=NamedNode(PREFIXES["xsd"] + "date"))
    context = _of(workspace.content, _CONTEXT_GRAPHS)
    return [*workspace.quads, *context, Quad(identifier("as-of"), NG.asOf, as_of)]


def _of(content: Content, names: Iterable[str]) -> Iterator[Quad]:
    homes = {GRAPH + name for name in names}
    return (quad for quad in content.quads if getattr(quad.graph_name, "value", "") in homes)


def validate(workspace: Workspace, day: date) -> Validation:
    """Return what the evidence shapes find in an organisation's records on a day."""
    shapes, data = evidence_shapes(workspace.content), evidence_data(workspace, day)
    queried = sparql_shapes(shapes)
    store = Store()
    store.extend(data)
    taken = {shape.iri for shape in queried}
    results = [*constraint_results(queried, store), *by_pyshacl(shapes, data, without=taken)]
    ordered = sorted(results, key=lambda r: (_RANK.get(r.severity, 3), r.shape, str(r.focus), str(r.value), r.message))
    labels = {q.subject.value: q.object.value for q in shapes if q.predicate.value == f"{_SH}name"}  # type: ignore[union-attr]
    return Validation(tuple(ordered), labels, f"{len(taken)} SPARQL shapes on Oxigraph, the others by pySHACL")


def by_pyshacl(shapes: Iterable[Quad], data: Iterable[Quad], *, without: Iterable[str] = ()) -> list[ValidationResult]:
    """Return the results of pySHACL, leaving out some shapes by their IRI."""
    import pyshacl  # noqa: PLC0415 - a good part of a second that only validation needs

    left_out = {NamedNode(iri) for iri in without}
    rules = graph_of(quad for quad in shapes if quad.subject not in left_out)
    _, report, _ = pyshacl.validate(graph_of(data), shacl_graph=rules, advanced=True, inference="none", inplace=True)
    return [_result(report, node) for node in _result_nodes(report)]


def _result_nodes(report: rdflib.Graph) -> Iterator[rdflib.term.Node]:
    import rdflib  # noqa: PLC0415

    return report.subjects(rdflib.RDF.type, rdflib.URIRef(f"{_SH}ValidationResult"))


def graph_of(quads: Iterable[Quad]) -> rdflib.Graph:
    """Return some statements as one rdflib graph, for pySHACL."""
    import rdflib  # noqa: PLC0415

    graph = rdflib.Graph()
    terms: dict[object, rdflib.term.Node] = {}
    for quad in quads:
        triple = (quad.subject, quad.predicate, quad.object)
        graph.add(tuple(terms.get(term) or terms.setdefault(term, to_rdflib(term)) for term in triple))  # type: ignore[arg-type]
    return graph


def _result(report: rdflib.Graph, node: rdflib.term.Node) -> ValidationResult:
    import rdflib  # noqa: PLC0415

    def one(name: str) -> rdflib.term.Node | None:
        return report.value(node, rdflib.URIRef(_SH + name))

    value, focus = one("value"), one("focusNode")
    assert focus is not None  # noqa: S101 - SHACL §3.6.2.1: every result has one
    return ValidationResult(
        focus=from_rdflib(focus),
        shape=str(one("sourceShape") or ""),
        component=str(one("sourceConstraintComponent") or ""),
        severity=str(one("resultSeverity") or "").removeprefix(_SH),
        message=str(one("resultMessage") or ""),
        path=str(one("resultPath") or ""),
        value=None if value is None else from_rdflib(value),
    )
