"""A mapping row: one asserted relation of a control or clause to a requirement, with its argument."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.graph import Iri
from engine.mapping.relations import Relation
from engine.model import ReviewState
from engine.vocabulary import GRAPH, ID, NG, PREFIXES, graph, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from engine.graph import Graph

__all__ = [
    "NO_TERM",
    "PREDICATES",
    "RELATIONSHIPS",
    "MappingRow",
    "in_element_order",
    "rationale_type_iri",
    "record_iri",
    "relationship_iri",
    "review_state_iri",
    "row_quads",
    "rows_of",
]

_SKOS, _OWL, _SSSOM, _SEMAPV = (PREFIXES[name] for name in ("skos", "owl", "sssom", "semapv"))
_XSD = PREFIXES["xsd"]
NO_TERM = Iri(f"{_SSSOM}NoTermFound")
RELATIONSHIPS = {
    "equal-to": Relation.EQ,
    "equivalent-to": Relation.EQ,
    "subset-of": Relation.SUB,
    "superset-of": Relation.SUP,
    "intersects-with": Relation.INT,
    "no-relationship": Relation.DIS,
}
PREDICATES = {
    Relation.EQ: "exactMatch",
    Relation.SUP: "narrowMatch",
    Relation.SUB: "broadMatch",
    Relation.INT: "relatedMatch",
    Relation.DIS: "relatedMatch",
}


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One row of a mapping set (SSSOM), with the STRM columns of DESIGN §4.

    ``relationship`` is one of :data:`RELATIONSHIPS`, empty where the row says that there is no counterpart;
    ``strength`` is an ordinal from 0 to 10 and ``confidence`` a belief from 0 to 1: neither decides a state.
    ``exceptions`` are what a row without counterpart, which may stand for a whole article, leaves out.
    ``touches`` names elements that the source gives in part only: it tells readers where to go on, and never counts.
    """

    set_id: str
    subject: Iri
    object: Iri
    relationship: str
    rationale_type: str
    rationale: str
    residual: str = ""
    strength: int | None = None
    confidence: Decimal | None = None
    covers: tuple[Iri, ...] = ()
    touches: tuple[Iri, ...] = ()
    scope_qualifier: str = ""
    review_state: ReviewState = ReviewState.PROPOSED
    subject_version: str = ""
    object_version: str = ""
    justification: str = "semapv:ManualMappingCuration"
    author: str = ""
    reviewer: str = ""
    created: date | None = None
    comment: str = ""
    exceptions: tuple[Iri, ...] = ()
    record: Iri | None = field(default=None, compare=False)

    @property
    def iri(self) -> Iri:
        """The identifier of the row: as recorded, or computed, stable while its set, subject and object are."""
        return self.record or record_iri(self.set_id, self.subject, self.object)

    @property
    def graph(self) -> Iri:
        """The named graph of the set the row belongs to."""
        return Iri(graph(f"mapping/{self.set_id}").value)

    @property
    def relation(self) -> Relation | None:
        """The set relation, or nothing for a row without counterpart."""
        return RELATIONSHIPS.get(self.relationship)


def record_iri(set_id: str, subject: str, target: str) -> Iri:
    """Return the identifier of the row of a set that maps a subject to a target (DESIGN §3)."""
    digest = hashlib.sha256(f"{subject}\n{target}\n{set_id}".encode()).hexdigest()[:16]
    return Iri(identifier(f"mapping/{set_id}/{digest}").value)


def _counted(iri: Iri) -> tuple[list[str], list[int]]:
    return re.split(r"\d+", iri), [int(number) for number in re.findall(r"\d+", iri)]


def in_element_order(elements: Iterable[Iri]) -> tuple[Iri, ...]:
    """Return elements as they are counted, each once: el_9 before el_12."""
    return tuple(sorted(set(elements), key=_counted))


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


def relationship_iri(name: str) -> NamedNode:
    """Return the concept of a relationship: ``intersects-with`` is ``ng:IntersectsWith``."""
    return NG(_camel(name))


def rationale_type_iri(name: str) -> NamedNode:
    """Return the concept of a rationale type: ``functional`` is ``ng:Functional``."""
    return NG(_camel(name))


def review_state_iri(state: ReviewState) -> NamedNode:
    """Return the concept of a review state: ``expert-reviewed`` is ``ng:ExpertReviewed``."""
    return NG(_camel(state.label))


def _expand(curie: str) -> NamedNode:
    prefix, _, name = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + name)


