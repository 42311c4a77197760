"""What a change has to pass before it is kept: what is asked of a file, asked of the statements of the change alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from engine.errors import BadInput
from engine.graph import Graph, Iri
from engine.intake import check_literal
from engine.integrity import Source, check_links, check_parts, check_records, check_terms, check_values, with_days
from engine.live.change import Change
from engine.vocabulary import NG, PREFIXES
from engine.workspace import is_reserved, link_targets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pyoxigraph import Store

    from engine.content import Content

__all__ = ["Gate"]

_TYPE = PREFIXES["rdf"] + "type"
_KINDS = {NG.ControlImplementation.value: "implementation", NG.Evidence.value: "evidence"}
"""The kinds of records that links lead to and that a change may bring or take."""


class Gate:
    """What is known of an organisation's records for checking a change of some of them.

    :param place: what messages name as the place of a change.
    """

    def __init__(self, content: Content, records: Graph, organisation: Iri, place: Path) -> None:
        self._place = place
        self._terms = content.terms
        self._datatypes = content.fact_datatypes
        self._facts = content.concept_facts
        self._targets = {kind: set(iris) for kind, iris in link_targets(content, records, organisation).items()}

    def tidied(self, change: Change, home: NamedNode) -> Change:
        """Return a change as it would be read from a file: in graphs of the organisation, with days for times.

        :param home: the graph for what stands in none.
        :raises BadInput: if it speaks of things without a name, in graphs of ours, or gives an impossible value.
        """
        quads = [self._tidied(quad, home) for quad in change.quads]
        source = with_days(Source(self._place, "", quads), self._datatypes)
        return Change.of(source.quads, map(self._named, change.dropped))

    def _tidied(self, quad: Quad, home: NamedNode) -> Quad:
        if not isinstance(quad.subject, NamedNode) or isinstance(quad.object, BlankNode | Triple):
            raise self._bad(f"{quad.subject} {quad.predicate} {quad.object}: no name", "name every thing by an IRI")
        if isinstance(quad.object, Literal):
            check_literal(self._place, "", quad.object)
        if not isinstance(quad.graph_name, NamedNode):
            return Quad(quad.subject, quad.predicate, quad.object, home)
        if is_reserved(quad.graph_name.value):
            problem = f"the graph {quad.graph_name.value} is one of the shipped content"
            raise self._bad(problem, f"name graphs of your own, as {home}")
        return quad

    def _named(self, iri: str) -> str:
        try:
            return NamedNode(iri).value
        except ValueError as error:
            raise self._bad(f"“{iri[:60]}” is no IRI", "name what is dropped by its IRI") from error

    def check(self, change: Change, store: Store) -> None:
        """Refuse a change after which links would lead nowhere, or that uses terms or values that cannot be.

        :raises BadInput: for the first thing that is wrong.
        """
        source = Source(self._place, "", list(change.quads))
        check_terms(source, self._terms)
        records = Graph(source.quads)
        check_parts([source], records)
        check_records([source], records)
        check_values([source], records, self._datatypes)
        brought = _brought(change)
        known = {kind: _After(iris, change, brought.get(kind, set())) for kind, iris in self._targets.items()}
        check_links([source], known, self._facts)
        for named, by in _left_behind(change, store):
            raise self._bad(f"{_name(by)} names {_name(named)}", "change or drop both in one change")

    def passed(self, change: Change) -> None:
        """Know what a change has brought and taken."""
        brought = _brought(change)
        for kind in ("implementation", "evidence", "agent"):
            self._targets[kind] -= change.subjects
            self._targets[kind] |= brought[kind]

    def _bad(self, problem: str, remedy: str) -> BadInput:
        return BadInput(self._place, None, problem, remedy)


class _After:
    """The targets of one kind as they are after a change."""

    def __init__(self, before: Collection[str], change: Change, brought: Collection[str]) -> None:
        self._before, self._subjects, self._brought = before, change.subjects, brought

    def __contains__(self, iri: object) -> bool:
        return iri in self._brought or (iri in self._before and iri not in self._subjects)


def _brought(change: Change) -> dict[str, set[Iri]]:
    """Return per kind of target what a change states."""
    found = {kind: set(change.graph.instances(NamedNode(of_class))) for of_class, kind in _KINDS.items()}
    return {**found, "agent": set(change.graph)}


def _left_behind(change: Change, store: Store) -> Iterator[tuple[Iri, Iri]]:
    """Yield what a change takes away though something else still names it, and what that is."""
    for iri in sorted(change.subjects):
        node, now = NamedNode(iri), set(change.graph.iris(iri, _TYPE))
        before = {getattr(quad.object, "value", "") for quad in store.quads_for_pattern(node, NamedNode(_TYPE), None)}
        if before <= now:
            continue
        naming = {getattr(quad.subject, "value", "") for quad in store.quads_for_pattern(None, None, node)}
        yield from ((iri, Iri(by)) for by in sorted(naming - change.subjects))


def _name(iri: str) -> str:
    return iri.rpartition("/")[2] or iri
