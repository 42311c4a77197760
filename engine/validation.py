"""Evidence completeness by SHACL: what an analyst has to add before a control counts as evidenced.

The shapes run on the organisation's records, the evidence templates and types, and one as-of node: a date in
the data, never the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from engine.graph import Iri
from engine.vocabulary import GRAPH, NG, PREFIXES, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import rdflib

    from engine.content import Content
    from engine.workspace import Workspace

__all__ = ["Finding", "Validation", "graph_of", "validate"]

_SH = PREFIXES["sh"]
_CONTEXT_GRAPHS = ("scheme/evidence-templates", "scheme/evidence-types", "scheme/roles")
_RANK = {"Violation": 0, "Warning": 1, "Info": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One validation result: where, which shape, how grave, and what to add."""

    focus: Iri
    shape: str
    severity: str
    message: str
    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Validation:
    """All findings of one validation, gravest first, and the standard report as a graph."""

    conforms: bool
    findings: tuple[Finding, ...]
    report: rdflib.Graph
    engine: str


def validate(workspace: Workspace, day: date) -> Validation:
    """Return what the evidence shapes find in an organisation's records on a day."""
    import pyshacl  # noqa: PLC0415 - half a second that only validation needs
    import rdflib  # noqa: PLC0415

    data = graph_of(_data(workspace, day))
    shapes = graph_of(_of(workspace.content, ("shapes/evidence",)))
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inference="none", allow_infos=False)
    names = {str(s): str(o) for s, o in shapes.subject_objects(rdflib.URIRef(f"{_SH}name"))}
    findings = sorted(
        (
            _finding(report, node, names)
            for node in report.subjects(rdflib.RDF.type, rdflib.URIRef(f"{_SH}ValidationResult"))
        ),
        key=lambda f: (_RANK.get(f.severity, 3), f.shape, f.focus, f.value, f.message),
    )
    return Validation(bool(conforms), tuple(findings), report, "pySHACL")


def _of(content: Content, names: Iterable[str]) -> Iterable[Quad]:
    homes = {GRAPH + name for name in names}
    return (quad for quad in content.quads if getattr(quad.graph_name, "value", "") in homes)


def _data(workspace: Workspace, day: date) -> Iterable[Quad]:
    yield from workspace.quads
    yield from _of(workspace.content, _CONTEXT_GRAPHS)
    yield Quad(identifier("as-of"), NG.asOf, Literal(day.isoformat(), datatype=NamedNode(PREFIXES["xsd"] + "date")))


def graph_of(quads: Iterable[Quad]) -> rdflib.Graph:
    """Return some statements as one rdflib graph, for pySHACL."""
    import rdflib  # noqa: PLC0415

    graph = rdflib.Graph()
    graph.parse(data=serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES), format="nt")
    return graph


def _finding(report: rdflib.Graph, node: rdflib.term.Node, names: dict[str, str]) -> Finding:
    import rdflib  # noqa: PLC0415

    def one(name: str) -> str:
        found = report.value(node, rdflib.URIRef(_SH + name))
        return "" if found is None else str(found)

    shape = one("sourceShape")
    return Finding(
        focus=Iri(one("focusNode")),
        shape=names.get(shape, shape),
        severity=one("resultSeverity").removeprefix(_SH),
        message=one("resultMessage"),
        path=NG.local(one("resultPath")),
        value=one("value"),
    )