def _statements(row: MappingRow) -> Iterator[tuple[str, NamedNode | Literal]]:
    predicate = PREDICATES[row.relation] if row.relation else "relatedMatch"
    yield PREFIXES["rdf"] + "type", NamedNode(f"{_SSSOM}Mapping")
    yield f"{_OWL}annotatedSource", NamedNode(row.subject)
    yield f"{_OWL}annotatedProperty", NamedNode(_SKOS + predicate)
    yield f"{_OWL}annotatedTarget", NamedNode(row.object)
    yield f"{_SSSOM}mapping_justification", _expand(row.justification)
    yield NG.reviewState.value, review_state_iri(row.review_state)
    if row.relation is Relation.DIS:
        yield f"{_SSSOM}predicate_modifier", Literal("Not")
    if row.relationship:
        yield NG.relationship.value, relationship_iri(row.relationship)
    if row.rationale_type:
        yield NG.rationaleType.value, rationale_type_iri(row.rationale_type)
    for element in row.covers:
        yield NG.coversElement.value, NamedNode(element)
    for part in row.exceptions:
        yield NG.exceptProvision.value, NamedNode(part)
    for element in row.touches:
        yield NG.touchesElement.value, NamedNode(element)
    if row.strength is not None:
        yield NG.strength.value, Literal(row.strength)
    if row.confidence is not None:
        yield f"{_SSSOM}confidence", Literal(str(row.confidence), datatype=NamedNode(f"{_XSD}decimal"))
    if row.created is not None:
        yield PREFIXES["dcterms"] + "created", Literal(row.created.isoformat(), datatype=NamedNode(f"{_XSD}date"))
    yield from _texts(row)


def _texts(row: MappingRow) -> Iterator[tuple[str, Literal]]:
    for predicate, text in (
        (NG.rationale.value, row.rationale),
        (NG.residual.value, row.residual),
        (NG.scopeQualifier.value, row.scope_qualifier),
    ):
        if text:
            yield predicate, Literal(text, language="en")
    for name, text in (
        ("subject_source_version", row.subject_version),
        ("object_source_version", row.object_version),
        ("author_label", row.author),
        ("reviewer_label", row.reviewer),
        ("comment", row.comment),
    ):
        if text:
            yield _SSSOM + name, Literal(text)


def row_quads(row: MappingRow) -> Iterator[Quad]:
    """Yield a row as RDF in the graph of its set; the plain SKOS triple is never among them."""
    subject, home = NamedNode(row.iri), NamedNode(row.graph)
    for predicate, value in _statements(row):
        yield Quad(subject, NamedNode(predicate), value, home)


def rows_of(content: Graph) -> tuple[MappingRow, ...]:
    """Return every mapping row of a graph, sorted by set, subject and object."""
    rows = [_read(content, iri) for iri in content.instances(NamedNode(f"{_SSSOM}Mapping"))]
    return tuple(sorted(rows, key=lambda row: (row.set_id, row.subject, row.object)))


def _local(content: Graph, iri: Iri, predicate: NamedNode) -> str:
    return _kebab(NG.local(content.text(iri, predicate)))


def _set_of(content: Graph, iri: Iri) -> str:
    """Return the set of a row: that of its graph, or for an organisation's own, in whatever file, that it is named by.

    Where an organisation has named a row by an IRI of another kind, the set is the file.
    """
    home = content.home(iri).removeprefix(graph("mapping/").value).removeprefix(GRAPH)
    named = iri.removeprefix(f"{ID}mapping/").rpartition("/")[0]
    return named if home.startswith("org/") and iri.startswith(f"{ID}mapping/org/") else home


def _read(content: Graph, iri: Iri) -> MappingRow:
    strength = content.number(iri, NG.strength)
    confidence = content.text(iri, f"{_SSSOM}confidence")
    state = _local(content, iri, NG.reviewState) or "disputed"
    justification = content.text(iri, f"{_SSSOM}mapping_justification").replace(_SEMAPV, "semapv:")
    return MappingRow(
        set_id=_set_of(content, iri),
        record=iri,
        subject=Iri(content.text(iri, f"{_OWL}annotatedSource")),
        object=Iri(content.text(iri, f"{_OWL}annotatedTarget")),
        relationship=_local(content, iri, NG.relationship),
        rationale_type=_local(content, iri, NG.rationaleType),
        rationale=content.text(iri, NG.rationale),
        residual=content.text(iri, NG.residual),
        strength=strength,
        confidence=Decimal(confidence) if confidence else None,
        covers=in_element_order(content.iris(iri, NG.coversElement)),
        touches=in_element_order(content.iris(iri, NG.touchesElement)),
        scope_qualifier=content.text(iri, NG.scopeQualifier),
        review_state=ReviewState[state.upper().replace("-", "_")],
        subject_version=content.text(iri, f"{_SSSOM}subject_source_version"),
        object_version=content.text(iri, f"{_SSSOM}object_source_version"),
        justification=justification,
        author=content.text(iri, f"{_SSSOM}author_label"),
        reviewer=content.text(iri, f"{_SSSOM}reviewer_label"),
        created=content.date(iri, PREFIXES["dcterms"] + "created"),
        comment=content.text(iri, f"{_SSSOM}comment"),
        exceptions=content.iris(iri, NG.exceptProvision),
    )
