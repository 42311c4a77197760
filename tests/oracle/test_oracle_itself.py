from __future__ import annotations

from collections import Counter
from datetime import date
from functools import lru_cache
from itertools import combinations_with_replacement, islice, pairwise, permutations, product
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, Dataset, Graph, URIRef

from tests.oracle import organisations, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib.term import Node

TABLE = """
    |EQ |SUB|SUP|INT|DIS
EQ  |EQ|SUB|SUP|INT|DIS
SUB |SUB|SUB|any|SUB,INT,DIS|DIS
SUP |SUP|EQ,SUB,SUP,INT|SUP|SUP,INT|SUP,INT,DIS
INT |INT|SUB,INT|SUP,INT,DIS|any|SUP,INT,DIS
DIS |DIS|SUB,INT,DIS|DIS|SUB,INT,DIS|any
"""
DERIVED = """
    |EQ|SUB|SUP|INT|DIS
EQ  |FULL|PART|FULL|PART|NONE
SUB |PART|PART|-|-|NONE
SUP |FULL|PART|FULL|PART|-
INT |PART|PART|-|-|-
DIS |NONE|-|NONE|-|-
"""
CODES = ("EQ", "SUB", "SUP", "INT", "DIS")
WEAK = {"EQ": {"EQ"}, "SUB": {"SUB", "EQ"}, "SUP": {"SUP", "EQ"}, "INT": {"EQ", "SUB", "SUP", "INT"}, "DIS": {"DIS"}}


def cells(text: str) -> dict[tuple[str, str], str]:
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()]
    return {(line[0], column): cell for line in lines for column, cell in zip(head[1:], line[1:], strict=True)}


@pytest.mark.parametrize("pair", list(product(CODES, repeat=2)))
def test_composition_is_the_printed_table(pair: tuple[str, str]) -> None:
    printed = cells(TABLE)[pair]
    expected = set(CODES) if printed == "any" else set(printed.split(","))
    assert plain.compose(*pair) == expected


@pytest.mark.parametrize("pair", list(product(CODES, repeat=2)))
def test_what_may_be_derived_is_the_printed_table(pair: tuple[str, str]) -> None:
    printed = cells(DERIVED)[pair]
    assert plain.gives(plain.compose(*pair)) == (None if printed == "-" else printed)


@pytest.mark.parametrize("pair", list(product(CODES, repeat=2)))
def test_a_weak_reading_derives_the_same(pair: tuple[str, str]) -> None:
    weak = {found for one, two in product(WEAK[pair[0]], WEAK[pair[1]]) for found in plain.compose(one, two)}
    assert weak_gives(weak) == plain.gives(plain.compose(*pair))


def weak_gives(relations: set[str]) -> str | None:
    if relations <= {"EQ", "SUP"}:
        return "FULL"
    if relations == {"DIS"}:
        return "NONE"
    return None if "DIS" in relations else "PART"


@pytest.mark.parametrize("pair", list(product(CODES, repeat=2)))
def test_composition_and_converse_commute(pair: tuple[str, str]) -> None:
    turned = plain.compose(plain.CONVERSE[pair[1]], plain.CONVERSE[pair[0]])
    assert turned == {plain.CONVERSE[one] for one in plain.compose(*pair)}


BASE = """
@prefix ng: <https://w3id.org/normgraph/ns#> .
@prefix id: <https://w3id.org/normgraph/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sssom: <https://w3id.org/sssom/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

id:law a ng:Framework .
id:law-v1 a ng:FrameworkVersion ; ng:versionOf id:law ; owl:versionInfo "v1" ; ng:validFrom "2024-01-01"^^xsd:date .
id:law-v2 a ng:FrameworkVersion ; ng:versionOf id:law ; owl:versionInfo "v2" ; ng:validFrom "2026-01-01"^^xsd:date .
id:art a ng:Provision ; ng:inFramework id:law ; ng:directPartOf id:law ; eli:type_subdivision ng:Article ;
  ng:decompositionComplete true .
id:par a ng:Provision ; ng:inFramework id:law ; ng:directPartOf id:art ; eli:type_subdivision ng:Paragraph ;
  ng:decompositionComplete true .
id:other a ng:Provision ; ng:inFramework id:law ; ng:directPartOf id:law ; eli:type_subdivision ng:Article .
id:window a ng:ApplicationWindow ; ng:governs id:law ; ng:appliesFrom "2025-01-01"^^xsd:date .

id:std a ng:Framework .
id:std-v a ng:FrameworkVersion ; ng:versionOf id:std ; owl:versionInfo "2023" .
id:control a ng:Control , ng:Provision ; ng:inFramework id:std ; ng:directPartOf id:std .
id:control2 a ng:Control , ng:Provision ; ng:inFramework id:std ; ng:directPartOf id:std .
id:template a ng:EvidenceTemplate ; ng:forControl id:control ; ng:evidenceType id:report ; ng:minimumCount 1 .
id:template2 a ng:EvidenceTemplate ; ng:forControl id:control2 ; ng:evidenceType id:report ; ng:minimumCount 1 .
id:testReport skos:broader id:report .

id:provider skos:inScheme id:roles .
id:deployer skos:inScheme id:roles .
id:importer skos:inScheme id:roles ; skos:broader id:deployer .

id:req a ng:Requirement ; ng:derivedFrom id:par ; ng:bearer id:provider ; ng:modality ng:Obligation ;
  ng:hasElement id:e1 , id:e2 ; ng:elementsComplete true ; ng:requiresHumanJudgement false ;
  ng:assessedPer ng:PerSystem ; ng:organisationFacing true .
id:e1 a ng:Element .
id:e2 a ng:Element .

id:row a sssom:Mapping ; owl:annotatedSource id:control ; owl:annotatedTarget id:req ; ng:relationship ng:EqualTo ;
  ng:rationaleType ng:Functional ; ng:reviewState ng:ExpertReviewed ; sssom:object_source_version "v2" .

id:org a ng:Organisation .
id:system a ng:AISystem ; ng:belongsTo id:org .
id:role a ng:RoleAssignment ; ng:party id:org ; ng:role id:provider ; ng:inRespectOf id:system .
id:impl a ng:ControlImplementation ; ng:implementsControl id:control ; ng:status ng:Implemented ;
  ng:hasScope id:system .
id:proof a ng:Evidence ; ng:evidences id:impl ; ng:evidenceType id:testReport ; ng:outcome ng:Supports ;
  dcterms:issued "2026-01-10"^^xsd:date ; ng:validUntil "2026-12-31"^^xsd:date ;
  ng:collectedBy id:tester ; ng:approvedBy id:auditor .
"""
PREFIXES = "\n".join(line for line in BASE.splitlines() if line.startswith("@prefix"))
ORG = URIRef("https://w3id.org/normgraph/id/org")
AS_OF = date(2026, 6, 15)
DEFAULT = plain.Policy()
FACT = """
id:fact a ng:FactProperty ; ng:factOf ng:AISystem .
id:cond a ng:FactCondition ; ng:onFact id:fact ; ng:expects true .
"""
SECOND_SYSTEM = """
id:system2 a ng:AISystem ; ng:belongsTo id:org .
id:role2 a ng:RoleAssignment ; ng:party id:org ; ng:role id:provider ; ng:inRespectOf id:system2 .
"""


def iri(name: str) -> URIRef:
    return URIRef(f"https://w3id.org/normgraph/id/{name}")


def term(graph: Graph, name: str) -> URIRef:
    return URIRef(graph.namespace_manager.expand_curie(name if ":" in name else f"id:{name}"))


def build(add: str = "", without: str = "") -> Graph:
    """Return the base graph less the (subject, predicate) pairs in without, plus the Turtle in add."""
    graph = Graph()
    graph.parse(data=BASE, format="turtle")
    for pair in without.split(";") if without else ():
        subject, *predicate = pair.split()
        graph.remove((term(graph, subject), term(graph, predicate[0]) if predicate else None, None))
    graph.parse(data=PREFIXES + add, format="turtle")
    return graph


def assess_all(
    graph: Graph, policy: plain.Policy = DEFAULT, as_of: date = AS_OF
) -> dict[tuple[str, str], plain.Result]:
    found = plain.assess(graph, ORG, as_of, policy)
    return {(plain.local(one["requirement"]), plain.local(one["scope"])): one for one in found}


def only(
    add: str = "", without: str = "", *, policy: plain.Policy = DEFAULT, as_of: date = AS_OF, scope: str = "system"
) -> plain.Result:
    return assess_all(build(add, without), policy, as_of)["req", scope]


def told(result: plain.Result) -> str:
    return result["state"] + (f" ({result['kind']})" if result["kind"] else "")


def test_the_base_is_covered_in_all_its_parts() -> None:
    result = only()
    assert told(result) == "Covered"
    assert result["assurance"] == "expert-reviewed"
    assert result["first_expiry"] == date(2026, 12, 31)
    assert result["effective_from"] == date(2025, 1, 1)
    assert result["missing"] == set()
    assert result["if_applicable"] is None


OVERRIDE = """id:o a ng:Override ; ng:ofRequirement id:req ; ng:inRespectOf id:system ;
  ng:overridingState ng:NotCovered ; ng:judgedBy id:counsel ; ng:reason "why" ;
  dcterms:issued "2026-06-01"^^xsd:date ; """
