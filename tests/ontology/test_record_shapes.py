"""Each shape of records beside evidence finds nothing in complete records, and one thing after one change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.validation import SHAPES
from tests.ontology.changes import both, day, gone, instead, moment, more, without

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ontology.conftest import Shapes

VIOLATION, WARNING = "sh:Violation", "sh:Warning"
ORGANISATION, SCORING_CLASS = "ex:organisation", "ex:scoring-class"
FILES = sorted(name.removeprefix("shapes/") for name in SHAPES if name != "shapes/evidence")
CONTRACT_CLAUSE = "DELETE DATA {{ ex:contract ng:hasClauseFor <{0}> }}"

# shape without its ending, change, focus node, path, value, component, severity
Case = tuple[str, str, str, str, str, str, str]


def _missing(shape: str, node: str, path: str, severity: str = VIOLATION) -> Case:
    """Return the case of a property that is gone."""
    return (shape, without(node, path), node, path, "", "MinCount", severity)


def _asked(shape: str, change: str, path: str, value: str, severity: str = VIOLATION) -> Case:
    """Return the case of a query that names the organisation and the record to mend."""
    return (shape, change, ORGANISATION, path, value, "SPARQL", severity)


CASES: dict[str, list[Case]] = {
    "ai-lifecycle": [
        *(
            _missing(f"Classification{shape}", SCORING_CLASS, path)
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
            instead(SCORING_CLASS, "ng:inRespectOf", ORGANISATION),
            SCORING_CLASS,
            "ng:inRespectOf",
            ORGANISATION,
            "Class",
            VIOLATION,
        ),
        (
            "ClassificationLocation",
            instead(SCORING_CLASS, "ng:location", '"/etc/passwd"'),
            SCORING_CLASS,
            "ng:location",
            "",
            "Not",
            VIOLATION,
        ),
        _asked(
            "ApprovalBeforeDeployment",
            instead("ex:chatbot-approval", "dcterms:issued", day("2026-09-02")),
            "ng:marketDate",
            "ex:chatbot",
        ),
        _asked("LifecycleGate", gone("ex:scoring-begun"), "ng:lifecycleStage", "ex:scoring", WARNING),
        _asked(
            "LifecycleGate",
            instead("ex:scoring-tested", "dcterms:issued", day("2026-03-02")),
            "ng:lifecycleStage",
            "ex:scoring",
            WARNING,
        ),
        ("SystemThreshold", gone("ex:wrong"), "ex:chatbot", "", "", "MinCount", WARNING),
        _missing("ThresholdSystem", "ex:shift", "ng:thresholdOf"),
        _missing("ThresholdValue", "ex:shift", "ng:limitValue"),
        _missing("ThresholdOwner", "ex:shift", "ng:ownedBy"),
        _missing("ThresholdAction", "ex:shift", "ng:breachAction"),
    ],
    "documentation": [
        _missing("PolicyOwner", "ex:policy", "ng:ownedBy", WARNING),
        _missing("PolicyApproved", "ex:policy", "ng:approvedBy"),
        (
            "PolicyApproved",
            more("ex:policy ng:approvedBy ex:operations"),
            "ex:policy",
            "ng:approvedBy",
            "ex:operations",
            "Disjoint",
            VIOLATION,
        ),
        _missing("PolicyIssued", "ex:policy", "dcterms:issued"),
        _missing("PolicyReviewDue", "ex:policy", "ng:reviewDue"),
        _asked(
            "PolicyReviewOverdue",
            instead("ex:policy", "ng:reviewDue", day("2028-11-19")),
            "ng:reviewDue",
            "ex:policy",
        ),
        _asked("DocumentationPack", gone("ex:governance"), "ng:evidenceType", ORGANISATION, WARNING),
        _asked("DocumentationPack", gone("ex:card"), "ng:evidenceType", "ex:scoring", WARNING),
        (
            "KeptUntilDay",
            more('ex:file ng:keptUntil "2040-01-01"^^xsd:date'),
            "ex:file",
            "ng:keptUntil",
            "",
            "MaxCount",
            VIOLATION,
        ),
        (
            "KeptWhileValid",
            instead("ex:log", "ng:validUntil", day("2029-04-03")),
            "ex:log",
            "ng:validUntil",
            "",
            "LessThanOrEquals",
            VIOLATION,
        ),
        *(
            _asked("Retention", change, "ng:keptUntil", item, WARNING)
            for item, change in (
                ("ex:file", without("ex:file", "ng:keptUntil")),
                ("ex:file", instead("ex:file", "ng:keptUntil", day("2038-03-14"))),
                ("ex:file", instead("ex:file", "ng:keptUntil", day("2037-12-31"))),
                ("ex:log", instead("ex:log", "ng:keptUntil", day("2029-04-01"))),
            )
        ),
    ],
    "impact-assessments": [
        _asked("DataProtectionImpactAssessment", gone("ex:lending-assessment"), "ng:inRespectOf", "ex:lending"),
        *(
            _asked(
                "DataProtectionImpactAssessment", more(f"ex:payroll ng:{trigger} true"), "ng:inRespectOf", "ex:payroll"
            )
            for trigger in (
                "isSystematicExtensiveEvaluation",
                "isLargeScaleSpecialCategories",
                "isLargeScalePublicMonitoring",
                "isOnDPIAList",
            )
        ),
        _asked("FundamentalRightsImpactAssessment", gone("ex:scoring-assessment"), "ng:inRespectOf", "ex:scoring"),
        *(
            _asked("FundamentalRightsImpactAssessment", more(f"{fact} true"), "ng:inRespectOf", "ex:screener")
            for fact in (
                "ex:screener ng:isLifeHealthInsuranceSystem",
                "ex:organisation ng:isPublicLawBody",
                "ex:organisation ng:isPrivatePublicServiceProvider",
            )
        ),
    ],
    "data-governance": [
        _missing("DatasetSource", "ex:loans", "dcterms:source"),
        _missing("DatasetRight", "ex:loans", "ng:legalRight"),
        _missing("DatasetLicence", "ex:loans", "dcterms:license", WARNING),
        (
            "DatasetLineage",
            without("ex:loans", "prov:wasGeneratedBy"),
            "ex:loans",
            "",
            "",
            "MinCount",
            WARNING,
        ),
        _missing("DatasetPersons", "ex:loans", "ng:containsPersonalData"),
        (
            "DatasetHandling",
            without("ex:loans", "ng:personalDataHandling"),
            "ex:loans",
            "",
            "ex:loans",
            "Or",
            VIOLATION,
        ),
        ("DatasetBasis", without("ex:loans", "ng:legalBasis"), "ex:loans", "", "ex:loans", "Or", VIOLATION),
        _missing("DatasetSynthetic", "ex:loans", "ng:isSynthetic", WARNING),
        _asked("SyntheticValidation", gone("ex:likeness"), "ng:inRespectOf", "ex:made"),
    ],
    "suppliers": [
        ("SupplierResponsibilities", gone("ex:patching"), "ex:host", "", "", "MinCount", WARNING),
        _missing("ResponsibilityTask", "ex:patching", "skos:prefLabel"),
        _missing("ResponsibilitySupplier", "ex:patching", "ng:sharedWith"),
        (
            "ResponsibilitySupplier",
            instead("ex:patching", "ng:sharedWith", ORGANISATION),
            "ex:patching",
            "ng:sharedWith",
            ORGANISATION,
            "Class",
            VIOLATION,
        ),
        _missing("ResponsibilityBearer", "ex:patching", "ng:borneBy"),
        *(
            _asked("ContractClause", CONTRACT_CLAUSE.format(clause), "ng:hasClauseFor", "ex:contract", WARNING)
            for clause in (
                "dora/art_30/par_2/pnt_b/req_1",
                "dora/art_30/par_3/pnt_f/req_1",
                "gdpr/art_28/par_3/pnt_h/req_1",
            )
        ),
    ],
    "incidents": [
        _missing("EventType", "ex:leak", "ng:eventType"),
        _missing("EventAbout", "ex:leak", "ng:inRespectOf"),
        _missing("EventAware", "ex:leak", "ng:awareAt"),
        _missing("EventDay", "ex:leak", "dcterms:issued"),
        _asked("EventReported", without("ex:outage", "ng:reason"), "ng:eventType", "ex:outage"),
        _asked(
            "EventReported",
            both(gone("ex:receipt"), gone("ex:letter")),
            "ng:eventType",
            "ex:leak",
        ),
        ("ReportSent", without("ex:receipt", "ng:sentAt"), "ex:receipt", "", "ex:receipt", "Or", VIOLATION),
        ("ReportDue", without("ex:receipt", "ng:dueAt"), "ex:receipt", "", "ex:receipt", "Or", WARNING),
        (
            "ReportWithinClock",
            instead("ex:receipt", "ng:sentAt", moment("2026-11-05T09:15:01+01:00")),
            "ex:receipt",
            "",
            "ex:receipt",
            "Or",
            VIOLATION,
        ),
    ],
}
EVERY = [(file, *case) for file, cases in CASES.items() for case in cases]


@pytest.mark.parametrize("file", FILES)
def test_complete_records_conform(shapes: Callable[[str], Shapes], file: str) -> None:
    assert shapes(file).results(shapes(file).data()) == set()


@pytest.mark.parametrize(
    ("file", "shape", "change", "focus", "path", "value", "component", "severity"),
    EVERY,
    ids=[f"{n}-{case[1]}" for n, case in enumerate(EVERY)],
)
def test_one_change_is_found(
    shapes: Callable[[str], Shapes],
    file: str,
    shape: str,
    change: str,
    focus: str,
    path: str,
    value: str,
    component: str,
    severity: str,
) -> None:
    found = shapes(file).results(shapes(file).data(change), f"{shape}Shape")
    assert found == {(focus, path, value, component, severity)}


@pytest.mark.parametrize("file", FILES)
def test_every_shape_has_a_case(shapes: Callable[[str], Shapes], file: str) -> None:
    assert {f"{case[0]}Shape" for case in CASES[file]} == shapes(file).names


ROLE_GONE = instead("ex:deployer", "ng:holds", "false")
NOT_FOUND = [
    ("ai-lifecycle", instead("ex:chatbot-approval", "dcterms:issued", day("2026-09-01")), "on the market date"),
    ("ai-lifecycle", both(gone("ex:chatbot-approval"), ROLE_GONE), "no deployer after all"),
    (
        "ai-lifecycle",
        both(gone("ex:chatbot-approval"), instead("ex:deployer", "ng:role", "eu-aiact:AIDistributor")),
        "a distributor",
    ),
    (
        "ai-lifecycle",
        both(gone("ex:scoring-begun"), instead("ex:scoring", "ng:marketDate", day("2026-11-21"))),
        "not yet on the market",
    ),
    ("ai-lifecycle", instead("ex:deployer", "ng:inRespectOf", "ex:chatbot"), "gates bind providers alone"),
    (
        "documentation",
        both(gone("ex:card"), instead("ex:provider", "ng:role", "eu-aiact:AIDeployer")),
        "bought",
    ),
    (
        "documentation",
        both(
            gone("ex:governance"),
            instead("ex:scoring", "ng:marketDate", day("2028-11-21")),
            instead("ex:file", "ng:keptUntil", day("2038-11-21")),
        ),
        "no system in use",
    ),
    (
        "documentation",
        both(without("ex:card", "ng:inRespectOf"), instead("ex:card", "ng:evidences", "ex:all")),
        "a card of the whole organisation",
    ),
    (
        "documentation",
        both(
            without("ex:file", "ng:keptUntil"),
            without("ex:log", "ng:keptUntil"),
            instead("ex:scoring", "ng:marketDate", day("2027-12-01")),
        ),
        "an old system",
    ),
    (
        "documentation",
        both(
            without("ex:file", "ng:keptUntil"),
            without("ex:log", "ng:keptUntil"),
            instead("ex:scoring", "ng:riskClass", "eu-aiact:RiskLevelMinimal"),
        ),
        "no high-risk system",
    ),
    ("documentation", instead("ex:policy", "ng:reviewDue", day("2028-11-20")), "due today"),
    ("impact-assessments", more("ex:payroll ng:isOnDPIAList true ; ng:isOnDPIAExemptionList true"), "exempt"),
    (
        "impact-assessments",
        more("ex:payroll ng:isOnDPIAList true ; ng:isCoveredByLegislativeImpactAssessment true"),
        "assessed with its legal basis",
    ),
    (
        "impact-assessments",
        both(gone("ex:lending-assessment"), instead("ex:controller", "ng:role", "dpv:DataProcessor")),
        "a processor",
    ),
    (
        "impact-assessments",
        more("ex:screener ng:isLifeHealthInsuranceSystem true ; ng:isCriticalInfrastructureSystem true"),
        "critical infrastructure",
    ),
    (
        "impact-assessments",
        both(gone("ex:scoring-assessment"), instead("ex:scoring", "ng:marketDate", day("2027-12-01"))),
        "an old system",
    ),
    (
        "impact-assessments",
        both(gone("ex:scoring-assessment"), instead("<as-of>", "ng:asOf", day("2028-03-14"))),
        "not yet in use",
    ),
    ("data-governance", both(gone("ex:likeness"), instead("ex:made", "ng:isSynthetic", "false")), "collected"),
    ("suppliers", instead("ex:hosting", "ng:supportsCriticalOrImportantFunction", "false"), "nothing critical"),
    (
        "suppliers",
        both(
            without("ex:contract", "ng:hasClauseFor"),
            instead("ex:contract", "ng:coversICTServices", "false"),
            instead("ex:contract", "ng:engagesProcessor", "false"),
        ),
        "no such contract",
    ),
    (
        "incidents",
        both(without("ex:outage", "ng:reason"), instead("ex:entity", "ng:role", "ng:FinancialEntity")),
        "a clock of others",
    ),
    (
        "incidents",
        both(
            instead("ex:receipt", "ng:sentAt", moment("2026-11-06T09:15:01+01:00")),
            more('ex:receipt ng:reason "The cause was not known before."@en'),
        ),
        "late with reasons",
    ),
    (
        "incidents",
        instead("ex:receipt", "ng:sentAt", moment("2026-11-05T08:15:00Z")),
        "the same moment elsewhere",
    ),
]


@pytest.mark.parametrize(("file", "change"), [case[:2] for case in NOT_FOUND], ids=[case[2] for case in NOT_FOUND])
def test_nothing_is_found(shapes: Callable[[str], Shapes], file: str, change: str) -> None:
    assert shapes(file).results(shapes(file).data(change)) == set()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (instead("ex:scoring", "ng:marketDate", day("2027-11-01")), set()),
        (
            both(
                instead("ex:scoring", "ng:marketDate", day("2027-11-01")),
                more('ex:scoring ng:significantlyChanged true ; ng:significantChangeDate "2028-02-01"^^xsd:date'),
            ),
            {"ex:scoring"},
        ),
        (
            both(
                instead("ex:scoring", "ng:marketDate", day("2027-11-01")),
                more('ex:scoring ng:significantlyChanged true ; ng:significantChangeDate "2027-11-20"^^xsd:date'),
            ),
            set(),
        ),
    ],
    ids=["old", "changed since", "changed before"],
)
def test_an_old_system_is_reached_once_it_is_significantly_changed(
    shapes: Callable[[str], Shapes], change: str, found: set[str]
) -> None:
    file = shapes("impact-assessments")
    results = file.results(file.data(both(gone("ex:scoring-assessment"), change)))
    assert {result.value for result in results} == found
