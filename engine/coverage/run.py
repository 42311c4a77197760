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

__all__ = ["records_hash", "result_iri", "run_id", "run_quads"]

_XSD, _DCT, _PROV = PREFIXES["xsd"], PREFIXES["dcterms"], PREFIXES["prov"]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")


def records_hash(records: Iterable[Quad]) -> str:
    """Return a hash of an organisation's statements, whatever order and files they come in."""
    return _hash(sorted(map(str, records)))


def run_id(content_hash: str, records: Iterable[Quad], assessment: Assessment) -> str:
    """Return the identifier of a run: the same for the same content, records, day, policy, requirements and scopes."""
    asked = (content_hash, records_hash(records), assessment.organisation.iri, assessment.day, assessment.policy.label)
    return _hash([*map(str, asked), *(_pair(result) for result in assessment.results)])[:16]


def result_iri(run: str, result: Result) -> NamedNode:
    """Return what a result is named in the graph of a run."""
    return identifier(f"run/{run}/result/{_hash([_pair(result)])[:16]}")


def _pair(result: Result) -> str:
    return f"{result.requirement} {result.scope}"


def _hash(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _date(value: object) -> Literal:
    return Literal(str(value), datatype=NamedNode(f"{_XSD}date"))


def run_quads(assessment: Assessment, run: str) -> Iterator[Quad]:
    """Yield a run and its results in its own graph ``g/run/<run>``, a result named by requirement and scope."""
    home, iri = graph(f"run/{run}"), identifier(f"run/{run}")
    yield Quad(iri, _TYPE, NG.Assessment, home)
    yield Quad(iri, NG.asOf, _date(assessment.day), home)
    yield Quad(iri, NamedNode(f"{_DCT}description"), Literal(assessment.policy.label), home)
    yield Quad(iri, NamedNode(f"{_PROV}used"), NamedNode(assessment.organisation.iri), home)
    for result in assessment.results:
        subject = result_iri(run, result)
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