LATER_OVERRIDE = """id:o2 a ng:Override ; ng:ofRequirement id:req ; ng:inRespectOf id:system ;
  ng:overridingState ng:PartiallyCovered ; ng:judgedBy id:counsel ; ng:reason "why" ;
  dcterms:issued "2026-06-02"^^xsd:date ; ng:validUntil "2026-06-30"^^xsd:date ."""
JUDGEMENT = """id:j a ng:Judgement ; ng:ofRequirement id:req ; ng:inRespectOf id:system ; ng:judgedBy id:counsel ;
  dcterms:issued "2026-06-01"^^xsd:date ; ng:validUntil "2026-06-30"^^xsd:date ; ng:conclusion """
EVENT = """id:req ng:triggeredBy id:incident . id:ev a ng:Event ; ng:eventType id:incident ; ng:inRespectOf id:system ;
  ng:awareAt "2026-06-01T09:00:00Z"^^xsd:dateTime ; dcterms:issued "2026-06-01"^^xsd:date ."""
EVENT2 = """id:ev2 a ng:Event ; ng:eventType id:incident ; ng:inRespectOf id:org ;
  ng:awareAt "2026-06-02T09:00:00Z"^^xsd:dateTime ; dcterms:issued "2026-06-02"^^xsd:date ."""
PERFORMED = """id:shown a ng:Evidence ; ng:showsPerformanceOf id:req ; ng:ofEvent id:ev ; ng:outcome ng:Supports ;
  dcterms:issued "2026-06-03"^^xsd:date ; ng:collectedBy id:tester ; ng:approvedBy id:auditor ."""
LEGACY = "id:l a ng:LegacyRule ; ng:governs id:art ; ng:cutOff "
CUT_OFF = LEGACY + '"2026-02-01"^^xsd:date .'
CUT_OFF_NO_LAW = LEGACY + '"2026-02-01"^^xsd:date ; ng:validUntil "2026-06-15"^^xsd:date .'
CUT_OFF_NOT_YET = LEGACY + '"2026-02-01"^^xsd:date ; ng:validFrom "2026-06-16"^^xsd:date .'
CUT_OFFS = LEGACY + '"2026-02-01"^^xsd:date , "2026-04-01"^^xsd:date .'
DEEMING = "id:d a ng:DeemingRule ; ng:deems id:par ; ng:fulfilledBy id:other ."
REFERRED = """id:other ng:decompositionComplete true . id:req2 a ng:Requirement ; ng:derivedFrom id:other ;
  ng:bearer id:provider ; ng:modality ng:Obligation ; ng:requiresHumanJudgement false ;
  ng:assessedPer ng:PerSystem ; ng:organisationFacing true ."""
REFERRED_ROW = """id:row9 a sssom:Mapping ; owl:annotatedSource id:control ; owl:annotatedTarget id:req2 ;
  ng:relationship ng:SupersetOf ; ng:rationaleType ng:Functional ; ng:reviewState ng:LegallyReviewed ;
  sssom:object_source_version "v2" ."""
VERSIONS = """id:par-v1 a ng:ProvisionVersion ; ng:versionOf id:par ; ng:validUntil "2026-01-01"^^xsd:date .
id:par-v2 a ng:ProvisionVersion ; ng:versionOf id:par ; ng:validFrom "2026-01-01"^^xsd:date .
id:req ng:derivedFromVersion id:par-v2 ."""


def row(name: str, source: str, relation: str, target: str, *, covers: str = "", state: str = "Proposed") -> str:
    named = f"ng:coversElement {covers} ;" if covers else ""
    return f"""id:{name} a sssom:Mapping ; owl:annotatedSource id:{source} ; owl:annotatedTarget id:{target} ; {named}
      ng:relationship ng:{relation} ; ng:rationaleType ng:Functional ; ng:reviewState ng:{state} ;
      sssom:object_source_version "v2" ."""


def implementation(name: str, control: str, scope: str = "system") -> str:
    return f"""id:{name} a ng:ControlImplementation ; ng:implementsControl id:{control} ; ng:status ng:Implemented ;
      ng:hasScope id:{scope} .
    id:{name}-proof a ng:Evidence ; ng:evidences id:{name} ; ng:evidenceType id:report ; ng:outcome ng:Supports ;
      dcterms:issued "2026-02-01"^^xsd:date ; ng:validUntil "2026-09-30"^^xsd:date ;
      ng:collectedBy id:tester ; ng:approvedBy id:auditor ."""


