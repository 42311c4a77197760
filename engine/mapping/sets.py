"""A mapping set as a whole: which frameworks it joins, in which versions, and whether it is triaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.graph import Iri
from engine.vocabulary import NG, PREFIXES, graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.graph import Graph

__all__ = ["SetDescription", "set_quads", "sets_of"]

_SSSOM, _DCT = PREFIXES["sssom"], PREFIXES["dcterms"]


@dataclass(frozen=True, slots=True)
class SetDescription:
    """The metadata of a mapping set.

    :ivar triaged: whether it claims to answer for every requirement of its object source, by rows or by a reason.
    """

    set_id: str
    title: str
    description: str
    version: str
    subject_source: Iri
    subject_version: str
    object_source: Iri
    object_version: str
    triaged: bool = False

    @property
    def graph(self) -> Iri:
        """The named graph of the set."""
        return Iri(graph(f"mapping/{self.set_id}").value)


def set_quads(described: SetDescription) -> Iterator[Quad]:
    """Yield the metadata of a set as RDF, about its graph, in it."""
    home = NamedNode(described.graph)
    yield Quad(home, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(f"{_SSSOM}MappingSet"), home)
    yield Quad(home, NG.triageComplete, Literal(described.triaged), home)
    yield Quad(home, NamedNode(f"{_SSSOM}subject_source"), NamedNode(described.subject_source), home)
    yield Quad(home, NamedNode(f"{_SSSOM}object_source"), NamedNode(described.object_source), home)
    for predicate, text in _texts(described):
        if text:
            yield Quad(home, NamedNode(predicate), Literal(text), home)


def _texts(described: SetDescription) -> Iterator[tuple[str, str]]:
    yield f"{_DCT}title", described.title
    yield f"{_DCT}description", described.description
    yield f"{_SSSOM}mapping_set_version", described.version
    yield f"{_SSSOM}subject_source_version", described.subject_version
    yield f"{_SSSOM}object_source_version", described.object_version


def sets_of(content: Graph) -> dict[str, SetDescription]:
    """Return the mapping sets of a graph by identifier, sorted."""
    found = [_read(content, iri) for iri in content.instances(NamedNode(f"{_SSSOM}MappingSet"))]
    return {described.set_id: described for described in sorted(found, key=lambda described: described.set_id)}


def _read(content: Graph, iri: Iri) -> SetDescription:
    return SetDescription(
        set_id=iri.removeprefix(graph("mapping/").value),
        title=content.text(iri, f"{_DCT}title"),
        description=content.text(iri, f"{_DCT}description"),
        version=content.text(iri, f"{_SSSOM}mapping_set_version"),
        subject_source=Iri(content.text(iri, f"{_SSSOM}subject_source")),
        subject_version=content.text(iri, f"{_SSSOM}subject_source_version"),
        object_source=Iri(content.text(iri, f"{_SSSOM}object_source")),
        object_version=content.text(iri, f"{_SSSOM}object_source_version"),
        triaged=content.flag(iri, NG.triageComplete, default=False),
    )
