"""Validate a data graph against a shapes graph: compiled here, and by pySHACL what is not covered, which is named.

Compiled shapes have two readings with the same results: over sets of terms, and over columns of numbers, which is
quicker for many statements and needs NumPy and Arrow, which few do not wait for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from engine.shacl.parameters import Parameters
from engine.shacl.pyshacl_engine import by_pyshacl
from engine.shacl.reading import compile_shapes
from engine.shacl.results import report_turtle
from engine.shacl.run import Run
from engine.shacl.terms import SH, shown
from engine.shacl.triples import Triples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyoxigraph import Quad, Triple

    from engine.shacl.results import ValidationResult
    from engine.shacl.shapes import CompiledShapes, NotCovered
    from engine.shacl.terms import Subject

__all__ = ["MANY", "Report", "compiled_results", "run_shapes"]

MANY = 50_000
"""From how many statements on the columns are quicker, with loading NumPy and Arrow and filling the columns.

Without queries it is nearer to a hundred thousand, with those of the evidence shapes nearer to thirty thousand.
"""
_RANK = {"Violation": 0, "Warning": 1, "Info": 2}


@dataclass(frozen=True, slots=True)
class Report:
    """All results of one validation, gravest first.

    :ivar compiled: how many shapes with targets the compiler ran.
    :ivar not_covered: the shapes that pySHACL ran, each with the reason.
    :ivar names: what shapes are called, by their node: their ``sh:name``, else that of the named shape around them,
        else its IRI.
    :ivar over_columns: whether the compiled shapes were read over columns of numbers.
    :ivar over_sets: the shapes with a constraint that has no such reading, each with the constraint.
    """

    results: tuple[ValidationResult, ...]
    compiled: int
    not_covered: tuple[NotCovered, ...]
    names: dict[Subject, str]
    over_columns: bool = False
    over_sets: tuple[NotCovered, ...] = ()

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
        compiled = f"{self.compiled} shape{'s' if self.compiled != 1 else ''} compiled"
        columns = ", over columns" if self.over_columns else ""
        return compiled + columns + _listed("over sets", self.over_sets) + _listed("by pySHACL", self.not_covered)

    def turtle(self) -> str:
        """Return the standard validation report as Turtle."""
        return report_turtle(self.results)


def _listed(how: str, left: tuple[NotCovered, ...]) -> str:
    named = ", ".join(f"{shown(one.shape)} ({one.reason})" for one in left)
    return f", {how}: {named}" if named else ""


def run_shapes(shapes: Triples, data: Triples | Sequence[Quad | Triple], *, many: int = MANY) -> Report:
    """Return what the shapes of a shapes graph find in a data graph.

    :param data: statements; those that are indexed already are read over sets, however many they are.
    :param many: from how many statements on they are read over columns.
    :raises IllFormedShape: if a shape breaks a syntax rule, or asks for what no engine here runs.
    """
    compiled = compile_shapes(shapes)
    found = _read(compiled, shapes, data, many)
    results = found.results
    if compiled.not_covered:
        sets = data if isinstance(data, Triples) else Triples(data)
        results = [*results, *by_pyshacl(shapes, sets, without={shape.node for shape in compiled.shapes})]
    return Report(
        results=tuple(sorted(results, key=_order)),
        compiled=len(compiled.shapes),
        not_covered=compiled.not_covered,
        names=_names(shapes, {result.shape for result in results}),
        over_columns=found.over_columns,
        over_sets=found.over_sets,
    )


class _Found(NamedTuple):
    """What one of the two readings found."""

    results: list[ValidationResult]
    over_columns: bool = False
    over_sets: tuple[NotCovered, ...] = ()


def _read(compiled: CompiledShapes, shapes: Triples, data: Triples | Sequence[Quad | Triple], many: int) -> _Found:
    if isinstance(data, Triples):
        return _Found(compiled_results(compiled, shapes, data))
    if len(data) < many:
        return _Found(compiled_results(compiled, shapes, Triples(data)))
    from engine.shacl.columnar.validating import column_results  # noqa: PLC0415 - NumPy and Arrow: only for many

    found = column_results(compiled, shapes, data)
    return _Found(found.results(), over_columns=True, over_sets=found.by_sets)


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