WINDOW = "id:w2 a ng:ApplicationWindow ; "
PART = "row ng:relationship"
CASES: list[tuple[str, str, str, str]] = [
    # name, added, removed, expected
    ("R0 an override in force wins", OVERRIDE + 'ng:validUntil "2026-06-15"^^xsd:date .', "", "NotCovered"),
    ("R0 an expired override is nothing", OVERRIDE + 'ng:validUntil "2026-06-14"^^xsd:date .', "", "Covered"),
    ("R0 an override needs an expiry", OVERRIDE.rstrip("; ") + ".", "", "Covered"),
    (
        "R0 the latest override wins",
        OVERRIDE + 'ng:validUntil "2026-06-15"^^xsd:date .' + LATER_OVERRIDE,
        "",
        "PartiallyCovered",
    ),
    (
        "R1 a role of the same scheme only",
        "id:role ng:role id:deployer .",
        "role ng:role",
        "NotApplicable (role-or-class)",
    ),
    ("R1 no role recorded is not false", "", "role", "NeedsLegalReview"),
    ("R1 a recorded is-not", "id:role ng:holds false .", "", "NotApplicable (role-or-class)"),
    (
        "R1 a role that ended today",
        'id:role ng:validUntil "2026-06-15"^^xsd:date .',
        "",
        "NotApplicable (role-or-class)",
    ),
    ("R1 a role that starts today", 'id:role ng:validFrom "2026-06-15"^^xsd:date .', "", "Covered"),
    (
        "R1 a narrower role is the role",
        "id:role ng:role id:importer . id:req ng:bearer id:deployer .",
        "role ng:role; req ng:bearer",
        "Covered",
    ),
    (
        "R1 denying the broader role denies the narrower",
        "id:role ng:role id:deployer ; ng:holds false . id:req ng:bearer id:importer .",
        "role ng:role; req ng:bearer",
        "NotApplicable (role-or-class)",
    ),
    (
        "R1 any of several bearers",
        "id:role ng:role id:deployer . id:req ng:bearer id:deployer .",
        "role ng:role",
        "Covered",
    ),
    (
        "R1 a known false condition",
        FACT + "id:req ng:appliesWhen id:cond . id:system id:fact false .",
        "",
        "NotApplicable (role-or-class)",
    ),
    ("R1 a known true condition", FACT + "id:req ng:appliesWhen id:cond . id:system id:fact true .", "", "Covered"),
    ("R2b an unknown fact asks", FACT + "id:req ng:appliesWhen id:cond .", "", "NeedsLegalReview"),
    (
        "R1 Kleene: unknown and false is false",
        FACT + "id:req ng:appliesWhen id:cond . id:system id:fact false .",
        "role",
        "NotApplicable (role-or-class)",
    ),
    (
        "R1 Kleene: false and unknown is false",
        FACT + "id:req ng:appliesWhen id:cond . id:role ng:holds false .",
        "",
        "NotApplicable (role-or-class)",
    ),
    (
        "R1 Kleene: not of unknown is unknown",
        FACT + "id:req ng:appliesWhen id:n . id:n a ng:Negation ; ng:operand id:cond .",
        "",
        "NeedsLegalReview",
    ),
    (
        "R1 Kleene: true or unknown is true",
        FACT
        + """id:req ng:appliesWhen id:any . id:any a ng:Disjunction ; ng:operand id:cond , id:cond2 .
        id:cond2 a ng:FactCondition ; ng:onFact id:fact2 ; ng:expects id:high . id:fact2 ng:factOf ng:AISystem .
        id:system id:fact2 id:veryHigh . id:veryHigh skos:broader id:high .""",
        "",
        "Covered",
    ),
    (
        "R1 a fact of linked assets, one of which is enough",
        """id:fact ng:factOf ng:ICTService . id:cond a ng:FactCondition ; ng:onFact id:fact ; ng:expects true .
        id:req ng:appliesWhen id:cond . id:a a ng:ICTService ; id:fact true . id:b a ng:ICTService ; id:fact false .
        id:system ng:uses id:a . id:b ng:uses id:system .""",
        "",
        "Covered",
    ),
    (
        "R1 no such asset at all is false only if recorded",
        """id:fact ng:factOf ng:ICTService . id:cond a ng:FactCondition ; ng:onFact id:fact ; ng:expects true .
        id:req ng:appliesWhen id:cond . id:org ng:hasNone ng:ICTService .""",
        "",
        "NotApplicable (role-or-class)",
    ),
    (
        "R1b displaced",
        "id:d a ng:DisplacementRule ; ng:displaces id:art ; ng:inFavourOf id:other .",
        "",
        "NotApplicable (displaced)",
    ),
    (
        "R1b except what is excepted",
        "id:d a ng:DisplacementRule ; ng:displaces id:art ; ng:exceptProvision id:par .",
        "",
        "Covered",
    ),
    (
        "R1b not known to be displaced asks",
        FACT + "id:d a ng:DisplacementRule ; ng:displaces id:art ; ng:appliesWhen id:cond .",
        "",
        "NeedsLegalReview",
    ),
    ("R1c deemed by rules with nothing modelled", DEEMING, "", "NeedsLegalReview"),
    ("R1c deemed takes the state of what it refers to", DEEMING + REFERRED, "", "NotCovered"),
    ("R1c deemed covered", DEEMING + REFERRED + REFERRED_ROW, "", "Covered"),
    (
        "R1c deemed elsewhere and not applicable there",
        DEEMING + REFERRED + "id:req2 ng:bearer id:deployer .",
        "",
        "NotCovered",
    ),
    (
        "R1c deemed but also by a law outside",
        DEEMING + REFERRED + REFERRED_ROW + 'id:d ng:fulfilledByLaw "internal governance" .',
        "",
        "NeedsLegalReview",
    ),
    (
        "R1c deemed by itself",
        "id:d a ng:DeemingRule ; ng:deems id:par ; ng:fulfilledBy id:art .",
        "",
        "NeedsLegalReview",
    ),
    (
        "R1d before the cut-off",
        CUT_OFF + 'id:system ng:marketDate "2026-01-31"^^xsd:date .',
        "",
        "NotApplicable (legacy)",
    ),
    ("R1d on the cut-off", CUT_OFF + 'id:system ng:marketDate "2026-02-01"^^xsd:date .', "", "Covered"),
    (
        "R1d between two cut-offs",
        CUT_OFFS + 'id:system ng:marketDate "2026-03-01"^^xsd:date .',
        "",
        "NeedsLegalReview",
    ),
    (
        "R1d before both cut-offs",
        CUT_OFFS + 'id:system ng:marketDate "2026-01-01"^^xsd:date .',
        "",
        "NotApplicable (legacy)",
    ),
    (
        "R1d a rule that is no longer law",
        CUT_OFF_NO_LAW + 'id:system ng:marketDate "2026-01-01"^^xsd:date .',
        "",
        "Covered",
    ),
    (
        "R1d a rule that is no law yet",
        CUT_OFF_NOT_YET + 'id:system ng:marketDate "2026-01-01"^^xsd:date .',
        "",
        "Covered",
    ),
    ("R1d no market date asks", CUT_OFF, "", "NeedsLegalReview"),
    (
        "R1d grace not over",
        CUT_OFF + 'id:l ng:graceUntil "2026-06-16"^^xsd:date . id:system ng:marketDate "2026-01-01"^^xsd:date .',
        "",
        "NotYetApplicable",
    ),
    (
        "R1d grace over",
        CUT_OFF + 'id:l ng:graceUntil "2026-06-15"^^xsd:date . id:system ng:marketDate "2026-01-01"^^xsd:date .',
        "",
        "Covered",
    ),
    (
        "R1d a significant change ends it",
        CUT_OFF
        + """id:l ng:endedBySignificantChange true . id:system ng:marketDate "2026-01-01"^^xsd:date ;
        ng:significantlyChanged true ; ng:significantChangeDate "2026-06-15"^^xsd:date .""",
        "",
        "Covered",
    ),
    (
        "R1d not changed yet",
        CUT_OFF
        + """id:l ng:endedBySignificantChange true . id:system ng:marketDate "2026-01-01"^^xsd:date ;
        ng:significantlyChanged true ; ng:significantChangeDate "2026-06-16"^^xsd:date .""",
        "",
        "NotApplicable (legacy)",
    ),
    (
        "R1d not known whether changed",
        CUT_OFF + 'id:l ng:endedBySignificantChange true . id:system ng:marketDate "2026-01-01"^^xsd:date .',
        "",
        "NeedsLegalReview",
    ),
    (
        "R2 the day before",
        WINDOW + 'ng:governs id:par ; ng:appliesFrom "2026-06-16"^^xsd:date .',
        "",
        "NotYetApplicable",
    ),
    ("R2 the day itself", WINDOW + 'ng:governs id:par ; ng:appliesFrom "2026-06-15"^^xsd:date .', "", "Covered"),
    (
        "R2 the nearest window decides",
        WINDOW
        + """ng:governs id:art ; ng:appliesFrom "2027-01-01"^^xsd:date .
        id:w3 a ng:ApplicationWindow ; ng:governs id:par ; ng:appliesFrom "2026-01-01"^^xsd:date .""",
        "",
        "Covered",
    ),
    (
        "R2 a window that is no longer law",
        WINDOW
        + """ng:governs id:par ; ng:appliesFrom "2027-01-01"^^xsd:date ;
        ng:validUntil "2026-06-15"^^xsd:date .""",
        "",
        "Covered",
    ),
    (
        "R2 two possible dates around the day ask",
        FACT
        + WINDOW
        + """ng:governs id:par ; ng:appliesFrom "2026-01-01"^^xsd:date ; ng:underCondition id:cond .
        id:w3 a ng:ApplicationWindow ; ng:governs id:par ; ng:appliesFrom "2027-01-01"^^xsd:date .""",
        "",
        "NeedsLegalReview",
    ),
    (
        "R2 no window left asks",
        FACT
        + WINDOW
        + """ng:governs id:par ; ng:appliesFrom "2026-01-01"^^xsd:date ; ng:underCondition id:cond .
        id:system id:fact false .""",
        "",
        "NeedsLegalReview",
    ),
    (
        "R2 not yet under every completion of an unknown",
        WINDOW + 'ng:governs id:par ; ng:appliesFrom "2026-06-16"^^xsd:date .',
        "role",
        "NotYetApplicable",
    ),
    (
        "R2 presupposes what does not apply yet",
        """id:req ng:presupposes id:other .
        id:w2 a ng:ApplicationWindow ; ng:governs id:other ; ng:appliesFrom "2027-12-02"^^xsd:date .""",
        "",
        "NeedsLegalReview",
    ),
    (
        "R2 a window with an exception",
        WINDOW + 'ng:governs id:art ; ng:exceptProvision id:par ; ng:appliesFrom "2027-01-01"^^xsd:date .',
        "",
        "Covered",
    ),
    ("R2 no window ever", "", "window", "Covered"),
    ("R2 presupposes what applies", "id:req ng:presupposes id:other .", "", "Covered"),
    ("R3 a rejected row", "id:row ng:reviewState ng:Rejected .", "row ng:reviewState", "NotCovered"),
    ("R3 a disputed row", "id:row ng:reviewState ng:Disputed .", "row ng:reviewState", "NotCovered"),
    ("R3 a superseded row", "id:row ng:reviewState ng:Superseded .", "row ng:reviewState", "NotCovered"),
    ("R3 a semantic row", "id:row ng:rationaleType ng:Semantic .", "row ng:rationaleType", "NotCovered"),
    ("R3 a row at the version in force", VERSIONS, "", "Covered"),
    (
        "R3 a stale row",
        VERSIONS + 'id:row sssom:object_source_version "v1" .',
        "row sssom:object_source_version",
        "NotCovered",
    ),
    (
        "R3 an unchanged provision is never stale",
        'id:row sssom:object_source_version "v1" .',
        "row sssom:object_source_version",
        "Covered",
    ),
    ("R4 full on an ancestor", "id:row owl:annotatedTarget id:art .", "row owl:annotatedTarget", "Covered"),
    (
        "R4 part on an ancestor is nothing",
        "id:row owl:annotatedTarget id:art ; ng:relationship ng:SubsetOf .",
        "row owl:annotatedTarget; row ng:relationship",
        "NotCovered",
    ),
    ("R4 a positive nothing is nothing", "id:row ng:relationship ng:NoRelationship .", PART, "NotCovered"),
    ("§3 a loose row", "id:row ng:relationship ng:IntersectsWith .", PART, "PartiallyCovered"),
    (
        "§3 one element of two",
        "id:row ng:relationship ng:SubsetOf ; ng:coversElement id:e1 .",
        PART,
        "PartiallyCovered",
    ),
    (
        "§3 two halves of a complete decomposition",
        "id:row ng:relationship ng:SubsetOf ; ng:coversElement id:e1 ."
        + row("row2", "control2", "IntersectsWith", "req", covers="id:e2")
        + implementation("impl2", "control2"),
        PART,
        "Covered",
    ),
    (
        "§3 two halves without the flag",
        "id:row ng:relationship ng:SubsetOf ; ng:coversElement id:e1 . id:req ng:elementsComplete false ."
        + row("row2", "control2", "IntersectsWith", "req", covers="id:e2")
        + implementation("impl2", "control2"),
        PART + "; req ng:elementsComplete",
        "PartiallyCovered",
    ),
    (
        "§3 two halves, one without evidence",
        "id:row ng:relationship ng:SubsetOf ; ng:coversElement id:e1 ."
        + row("row2", "control2", "IntersectsWith", "req", covers="id:e2")
        + implementation("impl2", "control2")
        + "id:template2 ng:minimumCount 2 .",
        PART + "; template2 ng:minimumCount",
        "ClaimedWithoutCurrentEvidence",
    ),
    (
        "§3 a dropped element is not missing",
        FACT
        + """id:row ng:relationship ng:SubsetOf ; ng:coversElement id:e1 . id:e2 ng:appliesWhen id:cond .
        id:system id:fact false .""",
        PART,
        "Covered",
    ),
    (
        "§3 an element that may apply is kept",
        FACT + "id:row ng:relationship ng:SubsetOf ; ng:coversElement id:e1 . id:e2 ng:appliesWhen id:cond .",
        PART,
        "PartiallyCovered",
    ),
    ("R5 planned", "id:impl ng:status ng:Planned .", "impl ng:status", "NotCovered"),
    ("R5 in another scope", "id:impl ng:hasScope id:elsewhere .", "impl ng:hasScope", "NotCovered"),
    ("R5 for the whole organisation", "id:impl ng:hasScope id:org .", "impl ng:hasScope", "Covered"),
    ("R5 ended today", 'id:impl ng:validUntil "2026-06-15"^^xsd:date .', "", "NotCovered"),
    (
        "R5 excluded in the statement of applicability",
        """id:x a ng:ControlImplementation ; ng:implementsControl id:control ; ng:status ng:Excluded ;
        ng:hasScope id:org .""",
        "",
        "NotCovered",
    ),
    ("R6 no template", "", "template", "ClaimedWithoutCurrentEvidence"),
    (
        "R6 a declared nothing",
        'id:template ng:demandsNothing true ; ng:justification "why" .',
        "proof",
        "Covered",
    ),
    ("R6 an unjustified nothing", "id:template ng:demandsNothing true .", "proof", "ClaimedWithoutCurrentEvidence"),
    ("R6 one of two", "id:template ng:minimumCount 2 .", "template ng:minimumCount", "ClaimedWithoutCurrentEvidence"),
    ("R6 contradicting", "id:proof ng:outcome ng:Contradicts .", "proof ng:outcome", "ClaimedWithoutCurrentEvidence"),
    ("R6 self-approved", "id:proof ng:collectedBy id:auditor .", "", "ClaimedWithoutCurrentEvidence"),
    ("R6 unapproved", "", "proof ng:approvedBy", "ClaimedWithoutCurrentEvidence"),
    (
        "R6 another type",
        "id:proof ng:evidenceType id:minutes .",
        "proof ng:evidenceType",
        "ClaimedWithoutCurrentEvidence",
    ),
    ("R6 valid to the last day", 'id:proof ng:validUntil "2026-06-15"^^xsd:date .', "proof ng:validUntil", "Covered"),
    (
        "R6 expired yesterday",
        'id:proof ng:validUntil "2026-06-14"^^xsd:date .',
        "proof ng:validUntil",
        "ClaimedWithoutCurrentEvidence",
    ),
    ("R6 as old as allowed", "id:template ng:maximumAge 156 .", "", "Covered"),
    ("R6 a day too old", "id:template ng:maximumAge 155 .", "", "ClaimedWithoutCurrentEvidence"),
    ("R6 about another asset", "id:proof ng:inRespectOf id:system2 .", "", "ClaimedWithoutCurrentEvidence"),
    ("R6 about the organisation", "id:proof ng:inRespectOf id:org .", "", "Covered"),
    (
        "R6 per asset and about the organisation",
        "id:template ng:perAsset true . id:proof ng:inRespectOf id:org .",
        "",
        "ClaimedWithoutCurrentEvidence",
    ),
    ("R6 per asset and about it", "id:template ng:perAsset true . id:proof ng:inRespectOf id:system .", "", "Covered"),
    (
        "R6 superseded by a valid successor",
        """id:next a ng:Evidence ; ng:supersedes id:proof ; dcterms:issued "2026-06-15"^^xsd:date ;
        ng:collectedBy id:tester ; ng:approvedBy id:auditor .""",
        "",
        "ClaimedWithoutCurrentEvidence",
    ),
    (
        "R6 the successor is not approved",
        """id:next a ng:Evidence ; ng:supersedes id:proof ; dcterms:issued "2026-06-15"^^xsd:date ;
        ng:collectedBy id:tester ; ng:approvedBy id:tester .""",
        "",
        "Covered",
    ),
    (
        "R6 an open major finding",
        """id:f a ng:Finding ; ng:against id:impl ; ng:severity ng:Major ; dcterms:issued "2026-06-15"^^xsd:date ;
        ng:closedOn "2026-06-16"^^xsd:date .""",
        "",
        "ClaimedWithoutCurrentEvidence",
    ),
    (
        "R6 a major finding closed today",
        """id:f a ng:Finding ; ng:against id:impl ; ng:severity ng:Major ; dcterms:issued "2026-06-01"^^xsd:date ;
        ng:closedOn "2026-06-15"^^xsd:date .""",
        "",
        "Covered",
    ),
    (
        "R6 an open minor finding",
        'id:f a ng:Finding ; ng:against id:impl ; ng:severity ng:Minor ; dcterms:issued "2026-06-01"^^xsd:date .',
        "",
        "Covered",
    ),
    ("R7 contradicting rows of one control", row("row2", "control", "SubsetOf", "req"), "", "NeedsLegalReview"),
    ("R7 disagreeing rows of two controls", row("row2", "control2", "NoRelationship", "req"), "", "Covered"),
    ("R7 nothing on the ancestor contradicts", row("row2", "control", "NoRelationship", "art"), "", "NeedsLegalReview"),
    ("R7 part on the ancestor contradicts nothing", row("row2", "control", "SubsetOf", "art"), "", "Covered"),
    (
        "R7 ready for judgement",
        "id:req ng:requiresHumanJudgement true .",
        "req ng:requiresHumanJudgement",
        "NeedsLegalReview",
    ),
    ("R7 the cautious default", "", "req ng:requiresHumanJudgement", "NeedsLegalReview"),
    ("R7 the law's open word", 'id:req ng:operativeQualifier "appropriate"@en .', "", "NeedsLegalReview"),
    ("R7 judged sufficient", JUDGEMENT + "ng:Sufficient .", "req ng:requiresHumanJudgement", "Covered"),
    ("R7 judged insufficient", JUDGEMENT + "ng:Insufficient .", "req ng:requiresHumanJudgement", "PartiallyCovered"),
    (
        "R7 an expired judgement is none",
        JUDGEMENT.replace("2026-06-30", "2026-06-14") + "ng:Sufficient .",
        "req ng:requiresHumanJudgement",
        "NeedsLegalReview",
    ),
    (
        "R7 the latest judgement counts",
        JUDGEMENT
        + "ng:Insufficient ."
        + JUDGEMENT.replace("id:j ", "id:j2 ").replace("2026-06-01", "2026-06-02")
        + "ng:Sufficient .",
        "req ng:requiresHumanJudgement",
        "Covered",
    ),
    ("R7 no row", "", "row", "NotCovered"),
    ("events: none yet, readiness", "id:req ng:triggeredBy id:incident .", "", "Covered"),
    ("events: one, nothing done", EVENT, "", "NotCovered"),
    ("events: one of another type", EVENT.replace("eventType id:incident", "eventType id:leak"), "", "Covered"),
    (
        "events: one that is still to come",
        EVENT.replace("2026-06-01", "2026-06-16"),
        "",
        "Covered",
    ),
    ("events: one, performed", EVENT + PERFORMED, "row", "Covered"),
    ("events: two, one performed", EVENT + EVENT2 + PERFORMED, "", "PartiallyCovered"),
    (
        "events: performed, judgement still asked",
        EVENT + PERFORMED,
        "req ng:requiresHumanJudgement",
        "NeedsLegalReview",
    ),
    (
        "events: self-approved performance",
        EVENT + PERFORMED + "id:shown ng:collectedBy id:auditor .",
        "",
        "NotCovered",
    ),
]


