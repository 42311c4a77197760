"""From the parameters of a shape to its constraints: one builder for each parameter (SHACL §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from engine.shacl.components.nested import And, Node, Not, Or, PropertyShapes, Qualified, Xone
from engine.shacl.components.sets import Closed, Disjoint, Equals, HasValue, LessThan, MaxCount, MinCount, UniqueLang
from engine.shacl.components.values import NODE_KINDS, Class, Datatype, In, LanguageIn, Length, NodeKind, Pattern, Range
from engine.shacl.patterns import is_pattern
from engine.shacl.terms import SH, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.shacl.components.base import Constraint
    from engine.shacl.reading import Reader
    from engine.shacl.shapes import Shape
    from engine.shacl.terms import Subject, Term

__all__ = ["BUILDERS", "Builder"]


@dataclass(frozen=True, slots=True)
class Builder:
    """How the values of one parameter become constraints.

    :ivar single: a shape has at most one value; otherwise each value is a constraint of its own.
    :ivar for_paths: only property shapes may have it.
    """

    build: Callable[[Reader, Subject, Term], Constraint | None]
    single: bool = False
    for_paths: bool = False

    def constraints(self, reader: Reader, node: Subject, predicate: NamedNode) -> Iterator[Constraint]:
        """Yield the constraints of a shape that come from this parameter.

        :raises IllFormedShape: if the parameter cannot stand there, or has a value it cannot take.
        """
        if self.for_paths:
            reader.only_with_path(node, predicate)
        if self.single:
            reader.one(node, predicate)
        built = (self.build(reader, node, value) for value in reader.many(node, predicate))
        yield from (constraint for constraint in built if constraint is not None)


def _node_kind(reader: Reader, node: Subject, value: Term) -> Constraint:
    if value not in NODE_KINDS:
        known = ", ".join(f"sh:{shown(kind).removeprefix(SH.base)}" for kind in NODE_KINDS)
        raise reader.refused(node, f"sh:nodeKind “{shown(value)}” is no kind of node", f"use one of {known}")
    return NodeKind(value)


def _range(name: str) -> Callable[[Reader, Subject, Term], Constraint]:
    predicate = SH(name[0].lower() + name[1:])
    return lambda reader, node, value: Range(name, reader.literal(node, predicate, value))


def _length(name: str) -> Callable[[Reader, Subject, Term], Constraint]:
    predicate = SH(name[0].lower() + name[1:])
    return lambda reader, node, value: Length(name, reader.integer(node, predicate, value))


def _less(name: str) -> Callable[[Reader, Subject, Term], Constraint]:
    predicate = SH(name[0].lower() + name[1:])
    return lambda reader, node, value: LessThan(name, reader.iri(node, predicate, value))


def _pattern(reader: Reader, node: Subject, value: Term) -> Constraint:
    pattern, flags = reader.text(node, SH.pattern, value), reader.one(node, SH.flags)
    marks = "" if flags is None else reader.text(node, SH.flags, flags)
    if not is_pattern(pattern, marks):
        problem = f"sh:pattern “{pattern}” with the flags “{marks}” is no regular expression that is run here"
        raise reader.refused(node, problem, "mend it; look-around and back-references are not taken")
    return Pattern(pattern, marks)


def _language_in(reader: Reader, node: Subject, value: Term) -> Constraint:
    members = reader.members(node, SH.languageIn, value)
    return LanguageIn(tuple(reader.text(node, SH.languageIn, member) for member in members))


def _shapes(reader: Reader, node: Subject, name: str, value: Term) -> tuple[Shape, ...]:
    members = reader.members(node, SH(name), value)
    return tuple(reader.shape(reader.subject(node, SH(name), member)) for member in members)


def _shape(reader: Reader, node: Subject, name: str, value: Term) -> Shape:
    shape = reader.shape(reader.subject(node, SH(name), value))
    if name == "property" and shape.path is None:
        raise reader.refused(node, "a value of sh:property has no sh:path", "add one, or use sh:node")
    if name == "node" and shape.path is not None:
        raise reader.refused(node, "a value of sh:node has sh:path", "use sh:property")
    return shape


def _qualified(name: str) -> Callable[[Reader, Subject, Term], Constraint | None]:
    predicate = SH(name[0].lower() + name[1:])

    def build(reader: Reader, node: Subject, value: Term) -> Constraint | None:
        count, inner = reader.integer(node, predicate, value), reader.one(node, SH.qualifiedValueShape)
        if inner is None:
            return None
        reader.only_with_path(node, SH.qualifiedValueShape)
        shape = _shape(reader, node, "qualifiedValueShape", inner)
        return Qualified(name, shape, count, tuple(_siblings(reader, node, inner)))

    return build


def _siblings(reader: Reader, node: Subject, inner: Term) -> Iterator[Shape]:
    """Yield the sibling shapes (§4.7.3): what the other property shapes of the same parents count."""
    if not reader.flag(node, SH.qualifiedValueShapesDisjoint):
        return
    parents = reader.graph.inverse(SH.property).get(node, ())
    properties = {child for parent in parents for child in reader.graph.objects(parent, SH.property)}
    counted = {shape for child in properties for shape in reader.graph.objects(child, SH.qualifiedValueShape)}
    for shape in sorted(counted - {inner}, key=str):
        yield reader.shape(reader.subject(node, SH.qualifiedValueShape, shape))


def _unique_lang(reader: Reader, node: Subject, value: Term) -> Constraint | None:
    return UniqueLang() if reader.boolean(node, SH.uniqueLang, value) else None


def _closed(reader: Reader, node: Subject, value: Term) -> Constraint | None:
    if not reader.boolean(node, SH.closed, value):
        return None
    named = (path for child in reader.many(node, SH.property) for path in reader.graph.objects(child, SH.path))
    ignored = reader.one(node, SH.ignoredProperties)
    listed = () if ignored is None else reader.members(node, SH.ignoredProperties, ignored)
    others = (reader.iri(node, SH.ignoredProperties, member) for member in listed)
    return Closed(frozenset([*(path for path in named if isinstance(path, NamedNode)), *others]))


def _has_value(reader: Reader, node: Subject, value: Term) -> Constraint:
    del reader, node
    return HasValue(value)


BUILDERS: dict[NamedNode, Builder] = {
    SH("class"): Builder(lambda r, n, v: Class(r.iri(n, SH("class"), v))),
    SH.datatype: Builder(lambda r, n, v: Datatype(r.iri(n, SH.datatype, v)), single=True),
    SH.nodeKind: Builder(_node_kind, single=True),
    SH.minCount: Builder(lambda r, n, v: MinCount(r.integer(n, SH.minCount, v)), single=True, for_paths=True),
    SH.maxCount: Builder(lambda r, n, v: MaxCount(r.integer(n, SH.maxCount, v)), single=True, for_paths=True),
    SH.minExclusive: Builder(_range("MinExclusive"), single=True),
    SH.minInclusive: Builder(_range("MinInclusive"), single=True),
    SH.maxExclusive: Builder(_range("MaxExclusive"), single=True),
    SH.maxInclusive: Builder(_range("MaxInclusive"), single=True),
    SH.minLength: Builder(_length("MinLength"), single=True),
    SH.maxLength: Builder(_length("MaxLength"), single=True),
    SH.pattern: Builder(_pattern, single=True),
    SH.languageIn: Builder(_language_in, single=True),
    SH.uniqueLang: Builder(_unique_lang, single=True, for_paths=True),
    SH.equals: Builder(lambda r, n, v: Equals(r.iri(n, SH.equals, v))),
    SH.disjoint: Builder(lambda r, n, v: Disjoint(r.iri(n, SH.disjoint, v))),
    SH.lessThan: Builder(_less("LessThan"), for_paths=True),
    SH.lessThanOrEquals: Builder(_less("LessThanOrEquals"), for_paths=True),
    SH("not"): Builder(lambda r, n, v: Not(_shape(r, n, "not", v))),
    SH("and"): Builder(lambda r, n, v: And(_shapes(r, n, "and", v))),
    SH("or"): Builder(lambda r, n, v: Or(_shapes(r, n, "or", v))),
    SH.xone: Builder(lambda r, n, v: Xone(_shapes(r, n, "xone", v))),
    SH.node: Builder(lambda r, n, v: Node(_shape(r, n, "node", v))),
    SH.property: Builder(lambda r, n, v: PropertyShapes(_shape(r, n, "property", v))),
    SH.qualifiedMinCount: Builder(_qualified("QualifiedMinCount"), single=True),
    SH.qualifiedMaxCount: Builder(_qualified("QualifiedMaxCount"), single=True),
    SH.closed: Builder(_closed, single=True),
    SH.hasValue: Builder(_has_value),
    SH("in"): Builder(lambda r, n, v: In(r.members(n, SH("in"), v)), single=True),
}
"""What each parameter builds."""
