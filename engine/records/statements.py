"""From the values of a record to its statements and back, by the one table for all kinds."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from engine.graph import Graph
from engine.records.table import Form
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from engine.graph import Iri, Value
    from engine.records.table import Field, Kind

__all__ = ["changed", "field_values", "is_record", "names", "of_kind", "statements", "term_of", "values_of", "whole"]

_TYPE = PREFIXES["rdf"] + "type"
_XSD = PREFIXES["xsd"]


def term_of(form: Form, value: str | bool) -> NamedNode | Literal:  # noqa: FBT001 - a value among others
    """Return a value as a term.

    :raises ValueError: if it is to name something and cannot.
    """
    if isinstance(value, bool):
        return Literal(value)
    if form is Form.DAY:
        return Literal(value, datatype=NamedNode(f"{_XSD}date"))
    if form is Form.TEXT:
        return Literal(value, language="en")
    if form is Form.LINK or (form is Form.CONCEPT and ":" in value):
        return NamedNode(value)
    return NamedNode(NG(value).value) if form is Form.CONCEPT else Literal(value)


def _plain(form: Form, value: Value) -> str | bool:
    """Return a value as JSON has it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime) and form is Form.DAY:
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return NG.local(str(value)) if form is Form.CONCEPT else str(value)


def field_values(field: Field, records: Graph, iri: str) -> object:
    """Return what a record has in a field: a value or nothing; where there may be many, a sorted list."""
    found = sorted({_plain(field.form, value) for value in records.values(iri, field.predicate)}, key=str)
    return found if field.many else next(iter(found), None)


def values_of(kind: Kind, records: Graph, iri: str) -> dict[str, object]:
    """Return the fields of a record."""
    types = {} if kind.is_of_one_type else {"types": kind.type_names(iter(records.iris(iri, _TYPE)))}
    return {**types, **{field.name: field_values(field, records, iri) for field in kind.fields}}


def is_record(kind: Kind, records: Graph, iri: str, organisation: str) -> bool:
    """Tell whether something is a record of a kind, and of the organisation where such records name theirs."""
    is_owned = kind.owned_by is None or organisation in records.iris(iri, kind.owned_by)
    return is_owned and bool(kind.type_names(iter(records.iris(iri, _TYPE))))


def of_kind(kind: Kind, records: Graph, organisation: str) -> list[Iri]:
    """Return the records of a kind, sorted."""
    found = {iri for of_class in kind.types.values() for iri in records.instances(of_class)}
    return sorted(iri for iri in found if is_record(kind, records, iri, organisation))


def _terms(field: Field, value: Any) -> set[NamedNode | Literal]:
    values = value if isinstance(value, list | tuple) else [] if value is None else [value]
    return {term_of(field.form, each) for each in values}


def statements(
    kind: Kind, iri: str, values: Mapping[str, object], organisation: str, home: NamedNode
) -> Iterator[Quad]:
    """Yield what a record states, in a graph."""
    subject = NamedNode(iri)
    names = kind.types if kind.is_of_one_type else values.get("types")
    for name in names if isinstance(names, list | tuple | dict) else ():
        yield Quad(subject, NamedNode(_TYPE), kind.types[name], home)
    if kind.owned_by is not None:
        yield Quad(subject, kind.owned_by, NamedNode(organisation), home)
    for field in kind.fields:
        for term in sorted(_terms(field, values.get(field.name)), key=str):
            yield Quad(subject, field.predicate, term, home)


def names(quad: Quad, iri: str) -> bool:
    """Tell whether a statement is about something."""
    return isinstance(quad.subject, NamedNode) and quad.subject.value == iri


def changed(
    kind: Kind, iri: str, values: Mapping[str, object], organisation: str, there: Collection[Quad]
) -> tuple[list[Quad], list[Quad]]:
    """Return what to take away and what to add so that a record has other values; what it says beside stays.

    A field that keeps its values keeps its statements, also those of other languages and with times.
    """
    own = [quad for quad in there if names(quad, iri)]
    before, home = values_of(kind, Graph(own), iri), _home(own)
    now = list(statements(kind, iri, values, organisation, home))
    predicates = {field.name: field.predicate for field in kind.fields} | {"types": NamedNode(_TYPE)}
    other = {predicates[name] for name, value in before.items() if value != _as_read(values.get(name))}
    classes = set(kind.types.values())
    removed = [q for q in own if q.predicate in other and (q.predicate.value != _TYPE or q.object in classes)]
    return removed, [quad for quad in now if quad.predicate in other]


def _as_read(value: object) -> object:
    return sorted(set(value), key=str) if isinstance(value, list | tuple) else value


def _home(own: Collection[Quad]) -> NamedNode:
    """Return the graph that types a record, the first by name of several."""
    typed = sorted(getattr(quad.graph_name, "value", "") for quad in own if quad.predicate.value == _TYPE)
    return NamedNode(typed[0])


def whole(iri: str, there: Collection[Quad]) -> list[Quad]:
    """Return all that is said of something, also by way of nodes without a name."""
    found: list[Quad] = []
    open_nodes: list[NamedNode | BlankNode] = [NamedNode(iri)]
    seen: set[NamedNode | BlankNode] = set()
    while open_nodes:
        node = open_nodes.pop()
        seen.add(node)
        own = [quad for quad in there if quad.subject == node]
        found += own
        open_nodes += [quad.object for quad in own if isinstance(quad.object, BlankNode) and quad.object not in seen]
    return found
