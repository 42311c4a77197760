"""Compile a shapes graph: which shapes have targets, and what each demands (SHACL §2, §3.2).

A shape that needs something only another engine runs is set aside with the reason. What breaks a syntax rule, and
what no engine here would run, is refused: nothing that a shape says is passed over in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from engine.shacl.builders import BUILDERS
from engine.shacl.parameters import Parameters
from engine.shacl.path_reading import MAX_DEPTH, read_path
from engine.shacl.shapes import CompiledShapes, LeftToOthers, NotCovered, Shape
from engine.shacl.sparql_reading import declared_components, read_query, sparql_constraint
from engine.shacl.targets import KINDS, Target
from engine.shacl.terms import RDF, RDFS, SH, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.shacl.components.base import Constraint
    from engine.shacl.paths import Path
    from engine.shacl.terms import Subject, Term
    from engine.shacl.triples import Triples

__all__ = ["Reader", "compile_shapes"]

_SHAPES = (SH.NodeShape, SH.PropertyShape)
_SAID = frozenset(
    {SH.path, SH.sparql, SH.message, SH.severity, SH.deactivated, SH.flags, SH.ignoredProperties, *KINDS}
    | {SH.qualifiedValueShape, SH.qualifiedValueShapesDisjoint}
    | {SH.name, SH.description, SH.order, SH.group, SH.defaultValue}
    | {SH.declare, SH.prefixes, SH.select, SH.ask, SH.optional, SH.labelTemplate}
    | {SH.parameter, SH.validator, SH.nodeValidator, SH.propertyValidator}
)
"""What a shape may say beside the parameters that stand for a constraint of their own."""


class Reader(Parameters):
    """The shapes read so far from one shapes graph."""

    def __init__(self, graph: Triples) -> None:
        super().__init__(graph)
        self._read: dict[Subject, Shape] = {}
        self._open: list[Subject] = []
        self._components = declared_components(self)

    def shape(self, node: Subject) -> Shape:
        """Return a shape with everything it refers to.

        :raises IllFormedShape: if it breaks a syntax rule.
        """
        if node in self._open:
            raise LeftToOthers(f"{shown(node)} refers to itself")
        if len(self._open) >= MAX_DEPTH:
            raise self.refused(self._open[0], f"shapes in shapes, more than {MAX_DEPTH} deep", "flatten them")
        if node not in self._read:
            self._open.append(node)
            try:
                self._read[node] = self._shape(node)
            finally:
                self._open.pop()
        return self._read[node]

    def _shape(self, node: Subject) -> Shape:
        deactivated = self.flag(node, SH.deactivated)
        severity = self.one(node, SH.severity) or SH.Violation
        start = self.one(node, SH.path)
        self._check_kind(node, is_property=start is not None)
        path = None if start is None else read_path(self, node, start)
        return Shape(
            node=node,
            path=path,
            severity=self.iri(node, SH.severity, severity).value.removeprefix(SH.base),
            messages=self.messages(node),
            deactivated=deactivated,
            targets=tuple(self.targets(node)),
            constraints=() if deactivated else (*self._constraints(node), *self._in_sparql(node, path)),
        )

    def _check_kind(self, node: Subject, *, is_property: bool) -> None:
        types = self.graph.objects(node, RDF.type)
        if is_property and SH.NodeShape in types:
            raise self.refused(node, "a node shape has sh:path", "type it sh:PropertyShape, or take the path away")
        if not is_property and SH.PropertyShape in types:
            raise self.refused(node, "a property shape has no sh:path", "add one, or type it sh:NodeShape")

    def targets(self, node: Subject) -> Iterator[Target]:
        """Yield the target declarations of a shape (§2.1.3)."""
        for kind in KINDS:
            for value in self.many(node, kind):
                yield Target(kind, value if kind == SH.targetNode else self.iri(node, kind, value))
        is_shape = any(node in self.graph.instances(name) for name in _SHAPES)
        if isinstance(node, NamedNode) and is_shape and node in self.graph.instances(RDFS.Class):
            yield Target(SH.targetClass, node)

    def is_targeted(self, node: Subject) -> bool:
        """Tell whether a shape says what it is about, in a way that is run here or elsewhere."""
        return bool(self.graph.objects(node, SH.target)) or any(self.targets(node))

    def _constraints(self, node: Subject) -> Iterator[Constraint]:
        for predicate in sorted({said for said, _ in self.graph.about(node)}, key=str):
            builder = BUILDERS.get(predicate)
            if builder is not None:
                yield from builder.constraints(self, node, predicate)
            elif predicate == SH.target:
                self._check_target(node)
            elif predicate.value.startswith(SH.base) and predicate not in _SAID:
                name = predicate.value.removeprefix(SH.base)
                raise self.refused(node, f"sh:{name} is nothing that is run here", "take it away, or say it otherwise")

    def _check_target(self, node: Subject) -> None:
        """Leave a SPARQL-based target, which is an advanced feature, to pySHACL once its query is known to be safe."""
        for target in self.many(node, SH.target):
            read_query(self, target, SH.select)
        raise LeftToOthers("sh:target")

    def _in_sparql(self, node: Subject, path: Path | None) -> Iterator[Constraint]:
        """Yield the constraints written in SPARQL, those of declared components among them (§5, §6)."""
        found = (sparql_constraint(self, node, path, value) for value in self.many(node, SH.sparql))
        yield from (constraint for constraint in found if constraint is not None)
        for component in self._components:
            if component.is_used(self, node):
                yield from component.constraints(self, node, path)


def compile_shapes(graph: Triples) -> CompiledShapes:
    """Return the shapes of a shapes graph that have targets, in the order of their names.

    :raises IllFormedShape: if a shape breaks a syntax rule, or asks for what no engine here runs.
    """
    reader = Reader(graph)
    for node in graph.forward(SH.entailment):
        raise reader.refused(node, "sh:entailment", "take it away: statements are never inferred when shapes are run")
    shapes, others = [], []
    for node in _shape_nodes(reader):
        try:
            shape = reader.shape(node)
        except LeftToOthers as reason:
            others += [NotCovered(node, str(reason))] if reader.is_targeted(node) else []
        else:
            shapes += [shape] if shape.targets else []
    return CompiledShapes(tuple(shapes), tuple(others))


def _shape_nodes(reader: Reader) -> list[Subject]:
    """Return the nodes that are typed shapes or have targets, those that are left to others among them."""
    graph = reader.graph
    typed = {node for name in _SHAPES for node in graph.instances(name)}
    targeted = {node for kind in (*KINDS, SH.target) for node in graph.forward(kind)}
    found: set[Term] = typed | targeted
    return sorted((node for node in found if not isinstance(node, Literal)), key=str)
