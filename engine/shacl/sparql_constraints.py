"""SPARQL-based constraints (SHACL §5) on Oxigraph: each query once for all focus nodes, instead of once for each.

Taken are shapes whose one constraint is ``sh:sparql`` and whose targets are classes or nodes; the rest is for the
general engine. A test holds the results equal to pySHACL's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store

from engine.shacl.results import ValidationResult
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad, QuerySolution

__all__ = ["SparqlShape", "constraint_results", "sparql_shapes"]

_Subject = NamedNode | BlankNode
_SH, _RDFS, _RDF = PREFIXES["sh"], PREFIXES["rdfs"], PREFIXES["rdf"]
_COMPONENT = f"{_SH}SPARQLConstraintComponent"
_DESCRIPTIVE = frozenset(
    {f"{_SH}{name}" for name in ("name", "description", "message", "severity", "sparql", "targetClass", "targetNode")}
    | {f"{_RDF}type", PREFIXES["rdfs"] + "isDefinedBy"}
)


@dataclass(frozen=True, slots=True)
class SparqlShape:
    """A node shape that is one query: its targets, and what it says of a solution."""

    iri: str
    severity: str
    message: str
    query: str
    target_classes: tuple[str, ...]
    target_nodes: tuple[str, ...]


def sparql_shapes(shapes: Iterable[Quad]) -> tuple[SparqlShape, ...]:
    """Return the shapes of a shapes graph that this module can run, sorted."""
    store = Store()
    store.extend(shapes)
    found = {q.subject for q in store.quads_for_pattern(None, NamedNode(f"{_SH}sparql"), None)}
    named = sorted((node for node in found if isinstance(node, NamedNode)), key=str)
    return tuple(_shape(store, node) for node in named if _is_ours(store, node))


def _is_ours(store: Store, node: NamedNode) -> bool:
    said = [quad.predicate.value for quad in store.quads_for_pattern(node, None, None)]
    return set(said) <= _DESCRIPTIVE and said.count(f"{_SH}sparql") == 1


def _values(store: Store, subject: _Subject, name: str) -> list[str]:
    quads = store.quads_for_pattern(subject, NamedNode(_SH + name), None)
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, NamedNode | Literal))


def _text(store: Store, subject: _Subject, name: str) -> str:
    return next(iter(_values(store, subject, name)), "")


def _nodes(store: Store, subject: _Subject, name: str) -> list[_Subject]:
    quads = store.quads_for_pattern(subject, NamedNode(_SH + name), None)
    return [quad.object for quad in quads if isinstance(quad.object, NamedNode | BlankNode)]


def _shape(store: Store, node: NamedNode) -> SparqlShape:
    (constraint,) = _nodes(store, node, "sparql")
    return SparqlShape(
        iri=node.value,
        severity=_text(store, node, "severity").removeprefix(_SH) or "Violation",
        message=_text(store, constraint, "message") or _text(store, node, "message"),
        query=_prologue(store, constraint) + _text(store, constraint, "select"),
        target_classes=tuple(_values(store, node, "targetClass")),
        target_nodes=tuple(_values(store, node, "targetNode")),
    )


def _prologue(store: Store, constraint: _Subject) -> str:
    owners = _nodes(store, constraint, "prefixes")
    declared = [entry for owner in owners for entry in _nodes(store, owner, "declare")]
    return "".join(sorted(f"PREFIX {_text(store, d, 'prefix')}: <{_text(store, d, 'namespace')}>\n" for d in declared))


def constraint_results(shapes: Iterable[SparqlShape], data: Store) -> Iterator[ValidationResult]:
    """Yield the results of shapes over the union of the data's graphs."""
    for shape in shapes:
        focus = _focus_nodes(shape, data)
        if not focus:
            continue
        solutions = data.query(_bound(shape.query, focus), use_default_graph_as_union=True)
        assert isinstance(solutions, QuerySolutions)  # noqa: S101 - sh:select is a SELECT
        names = [variable.value for variable in solutions.variables]
        yield from (_result(shape, solution, names) for solution in solutions)


def _focus_nodes(shape: SparqlShape, data: Store) -> list[NamedNode]:
    """Return the nodes of the target classes and their subclasses, and the target nodes."""
    classes = " ".join(f"<{name}>" for name in shape.target_classes)
    query = f"SELECT DISTINCT ?node WHERE {{ VALUES ?class {{ {classes} }} ?node a/<{_RDFS}subClassOf>* ?class }}"
    found = {solution["node"] for solution in data.query(query, use_default_graph_as_union=True)}  # type: ignore[union-attr]
    named = {node for node in found if isinstance(node, NamedNode)} | {NamedNode(name) for name in shape.target_nodes}
    return sorted(named, key=str)


def _bound(query: str, focus: Iterable[NamedNode]) -> str:
    values = " ".join(map(str, focus))
    return re.sub(r"WHERE\s*\{", lambda m: f"{m[0]} VALUES $this {{ {values} }}", query, count=1)


def _result(shape: SparqlShape, solution: QuerySolution, names: list[str]) -> ValidationResult:
    cells = {name: solution[name] for name in names if solution[name] is not None}
    focus = cells["this"]
    path = cells.get("path")
    return ValidationResult(
        focus=focus,
        shape=shape.iri,
        component=_COMPONENT,
        severity=shape.severity,
        message=re.sub(r"\{[?$](\w+)\}", lambda m: _shown(cells.get(m[1])), shape.message),
        path=path.value if isinstance(path, NamedNode) else "",
        value=cells.get("value", focus),
    )


def _shown(term: object) -> str:
    return str(getattr(term, "value", ""))
