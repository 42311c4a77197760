"""Constraints that speak of other shapes: logical, shape-based and qualified (SHACL §4.6, §4.7)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.shacl.components.base import Constraint, ValueConstraint
from engine.shacl.terms import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from engine.shacl.components.base import Found, Values
    from engine.shacl.results import ValidationResult
    from engine.shacl.run import Run
    from engine.shacl.shapes import Shape
    from engine.shacl.terms import Term

__all__ = ["And", "Node", "Not", "Or", "PropertyShapes", "Qualified", "Xone"]


@dataclass(frozen=True)
class Node(ValueConstraint):
    """``sh:node`` (§4.7.1): the value conforms to a node shape."""

    name = "Node"
    shape: Shape

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values that do not conform."""
        return run.failing(self.shape, values)

    def told(self) -> str:
        """Name the shape."""
        return f"The value does not conform to the shape {shown(self.shape.node)}."


@dataclass(frozen=True)
class Not(ValueConstraint):
    """``sh:not`` (§4.6.1): the value does not conform to a shape."""

    name = "Not"
    shape: Shape

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values that do conform."""
        return set(values) - run.failing(self.shape, values)

    def told(self) -> str:
        """Name the shape."""
        return f"The value conforms to the shape {shown(self.shape.node)}, and must not."


@dataclass(frozen=True)
class And(ValueConstraint):
    """``sh:and`` (§4.6.2): the value conforms to each shape of a list."""

    name = "And"
    shapes: tuple[Shape, ...]

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values that do not conform to one or more of the shapes."""
        return {value for shape in self.shapes for value in run.failing(shape, values)}

    def told(self) -> str:
        """Say what is wrong."""
        return "The value does not conform to every shape of a list."


@dataclass(frozen=True)
class Or(ValueConstraint):
    """``sh:or`` (§4.6.3): the value conforms to at least one shape of a list."""

    name = "Or"
    shapes: tuple[Shape, ...]

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values that conform to none; those that conform to a shape are not shown to the next."""
        left: Collection[Term] = values
        for shape in self.shapes:
            left = run.failing(shape, left)
        return left

    def told(self) -> str:
        """Say what is wrong."""
        return "The value conforms to no shape of a list."


@dataclass(frozen=True)
class Xone(ValueConstraint):
    """``sh:xone`` (§4.6.4): the value conforms to exactly one shape of a list, a shape named twice counting twice."""

    name = "Xone"
    shapes: tuple[Shape, ...]

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values that conform to none, or to more than one."""
        failures = Counter(value for shape in self.shapes for value in run.failing(shape, values))
        return {value for value in values if failures[value] != len(self.shapes) - 1}

    def told(self) -> str:
        """Say what is wrong."""
        return "The value does not conform to exactly one shape of a list."


@dataclass(frozen=True)
class PropertyShapes(Constraint):
    """``sh:property`` (§4.7.2): the value conforms to a property shape, whose results are the results."""

    name = "Property"
    shape: Shape

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield the results of the property shape, for each focus node that leads to their node."""
        del shape
        results: dict[Term, list[ValidationResult]] = defaultdict(list)
        for node, result in run.found(self.shape, {value for several in values.values() for value in several}):
            results[node].append(result)
        if results:
            for focus, several in values.items():
                yield from ((focus, result) for value in several for result in results.get(value, ()))

    def told(self) -> str:
        """Name the shape."""
        return f"The value does not conform to the property shape {shown(self.shape.node)}."


@dataclass(frozen=True)
class Qualified(Constraint):
    """``sh:qualifiedValueShape`` with one of its counts (§4.7.3): so many values conform to a shape.

    :ivar siblings: the shapes to which such a value must not conform, if they are to be disjoint.
    """

    name: str
    shape: Shape
    count: int
    siblings: tuple[Shape, ...]

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield the focus nodes with too few or too many such values."""
        every = {value for several in values.values() for value in several}
        counted = every - run.failing(self.shape, every)
        for sibling in self.siblings:
            counted &= run.failing(sibling, counted)
        for focus, several in values.items():
            number = sum(value in counted for value in several)
            if number < self.count if self.name == "QualifiedMinCount" else number > self.count:
                yield self.result(shape, focus)

    def told(self) -> str:
        """Name the count."""
        side = "Fewer" if self.name == "QualifiedMinCount" else "More"
        return f"{side} than {self.count} values conform to the shape {shown(self.shape.node)}."
