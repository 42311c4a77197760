"""Each evidence shape finds nothing in complete records, and one thing after one change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ontology.conftest import Shapes

VIOLATION, WARNING = "sh:Violation", "sh:Warning"
ORGANISATION, NETWORK_TEST, SCORING_CLASS = "ex:organisation", "ex:network-test", "ex:scoring-class"


def _without(subject: str, predicate: str) -> str:
    return f"DELETE WHERE {{ {subject} {predicate} ?old }}"


def _with(subject: str, predicate: str, value: str) -> str:
    return f"{_without(subject, predicate)} ; INSERT DATA {{ {subject} {predicate} {value} }}"


def _also(statements: str) -> str:
    return f"INSERT DATA {{ {statements} }}"


# shape without its ending, change, focus node, path, value, severity
CASES = [
    ("AsOf", _without("<as-of>", "ng:asOf"), "<as-of>", "ng:asOf", "", VIOLATION),
    ("AssetOrganisation", _without("ex:chatbot", "ng:belongsTo"), "ex:chatbot", "ng:belongsTo", "", VIOLATION),
    (
        "EvidenceImplementation",
        _with("ex:network-picture", "ng:evidences", "ex:nothing"),
        "ex:network-picture",
        "ng:evidences",
        "ex:nothing",
        VIOLATION,
    ),
    (
        "EvidenceType",
        _without(NETWORK_TEST, "ng:evidenceType"),
        NETWORK_TEST,
        "ng:evidenceType",
        "",
        VIOLATION,
    ),
    (
        "EvidenceOutcome",
        _with(NETWORK_TEST, "ng:outcome", "ng:Implemented"),
        NETWORK_TEST,
        "ng:outcome",
        "ng:Implemented",
        VIOLATION,
    ),
    (
        "EvidenceIssued",
        _without(NETWORK_TEST, "dcterms:issued"),
        NETWORK_TEST,
        "dcterms:issued",
        "",
        VIOLATION,
    ),
    (
        "EvidenceIssued",
        _with(NETWORK_TEST, "dcterms:issued", '"2026-05-01"'),
        NETWORK_TEST,
        "dcterms:issued",
        "",
        VIOLATION,
    ),
    (
        "EvidenceValidUntil",
        _without(NETWORK_TEST, "ng:validUntil"),
        NETWORK_TEST,
        "ng:validUntil",
        "",
        VIOLATION,
    ),
    (
        "EvidenceValidityOrder",
        _with(NETWORK_TEST, "ng:validUntil", '"2026-04-30"^^xsd:date'),
        NETWORK_TEST,
        "dcterms:issued",
        "",
        VIOLATION,
    ),
    (
        "EvidencePeriodOrder",
        _with(NETWORK_TEST, "ng:periodUntil", '"2026-03-31"^^xsd:date'),
        NETWORK_TEST,
        "ng:periodFrom",
        "",
        VIOLATION,
    ),
    ("EvidenceHash", _without(NETWORK_TEST, "ng:sha256"), NETWORK_TEST, "ng:sha256", "", VIOLATION),
    ("EvidenceHash", _with(NETWORK_TEST, "ng:sha256", '"0123"'), NETWORK_TEST, "ng:sha256", "", VIOLATION),
    ("EvidenceLocation", _without(NETWORK_TEST, "ng:location"), NETWORK_TEST, "ng:location", "", VIOLATION),
    *(
        (
            "EvidenceLocation",
            _with(NETWORK_TEST, "ng:location", place),
            NETWORK_TEST,
            "ng:location",
            "",
            VIOLATION,
        )
        for place in ('""', '"/etc/passwd"', '"https://example.org/a"', '"a/../../b"', '"C:/a"')
    ),
    (
        "EvidenceCollector",
        _without(NETWORK_TEST, "ng:collectedBy"),
        NETWORK_TEST,
        "ng:collectedBy",
        "",
        VIOLATION,
    ),
    (
        "EvidenceApprover",
        _without(NETWORK_TEST, "ng:approvedBy"),
        NETWORK_TEST,
        "ng:approvedBy",
        "",
        VIOLATION,
    ),
    (
        "EvidenceFourEyes",
        _also("ex:network-test ng:approvedBy ex:operations"),
        NETWORK_TEST,
        "ng:approvedBy",
        "ex:operations",
        VIOLATION,
    ),
    (
        "ImplementationControl",
        _also("ex:network ng:implementsControl <iso-27001/A.8.21>"),
        "ex:network",
        "ng:implementsControl",
        "",
        VIOLATION,
    ),
    ("ImplementationStatus", _without("ex:masking", "ng:status"), "ex:masking", "ng:status", "", VIOLATION),
    ("ImplementationScope", _without("ex:masking", "ng:hasScope"), "ex:masking", "ng:hasScope", "", VIOLATION),
    ("ImplementationOwner", _without("ex:masking", "ng:ownedBy"), "ex:masking", "ng:ownedBy", "", WARNING),
    ("ExclusionJustified", _without("ex:cabling", "ng:justification"), "ex:cabling", "", "ex:cabling", VIOLATION),
    ("ExclusionApproved", _without("ex:cabling", "ng:approvedBy"), "ex:cabling", "", "ex:cabling", VIOLATION),
    (
        "TemplateSatisfied",
        _without(NETWORK_TEST, "ng:evidences"),
        ORGANISATION,
        "ng:evidences",
        "ex:network",
        VIOLATION,
    ),
    (
        "ControlHasTemplate",
        _without("ex:context-template", "ng:forControl"),
        ORGANISATION,
        "ng:implementsControl",
        "ex:context",
        VIOLATION,
    ),
    (
        "EvidenceScope",
        "DELETE DATA { ex:validation ng:hasScope ex:chatbot } ; DELETE WHERE { ex:chatbot-old ?p ?o }",
        ORGANISATION,
        "ng:inRespectOf",
        "ex:chatbot-new",
        VIOLATION,
    ),
    (
        "ScreenshotAlone",
        _with(NETWORK_TEST, "ng:outcome", "ng:Neutral"),
        ORGANISATION,
        "ng:evidenceType",
        "ex:network",
        VIOLATION,
    ),
    (
        "ApprovalBeforeDeployment",
        _with("ex:scoring-approval", "dcterms:issued", '"2026-03-02"^^xsd:date'),
        ORGANISATION,
        "ng:marketDate",
        "ex:scoring",
        VIOLATION,
    ),
    (
        "SupersededAlone",
        _with("ex:chatbot-new", "ng:approvedBy", "ex:analytics"),
        ORGANISATION,
        "ng:supersedes",
        "ex:chatbot-old",
        WARNING,
    ),
    (
        "FindingOverdue",
        _with("ex:open-finding", "ng:dueDate", '"2026-11-19"^^xsd:date'),
        ORGANISATION,
        "ng:dueDate",
        "ex:open-finding",
        WARNING,
    ),
    *(
        (f"Classification{shape}", _without(SCORING_CLASS, path), SCORING_CLASS, path, "", VIOLATION)
        for shape, path in (
            ("Class", "ng:riskClass"),
            ("Day", "dcterms:issued"),
            ("Hash", "ng:sha256"),
            ("Location", "ng:location"),
            ("Reason", "ng:reason"),
            ("Signer", "ng:judgedBy"),
            ("System", "ng:inRespectOf"),
        )
    ),
    (
        "ClassificationSystem",
        _with(SCORING_CLASS, "ng:inRespectOf", ORGANISATION),
        SCORING_CLASS,
        "ng:inRespectOf",
        ORGANISATION,
        VIOLATION,
    ),
    (
        "ClassificationLocation",
        _with(SCORING_CLASS, "ng:location", '"/etc/passwd"'),
        SCORING_CLASS,
        "ng:location",
        "",
        VIOLATION,
    ),
]


@pytest.fixture
def evidence(shapes: Callable[[str], Shapes]) -> Shapes:
    return shapes("evidence")


def test_complete_records_conform(evidence: Shapes) -> None:
    assert evidence.findings(evidence.data()) == set()


@pytest.mark.parametrize(
    ("shape", "change", "focus", "path", "value", "severity"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)]
)
def test_one_change_is_found(
    evidence: Shapes, shape: str, change: str, focus: str, path: str, value: str, severity: str
) -> None:
    found = evidence.findings(evidence.data(change), f"{shape}Shape")
    assert found == {(focus, path, value, severity)}


def test_every_shape_has_a_case(evidence: Shapes) -> None:
    assert {f"{case[0]}Shape" for case in CASES} == evidence.names


TODAY, TOMORROW = '"2026-11-20"^^xsd:date', '"2026-11-21"^^xsd:date'
SUPERSEDE = _also("ex:network-picture ng:supersedes ex:network-test")
NO_APPROVAL = "DELETE WHERE { ex:scoring-approval ?predicate ?object }"
DETACH = _without(NETWORK_TEST, "ng:evidences")
MISSING_NETWORK = {(ORGANISATION, "ng:evidences", "ex:network", VIOLATION)}
MISSING_VALIDATION = {(ORGANISATION, "ng:evidences", "ex:validation", VIOLATION)}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_with(NETWORK_TEST, "ng:outcome", "ng:Contradicts"), id="contradicts"),
        pytest.param(_with(NETWORK_TEST, "ng:evidenceType", "ng:MeetingMinutes"), id="another type"),
        pytest.param(_with(NETWORK_TEST, "dcterms:issued", TOMORROW), id="issued later"),
        pytest.param(_with(NETWORK_TEST, "dcterms:issued", '"2025-11-19"^^xsd:date'), id="too old"),
        pytest.param(_with(NETWORK_TEST, "ng:validUntil", '"2026-11-19"^^xsd:date'), id="lapsed"),
        pytest.param(_also("ex:network-test ng:approvedBy ex:operations"), id="own approval"),
        pytest.param(_without(NETWORK_TEST, "ng:approvedBy"), id="not approved"),
        pytest.param(_also("ex:network-test ng:inRespectOf ex:scoring"), id="about one asset"),
        pytest.param(_with("ex:network-template", "ng:minimumCount", "2"), id="one of two"),
        pytest.param(SUPERSEDE, id="superseded"),
    ],
)
def test_evidence_that_does_not_count(evidence: Shapes, change: str) -> None:
    assert evidence.findings(evidence.data(change), "TemplateSatisfiedShape") == MISSING_NETWORK


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_with(NETWORK_TEST, "dcterms:issued", TODAY), id="issued on the day"),
        pytest.param(_with(NETWORK_TEST, "dcterms:issued", '"2025-11-20"^^xsd:date'), id="exactly the maximum age"),
        pytest.param(_with(NETWORK_TEST, "ng:validUntil", TODAY), id="last day"),
        pytest.param(_also("ex:network-test ng:approvedBy ex:board"), id="two approvers"),
        pytest.param(_also("ex:network-test ng:inRespectOf ex:organisation, ex:scoring"), id="about the whole too"),
        pytest.param(_with(NETWORK_TEST, "ng:evidenceType", "ng:ValidationReport"), id="a narrower type"),
        pytest.param(f"{SUPERSEDE} ; {_without('ex:network-picture', 'ng:approvedBy')}", id="successor not approved"),
        pytest.param(f"{SUPERSEDE} ; {_with('ex:network-picture', 'dcterms:issued', TOMORROW)}", id="successor later"),
        pytest.param(f"{DETACH} ; {_with('ex:network', 'ng:status', 'ng:Planned')}", id="not implemented"),
        pytest.param(f"{DETACH} ; {_with('ex:network', 'ng:validUntil', TODAY)}", id="no longer in force"),
        pytest.param(f"{DETACH} ; {_with('ex:network', 'ng:validFrom', TOMORROW)}", id="not yet in force"),
    ],
)
def test_evidence_that_counts_or_is_not_needed(evidence: Shapes, change: str) -> None:
    assert evidence.findings(evidence.data(change), "TemplateSatisfiedShape") == set()


@pytest.mark.parametrize("respect", ["", "ex:organisation", "ex:scoring"])
def test_per_asset_evidence_is_about_that_asset(evidence: Shapes, respect: str) -> None:
    change = (
        _with("ex:chatbot-new", "ng:inRespectOf", respect) if respect else _without("ex:chatbot-new", "ng:inRespectOf")
    )
    assert evidence.findings(evidence.data(change), "TemplateSatisfiedShape") == MISSING_VALIDATION


def test_per_asset_over_the_whole_organisation_is_plain(evidence: Shapes) -> None:
    change = (
        "DELETE WHERE { ex:validation ng:hasScope ?old } ; INSERT DATA { ex:validation ng:hasScope ex:organisation } ; "
        "DELETE WHERE { ex:scoring-validation ng:inRespectOf ?old }"
    )
    assert evidence.findings(evidence.data(change), "TemplateSatisfiedShape") == set()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_with("ex:scoring-approval", "dcterms:issued", '"2026-03-01"^^xsd:date'), id="on the market date"),
        pytest.param(f"{NO_APPROVAL} ; {_with('ex:deployer', 'ng:holds', 'false')}", id="no deployer after all"),
        pytest.param(
            f"{NO_APPROVAL} ; {_with('ex:deployer', 'ng:role', 'eu-aiact:AIDistributor')}", id="a distributor"
        ),
        pytest.param(_with("ex:scoring", "ng:marketDate", TOMORROW), id="not yet on the market"),
    ],
)
def test_no_approval_is_missing(evidence: Shapes, change: str) -> None:
    assert evidence.findings(evidence.data(change), "ApprovalBeforeDeploymentShape") == set()


@pytest.mark.parametrize("change", ["", NO_APPROVAL])
def test_the_same_answer_without_the_as_of_day_is_never_silence(evidence: Shapes, change: str) -> None:
    found = evidence.findings(evidence.data(f"{_without('<as-of>', 'ng:asOf')} ; {change}"))
    assert ("<as-of>", "ng:asOf", "", VIOLATION) in found
