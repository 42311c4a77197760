"""A validation result as a value, and as the standard report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from engine.shacl.paths import Path, path_text, path_triples
from engine.shacl.terms import RDF, SH, Subject, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["ValidationResult", "report_triples", "report_turtle"]


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One ``sh:ValidationResult`` (SHACL §3.6).

    :ivar shape: the source shape.
    :ivar component: the IRI of the constraint component.
    :ivar severity: the local name of one of the three of SHACL, or the IRI of another.
    :ivar constraint: the SPARQL-based constraint it comes from, if it comes from one.
    """

    focus: Term
    shape: Subject
    component: str
    severity: str
    messages: tuple[Literal, ...]
    path: Path | None = None
    value: Term | None = None
    constraint: Subject | None = None

    @property
    def message(self) -> str:
        """The first message, an English one or one in no language before others."""
        ranked = sorted(self.messages, key=lambda m: ((m.language or "en")[:2] != "en", m.language or "", m.value))
        return ranked[0].value if ranked else ""

    @property
    def path_text(self) -> str:
        """The path as text: the IRI of a predicate, else as SPARQL writes it; empty where there is none."""
        return "" if self.path is None else path_text(self.path)


def report_triples(results: Iterable[ValidationResult]) -> Iterator[Triple]:
    """Yield the standard ``sh:ValidationReport`` of some results; a result has a blank node numbered in order."""
    results, sources = list(results), _Sources()
    report = BlankNode("report")
    yield Triple(report, RDF.type, SH.ValidationReport)
    yield Triple(report, SH.conforms, Literal(not results))
    for number, result in enumerate(results, 1):
        node = BlankNode(f"result{number}")
        yield Triple(report, SH.result, node)
        yield from (Triple(node, predicate, value) for predicate, value in _statements(result, sources))
        if result.path is not None:
            start, said = path_triples(result.path, f"path{number}")
            yield Triple(node, SH.resultPath, start)
            yield from said


class _Sources(dict[Subject, Subject]):
    """Names for blank nodes of the shapes, numbered in order: those a parser gives differ each time."""

    def __missing__(self, node: Subject) -> Subject:
        self[node] = BlankNode(f"source{len(self) + 1}") if isinstance(node, BlankNode) else node
        return self[node]


def _statements(result: ValidationResult, sources: _Sources) -> Iterator[tuple[NamedNode, Term]]:
    yield RDF.type, SH.ValidationResult
    yield SH.focusNode, result.focus
    yield SH.sourceShape, sources[result.shape]
    yield SH.sourceConstraintComponent, NamedNode(result.component)
    yield SH.resultSeverity, NamedNode(result.severity if ":" in result.severity else SH.base + result.severity)
    yield from ((SH.resultMessage, message) for message in result.messages)
    if result.value is not None:
        yield SH.value, result.value
    if result.constraint is not None:
        yield SH.sourceConstraint, sources[result.constraint]


def report_turtle(results: Iterable[ValidationResult]) -> str:
    """Return the standard validation report as Turtle."""
    return (serialize(report_triples(results), format=RdfFormat.TURTLE) or b"").decode()
