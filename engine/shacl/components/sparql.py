"""Constraints written in SPARQL: ``sh:sparql``, and components that a shapes graph declares (SHACL §5, §6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from engine.errors import IllFormedShape
from engine.shacl.components.base import Constraint
from engine.shacl.paths import Predicate
from engine.shacl.prebinding import SHAPES_GRAPH
from engine.shacl.results import ValidationResult
from engine.shacl.terms import XSD, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.shacl.components.base import Found, Row, Values
    from engine.shacl.prebinding import Prebound
    from engine.shacl.run import Run
    from engine.shacl.shapes import Shape
    from engine.shacl.terms import Subject, Term

__all__ = ["TRUE", "AskConstraint", "SelectConstraint"]

_PLACE = re.compile(r"\{[?$](\w+)\}")
TRUE = Literal("true", datatype=XSD.boolean)


@dataclass(frozen=True)
class SelectConstraint(Constraint):
    """A SELECT query each of whose solutions is a result: ``sh:sparql`` (§5), or a SELECT validator (§6.2.2).

    :ivar name: the IRI of the component, or ``SPARQL``.
    :ivar node: the constraint or the validator.
    :ivar parameters: the values of the parameters of a declared component, by name.
    :ivar is_source: whether results name the node as their source constraint.
    """

    name: str
    node: Subject
    query: Prebound
    messages: tuple[Literal, ...]
    parameters: Row
    is_source: bool

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield a result for each solution, all focus nodes in one query."""
        fixed = self.fixed(shape)
        rows = [{**fixed, "this": focus} for focus in values]
        for number, cells in run.solutions(self.query, rows):
            if cells.get("failure") == TRUE:
                raise self.failed(shape)
            yield self.result_of(shape, rows[number]["this"], {**self.parameters, **cells})

    def fixed(self, shape: Shape) -> Row:
        """Return the pre-bound variables that have one value for all focus nodes."""
        return {**self.parameters, "currentShape": shape.node, "shapesGraph": NamedNode(SHAPES_GRAPH)}

    def failed(self, shape: Shape) -> IllFormedShape:
        """Return the refusal of a query that reports a failure (§5.3.2)."""
        return IllFormedShape(shown(shape.node), "its query reports a failure", "mend what the query names")

    def result_of(self, shape: Shape, focus: Term, cells: Row) -> Found:
        """Return the result that a solution stands for (§5.3.2)."""
        path, message = cells.get("path"), cells.get("message")
        told = (message,) if isinstance(message, Literal) else self.messages or shape.messages
        return focus, ValidationResult(
            focus=focus,
            shape=shape.node,
            component=self.component,
            severity=shape.severity,
            messages=tuple(_filled(text, cells, focus) for text in told) or (self.own_words(shape),),
            path=Predicate(path.value) if isinstance(path, NamedNode) else shape.path,
            value=cells.get("value", focus if shape.path is None else None),
            constraint=self.node if self.is_source else None,
        )

    def results_of(
        self, shape: Shape, focus: Sequence[Term], cells: Mapping[str, Sequence[Term | None]]
    ) -> Iterator[ValidationResult]:
        """Yield the results that solutions stand for, a column for each variable; none of them says a message."""
        focus_values: Iterable[Term | None] = focus if shape.path is None else repeat(None)
        values = cells.get("value", repeat(None))
        paths = (
            Predicate(path.value) if isinstance(path, NamedNode) else shape.path
            for path in cells.get("path", repeat(None))
        )
        texts = self.messages or shape.messages or (self.own_words(shape),)
        columns: dict[str, Iterable[Term | None]] = {n: repeat(term) for n, term in self.parameters.items()}
        told = [_column(text, {**columns, **cells, "this": focus}) for text in texts]
        shared = shape.node, self.component, shape.severity, self.node if self.is_source else None
        for node, other, value, path, *said in zip(focus, focus_values, values, paths, *told, strict=False):
            node_of, component, severity, source = shared
            found = other if value is None else value
            yield ValidationResult(node, node_of, component, severity, tuple(said), path, found, source)

    def told(self) -> str:
        """Name the query's node."""
        return "A solution of the query of this constraint was found."


@dataclass(frozen=True)
class AskConstraint(Constraint):
    """An ASK validator of a declared component (§6.2.3): a value conforms where the answer is true.

    :ivar name: the IRI of the component.
    """

    name: str
    query: Prebound
    messages: tuple[Literal, ...]
    parameters: Row

    def found(self, shape: Shape, values: Values, run: Run) -> Iterator[Found]:
        """Yield a result for each pair of focus and value node to which the answer is false, all in one query."""
        fixed = {**self.parameters, "currentShape": shape.node, "shapesGraph": NamedNode(SHAPES_GRAPH)}
        rows = [{**fixed, "this": focus, "value": value} for focus, several in values.items() for value in several]
        held = {number for number, _ in run.solutions(self.query, rows)}
        for row in (row for number, row in enumerate(rows) if number not in held):
            focus, result = self.result(shape, row["this"], row["value"])
            told = tuple(_filled(text, row, focus) for text in self.messages or result.messages)
            yield focus, replace(result, messages=told)

    def told(self) -> str:
        """Name the component."""
        return f"The value does not conform to the constraint {self.name}."


def _column(message: Literal, cells: Mapping[str, Iterable[Term | None]]) -> Iterable[Literal]:
    """Put the values of many solutions into a message."""
    pieces = _PLACE.split(message.value)
    if len(pieces) == 1:
        return repeat(message)
    texts = (map(shown, cells.get(p, repeat(None))) if place % 2 else repeat(p) for place, p in enumerate(pieces))
    language = message.language
    return (Literal(text, language=language) if language else Literal(text) for text in map("".join, zip(*texts)))  # noqa: B905 - columns that repeat have no end


def _filled(message: Literal, cells: Row, focus: Term) -> Literal:
    """Put the values of a solution into a message (§5.2.1)."""
    pieces = _PLACE.split(message.value)
    if len(pieces) == 1:
        return message
    pieces[1::2] = [shown(focus if name == "this" else cells.get(name)) for name in pieces[1::2]]
    text = "".join(pieces)
    return Literal(text, language=message.language) if message.language else Literal(text)
