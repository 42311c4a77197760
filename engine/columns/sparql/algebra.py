"""Queries as rows of steps, each of which takes solutions and gives solutions.

A group of SPARQL is a row of steps from nothing: patterns join, OPTIONAL, BIND, FILTER and MINUS act on what stands
before them. Joined groups become one row of steps where that says the same; else one is nested in the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from engine.columns.sparql.expressions import Const, Var, variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import NamedNode

    from engine.columns.sparql.expressions import Expression
    from engine.columns.terms import Term

__all__ = [
    "Aggregate",
    "Bind",
    "Body",
    "Exists",
    "Filter",
    "Group",
    "Join",
    "Link",
    "Minus",
    "Names",
    "Nested",
    "Optional",
    "Path",
    "Prebound",
    "Repeat",
    "Select",
    "Step",
    "Triple",
    "Union",
    "Values",
    "bound_in",
    "certain_in",
    "mentioned_in",
    "safe",
]

Names: TypeAlias = frozenset[str]
_NO_NAMES: Names = frozenset()
AnyStep = TypeVar("AnyStep", bound="Step")


@dataclass(frozen=True, slots=True)
class Link:
    """One step along a predicate.

    :ivar backwards: from the object to the subject.
    """

    predicate: NamedNode
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """A path that relates each pair of nodes once: ``?`` (zero), ``+`` (many), or ``*`` (both).

    :ivar choices: sequences of steps, any of which may be taken.
    """

    choices: tuple[tuple[Path, ...], ...]
    zero: bool
    many: bool


Path: TypeAlias = Link | Repeat


def _once(method: Callable[[AnyStep], Names]) -> Callable[[AnyStep], Names]:
    """Work out once what depends on a step alone: a planner asks again and again."""

    @wraps(method)
    def kept(self: AnyStep) -> Names:
        known = self.__dict__  # a frozen step takes no attribute, and equality does not look here
        name = f"_{method.__name__}"
        if name not in known:
            known[name] = method(self)
        found: Names = known[name]
        return found

    return kept


class Step:
    """What takes solutions and gives solutions."""

    @_once
    def bound(self) -> Names:
        """Return the variables that may get a value here."""
        return _NO_NAMES

    @_once
    def certain(self) -> Names:
        """Return the variables that have a value hereafter."""
        return _NO_NAMES

    @_once
    def looks_at(self) -> Names:
        """Return the variables whose value decides here in another way than by a join."""
        return _NO_NAMES

    @_once
    def mentions(self) -> Names:
        """Return all variables that are named here."""
        return self.bound() | self.looks_at()


class Join(Step):
    """A step that joins; its order among its like does not matter."""


Body: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True)
class Triple(Join):
    """A pattern: the pairs of a path, or the statements of any predicate."""

    subject: Var | Const
    path: Path | Var
    object: Var | Const

    @_once
    def bound(self) -> Names:
        """Return its variables."""
        return frozenset(part.name for part in (self.subject, self.path, self.object) if isinstance(part, Var))

    @_once
    def certain(self) -> Names:
        """Return its variables."""
        return self.bound()


@dataclass(frozen=True)
class Prebound(Join):
    """The rows of pre-bound variables: each has a number and the values of some variables."""

    row: str
    names: tuple[str, ...]

    @_once
    def bound(self) -> Names:
        """Return its variables."""
        return frozenset((self.row, *self.names))

    @_once
    def certain(self) -> Names:
        """Return its variables."""
        return self.bound()


@dataclass(frozen=True)
class Values(Join):
    """A table that stands in the query."""

    names: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    @_once
    def bound(self) -> Names:
        """Return its variables."""
        return frozenset(self.names)

    @_once
    def certain(self) -> Names:
        """Return those that have a value in each row."""
        return frozenset(name for n, name in enumerate(self.names) if all(row[n] is not None for row in self.rows))


@dataclass(frozen=True)
class Union(Join):
    """The solutions of several groups, one after the other."""

    choices: tuple[Body, ...]

    @_once
    def bound(self) -> Names:
        """Return what any of them may bind."""
        return _NO_NAMES.union(*map(bound_in, self.choices))

    @_once
    def certain(self) -> Names:
        """Return what each of them binds."""
        first, *others = map(certain_in, self.choices)
        return first.intersection(*others)


@dataclass(frozen=True)
class Nested(Join):
    """A group that is worked out by itself, and then joined."""

    body: Body

    @_once
    def bound(self) -> Names:
        """Return what it may bind."""
        return bound_in(self.body)

    @_once
    def certain(self) -> Names:
        """Return what it binds."""
        return certain_in(self.body)


@dataclass(frozen=True)
class Select(Join):
    """A query inside the query: only what it projects is seen."""

    body: Body
    names: tuple[str, ...]
    distinct: bool

    @_once
    def bound(self) -> Names:
        """Return what it projects."""
        return frozenset(self.names) & bound_in(self.body)

    @_once
    def certain(self) -> Names:
        """Return what it projects and binds."""
        return frozenset(self.names) & certain_in(self.body)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A value for each group.

    :ivar argument: what is taken of each solution; nothing is ``*``.
    """

    name: str
    function: str
    distinct: bool
    argument: Expression | None