@pytest.mark.parametrize(("name", "add", "without", "expected"), CASES, ids=[case[0] for case in CASES])
def test_by_hand(name: str, add: str, without: str, expected: str) -> None:
    assert told(only(add, without)) == expected, name


NEXT_DAY = """id:w9 a ng:ApplicationWindow ; ng:governs id:par ;
  ng:appliesFrom "2026-06-16"^^xsd:date . """
SINCE_MAY = """id:w8 a ng:ApplicationWindow ; ng:governs id:other ;
  ng:appliesFrom "2026-05-01"^^xsd:date . """
NARROWER_BEARER = "id:req ng:bearer id:operator . id:provider skos:broader id:operator . "
SECOND_FACT = """id:fact2 a ng:FactProperty ; ng:factOf ng:AISystem .
  id:cond2 a ng:FactCondition ; ng:onFact id:fact2 ; ng:expects true . """
LIMITATION = FACT + "id:lim a ng:ScopeLimitationRule ; ng:limits id:art ; ng:appliesWhen id:cond . "
HOLDS, FAILS = "id:system id:fact true . ", "id:system id:fact false . "
TO_RIGHTS = LIMITATION + "id:lim ng:limitedToEvent id:rights . id:rightsOfChildren skos:broader id:rights . "
RIGHTS = "id:rights skos:broader id:incident . "
SECOND_LIMITATION = """id:lim2 a ng:ScopeLimitationRule ; ng:limits id:par ; ng:limitedToEvent id:other-type .
  id:rights skos:broader id:incident . """


