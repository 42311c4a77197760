"""Validate a data graph against a shapes graph: compiled here, and by pySHACL what is not covered, which is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.shacl.parameters import Parameters
from engine.shacl.pyshacl_engine import by_pyshacl
from engine.shacl.reading import compile_shapes
from engine.shacl.results import report_turtle
from engine.shacl.run import Run
from engine.shacl.terms import SH, shown

if TYPE_CHECKING:
    from engine.shacl.results import ValidationResult
    from engine.shacl.shapes import CompiledShapes, NotCovered
    from engine.shacl.terms import Subject
    from engine.shacl.triples import Triples

__all__ = ["Report", "compiled_results", "run_shapes"]

_RANK = {"Violation": 0, "Warning": 1, "Info": 2}


@dataclass(frozen=True, slots=True)
class Report:
    """All results of one validation, gravest first.

    :ivar compiled: how many shapes with targets the compiler ran.
    :ivar not_covered: the shapes that pySHACL ran, each with the reason.
    :ivar names: what shapes are called, by their node: their ``sh:name``, else that of the named shape around them,
        else its IRI.
    """

    results: tuple[ValidationResult, ...]
    compiled: int
    not_covered: tuple[NotCovered, ...]
    names: dict[Subject, str]

    def name(self, result: ValidationResult) -> str:
        """Return what the shape of a result is called."""
        return self.names.get(result.shape, shown(result.shape))

    @property
    def conforms(self) -> bool:
        """Whether nothing was found."""
        return not self.results

    @property
    def engine(self) -> str:
        """Which engine ran which part, in one line."""
        named = ", ".join(f"{shown(left.shape)} ({left.reason})" for left in self.not_covered)
        compiled = f"{self.compiled} shape{'s' if self.compiled != 1 else ''} compiled"
        return compiled + (f", by pySHACL: {named}" if named else "")

    def turtle(self) -> str:
        """Return the standard validation report as Turtle."""
        return report_turtle(self.results)


def run_shapes(shapes: Triples, data: Triples) -> Report:
    """Return what the shapes of a shapes graph find in a data graph.

    :raises IllFormedShape: if a shape breaks a syntax rule, or asks for what no engine here runs.
    """
    compiled = compile_shapes(shapes)
    results = list(compiled_results(compiled, shapes, data))
    if compiled.not_covered:
        results += by_pyshacl(shapes, data, without={shape.node for shape in compiled.shapes})
    names = _names(shapes, {result.shape for result in results})
    return Report(tuple(sorted(results, key=_order)), len(compiled.shapes), compiled.not_covered, names)


def _names(shapes: Triples, found: set[Subject]) -> dict[Subject, str]:
    named = {node: min(map(shown, shapes.objects(node, SH.name))) for node in shapes.subjects(SH.name)}
    around = {node: Parameters(shapes).holder(node) for node in found - named.keys()}
    return {
        **named,
        **{node: min(map(shown, shapes.objects(h, SH.name)), default=shown(h)) for node, h in around.items()},
    }


def compiled_results(compiled: CompiledShapes, shapes: Triples, data: Triples) -> list[ValidationResult]:
    """Return what compiled shapes find, in no order and without the shapes that are left to pySHACL."""
    return list(Run(data, shapes).results(compiled.shapes))


def _order(result: ValidationResult) -> tuple[int, str, str, str, str, str, str]:
    told = (result.severity, str(result.shape), str(result.focus), result.path_text, str(result.value), result.message)
    return (_RANK.get(result.severity, len(_RANK)), *told)
