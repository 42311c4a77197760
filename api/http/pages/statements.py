"""Statements as rows of a table: what is said, and of what, each with where a reader can go on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from api.http.linked.places import address_of
from engine.vocabulary import BASE, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import BlankNode, Triple

    from api.http.linked.description import Description
    from api.http.service import Service

__all__ = ["Row", "Shown", "incoming_rows", "own_rows", "short"]


_OBVIOUS = frozenset(PREFIXES["xsd"] + name for name in ("string", "boolean", "date", "integer", "decimal"))
"""Datatypes that a reader sees."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as a page shows it.

    :ivar place: where the page leads, empty for what leads nowhere.
    :ivar elsewhere: whether that is another host.
    :ivar note: the language or datatype, or the short IRI where the text is a label.
    """

    text: str
    place: str = ""
    elsewhere: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A property and its values."""

    subject: str
    name: Shown
    values: tuple[Shown, ...]


def short(iri: str) -> str:
    """Return an IRI with the prefix that is usual for it.

    >>> short("http://www.w3.org/2004/02/skos/core#prefLabel"), short("https://w3id.org/normgraph/id/gdpr/art_5")
    ('skos:prefLabel', 'id/gdpr/art_5')
    """
    found = [(name, base) for name, base in PREFIXES.items() if iri.startswith(base)]
    if found:
        name, base = max(found, key=lambda pair: len(pair[1]))
        return f"{name}:{iri.removeprefix(base)}"
    return iri.removeprefix(BASE)


class _Values:
    """Values of one description, with the labels it has."""

    def __init__(self, service: Service, described: Description) -> None:
        self._described = described
        self._content = service.statements

    def shown(self, term: NamedNode | BlankNode | Literal | Triple) -> Shown:
        if isinstance(term, NamedNode):
            return self.thing(term.value)
        if isinstance(term, Literal):
            return Shown(term.value, note=term.language or _datatype(term.datatype.value))
        return Shown(str(term))

    def thing(self, iri: str) -> Shown:
        label = self._described.label(iri)
        is_known = iri.startswith(BASE) or label or iri in self._content
        text, note = (label, short(iri)) if label else (short(iri), "")
        if is_known:
            return Shown(text, address_of(iri), note=note)
        is_web = iri.startswith(("https://", "http://"))
        return Shown(text, iri if is_web else "", elsewhere=is_web, note=note)

    def rows(self, quads: Iterable[Quad]) -> Iterator[Row]:
        ordered = sorted({quad.triple for quad in quads}, key=lambda t: (str(t.subject), *_order(t.predicate.value)))
        for (subject, predicate), group in groupby(ordered, key=lambda triple: (triple.subject, triple.predicate)):
            values = tuple(self.shown(triple.object) for triple in sorted(group, key=str))
            yield Row(str(subject), self.predicate(predicate.value), values)

    def predicate(self, iri: str) -> Shown:
        return Shown(short(iri), address_of(iri) if iri.startswith(BASE) else iri, not iri.startswith(BASE))


def _datatype(iri: str) -> str:
    return "" if iri in _OBVIOUS else short(iri)


def _order(predicate: str) -> tuple[bool, str]:
    """Return the place of a property: what a thing is comes first."""
    return predicate != PREFIXES["rdf"] + "type", short(predicate)


def own_rows(service: Service, described: Description) -> list[Row]:
    """Return what is said of a thing, and then of its nameless parts."""
    rows = list(_Values(service, described).rows(described.own))
    return sorted(rows, key=lambda row: row.subject != f"<{described.iri}>")


def incoming_rows(service: Service, described: Description) -> list[Row]:
    """Return what points to a thing, by property."""
    values = _Values(service, described)
    ordered = sorted(described.incoming, key=lambda quad: (short(quad.predicate.value), str(quad.subject)))
    return [
        Row("", values.predicate(predicate), tuple(dict.fromkeys(values.shown(quad.subject) for quad in group)))
        for predicate, group in groupby(ordered, key=lambda quad: quad.predicate.value)
    ]