def of_type(kind: str) -> str:
    return EVENT.replace("eventType id:incident", f"eventType id:{kind}")


LIMITATIONS: list[tuple[str, str, str, str]] = [
    ("it takes the requirement away", LIMITATION + HOLDS, "", "NotApplicable (role-or-class)"),
    ("it does not where its conditions fail", LIMITATION + FAILS, "", "Covered"),
    ("undetermined, it makes undetermined", LIMITATION, "", "NeedsLegalReview"),
    (
        "all its conditions have to hold",
        LIMITATION
        + HOLDS
        + """id:lim ng:appliesWhen id:cond2 . id:fact2 ng:factOf ng:AISystem . id:system id:fact2 false .
        id:cond2 a ng:FactCondition ; ng:onFact id:fact2 ; ng:expects true .""",
        "",
        "Covered",
    ),
    ("it names a requirement", LIMITATION + HOLDS + "id:lim ng:limits id:req .", "lim ng:limits", "NotApplicable"),
    ("it leaves its exceptions", LIMITATION + HOLDS + "id:lim ng:exceptProvision id:par .", "", "Covered"),
    ("it needs no role to be known", LIMITATION + HOLDS, "role", "NotApplicable (role-or-class)"),
    (
        "it comes before displacement",
        LIMITATION + HOLDS + "id:d a ng:DisplacementRule ; ng:displaces id:art .",
        "",
        "NotApplicable (role-or-class)",
    ),
    (
        "undetermined, it comes after displacement",
        LIMITATION + "id:d a ng:DisplacementRule ; ng:displaces id:art .",
        "",
        "NotApplicable (displaced)",
    ),
    ("it comes after an override", LIMITATION + HOLDS + LATER_OVERRIDE, "", "PartiallyCovered"),
    ("before the date it is not yet", LIMITATION + NEXT_DAY, "", "NotYetApplicable"),
    ("a question, holding", LIMITATION + HOLDS + 'id:lim ng:question "how far?" .', "", "NeedsLegalReview"),
    ("a question, perhaps holding", LIMITATION + 'id:lim ng:question "how far?" .', "", "NeedsLegalReview"),
    ("a question, not holding", LIMITATION + FAILS + 'id:lim ng:question "how far?" .', "", "Covered"),
    ("to an event: the requirement stays", TO_RIGHTS + HOLDS, "", "Covered"),
    ("to an event of that type", TO_RIGHTS + RIGHTS + HOLDS + of_type("rights"), "", "NotCovered"),
    ("to an event of a narrower type", TO_RIGHTS + RIGHTS + HOLDS + of_type("rightsOfChildren"), "", "NotCovered"),
    ("to an event, and another was", TO_RIGHTS + HOLDS + EVENT, "", "Covered"),
    ("to an event, not holding, and another was", TO_RIGHTS + FAILS + EVENT, "", "NotCovered"),
    ("perhaps to an event, and another was", TO_RIGHTS + EVENT, "", "NeedsLegalReview"),
    ("perhaps to an event of that type", TO_RIGHTS + RIGHTS + of_type("rights"), "", "NotCovered"),
    ("perhaps to an event, and none was", TO_RIGHTS, "", "Covered"),
    (
        "perhaps to an event, and one that sets nothing going was",
        TO_RIGHTS + of_type("leak") + "id:leak skos:broader id:mishap .",
        "",
        "Covered",
    ),
    ("perhaps to an event, and one is still to come", TO_RIGHTS + EVENT.replace("06-01", "06-16"), "", "Covered"),
    (
        "perhaps to an event that another limitation leaves aside anyway",
        TO_RIGHTS + SECOND_LIMITATION + EVENT,
        "",
        "Covered",
    ),
    (
        "both to events: no event is of both types",
        TO_RIGHTS + HOLDS + SECOND_LIMITATION + of_type("rights"),
        "",
        "Covered",
    ),
]


@pytest.mark.parametrize(("name", "add", "without", "expected"), LIMITATIONS, ids=[case[0] for case in LIMITATIONS])
def test_limitations_by_hand(name: str, add: str, without: str, expected: str) -> None:
    assert told(only(add, without)).startswith(expected), name


def test_what_a_limitation_may_take_away_says_what_it_would_be() -> None:
    assert only(LIMITATION)["if_applicable"] == "Covered"


def test_what_an_event_may_set_going_says_what_it_would_be_if_it_does() -> None:
    assert only(TO_RIGHTS + EVENT)["if_applicable"] == "NotCovered"


CHANGE = FACT + "id:rc a ng:RoleChangeRule ; dcterms:source id:other ; ng:appliesWhen id:cond . "
MAKES = CHANGE + "id:rc ng:makesRole id:provider . "
ENDS = CHANGE + "id:rc ng:endsRole id:provider . "
DEPLOYER = "id:role ng:role id:deployer . "
IS_NOT = """id:no a ng:RoleAssignment ; ng:party id:org ; ng:inRespectOf id:system ; ng:holds false ;
  ng:role id:provider . """
