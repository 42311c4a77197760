"""What a constraint is: something that yields a result for each node that breaks it, for whole sets at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from engine.shacl.paths import path_text
from engine.shacl.results import ValidationResult
from engine.shacl.terms import SH, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.shacl.paths import Path
    from engine.shacl.run import Run
    from engine.shacl.shapes import Shape

__all__ = ["Constraint", "Found", "Row", "ValueConstraint", "Values"]

Values = Mapping[Term, Collection[Term]]
"""The value nodes of each focus node (SHACL §2, value nodes)."""
Found = tuple[Term, ValidationResult]
"""A focus node that does not conform, and one reason; the result may be about a node further on."""
Row = Mapping[str, Term]
"""Values of SPARQL variables by name: those that are pre-bound, or those of a solution."""


class Constraint(ABC):
    """A constraint of a shape with its parameters.

    :ivar name: the local name of the component without its ending, or the IRI of one that a shapes graph declares.
    """

    name: str

    @abstractmethod
    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield what breaks the constraint, for all focus nodes at once."""

    def failing_nodes(self, shape: Shape, values: Values, run: Run) -> set[Term]:
        """Return the focus nodes that break the constraint, where nobody asks for the results."""
        return {node for node, _ in self.found(shape, values, run)}

    @abstractmethod
    def told(self) -> str:
        """Return what a result says where the shape has no message."""

    def result(self, shape: Shape, focus: Term, value: Term | None = None, path: Path | None = None) -> Found:
        """Return a result of this constraint about a focus node."""
        return focus, ValidationResult(
            focus=focus,
            shape=shape.node,
            component=self.component,
            severity=shape.severity,
            messages=shape.messages or (self.own_words(shape),),
            path=path or shape.path,
            value=value,
        )

    @property
    def component(self) -> str:
        """The IRI of the component."""
        return self.name if ":" in self.name else f"{SH.base}{self.name}ConstraintComponent"

    def own_words(self, shape: Shape) -> Literal:
        """Return what a result says where neither the shape nor the constraint has a message."""
        where = "" if shape.path is None else f"{path_text(shape.path)}: "
        return Literal(f"{where}{self.told()}", language="en")


class ValueConstraint(Constraint):
    """A constraint that a value breaks by itself, whatever it is a value of; each value is looked at once."""

    @abstractmethod
    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return those of the values that break the constraint."""

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield a result for each value node that breaks the constraint."""
        failing = self.failing({value for several in values.values() for value in several}, run)
        if failing:
            for focus, several in values.items():
                yield from (self.result(shape, focus, value) for value in several if value in failing)

    def failing_nodes(self, shape: Shape, values: Values, run: Run) -> set[Term]:
        """Return the focus nodes with a value that breaks the constraint."""
        del shape
        failing = self.failing({value for several in values.values() for value in several}, run)
        return {focus for focus, several in values.items() if failing and any(value in failing for value in several)}
