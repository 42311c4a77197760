"""Read constraints written in SPARQL, and the components that a shapes graph declares (SHACL §5, §6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Store

from engine.errors import BadInput
from engine.shacl.components.sparql import AskConstraint, SelectConstraint
from engine.shacl.prebinding import Prebound, prebind, prologue
from engine.shacl.shapes import LeftToOthers
from engine.shacl.terms import OWL, SH, shown
from engine.shacl.triples import reachable
from engine.sparql_guard import check_query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from engine.shacl.components.base import Constraint
    from engine.shacl.parameters import Parameters
    from engine.shacl.paths import Path
    from engine.shacl.terms import Subject, Term

__all__ = ["Declared", "declared_components", "read_query", "sparql_constraint"]

_ALWAYS = ("this", "shapesGraph", "currentShape")


@dataclass(frozen=True, slots=True)
class Declared:
    """A constraint component that the shapes graph declares (§6.1).

    :ivar parameters: the property of each parameter, the name of its variable, and whether it may be left out.
    """

    node: NamedNode
    parameters: tuple[tuple[NamedNode, str, bool], ...]

    def is_used(self, parameters: Parameters, shape: Subject) -> bool:
        """Tell whether a shape has every parameter that may not be left out."""
        needed = [predicate for predicate, _, optional in self.parameters if not optional]
        return bool(needed) and all(parameters.graph.objects(shape, predicate) for predicate in needed)

    def constraints(self, parameters: Parameters, shape: Subject, path: Path | None) -> Iterator[Constraint]:
        """Yield the constraints of a shape: one for each value of a single parameter, else one (§6.2.1)."""
        single = len(self.parameters) == 1
        for predicate, name, _ in self.parameters if single else ():
            for value in parameters.many(shape, predicate):
                yield self._constraint(parameters, shape, path, {name: value})
        if not single:
            found = ((name, parameters.one(shape, predicate)) for predicate, name, _ in self.parameters)
            yield self._constraint(parameters, shape, path, {name: value for name, value in found if value is not None})

    def _constraint(
        self, parameters: Parameters, shape: Subject, path: Path | None, given: dict[str, Term]
    ) -> Constraint:
        special = parameters.one(self.node, SH.nodeValidator if path is None else SH.propertyValidator)
        validator = special or parameters.one(self.node, SH.validator)
        if validator is None:
            kind = "node" if path is None else "property"
            remedy = "add sh:validator with sh:ask, or take the parameter away"
            raise parameters.refused(shape, f"{shown(self.node)} has no validator in SPARQL for {kind} shapes", remedy)
        asks = special is None
        names = [*_ALWAYS, *(["value"] if asks else []), *given]
        query = _query(parameters, validator, SH.ask if asks else SH.select, names, path)
        node = parameters.subject(shape, SH.validator, validator)
        if asks:
            return AskConstraint(self.node.value, query, parameters.messages(node), given)
        return SelectConstraint(self.node.value, node, query, parameters.messages(node), given, is_source=False)


def declared_components(parameters: Parameters) -> tuple[Declared, ...]:
    """Return the constraint components that a shapes graph declares, in the order of their names."""
    nodes = sorted(parameters.graph.instances(SH.ConstraintComponent), key=str)
    return tuple(_declared(parameters, node) for node in nodes if isinstance(node, NamedNode))


def _declared(parameters: Parameters, node: NamedNode) -> Declared:
    declared = []
    for parameter in parameters.many(node, SH.parameter):
        path = parameters.one(parameter, SH.path)
        if path is None:
            raise parameters.refused(node, "a parameter has no sh:path", "add the property it is given by")
        predicate = parameters.iri(node, SH.path, path)
        local = re.split(r"[/#]", predicate.value)[-1]
        declared.append((predicate, local, parameters.flag(parameter, SH.optional)))
    return Declared(node, tuple(declared))


def sparql_constraint(parameters: Parameters, shape: Subject, path: Path | None, node: Term) -> Constraint | None:
    """Return a constraint that is a SELECT query, or nothing if it is deactivated (§5.1)."""
    subject = parameters.subject(shape, SH.sparql, node)
    if parameters.flag(subject, SH.deactivated):
        return None
    query = _query(parameters, subject, SH.select, _ALWAYS, path)
    return SelectConstraint("SPARQL", subject, query, parameters.messages(subject), {}, is_source=True)


def _query(
    parameters: Parameters, node: Term, predicate: NamedNode, names: Collection[str], path: Path | None
) -> Prebound:
    """Return a query with its pre-bound variables bound by rows; one with LIMIT is left to another engine."""

    def bound(text: str, prefixes: Mapping[str, str]) -> Prebound:
        return prebind(text, prefixes, names, None if path is None else str(path))

    query = _parsed(parameters, node, predicate, bound)
    if query.limited:
        raise LeftToOthers("a query with LIMIT or OFFSET")
    return query


def read_query(parameters: Parameters, node: Term, predicate: NamedNode) -> Prebound:
    """Return the query of a node as it is, once it is known to be SPARQL that reaches nothing outside.

    :raises IllFormedShape: if there is none, or it cannot be run.
    """

    def plain(text: str, prefixes: Mapping[str, str]) -> Prebound:
        whole = prologue(prefixes) + text
        check_query(whole, "query")
        return Prebound(whole, "", (), limited=False)

    return _parsed(parameters, node, predicate, plain)


def _parsed(
    parameters: Parameters, node: Term, predicate: NamedNode, made: Callable[[str, Mapping[str, str]], Prebound]
) -> Prebound:
    found = parameters.one(node, predicate)
    if found is None:
        name = predicate.value.removeprefix(SH.base)
        raise parameters.refused(node, f"there is no sh:{name}", "add the query")
    try:
        query = made(parameters.text(node, predicate, found), _prefixes(parameters, node))
        Store().query(query.text)
    except BadInput as error:
        place = f" (line {error.line} of the query)" if error.line else ""
        raise parameters.refused(node, f"{error.problem}{place}", error.remedy) from error
    except SyntaxError as error:
        told = " ".join(str(error.msg).split())
        remedy = "mend the query, and declare its prefixes"
        raise parameters.refused(node, f"its query is no SPARQL: {told}", remedy) from error
    return query


def _prefixes(parameters: Parameters, node: Term) -> dict[str, str]:
    """Return the declared prefixes, those of imported ontologies among them (§5.2.1)."""
    prefixes: dict[str, str] = {}
    for start in parameters.many(node, SH.prefixes):
        for owner in reachable(start, parameters.graph.forward(OWL.imports)):
            for entry in parameters.many(owner, SH.declare):
                prefix, namespace = (parameters.one(entry, name) for name in (SH.prefix, SH.namespace))
                if (
                    prefix is None
                    or namespace is None
                    or prefixes.get(shown(prefix), shown(namespace)) != shown(namespace)
                ):
                    raise parameters.refused(node, "a prefix is not declared once", "give sh:prefix one sh:namespace")
                prefixes[shown(prefix)] = shown(namespace)
    return prefixes
