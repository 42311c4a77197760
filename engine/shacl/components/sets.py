"""Constraints on the value nodes of a focus node together: how many, which, and against other properties.

SHACL §4.2 (counts), §4.4.5 (languages), §4.5 (property pairs), §4.8.1 (closed) and §4.8.2 (a value it must have).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from engine.shacl.components.base import Constraint
from engine.shacl.literals import is_less
from engine.shacl.paths import Predicate
from engine.shacl.terms import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from engine.shacl.components.base import Found, Values
    from engine.shacl.run import Run
    from engine.shacl.shapes import Shape
    from engine.shacl.terms import Term

__all__ = ["Closed", "Disjoint", "Equals", "HasValue", "LessThan", "MaxCount", "MinCount", "UniqueLang"]


@dataclass(frozen=True)
class MinCount(Constraint):
    """``sh:minCount`` (§4.2.1)."""

    name = "MinCount"
    count: int

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield the focus nodes with too few values."""
        del run
        return (self.result(shape, focus) for focus, several in values.items() if len(several) < self.count)

    def told(self) -> str:
        """Name the count."""
        return f"There are fewer than {self.count} values."


@dataclass(frozen=True)
class MaxCount(Constraint):
    """``sh:maxCount`` (§4.2.2)."""

    name = "MaxCount"
    count: int

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield the focus nodes with too many values."""
        del run
        return (self.result(shape, focus) for focus, several in values.items() if len(several) > self.count)

    def told(self) -> str:
        """Name the count."""
        return f"There are more than {self.count} values."


@dataclass(frozen=True)
class UniqueLang(Constraint):
    """``sh:uniqueLang`` (§4.4.5): no two values are in one language."""

    name = "UniqueLang"

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield a result for each language that is used more than once."""
        del run
        for focus, several in values.items():
            tags = Counter(v.language.lower() for v in several if isinstance(v, Literal) and v.language)
            yield from (self.result(shape, focus) for count in tags.values() if count > 1)

    def told(self) -> str:
        """Say what is wrong."""
        return "Two values are in the same language."


@dataclass(frozen=True)
class HasValue(Constraint):
    """``sh:hasValue`` (§4.8.2): one of the values is the given one."""

    name = "HasValue"
    value: Term

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield the focus nodes without the value."""
        del run
        return (self.result(shape, focus) for focus, several in values.items() if self.value not in several)

    def told(self) -> str:
        """Name the value."""
        return f"The value {shown(self.value)} is missing."


@dataclass(frozen=True)
class Equals(Constraint):
    """``sh:equals`` (§4.5.1): the values are those of another property."""

    name = "Equals"
    other: NamedNode

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield the values on one side that are not on the other."""
        others = run.data.forward(self.other)
        for focus, several in values.items():
            mine, theirs = dict.fromkeys(several), dict.fromkeys(others.get(focus, ()))
            differing = [*(v for v in mine if v not in theirs), *(v for v in theirs if v not in mine)]
            yield from (self.result(shape, focus, value) for value in differing)

    def told(self) -> str:
        """Name the property."""
        return f"The values are not those of {shown(self.other)}."


@dataclass(frozen=True)
class Disjoint(Constraint):
    """``sh:disjoint`` (§4.5.2): no value is one of another property."""

    name = "Disjoint"
    other: NamedNode

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield the values that both properties have."""
        others = run.data.forward(self.other)
        for focus, several in values.items():
            theirs = others.get(focus, ())
            yield from (self.result(shape, focus, value) for value in several if value in theirs)

    def told(self) -> str:
        """Name the property."""
        return f"The value is also one of {shown(self.other)}."


@dataclass(frozen=True)
class LessThan(Constraint):
    """``sh:lessThan`` and ``sh:lessThanOrEquals`` (§4.5.3, §4.5.4): each value comes before all of another's."""

    name: str
    other: NamedNode

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield a result for each pair in the wrong order, and for each that cannot be compared."""
        others, or_equal = run.data.forward(self.other), self.name.endswith("OrEquals")
        for focus, several in values.items():
            pairs = ((value, other) for value in several for other in others.get(focus, ()))
            yield from (self.result(shape, focus, v) for v, other in pairs if not is_less(v, other, or_equal=or_equal))

    def told(self) -> str:
        """Name the property."""
        equal = " or equal to" if self.name.endswith("OrEquals") else ""
        return f"The value is not less than{equal} each value of {shown(self.other)}."


@dataclass(frozen=True)
class Closed(Constraint):
    """``sh:closed`` with ``sh:ignoredProperties`` (§4.8.1): the value node has no other properties."""

    name = "Closed"
    allowed: frozenset[NamedNode]

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield each statement with a property that is not allowed."""
        for focus, several in values.items():
            for predicate, value in self._others(several, run):
                yield self.result(shape, focus, value, Predicate(predicate.value))

    def _others(self, nodes: Collection[Term], run: Run) -> Iterator[tuple[NamedNode, Term]]:
        said = (statement for node in nodes for statement in run.data.about(node))
        return ((predicate, value) for predicate, value in said if predicate not in self.allowed)

    def told(self) -> str:
        """Say what is wrong."""
        return "The shape is closed, and this property is not one of it."