MANUFACTURER = "id:rc ng:ifRole id:manufacturer . "
ON_RECORD = "id:m a ng:RoleAssignment ; ng:party id:org ; ng:role id:manufacturer ; ng:inRespectOf id:system . "
SMALL_MANUFACTURER = (
    ON_RECORD.replace("role id:manufacturer", "role id:small") + "id:small skos:broader id:manufacturer ."
)
LATER = 'id:w2 a ng:ApplicationWindow ; ng:governs id:other ; ng:appliesFrom "2026-06-16"^^xsd:date . '
PERHAPS_LATER = (
    LATER
    + """id:w2 ng:underCondition id:cond2 . id:fact2 ng:factOf ng:AISystem .
  id:cond2 a ng:FactCondition ; ng:onFact id:fact2 ; ng:expects true .
  id:w3 a ng:ApplicationWindow ; ng:governs id:other ; ng:appliesFrom "2026-06-15"^^xsd:date . """
)
NO_LONGER = LATER + 'id:w2 ng:validUntil "2026-06-15"^^xsd:date . id:window ng:exceptProvision id:other . '
ROLE, R2_SURE = "role ng:role", "id:rc2 a ng:RoleChangeRule ; ng:makesRole id:provider ; dcterms:source id:par . "
ROLE_CHANGES: list[tuple[str, str, str, str]] = [
    ("it makes a provider of a deployer", MAKES + HOLDS + DEPLOYER, ROLE, "Covered"),
    ("it makes a provider of whoever it is", MAKES + HOLDS, "role", "Covered"),
    ("it makes nothing where its conditions fail", MAKES + FAILS + DEPLOYER, ROLE, "NotApplicable (role-or-class)"),
    ("silence leaves the role open", MAKES + DEPLOYER, ROLE, "NeedsLegalReview"),
    ("silence does not open a role on record", MAKES, "", "Covered"),
    ("a denial settles silence", MAKES + DEPLOYER + IS_NOT, ROLE, "NotApplicable (role-or-class)"),
    ("a denial does not settle what is known", MAKES + HOLDS + DEPLOYER + IS_NOT, ROLE, "Covered"),
    (
        "a denial that is over settles nothing",
        MAKES + DEPLOYER + IS_NOT + 'id:no ng:validUntil "2026-06-15"^^xsd:date .',
        ROLE,
        "NeedsLegalReview",
    ),
    (
        "a denial for another system settles nothing",
        MAKES + DEPLOYER + IS_NOT.replace("inRespectOf id:system", "inRespectOf id:system2"),
        ROLE,
        "NeedsLegalReview",
    ),
    (
        "a denial of the broader role settles the narrower",
        MAKES + DEPLOYER + IS_NOT.replace("id:provider", "id:operator") + "id:provider skos:broader id:operator .",
        ROLE,
        "NotApplicable (role-or-class)",
    ),
    (
        "a denial of the role that is made settles a broader bearer",
        CHANGE
        + "id:rc ng:makesRole id:importer . id:req ng:bearer id:deployer ."
        + IS_NOT.replace("provider", "importer"),
        "req ng:bearer",
        "NotApplicable (role-or-class)",
    ),
    ("it makes a narrower role", MAKES + HOLDS + DEPLOYER + NARROWER_BEARER, ROLE + "; req ng:bearer", "Covered"),
    (
        "it makes no broader role",
        CHANGE + HOLDS + "id:rc ng:makesRole id:deployer . id:req ng:bearer id:importer .",
        "req ng:bearer",
        "NotApplicable (role-or-class)",
    ),
    ("it needs a role that is on record", MAKES + HOLDS + DEPLOYER + MANUFACTURER + ON_RECORD, ROLE, "Covered"),
    ("a narrower one will do", MAKES + HOLDS + DEPLOYER + MANUFACTURER + SMALL_MANUFACTURER, ROLE, "Covered"),
    (
        "one of several will do",
        MAKES + HOLDS + DEPLOYER + MANUFACTURER + "id:rc ng:ifRole id:deployer .",
        ROLE,
        "Covered",
    ),
    (
        "it needs a role that is not on record",
        MAKES + HOLDS + DEPLOYER + MANUFACTURER,
        ROLE,
        "NotApplicable (role-or-class)",
    ),
    (
        "it needs a role that is on record for the asset",
        MAKES + HOLDS + DEPLOYER + MANUFACTURER + ON_RECORD.replace("inRespectOf id:system", "inRespectOf id:org"),
        ROLE,
        "NotApplicable (role-or-class)",
    ),
    (
        "it needs a role that was on record",
        MAKES + HOLDS + DEPLOYER + MANUFACTURER + ON_RECORD + 'id:m ng:validUntil "2026-06-15"^^xsd:date .',
        ROLE,
        "NotApplicable (role-or-class)",
    ),
    (
        "a denied role is not on record",
        MAKES + HOLDS + DEPLOYER + MANUFACTURER + ON_RECORD + "id:m ng:holds false .",
        ROLE,
        "NotApplicable (role-or-class)",
    ),
    ("without the role silence asks nothing", MAKES + DEPLOYER + MANUFACTURER, ROLE, "NotApplicable (role-or-class)"),
    ("its provision does not apply yet", MAKES + HOLDS + DEPLOYER + LATER, ROLE, "NotYetApplicable"),
    ("its provision does not apply yet: silence", MAKES + DEPLOYER + LATER, ROLE, "NotYetApplicable"),
    ("its provision does not apply yet: no role at all", MAKES + LATER, "role", "NeedsLegalReview"),
    ("its provision does not apply yet: role on record", MAKES + HOLDS + LATER, "", "Covered"),
    ("its provision perhaps applies", MAKES + HOLDS + DEPLOYER + PERHAPS_LATER, ROLE, "NeedsLegalReview"),
    ("its provision has an open date", MAKES + HOLDS + DEPLOYER + NO_LONGER, ROLE, "NeedsLegalReview"),
    (
        "its provision has an open date, the norm a later one",
        MAKES + HOLDS + DEPLOYER + NO_LONGER + NEXT_DAY,
        ROLE,
        "NotYetApplicable",
    ),
    ("of two the earlier counts", MAKES + HOLDS + DEPLOYER + LATER + R2_SURE, ROLE, "Covered"),
    (
        "of two one of which has an open date",
        MAKES + HOLDS + DEPLOYER + NO_LONGER + R2_SURE,
        ROLE,
        "Covered",
    ),
    (
        "an earlier one that is open leaves the date open",
        MAKES + HOLDS + DEPLOYER + LATER + R2_SURE + SECOND_FACT + "id:rc2 ng:appliesWhen id:cond2 .",
        ROLE,
        "NeedsLegalReview",
    ),
    (
        "another bearer that is not known leaves the date open",
        MAKES + HOLDS + DEPLOYER + LATER + "id:req ng:bearer id:essential . id:essential skos:inScheme id:entities .",
        ROLE,
        "NeedsLegalReview",
    ),
    (
        "another bearer on record",
        MAKES + HOLDS + DEPLOYER + LATER + "id:req ng:bearer id:deployer .",
        ROLE,
        "Covered",
    ),
    ("it ends a role on record", ENDS + HOLDS, "", "NotApplicable (role-or-class)"),
    ("it ends no role where its conditions fail", ENDS + FAILS, "", "Covered"),
    ("it ends no role by silence", ENDS, "", "Covered"),
    ("it ends no role before its provision applies", ENDS + HOLDS + LATER, "", "Covered"),
    ("it ends no role while its provision perhaps applies", ENDS + HOLDS + PERHAPS_LATER, "", "Covered"),
    ("it ends no role without the one it needs", ENDS + HOLDS + MANUFACTURER, "", "Covered"),
    (
        "it ends a role with the one it needs",
        ENDS + HOLDS + MANUFACTURER + ON_RECORD,
        "",
        "NotApplicable (role-or-class)",
    ),
    (
        "it ends the role it needs",
        ENDS + HOLDS + "id:rc ng:ifRole id:provider .",
        "",
        "NotApplicable (role-or-class)",
    ),
    (
        "it ends one role and makes another",
        ENDS + HOLDS + "id:rc ng:makesRole id:first . id:req ng:bearer id:first . id:first skos:inScheme id:roles .",
        "req ng:bearer",
        "Covered",
    ),
    (
        "it ends a narrower role as well",
        ENDS + HOLDS + "id:rc ng:endsRole id:deployer . id:role ng:role id:importer . id:req ng:bearer id:importer .",
        ROLE + "; req ng:bearer; rc ng:endsRole",
        "NotApplicable (role-or-class)",
    ),
    (
        "it ends no broader role",
        CHANGE + HOLDS + "id:rc ng:endsRole id:importer . id:role ng:role id:deployer . id:req ng:bearer id:deployer .",
        ROLE + "; req ng:bearer",
        "Covered",
    ),
    ("it ends no role that a rule makes", ENDS + HOLDS + R2_SURE, "", "Covered"),
    (
        "it ends no role that a rule perhaps makes",
        ENDS + HOLDS + R2_SURE + SECOND_FACT + "id:rc2 ng:appliesWhen id:cond2 .",
        "",
        "NeedsLegalReview",
    ),
    (
        "what a rule makes closes no scheme",
        MAKES + HOLDS + "id:req ng:bearer id:deployer .",
        "role; req ng:bearer",
        "NeedsLegalReview",
    ),
    (
        "what a rule makes is not on record for another",
        MAKES + HOLDS + DEPLOYER + "id:rc2 a ng:RoleChangeRule ; ng:ifRole id:provider ; ng:makesRole id:importer ;"
        "dcterms:source id:other . id:req ng:bearer id:importer .",
        ROLE + "; req ng:bearer",
        "NotApplicable (role-or-class)",
    ),
]


@pytest.mark.parametrize(("name", "add", "without", "expected"), ROLE_CHANGES, ids=[case[0] for case in ROLE_CHANGES])
def test_changes_of_role_by_hand(name: str, add: str, without: str, expected: str) -> None:
    assert told(only(add, without)) == expected, name


DATED = MAKES + HOLDS + DEPLOYER
DATES: list[tuple[str, str, str, date | None]] = [
    ("the provision's date is the later", DATED + LATER, ROLE, date(2026, 6, 16)),
    ("the norm's date is the later", DATED + NEXT_DAY + SINCE_MAY, ROLE, date(2026, 6, 16)),
    ("role on record: the norm's date", MAKES + HOLDS + LATER, "", date(2025, 1, 1)),
    ("silence: the later as well", MAKES + DEPLOYER + LATER, ROLE, date(2026, 6, 16)),
    ("denied: the norm's date", MAKES + DEPLOYER + IS_NOT + LATER, ROLE, date(2025, 1, 1)),
    ("two possible dates of the provision", DATED + PERHAPS_LATER, ROLE, date(2026, 6, 15)),
    ("the earlier of two rules", DATED + LATER + R2_SURE, ROLE, date(2025, 1, 1)),
    ("no window over the norm", DATED + LATER, ROLE + "; window", date(2026, 6, 16)),
    ("no window over the provision", DATED + NEXT_DAY, ROLE + "; window", date(2026, 6, 16)),
    ("no window over either", DATED, ROLE + "; window", None),
    ("an open date of the provision", DATED + NO_LONGER, ROLE, date(2025, 1, 1)),
]


@pytest.mark.parametrize(("name", "add", "without", "expected"), DATES, ids=[case[0] for case in DATES])
def test_what_follows_from_a_change_of_role_has_the_later_date(
    name: str, add: str, without: str, expected: date | None
) -> None:
    assert only(add, without)["effective_from"] == expected, name


ORGANISED = MAKES + "id:req ng:assessedPer ng:PerOrganisation . id:system2 a ng:AISystem ; ng:belongsTo id:org . "
OTHER_SYSTEM = ORGANISED + DEPLOYER
NOT_OTHER = IS_NOT.replace("inRespectOf id:system", "inRespectOf id:system2")
NOT_AT_ALL = IS_NOT.replace("inRespectOf id:system", "inRespectOf id:org")
PER = "req ng:assessedPer"
OF_ORGANISATION: list[tuple[str, str, str, str]] = [
    ("one system is enough", OTHER_SYSTEM + FAILS + "id:system2 id:fact true .", ROLE, "NotCovered"),
    ("one system is open", OTHER_SYSTEM + FAILS, ROLE, "NeedsLegalReview"),
    ("none is changed", OTHER_SYSTEM + FAILS + "id:system2 id:fact false .", ROLE, "NotApplicable (role-or-class)"),
    ("each is settled by its own denial", OTHER_SYSTEM + FAILS + NOT_OTHER, ROLE, "NotApplicable (role-or-class)"),
    (
        "a denial for one leaves the other open",
        OTHER_SYSTEM + NOT_OTHER + "id:system2 id:fact false .",
        ROLE,
        "NeedsLegalReview",
    ),
    ("a denial for the organisation settles all", OTHER_SYSTEM + NOT_AT_ALL, ROLE, "NotApplicable (role-or-class)"),
    (
        "the role needed is on record for another system",
        OTHER_SYSTEM
        + HOLDS
        + "id:system2 id:fact false ."
        + MANUFACTURER
        + ON_RECORD.replace("id:system ", "id:system2 "),
        ROLE,
        "NotApplicable (role-or-class)",
    ),
    (
        "what is no system is not asked about one",
        OTHER_SYSTEM + FAILS + "id:system2 id:fact false . id:contract a ng:Contract ; ng:belongsTo id:org .",
        ROLE,
        "NotApplicable (role-or-class)",
    ),
    (
        "no system recorded",
        MAKES + "id:req ng:assessedPer ng:PerOrganisation ." + DEPLOYER + "id:role ng:inRespectOf id:org .",
        "system; role ng:inRespectOf; " + ROLE,
        "NeedsLegalReview",
    ),
    (
        "no system at all",
        MAKES + "id:req ng:assessedPer ng:PerOrganisation ." + DEPLOYER + "id:role ng:inRespectOf id:org ."
        "id:org ng:hasNone ng:AISystem .",
        "system; role ng:inRespectOf; " + ROLE,
        "NotApplicable (role-or-class)",
    ),
    (
        "a fact of the organisation for any asset",
        OTHER_SYSTEM.replace("factOf ng:AISystem", "factOf ng:Organisation") + "id:org id:fact true .",
        ROLE,
        "NotCovered",
    ),
    (
        "a fact of another kind of asset",
        OTHER_SYSTEM.replace("factOf ng:AISystem", "factOf ng:ICTService")
        + "id:service a ng:ICTService ; ng:belongsTo id:org ; id:fact true .",
        ROLE,
        "NotCovered",
    ),
    ("a role on record does not end", ENDS + HOLDS + "id:req ng:assessedPer ng:PerOrganisation .", "", "NotCovered"),
]


