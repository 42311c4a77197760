"""A validation result as a value, and as the standard report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["ValidationResult", "report_triples"]

_SH = PREFIXES["sh"]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")

Node = NamedNode | BlankNode | Literal


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One ``sh:ValidationResult``: IRIs as text, the value as the term it is (SHACL §3.6)."""

    focus: Node
    shape: str
    component: str
    severity: str
    message: str
    path: str = ""
    value: Node | None = None


def report_triples(results: Iterable[ValidationResult]) -> Iterator[Triple]:
    """Yield the standard ``sh:ValidationReport`` of some results; a result has a blank node numbered in order."""
    results = list(results)
    report = BlankNode("report")
    yield Triple(report, _TYPE, NamedNode(f"{_SH}ValidationReport"))
    yield Triple(report, NamedNode(f"{_SH}conforms"), Literal(not results))
    for number, result in enumerate(results, 1):
        node = BlankNode(f"result{number}")
        yield Triple(report, NamedNode(f"{_SH}result"), node)
        yield from (Triple(node, predicate, value) for predicate, value in _statements(result))


def _statements(result: ValidationResult) -> Iterator[tuple[NamedNode, Node]]:
    yield _TYPE, NamedNode(f"{_SH}ValidationResult")
    yield NamedNode(f"{_SH}focusNode"), result.focus
    yield NamedNode(f"{_SH}sourceShape"), NamedNode(result.shape) if ":" in result.shape else BlankNode(result.shape)
    yield NamedNode(f"{_SH}sourceConstraintComponent"), NamedNode(result.component)
    yield NamedNode(f"{_SH}resultSeverity"), NamedNode(_SH + result.severity)
    yield NamedNode(f"{_SH}resultMessage"), Literal(result.message, language="en")
    if result.path:
        yield NamedNode(f"{_SH}resultPath"), NamedNode(result.path)
    if result.value is not None:
        yield NamedNode(f"{_SH}value"), result.value
