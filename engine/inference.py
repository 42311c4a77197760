"""What follows from vocabulary and frameworks, worked out once per release and kept where it is useful (DESIGN §4).

OWL 2 RL by owlrl over the vocabulary; the transitive part-of and what a requirement is derived within over the
frameworks, which is the same closure at a hundredth of the time. Never on evidence.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.rdflib_terms import to_rdflib
from engine.vocabulary import GRAPH, NG, PREFIXES, graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["INFERRED", "inferred_quads"]

INFERRED = graph("inference")
_RDFS, _OWL, _RDF = PREFIXES["rdfs"], PREFIXES["owl"], PREFIXES["rdf"]
_HIERARCHIES = (f"{_RDFS}subClassOf", f"{_RDFS}subPropertyOf", f"{_RDF}type", f"{PREFIXES['skos']}broaderTransitive")
_VOCABULARY = tuple(f"{GRAPH}{kind}/" for kind in ("vocabulary", "scheme", "reused"))


def inferred_quads(quads: Iterable[Quad]) -> list[Quad]:
    """Return the useful statements that follow from content and are not among it, in the inference graph."""
    quads = list(quads)
    asserted = {(q.subject, q.predicate, q.object) for q in quads}
    followed = [*_vocabulary_closure(quads), *_part_closure(quads)]
    return [Quad(*triple, INFERRED) for triple in dict.fromkeys(followed) if triple not in asserted]


_Triple = tuple[NamedNode, NamedNode, NamedNode]


def _vocabulary_closure(quads: list[Quad]) -> Iterator[_Triple]:
    import owlrl  # noqa: PLC0415 - only where content is compiled, never at start-up
    import rdflib  # noqa: PLC0415

    reasoned = rdflib.Graph()
    for quad in quads:
        # With no property that has a domain (decision 5) no hierarchy follows from a text or a number.
        if quad.graph_name.value.startswith(_VOCABULARY) and not isinstance(quad.object, Literal):  # type: ignore[union-attr]
            reasoned.add(tuple(map(to_rdflib, (quad.subject, quad.predicate, quad.object))))  # type: ignore[arg-type]
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(reasoned)
    for subject, predicate, value in reasoned:
        triple = (str(subject), str(predicate), str(value))
        if all(isinstance(term, rdflib.URIRef) for term in (subject, predicate, value)) and _useful(*triple):
            yield NamedNode(triple[0]), NamedNode(triple[1]), NamedNode(triple[2])


def _useful(subject: str, predicate: str, value: str) -> bool:
    ours = subject.startswith((NG.base, PREFIXES["dpv"].rstrip("#")))
    trivial = subject == value or value in {f"{_OWL}Thing", f"{_RDFS}Resource", f"{_OWL}Nothing"}
    meta = value.startswith((_RDF, _RDFS, _OWL)) or subject.startswith((_RDF, _RDFS, _OWL))
    return ours and not trivial and not meta and predicate in _HIERARCHIES


def _part_closure(quads: list[Quad]) -> Iterator[_Triple]:
    above: dict[NamedNode, NamedNode] = {}
    derived: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for quad in quads:
        if quad.predicate == NG.directPartOf:
            above[quad.subject] = quad.object  # type: ignore[index,assignment]
        elif quad.predicate == NG.derivedFrom:
            derived[quad.subject].append(quad.object)  # type: ignore[index,arg-type]
    for part in above:
        yield from ((part, NG.partOf, whole) for whole in _wholes(part, above))
    for requirement, provisions in derived.items():
        for provision in provisions:
            for whole in (provision, *_wholes(provision, above)):
                yield requirement, NG.derivedWithin, whole


def _wholes(part: NamedNode, above: dict[NamedNode, NamedNode]) -> Iterator[NamedNode]:
    seen = {part}
    while (whole := above.get(part)) is not None and whole not in seen:
        seen.add(whole)
        yield whole
        part = whole