@pytest.mark.parametrize(("name", "add", "without", "expected"), OF_ORGANISATION, ids=[c[0] for c in OF_ORGANISATION])
def test_changes_of_role_of_the_organisation(name: str, add: str, without: str, expected: str) -> None:
    result = only(add, f"{without}; {PER}" if without else PER, scope="org")
    assert told(result) == expected, name


ROUTES = (
    LATER
    + SINCE_MAY
    + SECOND_FACT
    + """id:w2 ng:underCondition id:cond2 . id:w8 ng:underCondition id:not2 .
  id:not2 a ng:Negation ; ng:operand id:cond2 . id:system id:fact2 true . id:system2 id:fact2 false . """
)


@pytest.mark.parametrize(
    ("other", "expected"), [("true", date(2026, 5, 1)), ("false", date(2026, 6, 16))], ids=["both", "one"]
)
def test_for_the_organisation_the_earliest_system_counts(other: str, expected: date) -> None:
    result = only(OTHER_SYSTEM + HOLDS + ROUTES + f"id:system2 id:fact {other} .", f"{ROLE}; {PER}", scope="org")
    assert result["effective_from"] == expected


ACCOMPANYING = ("IntegrationRule", "ReuseRule", "RecordKeepingRule", "SupplementRule")


@pytest.mark.parametrize("kind", ACCOMPANYING)
@pytest.mark.parametrize("fact", [HOLDS, FAILS, ""])
def test_accompanying_rules_never_change_a_state(kind: str, fact: str) -> None:
    rule = f"id:acc a ng:{kind} ; ng:concerns id:art ; ng:refersTo id:other ; ng:appliesWhen id:cond ."
    assert only(FACT + rule + fact) == only(FACT + fact)


def test_an_override_leaves_the_computed_state_beside_it() -> None:
    result = only(OVERRIDE + 'ng:validUntil "2026-06-15"^^xsd:date .')
    assert (result["state"], result["computed"]) == ("NotCovered", "Covered")


def test_a_result_that_does_not_apply_yet_says_what_it_would_be() -> None:
    result = only(WINDOW + 'ng:governs id:par ; ng:appliesFrom "2026-06-16"^^xsd:date .')
    assert (result["if_applicable"], result["effective_from"]) == ("Covered", date(2026, 6, 16))


def test_an_undetermined_result_says_what_it_would_be() -> None:
    assert only("", "role; proof")["if_applicable"] == "ClaimedWithoutCurrentEvidence"


def test_no_asset_of_the_class_is_known_only_if_recorded() -> None:
    assert told(only("id:org ng:hasNone ng:AISystem .", "system", scope="org")) == "NotApplicable (no-asset)"
    assert told(only("", "system", scope="org")) == "NeedsLegalReview"


def test_a_policy_drops_weaker_rows_and_the_assurance_is_the_weakest() -> None:
    weak = row("row2", "control2", "SupersetOf", "req") + implementation("impl2", "control2")
    assert only(weak)["assurance"] == "proposed"
    assert only(weak, policy=plain.Policy("expert-reviewed"))["assurance"] == "expert-reviewed"
    assert told(only(weak, policy=plain.Policy("legally-reviewed"))) == "NotCovered"


def test_the_first_expiry_is_over_all_counted_evidence_of_the_support() -> None:
    more = row("row2", "control2", "SupersetOf", "req") + implementation("impl2", "control2")
    assert only(more)["first_expiry"] == date(2026, 9, 30)
    assert only(more + "id:template ng:maximumAge 160 .")["first_expiry"] == date(2026, 6, 19)


def test_the_missing_elements_are_named() -> None:
    result = only("id:row ng:relationship ng:SubsetOf ; ng:coversElement id:e1 .", PART)
    assert result["missing"] == {iri("e2")}


@pytest.mark.parametrize(
    ("hop", "target", "expected"),
    [
        ("EqualTo", "control", "Covered"),
        ("SupersetOf", "control", "Covered"),
        ("SubsetOf", "control", "NotCovered"),
        ("IntersectsWith", "control", "NotCovered"),
    ],
)
def test_chains_into_a_superset(hop: str, target: str, expected: str) -> None:
    chain = (
        "id:row ng:relationship ng:SupersetOf ."
        + row("row2", "control2", hop, target)
        + implementation("impl2", "control2")
    )
    result = only(chain, PART + "; impl", policy=plain.Policy("proposed", 2))
    assert told(result) == expected
    assert told(only(chain, PART + "; impl")) == "NotCovered"


def test_a_chain_through_the_converse_of_a_row() -> None:
    chain = row("row2", "control", "SubsetOf", "control2") + implementation("impl2", "control2")
    result = only(chain, "impl", policy=plain.Policy("proposed", 2))
    assert (told(result), result["assurance"]) == ("Covered", "proposed")


def test_a_derived_mapping_stays_proposed() -> None:
    chain = row("row2", "control2", "EqualTo", "control", state="LegallyReviewed") + implementation("impl2", "control2")
    assert told(only(chain, "impl", policy=plain.Policy("expert-reviewed", 2))) == "NotCovered"


def test_a_derived_part_is_loose() -> None:
    chain = (
        "id:row ng:relationship ng:IntersectsWith ; ng:coversElement id:e1 ."
        + row("row2", "control2", "EqualTo", "control")
        + implementation("impl2", "control2")
    )
    result = only(chain, PART + "; impl", policy=plain.Policy("proposed", 2))
    assert (told(result), result["missing"]) == ("PartiallyCovered", {iri("e1"), iri("e2")})


def test_two_paths_that_cannot_both_be_right_conflict() -> None:
    chain = row("row2", "control2", "EqualTo", "control") + row("row3", "control2", "NoRelationship", "req")
    assert told(only(chain, policy=plain.Policy("proposed", 2))) == "NeedsLegalReview"
    assert told(only(chain)) == "Covered"


OWN = """id:own a ng:Requirement ; ng:derivedFrom id:control ; ng:bearer id:provider ; ng:modality ng:Obligation ;
  ng:requiresHumanJudgement false ; ng:assessedPer ng:PerOrganisation ; ng:organisationFacing true ."""


def own(add: str = "", without: str = "") -> plain.Result:
    return assess_all(build(OWN + add, without))["own", "org"]


def test_an_own_control_is_equal_to_its_own_requirement() -> None:
    assert told(own("id:impl ng:hasScope id:org .")) == "Covered"
    assert own("id:impl ng:hasScope id:org .")["assurance"] is None
    assert told(own()) == "NotCovered"


def test_per_asset_evidence_of_an_organisation_is_needed_for_every_asset_named() -> None:
    both = "id:impl ng:hasScope id:org . id:template ng:perAsset true . "
    assert told(own(both)) == "ClaimedWithoutCurrentEvidence"
    assert told(own(both + "id:proof ng:inRespectOf id:system , id:org .")) == "Covered"


def test_full_support_of_a_control_reaches_its_own_requirement() -> None:
    full = row("row2", "control2", "SupersetOf", "control") + implementation("impl2", "control2", "org")
    assert told(own(full)) == "Covered"


def test_legacy_asks_of_an_organisation_that_has_no_market_date() -> None:
    rule = LEGACY.replace("id:art", "id:control") + '"2026-02-01"^^xsd:date .'
    assert told(own(rule + 'id:system ng:marketDate "2026-01-01"^^xsd:date .')) == "NeedsLegalReview"


EXCLUDED = """id:x a ng:ControlImplementation ; ng:implementsControl id:control ; ng:status ng:Excluded ;
  ng:hasScope id:org . """


def test_an_exclusion_needs_a_justification_and_an_approver() -> None:
    assert told(own(EXCLUDED + 'id:x ng:justification "why" ; ng:approvedBy id:ceo .')) == "NotApplicable (excluded)"
    assert told(own(EXCLUDED)) == "NotCovered"


