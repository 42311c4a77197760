"""The other engine: pySHACL runs what the compiler does not cover, and is the oracle of the tests for what it does.

It knows neither a time limit nor a guard: queries are checked before it sees them, and where it would pass over
something with a warning, that is an error here.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from engine.errors import BadInput, IllFormedShape
from engine.rdflib_terms import from_rdflib, to_rdflib
from engine.shacl.parameters import Parameters
from engine.shacl.path_reading import read_path
from engine.shacl.results import ValidationResult
from engine.shacl.targets import KINDS
from engine.shacl.terms import RDF, SH, shown
from engine.shacl.triples import Triples
from engine.sparql_guard import check_query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import rdflib
    from pyoxigraph import Quad

    from engine.shacl.terms import Subject

__all__ = ["by_pyshacl", "graph_of", "results_of"]

_QUERIES = (SH.select, SH.ask, SH.construct, SH.update)


def by_pyshacl(shapes: Triples, data: Triples, *, without: Collection[Subject] = ()) -> list[ValidationResult]:
    """Return the results of pySHACL, leaving out some shapes unless another shape refers to them.

    :raises IllFormedShape: if it cannot run the shapes, or not all of them.
    """
    import pyshacl  # noqa: PLC0415 - a good part of a second that only validation needs
    from pyshacl.errors import ConstraintLoadWarning, ReportableRuntimeError, ShapeRecursionWarning  # noqa: PLC0415

    _check_queries(shapes)
    rules = graph_of(triple for triple in shapes if triple.subject not in without or not _is_target(triple))
    try:
        with warnings.catch_warnings():
            for passed_over in (ShapeRecursionWarning, ConstraintLoadWarning):
                warnings.simplefilter("error", passed_over)
            _, report, told = pyshacl.validate(
                graph_of(data), shacl_graph=rules, advanced=True, inference="none", inplace=True
            )
    except (ReportableRuntimeError, ShapeRecursionWarning, ConstraintLoadWarning) as error:
        raise _refused(str(getattr(error, "message", error))) from error
    if not hasattr(report, "triples"):
        raise _refused(told)
    return results_of(report)


def results_of(report: Iterable[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]) -> list[ValidationResult]:
    """Return the results of a report of pySHACL as ours.

    :raises IllFormedShape: if a result lacks its focus node or its shape.
    """
    return list(_results(Triples(map(_triple, report))))


def _refused(told: str) -> IllFormedShape:
    return IllFormedShape("left to pySHACL", " ".join(told.split())[:300], "mend it, or take the shape away")


def _is_target(triple: Triple) -> bool:
    """Tell whether a statement makes a shape be run for nodes of its own: a target, or being a class at once."""
    return triple.predicate in {*KINDS, SH.target, RDF.type}


def _check_queries(shapes: Triples) -> None:
    for predicate in _QUERIES:
        for holder, texts in sorted(shapes.forward(predicate).items(), key=str):
            for text in texts:
                try:
                    check_query(shown(text), f"sh:{predicate.value.removeprefix(SH.base)}")
                except BadInput as error:
                    raise Parameters(shapes).refused(holder, error.problem, error.remedy) from error


def _results(report: Triples) -> Iterator[ValidationResult]:
    values = Parameters(report)
    for node in (result for several in report.forward(SH.result).values() for result in several):
        focus, value, path = (values.one(node, name) for name in (SH.focusNode, SH.value, SH.resultPath))
        severity = shown(values.one(node, SH.resultSeverity)).removeprefix(SH.base)
        source, shape = (values.one(node, name) for name in (SH.sourceConstraint, SH.sourceShape))
        if focus is None or isinstance(shape, Literal | None) or isinstance(source, Literal):
            raise _refused("a result without a focus node or a source shape")
        yield ValidationResult(
            focus=focus,
            shape=shape,
            component=shown(values.one(node, SH.sourceConstraintComponent)),
            severity=severity,
            messages=tuple(m for m in values.many(node, SH.resultMessage) if isinstance(m, Literal)),
            path=None if path is None else read_path(values, node, path),
            value=value,
            constraint=source,
        )


def graph_of(statements: Iterable[Quad | Triple]) -> rdflib.Graph:
    """Return some statements as one rdflib graph, for pySHACL."""
    import rdflib  # noqa: PLC0415

    graph = rdflib.Graph()
    terms: dict[object, rdflib.term.Node] = {}
    for statement in statements:
        triple = (statement.subject, statement.predicate, statement.object)
        graph.add(tuple(terms.get(term) or terms.setdefault(term, to_rdflib(term)) for term in triple))  # type: ignore[arg-type]
    return graph


def _triple(triple: tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]) -> Triple:
    subject, predicate, value = map(from_rdflib, triple)
    assert not isinstance(subject, Literal)  # noqa: S101 - a report is RDF
    assert isinstance(predicate, NamedNode)  # noqa: S101 - as above
    return Triple(subject, predicate, value)
