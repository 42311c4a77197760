"""Expressions of SPARQL as values, and as the text of SPARQL again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.columns.terms import Term

__all__ = ["BOOLEAN", "Call", "Const", "Expression", "Var", "conjuncts", "renamed", "text", "variables"]


@dataclass(frozen=True, slots=True)
class Var:
    """A variable, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Const:
    """A term that the query names."""

    term: Term


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or a function with its arguments.

    :ivar name: the operator (``neg`` is the sign), the function in capitals, or ``<IRI>``.
    """

    name: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Var | Const | Call

BOOLEAN = frozenset({"||", "&&", "!", "=", "!=", "<", "<=", ">", ">=", "BOUND"})
"""What gives true, false or an error, and nothing else."""
_BETWEEN = frozenset({"||", "&&", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"})
_BEFORE = {"!": "!", "neg": "-"}


def variables(expression: Expression) -> frozenset[str]:
    """Return the variables that an expression names."""
    if isinstance(expression, Var):
        return frozenset({expression.name})
    if isinstance(expression, Const):
        return frozenset()
    return frozenset().union(*map(variables, expression.arguments))


def conjuncts(expression: Expression) -> Iterator[Expression]:
    """Yield the parts all of which must be true.

    >>> [part.name for part in conjuncts(Call("&&", (Var("a"), Call("&&", (Var("b"), Var("c"))))))]
    ['a', 'b', 'c']
    """
    if isinstance(expression, Call) and expression.name == "&&":
        for part in expression.arguments:
            yield from conjuncts(part)
    else:
        yield expression


def renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    """Return an expression with other names for some variables."""
    if isinstance(expression, Var):
        return Var(names.get(expression.name, expression.name))
    if isinstance(expression, Const):
        return expression
    return Call(expression.name, tuple(renamed(part, names) for part in expression.arguments))


def text(expression: Expression) -> str:
    """Return an expression as SPARQL reads it.

    >>> text(Call("!", (Call("<", (Var("a"), Call("STR", (Var("b"),)))),)))
    '(! (?a < STR(?b)))'
    """
    if isinstance(expression, Var):
        return f"?{expression.name}"
    if isinstance(expression, Const):
        return str(expression.term)
    parts = [text(part) for part in expression.arguments]
    if expression.name in _BETWEEN:
        return f"({f' {expression.name} '.join(parts)})"
    if expression.name in _BEFORE:
        return f"({_BEFORE[expression.name]} {parts[0]})"
    return f"{expression.name}({', '.join(parts)})"