def test_a_clause_cannot_be_excluded() -> None:
    clause = EXCLUDED + 'id:x ng:justification "why" ; ng:approvedBy id:ceo . id:control a ng:Clause .'
    assert told(own(clause, "control rdf:type")) == "NotCovered"


@pytest.mark.parametrize(
    ("add", "without"),
    [
        ("id:req ng:modality ng:Permission .", "req ng:modality"),
        ("id:req ng:organisationFacing false .", "req ng:organisationFacing"),
        (VERSIONS + 'id:par-v2 ng:validUntil "2026-06-15"^^xsd:date .', ""),
    ],
)
def test_what_is_not_live_is_not_assessed(add: str, without: str) -> None:
    assert assess_all(build(add, without)) == {}


def test_the_organisation_rolls_up_its_scopes() -> None:
    graph = build(SECOND_SYSTEM)
    results = plain.assess(graph, ORG, AS_OF, DEFAULT)
    assert [one["state"] for one in results] == ["Covered", "NotCovered"]
    assert plain.roll_up_scopes(results) == {iri("req"): "PartiallyCovered"}


def test_a_provision_rolls_up_its_live_leaves() -> None:
    graph = build(REFERRED)
    results = plain.assess(graph, ORG, AS_OF, DEFAULT)
    found = plain.roll_up_provisions(graph, results)
    assert {plain.local(one): result["state"] for one, result in found.items()} == {
        "art": "Covered",
        "par": "Covered",
        "other": "NotCovered",
        "control": None,
        "control2": None,
    }
    assert found[iri("art")]["denominator"] == 1


def test_a_provision_not_read_completely_is_partial_at_best() -> None:
    graph = build("", "art ng:decompositionComplete")
    results = plain.assess(graph, ORG, AS_OF, DEFAULT)
    found = plain.roll_up_provisions(graph, results)
    assert (found[iri("art")]["state"], found[iri("par")]["state"]) == ("PartiallyCovered", "Covered")


def test_counts_are_of_requirements_with_kinds_and_denominator() -> None:
    graph = build(REFERRED + "id:dr a ng:DisplacementRule ; ng:displaces id:other .")
    found = plain.counts(plain.assess(graph, ORG, AS_OF, DEFAULT))
    assert found["states"] == {"Covered": 1, "NotApplicable": 1}
    assert (found["kinds"], found["requirements"], found["denominator"]) == ({"displaced": 1}, 2, 1)


def test_datasets_are_read_as_the_union_of_their_graphs() -> None:
    dataset = Dataset()
    for number, triple in enumerate(sorted(build())):
        dataset.graph(URIRef(f"urn:g{number % 3}")).add(triple)
    assert [one["state"] for one in plain.assess(dataset, ORG, AS_OF, DEFAULT)] == ["Covered"]


DEFINITE = [one for one in plain.STATES if one != plain.REVIEW]
MULTISETS = [leaves for size in range(1, 5) for leaves in combinations_with_replacement(plain.STATES, size)]


def supervaluation(leaves: tuple[str, ...], *, complete: bool) -> str:
    """Return the outcome all replacements of the open leaves agree on, else that it is open."""
    choices = [DEFINITE if one == plain.REVIEW else [one] for one in leaves]
    outcomes = {plain.r8(one, complete=complete) for one in product(*choices)}
    return outcomes.pop() if len(outcomes) == 1 else plain.REVIEW


@pytest.mark.parametrize("leaves", MULTISETS, ids=str)
def test_the_roll_up_is_supervaluation(leaves: tuple[str, ...]) -> None:
    assert plain.r8(leaves, complete=True) == supervaluation(leaves, complete=True)


@pytest.mark.parametrize("leaves", MULTISETS, ids=str)
def test_an_incomplete_roll_up_never_says_more_than_supervaluation(leaves: tuple[str, ...]) -> None:
    assert plain.r8(leaves, complete=False) in {plain.REVIEW, supervaluation(leaves, complete=False)}


@pytest.mark.parametrize("leaves", MULTISETS, ids=str)
def test_the_roll_up_is_symmetric_and_not_applicable_is_neutral(leaves: tuple[str, ...]) -> None:
    outcome = plain.r8(leaves, complete=True)
    assert {plain.r8(order, complete=True) for order in permutations(leaves)} == {outcome}
    assert plain.r8((*leaves, plain.NOT_APPLICABLE), complete=True) == outcome


ORDER = ["NotCovered", "PartiallyCovered", "ClaimedWithoutCurrentEvidence", "Covered"]


@pytest.mark.parametrize("leaves", [one for one in MULTISETS if set(one) <= set(ORDER)], ids=str)
def test_the_roll_up_is_monotone_and_covered_only_if_every_leaf_is(leaves: tuple[str, ...]) -> None:
    outcome = plain.r8(leaves, complete=True)
    assert (outcome == "Covered") == (set(leaves) == {"Covered"})
    for place, leaf in enumerate(leaves):
        for better in ORDER[ORDER.index(leaf) :]:
            lifted = plain.r8((*leaves[:place], better, *leaves[place + 1 :]), complete=True)
            assert ORDER.index(lifted) >= ORDER.index(outcome)


def test_a_seed_gives_the_same_graph_and_the_same_answer() -> None:
    one, two = organisations.generate(7), organisations.generate(7)
    assert one.nquads() == two.nquads()
    assert plain.assess(one.dataset, one.organisation, one.as_of, one.policy) == plain.assess(
        two.dataset, two.organisation, two.as_of, two.policy
    )


NOTHING = """id:sem a sssom:Mapping ; owl:annotatedSource <{source}> ; owl:annotatedTarget <{target}> ;
  ng:relationship ng:EqualTo ; ng:rationaleType ng:{rationale} ; ng:reviewState ng:{review} ;
  sssom:object_source_version "{version}" ."""


@pytest.mark.parametrize("seed", range(12))
def test_a_row_that_is_not_accepted_changes_nothing(seed: int) -> None:
    case = organisations.generate(seed)
    before = case.assess()
    for rationale, review in (("Semantic", "LegallyReviewed"), ("Functional", "Rejected"), ("Functional", "Disputed")):
        graph = plain.union_of(case.dataset)
        for number, result in enumerate(before):
            added = NOTHING.format(
                source=organisations.ID["std/A.1"],
                target=result["requirement"],
                rationale=rationale,
                review=review,
                version="2026-07-27",
            ).replace("id:sem", f"id:sem{number}")
            graph.parse(data=PREFIXES + added, format="turtle")
        assert plain.assess(graph, case.organisation, case.as_of, case.policy) == before


@pytest.mark.parametrize("seed", range(12))
def test_a_stricter_policy_of_direct_rows_finds_no_more_support(seed: int) -> None:
    case = organisations.generate(seed)
    found = [
        plain.assess(case.dataset, case.organisation, case.as_of, plain.Policy(least)) for least in plain.REVIEW_STATES
    ]
    for weak, strict in pairwise(found):
        for one, two in zip(weak, strict, strict=True):
            assert one["missing"] <= two["missing"] or {one["rule"], two["rule"]} != {"R7"}


def test_random_organisations_show_every_state_and_kind() -> None:
    states, kinds = organisations.histogram(range(80))
    assert set(states) == set(plain.STATES)
    assert set(kinds) >= {"role-or-class", "displaced", "legacy", "excluded", "no-asset"}
    assert Counter(states).total() > 200


def is_rule(kind: str, having: str | None = None, lacking: tuple[str, ...] = ()) -> Callable[[Graph, Node], bool]:
    """Return a test for rules of a kind with one property and without others."""
    return lambda graph, node: (
        (node, RDF.type, plain.NG[kind]) in graph
        and (having is None or (node, plain.NG[having], None) in graph)
        and not any((node, plain.NG[one], None) in graph for one in lacking)
    )


NEW_RULES = {
    "takes away": is_rule("ScopeLimitationRule", None, ("limitedToEvent", "question")),
    "leaves events": is_rule("ScopeLimitationRule", "limitedToEvent", ("question",)),
    "asks": is_rule("ScopeLimitationRule", "question", ("limitedToEvent",)),
    "makes a role": is_rule("RoleChangeRule", "makesRole"),
    "ends a role": is_rule("RoleChangeRule", "endsRole"),
    "needs a role": is_rule("RoleChangeRule", "ifRole"),
}


@lru_cache
def answered(seed: int) -> tuple[organisations.Case, list[str]]:
    """Return the case of a seed with its states."""
    case = organisations.generate(seed)
    return case, [one["state"] for one in case.assess()]


def matters(seed: int, belongs: Callable[[Graph, Node], bool]) -> bool:
    """Tell whether the states of a case change when some of its rules are taken out."""
    case, states = answered(seed)
    graph = plain.union_of(case.dataset)
    rules = {one for one in graph.subjects() if belongs(graph, one)}
    for node in rules:
        graph.remove((node, None, None))
    found = plain.assess(graph, case.organisation, case.as_of, case.policy) if rules else []
    return bool(rules) and [one["state"] for one in found] != states


@pytest.mark.parametrize("name", NEW_RULES)
def test_random_rules_between_norms_matter(name: str) -> None:
    changed = (seed for seed in range(150) if matters(seed, NEW_RULES[name]))
    assert len(list(islice(changed, 2))) == 2
