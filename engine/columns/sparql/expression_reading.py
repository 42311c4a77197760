"""Read expressions from the tree that rdflib makes of a query."""

from __future__ import annotations

from functools import reduce
from typing import Any

from pyoxigraph import Literal, NamedNode
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, URIRef, Variable
from rdflib.term import Literal as RdflibLiteral

from engine.columns.sparql.expressions import Call, Const, Expression, Var
from engine.errors import NotVectorised

__all__ = ["read_expression", "read_term"]

_PARTS = {"REGEX": ("text", "pattern", "flags"), "REPLACE": ("arg", "pattern", "replacement", "flags")}
_USUAL = ("arg", "arg1", "arg2", "arg3", "start", "length")
_CHANGING = frozenset({"BNODE", "NOW", "RAND", "STRUUID", "UUID", "IRI", "URI", "EXISTS", "NOTEXISTS"})
"""Functions that give another answer each time, depend on a base, or look at the graph."""


def read_term(node: object) -> NamedNode | Literal:
    """Return a term of a query as the columns have it."""
    if isinstance(node, URIRef):
        return NamedNode(str(node))
    if isinstance(node, RdflibLiteral):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype))) if node.datatype else Literal(str(node))
    raise NotVectorised(f"the term {node!s}")


def read_expression(node: Any) -> Expression:
    """Return an expression.

    :raises NotVectorised: if it holds what is not covered.
    """
    if isinstance(node, Variable):
        return Var(str(node))
    if isinstance(node, BNode):
        raise NotVectorised("a blank node in an expression")
    if not isinstance(node, CompValue):
        return Const(read_term(node))
    kind = str(node.name)
    if kind.startswith("Builtin_"):
        return _builtin(kind.removeprefix("Builtin_").upper(), node)
    reader = _READERS.get(kind)
    if reader is None:
        raise NotVectorised(f"the expression {kind}")
    expression: Expression = reader(node)
    return expression


def _builtin(name: str, node: CompValue) -> Expression:
    if name in _CHANGING:
        raise NotVectorised(f"the function {name}")
    found = (node[part] for part in _PARTS.get(name, _USUAL) if part in node)
    listed = [part for each in found if each is not None for part in (each if isinstance(each, list) else [each])]
    return Call(name, tuple(map(read_expression, listed)))


def _chain(name: str) -> Any:
    def read(node: CompValue) -> Expression:
        parts = [read_expression(part) for part in (node.expr, *node.other)]
        return reduce(lambda left, right: Call(name, (left, right)), parts)

    return read


def _row(node: CompValue) -> Expression:
    parts = zip(node.op, map(read_expression, node.other), strict=True)
    return reduce(lambda left, part: Call(str(part[0]), (left, part[1])), parts, read_expression(node.expr))


def _sign(name: str) -> Any:
    return lambda node: Call(name, (read_expression(node.expr),))


def _relation(node: CompValue) -> Expression:
    if node.op is None:
        return read_expression(node.expr)
    left, name = read_expression(node.expr), str(node.op)
    if name not in {"IN", "NOT IN"}:
        return Call(name, (left, read_expression(node.other)))
    listed = node.other if isinstance(node.other, list) else []  # of nothing, rdflib makes rdf:nil
    if not listed:
        raise NotVectorised("IN with nothing in its list")
    tests: list[Expression] = [Call("=", (left, read_expression(other))) for other in listed]
    one_of = reduce(lambda one, other: Call("||", (one, other)), tests)
    return one_of if name == "IN" else Call("!", (one_of,))


def _function(node: CompValue) -> Expression:
    if node.distinct or not isinstance(node.expr, list):
        raise NotVectorised(f"the function <{node.iri}> so written")
    return Call(f"<{node.iri}>", tuple(map(read_expression, node.expr)))


_READERS: dict[str, Any] = {
    "ConditionalOrExpression": _chain("||"),
    "ConditionalAndExpression": _chain("&&"),
    "RelationalExpression": _relation,
    "AdditiveExpression": _row,
    "MultiplicativeExpression": _row,
    "UnaryNot": _sign("!"),
    "UnaryMinus": _sign("neg"),
    "Function": _function,
}