@dataclass(frozen=True)
class Group(Join):
    """Solutions taken together by the values of some variables.

    :ivar keys: the variables; nothing puts all together, even where there is no solution.
    """

    body: Body
    keys: tuple[str, ...] | None
    aggregates: tuple[Aggregate, ...]

    @_once
    def bound(self) -> Names:
        """Return keys and aggregates."""
        return (frozenset(self.keys or ()) & bound_in(self.body)) | {aggregate.name for aggregate in self.aggregates}

    @_once
    def certain(self) -> Names:
        """Return the keys that are bound, and the counts."""
        counts = {aggregate.name for aggregate in self.aggregates if aggregate.function == "COUNT"}
        return (frozenset(self.keys or ()) & certain_in(self.body)) | counts


@dataclass(frozen=True)
class Filter(Step):
    """Keep solutions for which an expression is true."""

    test: Expression

    @_once
    def looks_at(self) -> Names:
        """Return the variables of the expression."""
        return variables(self.test)


@dataclass(frozen=True)
class Exists(Step):
    """Keep solutions for which a group has a solution, or has none."""

    body: Body
    negated: bool

    @_once
    def looks_at(self) -> Names:
        """Return the variables of the group."""
        return mentioned_in(self.body)


@dataclass(frozen=True)
class Optional(Step):
    """Join what a group gives where all tests are true, and keep solutions for which there is nothing."""

    body: Body
    tests: tuple[Expression, ...]

    @_once
    def bound(self) -> Names:
        """Return what the group may bind."""
        return bound_in(self.body)

    @_once
    def looks_at(self) -> Names:
        """Return the variables of the group and of the tests."""
        return mentioned_in(self.body).union(*map(variables, self.tests))


@dataclass(frozen=True)
class Minus(Step):
    """Drop solutions that agree with one of a group on a variable that both bind."""

    body: Body

    @_once
    def looks_at(self) -> Names:
        """Return what the group may bind."""
        return bound_in(self.body)


@dataclass(frozen=True)
class Bind(Step):
    """Give a variable the value of an expression; none where it is an error."""

    name: str
    value: Expression

    @_once
    def bound(self) -> Names:
        """Return the variable."""
        return frozenset({self.name})

    @_once
    def certain(self) -> Names:
        """Return the variable where it cannot fail."""
        return self.bound() if isinstance(self.value, Const) else _NO_NAMES

    @_once
    def looks_at(self) -> Names:
        """Return the variables of the expression."""
        return variables(self.value)


def bound_in(body: Body) -> Names:
    """Return the variables that a row of steps may bind."""
    return _NO_NAMES.union(*(step.bound() for step in body))


def certain_in(body: Body) -> Names:
    """Return the variables that a row of steps binds in each solution."""
    return _NO_NAMES.union(*(step.certain() for step in body))


def mentioned_in(body: Body) -> Names:
    """Return all variables that a row of steps names, but for those hidden in a query inside it."""
    return _NO_NAMES.union(*(step.mentions() for step in body))


def safe(body: Body, name: str) -> bool:
    """Tell whether steps give the same when a variable has its value beforehand as when the value is joined later.

    A step that looks at a variable must find it bound by the group itself: SPARQL works groups out from inside.
    """
    certain = _NO_NAMES
    for step in body:
        if isinstance(step, Bind) and step.name == name:
            return False
        if name in step.looks_at() and name not in certain:
            return False
        certain |= step.certain()
    return True
