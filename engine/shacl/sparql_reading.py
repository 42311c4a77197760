"""Read constraints written in SPARQL, and the components that a shapes graph declares (SHACL §5, §6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Store

from engine.errors import BadInput
from engine.shacl.components.sparql import AskConstraint, SelectConstraint
from engine.shacl.prebinding import prebind
from engine.shacl.shapes import LeftToOthers
from engine.shacl.terms import OWL, SH, shown
from engine.shacl.triples import reachable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from engine.shacl.components.base import Constraint
    from engine.shacl.paths import Path
    from engine.shacl.prebinding import Prebound
    from engine.shacl.terms import Subject, Term
    from engine.shacl.values import Values

__all__ = ["Declared", "declared_components", "sparql_constraint"]

_ALWAYS = ("this", "shapesGraph", "currentShape")


@dataclass(frozen=True, slots=True)
class Declared:
    """A constraint component that the shapes graph declares (§6.1).

    :ivar parameters: the property of each parameter, the name of its variable, and whether it may be left out.
    """

    node: NamedNode
    parameters: tuple[tuple[NamedNode, str, bool], ...]

    def is_used(self, values: Values, shape: Subject) -> bool:
        """Tell whether a shape has every parameter that may not be left out."""
        needed = [predicate for predicate, _, optional in self.parameters if not optional]
        return bool(needed) and all(values.graph.objects(shape, predicate) for predicate in needed)

    def constraints(self, values: Values, shape: Subject, path: Path | None) -> Iterator[Constraint]:
        """Yield the constraints of a shape: one for each value of a single parameter, else one (§6.2.1)."""
        single = len(self.parameters) == 1
        for predicate, name, _ in self.parameters if single else ():
            for value in values.many(shape, predicate):
                yield self._constraint(values, shape, path, {name: value})
        if not single:
            found = ((name, values.one(shape, predicate)) for predicate, name, _ in self.parameters)
            yield self._constraint(values, shape, path, {name: value for name, value in found if value is not None})

    def _constraint(self, values: Values, shape: Subject, path: Path | None, given: dict[str, Term]) -> Constraint:
        special = values.one(self.node, SH.nodeValidator if path is None else SH.propertyValidator)
        validator = special or values.one(self.node, SH.validator)
        if validator is None:
            kind = "node" if path is None else "property"
            remedy = "add sh:validator with sh:ask, or take the parameter away"
            raise values.refused(shape, f"{shown(self.node)} has no validator in SPARQL for {kind} shapes", remedy)
        asks = special is None
        names = [*_ALWAYS, *(["value"] if asks else []), *given]
        query = _query(values, validator, SH.ask if asks else SH.select, names, path)
        node = values.subject(shape, SH.validator, validator)
        if asks:
            return AskConstraint(self.node.value, query, values.messages(node), given)
        return SelectConstraint(self.node.value, node, query, values.messages(node), given, is_source=False)


def declared_components(values: Values) -> tuple[Declared, ...]:
    """Return the constraint components that a shapes graph declares, in the order of their names."""
    nodes = sorted(values.graph.instances(SH.ConstraintComponent), key=str)
    return tuple(_declared(values, node) for node in nodes if isinstance(node, NamedNode))


def _declared(values: Values, node: NamedNode) -> Declared:
    parameters = []
    for parameter in values.many(node, SH.parameter):
        path = values.one(parameter, SH.path)
        if path is None:
            raise values.refused(node, "a parameter has no sh:path", "add the property it is given by")
        predicate = values.iri(node, SH.path, path)
        local = re.split(r"[/#]", predicate.value)[-1]
        parameters.append((predicate, local, values.flag(parameter, SH.optional)))
    return Declared(node, tuple(parameters))


def sparql_constraint(values: Values, shape: Subject, path: Path | None, node: Term) -> Constraint | None:
    """Return a constraint that is a SELECT query, or nothing if it is deactivated (§5.1)."""
    subject = values.subject(shape, SH.sparql, node)
    if values.flag(subject, SH.deactivated):
        return None
    query = _query(values, subject, SH.select, _ALWAYS, path)
    return SelectConstraint("SPARQL", subject, query, values.messages(subject), {}, is_source=True)


def _query(values: Values, node: Term, predicate: NamedNode, names: Collection[str], path: Path | None) -> Prebound:
    found = values.one(node, predicate)
    if found is None:
        name = predicate.value.removeprefix(SH.base)
        raise values.refused(node, f"there is no sh:{name}", "add the query")
    text = values.text(node, predicate, found)
    try:
        query = prebind(text, _prefixes(values, node), names, None if path is None else str(path))
        Store().query(query.text)
    except BadInput as error:
        place = f" (line {error.line} of the query)" if error.line else ""
        raise values.refused(node, f"{error.problem}{place}", error.remedy) from error
    except SyntaxError as error:
        told = " ".join(str(error.msg).split())
        raise values.refused(
            node, f"its query is no SPARQL: {told}", "mend the query, and declare its prefixes"
        ) from error
    if query.limited:
        raise LeftToOthers("a query with LIMIT or OFFSET")
    return query


def _prefixes(values: Values, node: Term) -> dict[str, str]:
    """Return the declared prefixes, those of imported ontologies among them (§5.2.1)."""
    prefixes: dict[str, str] = {}
    for start in values.many(node, SH.prefixes):
        for owner in reachable(start, values.graph.forward(OWL.imports)):
            for entry in values.many(owner, SH.declare):
                prefix, namespace = (values.one(entry, name) for name in (SH.prefix, SH.namespace))
                if (
                    prefix is None
                    or namespace is None
                    or prefixes.get(shown(prefix), shown(namespace)) != shown(namespace)
                ):
                    raise values.refused(node, "a prefix is not declared once", "give sh:prefix one sh:namespace")
                prefixes[shown(prefix)] = shown(namespace)
    return prefixes
