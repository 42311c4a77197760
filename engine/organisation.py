"""Read what an organisation has recorded from its graphs into values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from engine.graph import Graph, Iri
from engine.model import (
    Asset,
    Event,
    Evidence,
    Finding,
    Implementation,
    Judgement,
    Organisation,
    Override,
    Risk,
    RoleAssignment,
    State,
)
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.graph import Value

__all__ = [
    "ASSET_CLASSES",
    "LEGACY_FACTS",
    "SCOPE_CLASSES",
    "SCOPE_NAMES",
    "organisations_of",
    "read_organisation",
    "records_of",
]

_LABEL = PREFIXES["skos"] + "prefLabel"
_TYPE = PREFIXES["rdf"] + "type"
_ISSUED = PREFIXES["dcterms"] + "issued"

ASSET_CLASSES = (
    "AISystem",
    "AIModel",
    "Dataset",
    "ICTService",
    "ProcessingActivity",
    "BusinessFunction",
    "Supplier",
    "Contract",
    "Policy",
)
SCOPE_CLASSES = {
    "PerSystem": Iri(NG.AISystem.value),
    "PerModel": Iri(NG.AIModel.value),
    "PerProcessingActivity": Iri(NG.ProcessingActivity.value),
    "PerICTService": Iri(NG.ICTService.value),
    "PerContract": Iri(NG.Contract.value),
}
"""What a scope is for each value of ``ng:assessedPer`` other than the organisation."""
SCOPE_NAMES = {
    "PerSystem": "AI system",
    "PerModel": "AI model",
    "PerProcessingActivity": "processing activity",
    "PerICTService": "ICT service",
    "PerContract": "contract",
}
"""What each such scope is called."""
LEGACY_FACTS = tuple(Iri(NG(name).value) for name in ("marketDate", "significantlyChanged", "significantChangeDate"))
"""The facts that grandfathering asks for (AI Act 111)."""


def organisations_of(content: Graph) -> list[Iri]:
    """Return the organisations that a graph describes, sorted."""
    return content.instances(NamedNode(PREFIXES["org"] + "FormalOrganization"))


def read_organisation(content: Graph, iri: Iri, fact_properties: Iterable[Iri]) -> Organisation:
    """Return what a graph records of one organisation.

    :param fact_properties: the properties whose values are facts for applicability.
    """
    assets = _assets(content, iri)
    return Organisation(
        iri=iri,
        label=content.text(iri, _LABEL),
        has_none=content.iris(iri, NG.hasNone),
        example_date=content.date(iri, NG.exampleDate),
        assets=assets,
        facts=_facts(content, (iri, *assets), {*fact_properties, *LEGACY_FACTS}),
        roles=tuple(
            _role(content, role) for role in content.instances(NG.RoleAssignment) if iri in content.iris(role, NG.party)
        ),
        implementations=tuple(_implementation(content, i) for i in content.instances(NG.ControlImplementation)),
        evidence=tuple(_evidence(content, i) for i in content.instances(NG.Evidence)),
        findings=tuple(_finding(content, i) for i in content.instances(NG.Finding)),
        judgements=tuple(_judgement(content, i) for i in content.instances(NG.Judgement)),
        overrides=tuple(_override(content, i) for i in content.instances(NG.Override)),
        events=tuple(_event(content, i) for i in content.instances(NG.Event)),
        risks=tuple(_risk(content, i) for i in content.instances(NG.Risk)),
        labels={subject: label for subject in content if (label := content.text(subject, _LABEL))},
        homes={subject: home for subject in content if (home := content.home(subject))},
    )


def records_of(content: Graph) -> Iterator[Implementation | Evidence | Finding | Judgement | Override]:
    """Yield what a graph records of the kinds that states rest on and that change from day to day."""
    yield from (_implementation(content, i) for i in content.instances(NG.ControlImplementation))
    yield from (_evidence(content, i) for i in content.instances(NG.Evidence))
    yield from (_finding(content, i) for i in content.instances(NG.Finding))
    yield from (_judgement(content, i) for i in content.instances(NG.Judgement))
    yield from (_override(content, i) for i in content.instances(NG.Override))


def _risk(content: Graph, iri: Iri) -> Risk:
    return Risk(iri, content.text(iri, _LABEL), content.iris(iri, NG.treatedBy), content.home(iri))


def _assets(content: Graph, organisation: Iri) -> dict[Iri, Asset]:
    classes = {NG(name).value for name in ASSET_CLASSES}
    found = {
        iri
        for name in ASSET_CLASSES
        for iri in content.instances(NG(name))
        if organisation in content.iris(iri, NG.belongsTo)
    }
    return {
        iri: Asset(
            iri=iri,
            classes=tuple(c for c in content.iris(iri, _TYPE) if c in classes),
            label=content.text(iri, _LABEL),
            uses=content.iris(iri, NG.uses),
            graph=content.home(iri),
        )
        for iri in sorted(found)
    }


def _facts(
    content: Graph, subjects: Iterable[Iri], properties: Iterable[Iri]
) -> dict[tuple[Iri, Iri], tuple[Value, ...]]:
    properties = sorted(properties)
    return {
        (subject, fact): tuple(values)
        for subject in subjects
        for fact in properties
        if (values := content.values(subject, fact))
    }


def _role(content: Graph, iri: Iri) -> RoleAssignment:
    return RoleAssignment(
        iri=iri,
        role=Iri(content.text(iri, NG.role)),
        respects=content.iris(iri, NG.inRespectOf),
        ground=content.text(iri, NG.ground),
        valid_from=content.date(iri, NG.validFrom),
        valid_until=content.date(iri, NG.validUntil),
        holds=content.flag(iri, NG.holds, default=True),
    )


def _implementation(content: Graph, iri: Iri) -> Implementation:
    return Implementation(
        iri=iri,
        label=content.text(iri, _LABEL),
        control=Iri(content.text(iri, NG.implementsControl)),
        status=NG.local(content.text(iri, NG.status)),
        scopes=content.iris(iri, NG.hasScope),
        owner=content.iri(iri, NG.ownedBy),
        valid_from=content.date(iri, NG.validFrom),
        valid_until=content.date(iri, NG.validUntil),
        justification=content.text(iri, NG.justification),
        approved_by=content.iris(iri, NG.approvedBy),
        graph=content.home(iri),
    )


def _evidence(content: Graph, iri: Iri) -> Evidence:
    return Evidence(
        iri=iri,
        label=content.text(iri, _LABEL),
        implementations=content.iris(iri, NG.evidences),
        evidence_type=content.iri(iri, NG.evidenceType),
        outcome=NG.local(content.text(iri, NG.outcome)),
        issued=content.date(iri, _ISSUED),
        valid_until=content.date(iri, NG.validUntil),
        collected_by=content.iris(iri, NG.collectedBy),
        approved_by=content.iris(iri, NG.approvedBy),
        respects=content.iris(iri, NG.inRespectOf),
        supersedes=content.iris(iri, NG.supersedes),
        performs=content.iris(iri, NG.showsPerformanceOf),
        events=content.iris(iri, NG.ofEvent),
        sha256=content.text(iri, NG.sha256),
        graph=content.home(iri),
    )


def _finding(content: Graph, iri: Iri) -> Finding:
    return Finding(
        iri=iri,
        label=content.text(iri, _LABEL),
        against=content.iris(iri, NG.against),
        severity=NG.local(content.text(iri, NG.severity)),
        issued=content.date(iri, _ISSUED),
        due=content.date(iri, NG.dueDate),
        closed=content.date(iri, NG.closedOn),
        graph=content.home(iri),
    )


def _judgement(content: Graph, iri: Iri) -> Judgement:
    return Judgement(
        iri=iri,
        requirement=Iri(content.text(iri, NG.ofRequirement)),
        respects=content.iris(iri, NG.inRespectOf),
        sufficient=content.iri(iri, NG.conclusion) == NG.Sufficient.value,
        judged_by=content.iri(iri, NG.judgedBy),
        issued=content.date(iri, _ISSUED),
        valid_until=content.date(iri, NG.validUntil),
        reason=content.text(iri, NG.reason),
        graph=content.home(iri),
    )


def _override(content: Graph, iri: Iri) -> Override:
    return Override(
        iri=iri,
        requirement=Iri(content.text(iri, NG.ofRequirement)),
        respects=content.iris(iri, NG.inRespectOf),
        state=State(NG.local(content.text(iri, NG.overridingState))),
        judged_by=content.iri(iri, NG.judgedBy),
        issued=content.date(iri, _ISSUED),
        valid_until=content.date(iri, NG.validUntil),
        reason=content.text(iri, NG.reason),
        graph=content.home(iri),
    )


def _event(content: Graph, iri: Iri) -> Event:
    return Event(
        iri=iri,
        label=content.text(iri, _LABEL),
        event_type=content.iri(iri, NG.eventType),
        respects=content.iris(iri, NG.inRespectOf),
        issued=min(filter(None, (content.date(iri, _ISSUED), content.date(iri, NG.awareAt))), default=None),
        graph=content.home(iri),
    )
