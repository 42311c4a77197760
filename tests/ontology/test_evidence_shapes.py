"""Each evidence shape finds nothing in complete records, and one thing after one change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ontology.changes import instead, more, without

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ontology.conftest import Shapes

VIOLATION, WARNING = "sh:Violation", "sh:Warning"
ORGANISATION, NETWORK_TEST = "ex:organisation", "ex:network-test"


# shape without its ending, change, focus node, path, value, component, severity
CASES = [
    ("AsOf", without("<as-of>", "ng:asOf"), "<as-of>", "ng:asOf", "", "MinCount", VIOLATION),
    (
        "AssetOrganisation",
        without("ex:chatbot", "ng:belongsTo"),
        "ex:chatbot",
        "ng:belongsTo",
        "",
        "MinCount",
        VIOLATION,
    ),
    (
        "EvidenceImplementation",
        instead("ex:network-picture", "ng:evidences", "ex:nothing"),
        "ex:network-picture",
        "ng:evidences",
        "ex:nothing",
        "Class",
        VIOLATION,
    ),
    (
        "EvidenceType",
        without(NETWORK_TEST, "ng:evidenceType"),
        NETWORK_TEST,
        "ng:evidenceType",
        "",
        "MinCount",
        VIOLATION,
    ),
    (
        "EvidenceOutcome",
        instead(NETWORK_TEST, "ng:outcome", "ng:Implemented"),
        NETWORK_TEST,
        "ng:outcome",
        "ng:Implemented",
        "In",
        VIOLATION,
    ),
    (
        "EvidenceIssued",
        without(NETWORK_TEST, "dcterms:issued"),
        NETWORK_TEST,
        "dcterms:issued",
        "",
        "MinCount",
        VIOLATION,
    ),
    (
        "EvidenceIssued",
        instead(NETWORK_TEST, "dcterms:issued", '"2026-05-01"'),
        NETWORK_TEST,
        "dcterms:issued",
        "",
        "Datatype",
        VIOLATION,
    ),
    (
        "EvidenceValidUntil",
        without(NETWORK_TEST, "ng:validUntil"),
        NETWORK_TEST,
        "ng:validUntil",
        "",
        "MinCount",
        VIOLATION,
    ),
    (
        "EvidenceValidityOrder",
        instead(NETWORK_TEST, "ng:validUntil", '"2026-04-30"^^xsd:date'),
        NETWORK_TEST,
        "dcterms:issued",
        "",
        "LessThanOrEquals",
        VIOLATION,
    ),
    (
        "EvidencePeriodOrder",
        instead(NETWORK_TEST, "ng:periodUntil", '"2026-03-31"^^xsd:date'),
        NETWORK_TEST,
        "ng:periodFrom",
        "",
        "LessThanOrEquals",
        VIOLATION,
    ),
    *(
        (
            "EvidencePeriod",
            without("ex:context-log", end),
            "ex:context-log",
            "",
            "ex:context-log",
            "Or",
            WARNING,
        )
        for end in ("ng:periodFrom", "ng:periodUntil")
    ),
    ("EvidenceHash", without(NETWORK_TEST, "ng:sha256"), NETWORK_TEST, "ng:sha256", "", "MinCount", VIOLATION),
    ("EvidenceHash", instead(NETWORK_TEST, "ng:sha256", '"0123"'), NETWORK_TEST, "ng:sha256", "", "Pattern", VIOLATION),
    ("EvidenceLocation", without(NETWORK_TEST, "ng:location"), NETWORK_TEST, "ng:location", "", "MinCount", VIOLATION),
    *(
        (
            "EvidenceLocation",
            instead(NETWORK_TEST, "ng:location", place),
            NETWORK_TEST,
            "ng:location",
            "",
            component,
            VIOLATION,
        )
        for place, component in (
            ('""', "MinLength"),
            ('"/etc/passwd"', "Not"),
            ('"https://example.org/a"', "Not"),
            ('"a/../../b"', "Not"),
            ('"C:/a"', "Not"),
        )
    ),
    (
        "EvidenceCollector",
        without(NETWORK_TEST, "ng:collectedBy"),
        NETWORK_TEST,
        "ng:collectedBy",
        "",
        "MinCount",
        VIOLATION,
    ),
    (
        "EvidenceApprover",
        without(NETWORK_TEST, "ng:approvedBy"),
        NETWORK_TEST,
        "ng:approvedBy",
        "",
        "MinCount",
        VIOLATION,
    ),
    (
        "EvidenceFourEyes",
        more("ex:network-test ng:approvedBy ex:operations"),
        NETWORK_TEST,
        "ng:approvedBy",
        "ex:operations",
        "Disjoint",
        VIOLATION,
    ),
    (
        "ImplementationControl",
        more("ex:network ng:implementsControl <iso-27001/A.8.21>"),
        "ex:network",
        "ng:implementsControl",
        "",
        "MaxCount",
        VIOLATION,
    ),
    ("ImplementationStatus", without("ex:masking", "ng:status"), "ex:masking", "ng:status", "", "MinCount", VIOLATION),
    (
        "ImplementationScope",
        without("ex:masking", "ng:hasScope"),
        "ex:masking",
        "ng:hasScope",
        "",
        "MinCount",
        VIOLATION,
    ),
    ("ImplementationOwner", without("ex:masking", "ng:ownedBy"), "ex:masking", "ng:ownedBy", "", "MinCount", WARNING),
    ("ExclusionJustified", without("ex:cabling", "ng:justification"), "ex:cabling", "", "ex:cabling", "Or", VIOLATION),
    ("ExclusionApproved", without("ex:cabling", "ng:approvedBy"), "ex:cabling", "", "ex:cabling", "Or", VIOLATION),
    (
        "TemplateSatisfied",
        without(NETWORK_TEST, "ng:evidences"),
        ORGANISATION,
        "ng:evidences",
        "ex:network",
        "SPARQL",
        VIOLATION,
    ),
    (
        "ControlHasTemplate",
        without("ex:context-template", "ng:forControl"),
        ORGANISATION,
        "ng:implementsControl",
        "ex:context",
        "SPARQL",
        VIOLATION,
    ),
    (
        "EvidenceScope",
        "DELETE DATA { ex:validation ng:hasScope ex:chatbot } ; DELETE WHERE { ex:chatbot-old ?p ?o }",
        ORGANISATION,
        "ng:inRespectOf",
        "ex:chatbot-new",
        "SPARQL",
        VIOLATION,
    ),
    (
        "ScreenshotAlone",
        instead(NETWORK_TEST, "ng:outcome", "ng:Neutral"),
        ORGANISATION,
        "ng:evidenceType",
        "ex:network",
        "SPARQL",
        VIOLATION,
    ),
    (
        "SupersededAlone",
        instead("ex:chatbot-new", "ng:approvedBy", "ex:analytics"),
        ORGANISATION,
        "ng:supersedes",
        "ex:chatbot-old",
        "SPARQL",
        WARNING,
    ),
    (
        "FindingOverdue",
        instead("ex:open-finding", "ng:dueDate", '"2026-11-19"^^xsd:date'),
        ORGANISATION,
        "ng:dueDate",
        "ex:open-finding",
        "SPARQL",
        WARNING,
    ),
]


@pytest.fixture
def evidence(shapes: Callable[[str], Shapes]) -> Shapes:
    return shapes("evidence")


def test_complete_records_conform(evidence: Shapes) -> None:
    assert evidence.findings(evidence.data()) == set()


@pytest.mark.parametrize(
    ("shape", "change", "focus", "path", "value", "component", "severity"),
    CASES,
    ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)],
)
def test_one_change_is_found(
    evidence: Shapes, shape: str, change: str, focus: str, path: str, value: str, component: str, severity: str
) -> None:
    found = evidence.results(evidence.data(change), f"{shape}Shape")
    assert found == {(focus, path, value, component, severity)}


def test_every_shape_has_a_case(evidence: Shapes) -> None:
    assert {f"{case[0]}Shape" for case in CASES} == evidence.names


TODAY, TOMORROW = '"2026-11-20"^^xsd:date', '"2026-11-21"^^xsd:date'
SUPERSEDE = more("ex:network-picture ng:supersedes ex:network-test")
DETACH = without(NETWORK_TEST, "ng:evidences")
MISSING_NETWORK = {(ORGANISATION, "ng:evidences", "ex:network", VIOLATION)}
MISSING_VALIDATION = {(ORGANISATION, "ng:evidences", "ex:validation", VIOLATION)}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(instead(NETWORK_TEST, "ng:outcome", "ng:Contradicts"), id="contradicts"),
        pytest.param(instead(NETWORK_TEST, "ng:evidenceType", "ng:MeetingMinutes"), id="another type"),
        pytest.param(instead(NETWORK_TEST, "dcterms:issued", TOMORROW), id="issued later"),
        pytest.param(instead(NETWORK_TEST, "dcterms:issued", '"2025-11-19"^^xsd:date'), id="too old"),
        pytest.param(instead(NETWORK_TEST, "ng:validUntil", '"2026-11-19"^^xsd:date'), id="lapsed"),
        pytest.param(more("ex:network-test ng:approvedBy ex:operations"), id="own approval"),
        pytest.param(without(NETWORK_TEST, "ng:approvedBy"), id="not approved"),
        pytest.param(more("ex:network-test ng:inRespectOf ex:scoring"), id="about one asset"),
        pytest.param(instead("ex:network-template", "ng:minimumCount", "2"), id="one of two"),
        pytest.param(SUPERSEDE, id="superseded"),
    ],
)
def test_evidence_that_does_not_count(evidence: Shapes, change: str) -> None:
    assert evidence.findings(evidence.data(change), "TemplateSatisfiedShape") == MISSING_NETWORK


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(instead(NETWORK_TEST, "dcterms:issued", TODAY), id="issued on the day"),
        pytest.param(instead(NETWORK_TEST, "dcterms:issued", '"2025-11-20"^^xsd:date'), id="exactly the maximum age"),
        pytest.param(instead(NETWORK_TEST, "ng:validUntil", TODAY), id="last day"),
        pytest.param(more("ex:network-test ng:approvedBy ex:board"), id="two approvers"),
        pytest.param(more("ex:network-test ng:inRespectOf ex:organisation, ex:scoring"), id="about the whole too"),
        pytest.param(instead(NETWORK_TEST, "ng:evidenceType", "ng:ValidationReport"), id="a narrower type"),
        pytest.param(f"{SUPERSEDE} ; {without('ex:network-picture', 'ng:approvedBy')}", id="successor not approved"),
        pytest.param(
            f"{SUPERSEDE} ; {instead('ex:network-picture', 'dcterms:issued', TOMORROW)}", id="successor later"
        ),
        pytest.param(f"{DETACH} ; {instead('ex:network', 'ng:status', 'ng:Planned')}", id="not implemented"),
        pytest.param(f"{DETACH} ; {instead('ex:network', 'ng:validUntil', TODAY)}", id="no longer in force"),
        pytest.param(f"{DETACH} ; {instead('ex:network', 'ng:validFrom', TOMORROW)}", id="not yet in force"),
    ],
)
def test_evidence_that_counts_or_is_not_needed(evidence: Shapes, change: str) -> None:
    assert evidence.findings(evidence.data(change), "TemplateSatisfiedShape") == set()


@pytest.mark.parametrize("respect", ["", "ex:organisation", "ex:scoring"])
def test_per_asset_evidence_is_about_that_asset(evidence: Shapes, respect: str) -> None:
    change = (
        instead("ex:chatbot-new", "ng:inRespectOf", respect) if respect else without("ex:chatbot-new", "ng:inRespectOf")
    )
    assert evidence.findings(evidence.data(change), "TemplateSatisfiedShape") == MISSING_VALIDATION


def test_per_asset_over_the_whole_organisation_is_plain(evidence: Shapes) -> None:
    change = (
        "DELETE WHERE { ex:validation ng:hasScope ?old } ; INSERT DATA { ex:validation ng:hasScope ex:organisation } ; "
        "DELETE WHERE { ex:scoring-validation ng:inRespectOf ?old }"
    )
    assert evidence.findings(evidence.data(change), "TemplateSatisfiedShape") == set()


@pytest.mark.parametrize("change", ["", DETACH])
def test_the_same_answer_without_the_as_of_day_is_never_silence(evidence: Shapes, change: str) -> None:
    found = evidence.findings(evidence.data(f"{without('<as-of>', 'ng:asOf')} ; {change}"))
    assert ("<as-of>", "ng:asOf", "", VIOLATION) in found
