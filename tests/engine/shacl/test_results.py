"""Results as the standard report: paths of every kind come back as they were, and equal input gives equal text."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from engine.shacl.parameters import Parameters
from engine.shacl.path_reading import read_path
from engine.shacl.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence
from engine.shacl.results import ValidationResult, report_turtle
from engine.shacl.terms import SH
from engine.shacl.triples import Triples

P, Q = Predicate("http://example.org/p"), Predicate("http://example.org/q")
PATHS = {
    "http://example.org/p": P,
    "^<http://example.org/p>": Inverse(P),
    "(<http://example.org/p>/^<http://example.org/q>)": Sequence((P, Inverse(Q))),
    "((<http://example.org/p>|(<http://example.org/q>)?))*": Repeated(Alternative((P, Repeated(Q, "?"))), "*"),
    "((<http://example.org/p>/<http://example.org/q>))+": Repeated(Sequence((P, Q)), "+"),
}


def result(path: Path | None, shape: BlankNode) -> ValidationResult:
    return ValidationResult(
        focus=NamedNode("http://example.org/a"),
        shape=shape,
        component=f"{SH.base}MinCountConstraintComponent",
        severity="http://example.org/Grave",
        messages=(Literal("etwas", language="de"), Literal("something", language="en")),
        path=path,
    )


@pytest.mark.parametrize("text", PATHS)
def test_a_path_comes_back_from_the_report(text: str) -> None:
    written = report_turtle([result(PATHS[text], BlankNode("s"))])
    report = Triples(parse(written, format=RdfFormat.TURTLE))
    (node,) = report.instances(SH.ValidationResult)
    (path,) = report.objects(node, SH.resultPath)
    assert read_path(Parameters(report), node, path) == PATHS[text]
    assert result(PATHS[text], BlankNode("s")).path_text == text


def test_the_report_says_what_the_result_says() -> None:
    first = result(P, BlankNode())
    report = Triples(parse(report_turtle([first]), format=RdfFormat.TURTLE))
    (node,) = report.instances(SH.ValidationResult)
    assert report.objects(node, SH.resultSeverity) == [NamedNode("http://example.org/Grave")]
    assert set(report.objects(node, SH.resultMessage)) == set(first.messages)
    assert first.message == "something"
    assert report_turtle([first]) == report_turtle([result(P, BlankNode())])


def test_no_result_conforms() -> None:
    report = Triples(parse(report_turtle([]), format=RdfFormat.TURTLE))
    (node,) = report.instances(SH.ValidationReport)
    assert report.objects(node, SH.conforms) == [Literal(True)]  # noqa: FBT003 - an RDF literal
