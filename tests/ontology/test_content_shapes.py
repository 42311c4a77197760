"""Each content shape finds nothing in complete records, and one thing after one change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import Graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ontology.conftest import Shapes

ONTOLOGY = Path(__file__).parents[2] / "ontology"
REQUIREMENT, ELEMENT = "<law/art_1/req_1>", "<law/art_1/req_1/el_1>"
ARTICLE, VERSION = "<law/art_1>", "<law/art_1/v/2025-01-01>"
MAPPING, NO_TERM = "<mapping/partial>", "<mapping/none>"
WINDOW, DISPLACED, DEEMED, LEGACY = "<window/law>", "<rule/displaced>", "<rule/deemed>", "<rule/legacy>"
LIMITED, ROLE, REUSE = "<rule/limited>", "<rule/role>", "<rule/reuse>"
TEMPLATE, NOTHING, PENALTY = "<template/testing>", "<template/nothing>", "<penalty/law>"
PRESUMPTION, TENSION, RISK_TYPE = "<presumption/standard>", "<tension/logs>", "<risk-type/drift>"

# shape without its ending, subject, predicate that is taken away; the predicate is the path of the result
MISSING = [
    ("FrameworkLabel", "<law>", "skos:prefLabel"),
    ("FrameworkCitationName", "<law>", "ng:citationName"),
    ("FrameworkTitle", "<law>", "dcterms:title"),
    ("FrameworkSource", "<law>", "dcterms:source"),
    ("FrameworkVersionOf", "<law/v/2024-01-01>", "ng:versionOf"),
    ("FrameworkVersionInfo", "<law/v/2024-01-01>", "owl:versionInfo"),
    ("FrameworkVersionIssued", "<law/v/2024-01-01>", "dcterms:issued"),
    ("PartFramework", ARTICLE, "ng:inFramework"),
    ("PartCitation", ARTICLE, "skos:notation"),
    ("StandardPartLabel", "<standard/A.1>", "skos:prefLabel"),
    ("ProvisionVersionOf", VERSION, "ng:versionOf"),
    ("RequirementLabel", REQUIREMENT, "skos:prefLabel"),
    ("RequirementDefinition", REQUIREMENT, "skos:definition"),
    ("RequirementSource", REQUIREMENT, "ng:derivedFrom"),
    ("RequirementBearer", REQUIREMENT, "ng:bearer"),
    ("RequirementModality", REQUIREMENT, "ng:modality"),
    ("RequirementAction", REQUIREMENT, "ng:action"),
    ("RequirementObject", REQUIREMENT, "ng:object"),
    ("RequirementElement", REQUIREMENT, "ng:hasElement"),
    ("RequirementUnit", REQUIREMENT, "ng:assessedPer"),
    ("RequirementElementsComplete", REQUIREMENT, "ng:elementsComplete"),
    ("RequirementJudgement", REQUIREMENT, "ng:requiresHumanJudgement"),
    ("RequirementFacing", REQUIREMENT, "ng:organisationFacing"),
    ("ElementDefinition", ELEMENT, "skos:definition"),
    ("ElementSortKey", ELEMENT, "ng:sortKey"),
    ("ConditionLabel", "<condition/one>", "skos:prefLabel"),
    ("ConditionDefinition", "<condition/both>", "skos:definition"),
    ("NegationOperand", "<condition/not-one>", "ng:operand"),
    ("RuleSource", WINDOW, "dcterms:source"),
    ("RuleCondition", DISPLACED, "ng:appliesWhen"),
    ("WindowGoverns", WINDOW, "ng:governs"),
    ("WindowDay", WINDOW, "ng:appliesFrom"),
    ("DisplacementDisplaces", DISPLACED, "ng:displaces"),
    ("DeemingDeems", DEEMED, "ng:deems"),
    ("LegacyCutOff", LEGACY, "ng:cutOff"),
    ("LegacyChange", LEGACY, "ng:endedBySignificantChange"),
    ("LimitationLimits", LIMITED, "ng:limits"),
    ("AccompanyingConcerns", REUSE, "ng:concerns"),
    ("MappingSource", MAPPING, "owl:annotatedSource"),
    ("MappingTarget", MAPPING, "owl:annotatedTarget"),
    ("MappingRationale", NO_TERM, "ng:rationale"),
    ("MappingCreated", MAPPING, "dcterms:created"),
    ("MappingJustification", MAPPING, "sssom:mapping_justification"),
    ("MappingAuthor", MAPPING, "sssom:author_label"),
    ("MappingTargetVersion", MAPPING, "sssom:object_source_version"),
    ("TemplateControl", TEMPLATE, "ng:forControl"),
    ("PenaltyFormula", PENALTY, "ng:formula"),
    ("PenaltySource", PENALTY, "dcterms:source"),
    ("PenaltyCurrency", PENALTY, "ng:currency"),
    ("PresumptionRequirement", PRESUMPTION, "ng:presumedRequirement"),
    ("PresumptionInstrument", PRESUMPTION, "ng:presumptionInstrument"),
    ("PresumptionGround", PRESUMPTION, "ng:presumptionGround"),
    ("RiskTypeControl", RISK_TYPE, "ng:addressedByControl"),
    ("RiskTypeRequirement", RISK_TYPE, "ng:threatensRequirement"),
    ("RiskTypeStage", RISK_TYPE, "ng:lifecycleStage"),
    ("RiskTypeStride", RISK_TYPE, "ng:strideFacet"),
    ("TensionAuthor", TENSION, "dcterms:creator"),
    ("TensionCreated", TENSION, "dcterms:created"),
    ("TensionDefinition", TENSION, "skos:definition"),
    ("TensionExtent", TENSION, "ng:extentOfAnswer"),
    ("TensionLabel", TENSION, "skos:prefLabel"),
    ("TensionOneSide", TENSION, "ng:oneSide"),
    ("TensionOtherSide", TENSION, "ng:otherSide"),
    ("TensionResolution", TENSION, "ng:proposedResolution"),
    ("TensionReviewState", TENSION, "ng:reviewState"),
    ("TensionSource", TENSION, "dcterms:source"),
    ("TensionTexts", TENSION, "ng:whatTextsSay"),
]
# shape without its ending, statement that is added, focus node, path, value
ADDED = [
    ("PartParent", f"{ARTICLE} ng:directPartOf <law/ch_I>", ARTICLE, "ng:directPartOf", ""),
    ("PlacedProvision", f"{ARTICLE} eli:type_subdivision ng:Point", ARTICLE, "", ARTICLE),
    ("ProvisionVersionPeriod", "<v> a ng:ProvisionVersion", "<v>", "", "<v>"),
    (
        "ProvisionVersionChange",
        "<v> a ng:ProvisionVersion ; ng:changeType ng:Deleted",
        "<v>",
        "",
        "<v>",
    ),
    ("RequirementArising", f"{REQUIREMENT} ng:arisesPer ng:PerSystem", REQUIREMENT, "", REQUIREMENT),
    ("RequirementEvent", f'{REQUIREMENT} ng:triggeredBy "an incident"', REQUIREMENT, "ng:triggeredBy", ""),
    ("ElementOwner", f"<law/art_1/req_2> ng:hasElement {ELEMENT}", ELEMENT, "", ""),
    ("CompoundOperands", "<c> a ng:Disjunction ; ng:operand <condition/one>", "<c>", "ng:operand", ""),
    ("RulePeriodFrom", f'{WINDOW} ng:validFrom "2024"', WINDOW, "ng:validFrom", ""),
    ("RulePeriodUntil", f'{DEEMED} ng:validUntil "2024-01-01"', DEEMED, "ng:validUntil", ""),
    (
        "RulePeriodOrder",
        f'{DEEMED} ng:validFrom "2024-01-01"^^xsd:date ; ng:validUntil "2024-01-01"^^xsd:date',
        DEEMED,
        "ng:validFrom",
        "",
    ),
    ("RoleChangeSource", f"{ROLE} dcterms:source <other/art_1>", ROLE, "dcterms:source", ""),
    ("WindowCondition", f"{WINDOW} ng:underCondition <condition/two>", WINDOW, "ng:underCondition", ""),
    ("MappingCovers", f"{NO_TERM} ng:coversElement {ELEMENT}", NO_TERM, "", NO_TERM),
    ("MappingStrength", f"{NO_TERM} ng:strength 11", NO_TERM, "ng:strength", ""),
    ("MappingConfidence", f"{NO_TERM} sssom:confidence 1.2", NO_TERM, "sssom:confidence", ""),
    ("TemplateDemand", f"{NOTHING} ng:evidenceType ng:TestResult", NOTHING, "", NOTHING),
    ("TemplateAge", f"{TEMPLATE} ng:maximumAge 30", TEMPLATE, "ng:maximumAge", ""),
    ("TemplatePerAsset", f"{TEMPLATE} ng:perAsset false", TEMPLATE, "ng:perAsset", ""),
    ("TensionExtent", f'{TENSION} ng:extentOfAnswer "open"', TENSION, "ng:extentOfAnswer", ""),
    ("TensionOtherSide", f"{TENSION} ng:otherSide {REQUIREMENT}", TENSION, "ng:otherSide", REQUIREMENT),
]
# shape without its ending, subject, predicate that is taken away; the shape is about the record as a whole
WHOLE = [
    ("PlacedProvision", ARTICLE, "ng:sortKey"),
    ("ProvisionVersionChange", VERSION, "ng:changedBy"),
    ("DeemingFulfilment", DEEMED, "ng:fulfilledByLaw"),
    ("DisplacementFavours", DISPLACED, "ng:inFavourOf"),
    ("LegacyQuestion", LEGACY, "ng:question"),
    ("RoleChangeRole", ROLE, "ng:makesRole"),
    ("AccompanyingReference", REUSE, "ng:refersTo"),
    ("MappingRelationship", MAPPING, "ng:relationship"),
    ("MappingRationaleType", MAPPING, "ng:rationaleType"),
    ("MappingResidual", MAPPING, "ng:residual"),
    ("MappingReviewState", MAPPING, "ng:reviewState"),
    ("MappingSourceVersion", MAPPING, "sssom:subject_source_version"),
    ("TemplateDemand", TEMPLATE, "ng:evidenceType"),
    ("TemplateDemand", TEMPLATE, "ng:fourEyes"),
    ("TemplateDemand", NOTHING, "ng:justification"),
    ("PresumptionJournal", PRESUMPTION, "ng:officialJournalReference"),
    ("PresumptionAct", "<presumption/specification>", "ng:implementingAct"),
    ("PresumptionFact", "<presumption/setting>", "ng:groundFact"),
]
CASES = [
    *((shape, f"DELETE WHERE {{ {s} {p} ?old }}", s, p, "") for shape, s, p in MISSING),
    *((shape, f"INSERT DATA {{ {added} }}", focus, path, value) for shape, added, focus, path, value in ADDED),
    *((shape, f"DELETE WHERE {{ {s} {p} ?old }}", s, "", s) for shape, s, p in WHOLE),
]


@pytest.fixture
def content(shapes: Callable[[str], Shapes]) -> Shapes:
    return shapes("content")


def test_complete_records_conform(content: Shapes) -> None:
    assert content.findings(content.data()) == set()


@pytest.mark.parametrize(
    ("shape", "change", "focus", "path", "value"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)]
)
def test_one_change_is_found(content: Shapes, shape: str, change: str, focus: str, path: str, value: str) -> None:
    assert content.findings(content.data(change), f"{shape}Shape") == {(focus, path, value, "sh:Violation")}


def test_every_shape_has_a_case(content: Shapes) -> None:
    assert {f"{case[0]}Shape" for case in CASES} == content.names


def test_the_shipped_norms_and_rules_conform(content: Shapes) -> None:
    graph = Graph()
    for path in [
        *ONTOLOGY.glob("requirements/*/*.ttl"),
        *ONTOLOGY.glob("rules/*.ttl"),
        *ONTOLOGY.glob("schemes/*.ttl"),
    ]:
        graph.parse(path)
    assert content.findings(graph) == set()
