"""Make up an organisation of any size: the records of :mod:`benchmarks.synthetic`, of wider and narrower reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from benchmarks.synthetic import DAY, records
from engine.graph import Graph, Iri
from engine.organisation import read_organisation
from engine.vocabulary import NG, PREFIXES, graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.knowledge import Knowledge
    from engine.model import Organisation

__all__ = ["organisation_of", "statements"]

_BASE = "https://w3id.org/normgraph/example/synthetic/"
_HOME = graph("org/synthetic/records")
_ITEMS_EACH = 5
_DATE = NamedNode(PREFIXES["xsd"] + "date")
_WHOLE_EVERY, _GENERAL_EVERY, _FINDING_EVERY, _NEWER_EVERY = 10, 4, 97, 60
"""Every how many-th implementation is of the whole organisation, or has a finding against it; every
how many-th item of the former is about the whole, and every how many-th item supersedes the one before."""


def _named(name: str) -> NamedNode:
    return NamedNode(_BASE + name)


def statements(items: int, knowledge: Knowledge) -> list[Quad]:
    """Return an organisation with so many items of evidence for the controls that have templates."""
    demanded = [
        (NamedNode(control), NamedNode(template.evidence_type))
        for control, templates in sorted(knowledge.templates.items())
        for template in templates
        if template.evidence_type is not None
    ]
    return [*records(items, demanded), *_reach(items), *_findings(items)]


def _reach(items: int) -> Iterator[Quad]:
    whole = _named("organisation")
    for number in range(0, items // _ITEMS_EACH, _WHOLE_EVERY):
        yield Quad(_named(f"control/{number}"), NG.hasScope, whole, _HOME)
    for number in range(items):
        if number // _ITEMS_EACH % _WHOLE_EVERY == 0 and number % _GENERAL_EVERY:
            yield Quad(_named(f"evidence/{number}"), NG.inRespectOf, whole, _HOME)
        if number % _NEWER_EVERY == 1:
            yield Quad(_named(f"evidence/{number}"), NG.supersedes, _named(f"evidence/{number - 1}"), _HOME)


def _findings(items: int) -> Iterator[Quad]:
    kind = NamedNode(PREFIXES["rdf"] + "type")
    issued = Literal(DAY.isoformat(), datatype=_DATE)
    for number in range(0, items // _ITEMS_EACH, _FINDING_EVERY):
        finding = _named(f"finding/{number}")
        yield Quad(finding, kind, NG.Finding, _HOME)
        yield Quad(finding, NG.against, _named(f"control/{number}"), _HOME)
        yield Quad(finding, NG.severity, NG.Major, _HOME)
        yield Quad(finding, NamedNode(PREFIXES["dcterms"] + "issued"), issued, _HOME)


def organisation_of(quads: list[Quad], knowledge: Knowledge) -> Organisation:
    """Return the organisation that statements describe."""
    return read_organisation(Graph(quads), Iri(_BASE + "organisation"), knowledge.fact_properties)
