"""An assessment as statements: the run graph, so that states can be queried beside the law and the evidence."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.mapping.rows import review_state_iri
from engine.vocabulary import NG, PREFIXES, graph, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result

__all__ = ["run_id", "run_quads"]

_XSD, _DCT, _PROV = PREFIXES["xsd"], PREFIXES["dcterms"], PREFIXES["prov"]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")


def run_id(content_hash: str, records: Iterable[Quad], assessment: Assessment) -> str:
    """Return the identifier of a run: the same for the same content, records, day and policy."""
    digest = hashlib.sha256(f"{content_hash}\n{assessment.day}\n{assessment.policy.label}".encode())
    for line in sorted(map(str, records)):
        digest.update(f"\n{line}".encode())
    return digest.hexdigest()[:16]


def _date(value: object) -> Literal:
    return Literal(str(value), datatype=NamedNode(f"{_XSD}date"))


def run_quads(assessment: Assessment, run: str) -> Iterator[Quad]:
    """Yield a run and its results in its own named graph ``g/run/<run>``."""
    home, iri = graph(f"run/{run}"), identifier(f"run/{run}")
    yield Quad(iri, _TYPE, NG.Assessment, home)
    yield Quad(iri, NG.asOf, _date(assessment.day), home)
    yield Quad(iri, NamedNode(f"{_DCT}description"), Literal(assessment.policy.label), home)
    yield Quad(iri, NamedNode(f"{_PROV}used"), NamedNode(assessment.organisation.iri), home)
    for number, result in enumerate(assessment.results, 1):
        subject = identifier(f"run/{run}/result/{number}")
        yield Quad(iri, NG.hasResult, subject, home)
        yield from (Quad(subject, predicate, value, home) for predicate, value in _statements(result))


def _statements(result: Result) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    yield _TYPE, NG.CoverageResult
    yield NG.ofRequirement, NamedNode(result.requirement)
    yield NG.inRespectOf, NamedNode(result.scope)
    yield NG.coverageState, NG(result.state.value)
    yield NG.byRule, Literal(result.rule)
    yield NG.reason, Literal(result.reason, language="en")
    if result.kind is not None:
        yield NG.notApplicableKind, Literal(result.kind.value)
    if result.assurance is not None:
        yield NG.assurance, review_state_iri(result.assurance)
    if result.first_expiry is not None:
        yield NG.firstExpiry, _date(result.first_expiry)
    if result.effective_from is not None:
        yield NG.effectiveFrom, _date(result.effective_from)
    if result.otherwise is not None:
        yield NG.stateOtherwise, NG(result.otherwise.state.value)
    for element in result.missing:
        yield NG.lacksElement, NamedNode(element)
    for support in result.support:
        yield from ((NG.restsOn, NamedNode(premise)) for premise in support.premises)
