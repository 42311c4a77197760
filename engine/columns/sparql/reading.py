"""Read a query: rdflib parses it and translates it to the algebra, and this makes rows of steps of that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyparsing import ParseException, ParseResults
from rdflib.paths import Path as RdflibPath
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern, translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Variable
from rdflib.term import Literal as RdflibLiteral

from engine.columns.sparql.algebra import (
    Aggregate,
    Bind,
    Body,
    Exists,
    Filter,
    Group,
    Minus,
    Nested,
    Optional,
    Prebound,
    Select,
    Triple,
    Union,
    Values,
    bound_in,
    safe,
)
from engine.columns.sparql.expression_reading import read_expression, read_term
from engine.columns.sparql.expressions import Const, Var, conjuncts, renamed
from engine.columns.sparql.path_reading import Fresh, read_pattern
from engine.errors import NotVectorised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Literal, NamedNode

    from engine.columns.sparql.algebra import Step

__all__ = ["RowsGraph", "read_select"]

_COUNTED = frozenset({"Count", "Sum", "Min", "Max", "Avg"})
_LIMITS = re.compile(r"\b(LIMIT|OFFSET)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RowsGraph:
    """How a query names its pre-bound rows: patterns in a named graph, each predicate with the name of a variable.

    :ivar graph: the IRI of the graph.
    :ivar base: what the predicates begin with.
    """

    graph: str
    base: str


def read_select(text: str, rows: RowsGraph | None = None) -> Select:
    """Return a SELECT query; order is not kept, for nothing here has any.

    :raises NotVectorised: if it is of another form, or anything in it is not covered.
    """
    try:
        parsed = parseQuery(text)
        _refuse_constant_filters(parsed)
        algebra = translateQuery(parsed).algebra
    except (ParseException, RecursionError) as error:
        raise NotVectorised("a text that rdflib's parser does not read") from error
    if algebra.name != "SelectQuery" or algebra.datasetClause:
        raise NotVectorised("a query that is not a plain SELECT")
    reader = _Reader(text, rows)
    select = reader.select(algebra.p)
    if reader.fresh.chose and (reader.grouped or not select.distinct):
        # the recommendation counts a pair once for each choice that relates it, a store counts it once
        raise NotVectorised("a choice of paths where it matters how often it gives a solution")
    return select


def _refuse_constant_filters(node: Any) -> None:
    """Refuse FILTER with nothing but a literal: where that is false, or 0, rdflib drops the filter."""
    if getattr(node, "name", "") == "Filter":
        test = node.expr
        while isinstance(test, CompValue) and "expr" in test and not dict.get(test, "other"):
            test = test.expr
        if isinstance(test, RdflibLiteral):
            raise NotVectorised("a filter that is a constant")
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list | ParseResults) else ()
    for part in inner:
        _refuse_constant_filters(part)


class _Reader:
    """Make steps of the nodes of the algebra."""

    def __init__(self, text: str, rows: RowsGraph | None) -> None:
        self.text = text
        self.rows = rows
        self.fresh = Fresh()
        self.keys: dict[str, str] = {}
        self.grouped = False

    def body(self, node: CompValue) -> Body:
        reader = getattr(self, f"_{node.name.lower()}", None)
        if reader is None:
            raise NotVectorised(f"{node.name} of the algebra")
        steps: Body = reader(node)
        return steps

    def select(self, node: CompValue) -> Select:
        distinct = False
        while node.name in {"Distinct", "Reduced", "OrderBy"}:
            distinct = distinct or node.name == "Distinct"
            if node.name == "Reduced":
                raise NotVectorised("REDUCED")
            node = node.p
        if node.name != "Project":
            raise NotVectorised(f"{node.name} of the algebra")
        inner = node.p.p if node.p.name == "OrderBy" else node.p
        return Select(self.body(inner), tuple(dict.fromkeys(map(str, node.PV))), distinct)

    def _bgp(self, node: CompValue) -> Body:
        return tuple(step for triple in node.triples or () for step in self._pattern(*triple))

    def _pattern(self, subject: Any, predicate: Any, value: Any) -> Body:
        path = predicate if isinstance(predicate, RdflibPath) else self._place(predicate)
        plain = predicate if isinstance(path, Const) else path
        return read_pattern(self._place(subject), plain, self._place(value), self.fresh)

    def _place(self, node: Any) -> Var | Const:
        if isinstance(node, Variable):
            return Var(str(node))
        if isinstance(node, BNode):
            return Var(f"_:{node}")
        self._check(node)
        return Const(read_term(node))

    def _check(self, node: Any) -> None:
        """Refuse a literal that rdflib wrote anew: it drops, for instance, the zone of a day."""
        if not isinstance(node, RdflibLiteral) or node.datatype is None:
            return
        if any(f"{mark}{node}{mark}" in self.text for mark in ("'", '"')) or isinstance(node.value, int | bool | float):
            return
        if not re.fullmatch(r"[0-9.]+", str(node)):
            raise NotVectorised(f"the literal “{node}”")

    def _expression(self, node: Any) -> Any:
        expression = read_expression(node)
        self._check_all(node)
        return renamed(expression, self.keys)

    def _check_all(self, node: Any) -> None:
        self._check(node)
        for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            self._check_all(part)

    def _join(self, node: CompValue) -> Body:
        left, right = self.body(node.p1), self.body(node.p2)
        if all(safe(right, name) for name in bound_in(left)):
            return (*left, *right)
        if all(safe(left, name) for name in bound_in(right)):
            return (*right, *left)
        return (*left, Nested(right))

    def _leftjoin(self, node: CompValue) -> Body:
        tests = () if getattr(node.expr, "name", "") == "TrueFilter" else tuple(conjuncts(self._expression(node.expr)))
        return (*self.body(node.p1), Optional(self.body(node.p2), tests))

    def _filter(self, node: CompValue) -> Body:
        return (*self.body(node.p), *self._tests(node.expr))

    def _tests(self, node: Any) -> Iterator[Step]:
        name = getattr(node, "name", "")
        if name == "ConditionalAndExpression":
            for part in (node.expr, *node.other):
                yield from self._tests(part)
        elif name in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
            yield self._exists(node.graph, negated=name == "Builtin_NOTEXISTS")
        else:
            yield from map(Filter, conjuncts(self._expression(node)))

    def _exists(self, graph: CompValue, *, negated: bool) -> Exists:
        body = self.body(translateGroupGraphPattern(graph) if graph.name.startswith("GroupGraph") else graph)
        if not all(isinstance(step, Triple | Filter) for step in body):
            raise NotVectorised("EXISTS with more than patterns and filters")
        return Exists(body, negated)

    def _extend(self, node: CompValue) -> Body:
        before, value = self.body(node.p), self._expression(node.expr)
        return before if value == Var(str(node.var)) else (*before, Bind(str(node.var), value))

    def _union(self, node: CompValue) -> Body:
        return (Union((self.body(node.p1), self.body(node.p2))),)

    def _minus(self, node: CompValue) -> Body:
        return (*self.body(node.p1), Minus(self.body(node.p2)))

    def _graph(self, node: CompValue) -> Body:
        if self.rows is None or str(node.term) != self.rows.graph or node.p.name != "BGP":
            raise NotVectorised("a named graph")
        row = str(node.p.triples[0][0])
        names = tuple(sorted(str(value) for _, _, value in node.p.triples))
        told = {(str(subject), str(predicate)) for subject, predicate, _ in node.p.triples}
        if told != {(row, f"{self.rows.base}{name}") for name in names}:
            raise NotVectorised("a pattern over the rows that is not one row")
        return (Prebound(row, names),)

    def _tomultiset(self, node: CompValue) -> Body:
        return self._values(node.p) if node.p.name == "values" else (self.select(node.p),)

    def _values(self, node: CompValue) -> Body:
        names = tuple(dict.fromkeys(str(name) for row in node.res for name in row))
        rows = tuple(tuple(self._cell(dict.get(row, Variable(name))) for name in names) for row in node.res)
        if not rows:
            raise NotVectorised("VALUES without rows")
        return (Values(names, rows),)

    def _cell(self, node: Any) -> NamedNode | Literal | None:
        if node is None or node == "UNDEF":
            return None
        self._check(node)
        return read_term(node)

    def _project(self, node: CompValue) -> Body:
        return (self.select(node),)

    _distinct = _project

    def _aggregatejoin(self, node: CompValue) -> Body:
        self.grouped = True
        keys, before = self._keys(node.p.expr)
        inner = (*self.body(node.p.p), *before)
        samples = {str(a.res): str(a.vars) for a in node.A if a.name == "Aggregate_Sample"}
        if not set(samples.values()) <= set(keys or ()):
            raise NotVectorised("a variable that is not grouped by")
        aggregates = tuple(self._aggregate(a) for a in node.A if a.name != "Aggregate_Sample")
        self.keys.update(samples)
        return (Group(inner, keys, aggregates),)

    def _keys(self, listed: Any) -> tuple[tuple[str, ...] | None, tuple[Bind, ...]]:
        if listed is None:
            return None, ()
        names, before = [], []
        for key in listed:
            if getattr(key, "name", "") == "GroupAs" and key.var is not None:
                before.append(Bind(str(key.var), self._expression(key.expr)))
            elif not isinstance(key, Variable):
                raise NotVectorised("GROUP BY an expression without a name")
            names.append(str(key.var if getattr(key, "name", "") == "GroupAs" else key))
        return tuple(dict.fromkeys(names)), tuple(before)

    def _aggregate(self, node: CompValue) -> Aggregate:
        function = node.name.removeprefix("Aggregate_")
        if function not in _COUNTED:
            raise NotVectorised(f"the aggregate {function}")
        argument = None if node.vars == "*" else self._expression(node.vars)
        if argument is None and (node.distinct or function != "Count"):
            raise NotVectorised(f"the aggregate {function} of distinct solutions")
        if not isinstance(argument, Var | None):
            raise NotVectorised(f"the aggregate {function} of more than a variable")
        return Aggregate(str(node.res), function.upper(), bool(node.distinct), argument)
