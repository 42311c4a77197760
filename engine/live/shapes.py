"""The evidence shapes on one record: what an analyst has to add to it, found when it is recorded.

Only shapes of SHACL Core are asked. Those that compare records by a query look at a whole organisation, and are left to
:func:`engine.validation.validate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.shacl.reading import compile_shapes
from engine.shacl.run import Run
from engine.shacl.terms import RDF, RDFS, SH
from engine.shacl.triples import Triples
from engine.validation import evidence_context, evidence_shapes
from engine.vocabulary import NG, PREFIXES, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from pyoxigraph import Store

    from engine.content import Content
    from engine.live.change import Change
    from engine.shacl.results import ValidationResult
    from engine.shacl.terms import Term

__all__ = ["RecordShapes"]


class RecordShapes:
    """The compiled shapes, and what of the content they look at."""

    def __init__(self, content: Content) -> None:
        every = Triples(evidence_shapes(content))
        queried = set(every.subjects(SH.sparql))
        self._shapes = Triples(triple for triple in every if triple.subject not in queried)
        self._compiled = compile_shapes(self._shapes).shapes
        self._targets = {target for shape in self._compiled for target in shape.targets}
        self._closed = bool(self._shapes.forward(SH.closed))  # then what no shape names matters too
        self._inverse = bool(self._shapes.forward(SH.inversePath))
        read = {RDF.type, RDFS.subClassOf} | {triple.object for triple in self._shapes}
        self._context: dict[Term, list[Quad]] = {}
        for quad in evidence_context(content):
            if isinstance(quad.subject, NamedNode) and (quad.predicate in read or self._closed):
                self._context.setdefault(quad.subject, []).append(quad)

    def findings(self, change: Change, store: Store, day: date) -> tuple[ValidationResult, ...]:
        """Return what the shapes find in the records of a change.

        They see what the records name, and what that names is.
        """
        wanted = {NamedNode(iri) for iri in change.subjects if iri in change.graph}
        data = Triples(self._around(change, store, day))
        run = Run(data, self._shapes)
        meant = {target: wanted.intersection(target.nodes(data)) for target in self._targets}
        asked = ((shape, set().union(*map(meant.__getitem__, shape.targets))) for shape in self._compiled)
        found = (result for shape, nodes in asked if nodes for _, result in run.found(shape, nodes))
        return tuple(sorted(found, key=lambda r: (str(r.focus), r.severity, str(r.shape), str(r.value))))

    def _around(self, change: Change, store: Store, day: date) -> Iterator[Quad]:
        as_of = Literal(day.isoformat(), datatype=NamedNode(PREFIXES["xsd"] + "date"))
        yield Quad(identifier("as-of"), NG.asOf, as_of)
        told = list(change.quads)
        if self._inverse:
            told += (q for iri in change.subjects for q in _from_elsewhere(store, iri, change.subjects))
        yield from told
        subjects = {NamedNode(iri) for iri in change.subjects}
        near = [quad for node in _named(told, subjects) for quad in self._about(node, store)]
        yield from near
        for node in _named(near, subjects | _named(told, set())):
            yield from self._context.get(node, ()) or store.quads_for_pattern(node, RDF.type, None)

    def _about(self, node: NamedNode, store: Store) -> Iterable[Quad]:
        return self._context.get(node) or store.quads_for_pattern(node, None, None)


def _named(told: Iterable[Quad], but: set[NamedNode]) -> set[NamedNode]:
    """Return the things that statements lead to, classes apart."""
    return {q.object for q in told if isinstance(q.object, NamedNode) and q.predicate != RDF.type} - but


def _from_elsewhere(store: Store, iri: str, subjects: frozenset[str]) -> Iterator[Quad]:
    """Yield what others say about a record; what it is changed by says so itself."""
    naming = {quad.subject for quad in store.quads_for_pattern(None, None, NamedNode(iri))}
    for node in sorted(naming, key=str):
        if getattr(node, "value", "") not in subjects:
            yield from store.quads_for_pattern(node, None, None)
