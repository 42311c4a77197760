"""A small law, a small standard and a small, hostile organisation: one requirement for each thing a report shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.explain import explain, prose
from engine.graph import Graph, Iri
from engine.model import ReviewState
from engine.organisation import read_organisation
from engine.reading import read_knowledge
from engine.report.model import build_report
from engine.report.penalties import read_penalties
from engine.report.values import Imprint
from engine.tensions import read_tensions
from engine.vocabulary import ID, NG, PREFIXES

if TYPE_CHECKING:
    from engine.coverage.assess import Assessment
    from engine.report.penalties import PenaltyTier
    from engine.report.values import Report

DAY = date(2026, 6, 15)
HOSTILE = "<script>alert(1)</script>"

HEAD = f"""
@base <{ID}> .
@prefix dcterms: <{PREFIXES["dcterms"]}> . @prefix eli: <{PREFIXES["eli"]}> . @prefix ng: <{NG.base}> .
@prefix org: <{PREFIXES["org"]}> . @prefix owl: <{PREFIXES["owl"]}> . @prefix skos: <{PREFIXES["skos"]}> .
@prefix sssom: <{PREFIXES["sssom"]}> . @prefix xsd: <{PREFIXES["xsd"]}> .
"""

FRAMEWORKS = """
<law> a ng:Framework ; ng:citationName "Law" ; dcterms:title "The Law" ;
  dcterms:source "http://data.europa.eu/eli/reg/2020/1/oj" .
<law/v/2024-01-01> a ng:FrameworkVersion ; ng:versionOf <law> ; owl:versionInfo "2024-01-01" ;
  ng:validFrom "2024-01-01"^^xsd:date ; dcterms:source "http://data.europa.eu/eli/reg/2023/9/oj" .
<std> a ng:Framework ; ng:citationName "Standard" ; dcterms:source "urn:iso:std:iso:1" .
<std/v/2023> a ng:FrameworkVersion ; ng:versionOf <std> ; owl:versionInfo "2023" .
<role/provider> a skos:Concept ; skos:prefLabel "Provider" ; skos:inScheme <scheme/roles> .
<fact/listed> a ng:FactProperty ; ng:factOf ng:Organisation ; skos:prefLabel "listed" .
<condition/listed> a ng:FactCondition ; skos:prefLabel "Listed" ; ng:onFact <fact/listed> ; ng:expects true ;
  ng:question "Is the company listed?" .
<fact/small> a ng:FactProperty ; ng:factOf ng:Organisation ; skos:prefLabel "small" .
<condition/small> a ng:FactCondition ; skos:prefLabel "Small" ; ng:onFact <fact/small> ; ng:expects true .
<window/all> a ng:ApplicationWindow ; ng:governs <law> ; ng:appliesFrom "2025-01-01"^^xsd:date .
<window/later> a ng:ApplicationWindow ; ng:governs <law/art_5> ; ng:appliesFrom "2027-03-01"^^xsd:date .
<penalty/low> a ng:PenaltyTier ; skos:prefLabel "Low fines" ; ng:maximumTurnoverShare 0.01 ; ng:maximumAmount 1 .
<penalty/high> a ng:PenaltyTier ; skos:prefLabel "High fines" ; ng:maximumTurnoverShare 0.04 ; ng:maximumAmount 2 .
<law/art_9> a ng:Provision ; ng:inFramework <law> ; ng:directPartOf <law> ; eli:type_subdivision ng:Article ;
  skos:notation "Law 9" ; ng:sortKey "9" .
"""

REQUIREMENTS = {
    1: ("Keep accounts", ""),
    2: ("Test the system", ""),
    3: (
        "Manage risk",
        (
            "ng:penaltyTier <penalty/high> ; ng:elementsComplete true ; "
            "ng:hasElement <law/art_3/req_1/el_1>, <law/art_3/req_1/el_2> ;"
        ),
    ),
    4: ("Inform customers", "ng:penaltyTier <penalty/low> ;"),
    5: ("Register the system", "ng:penaltyTier <penalty/high> ;"),
    6: ("Publish a report", "ng:appliesWhen <condition/listed> ;"),
    7: ("Use the short form", "ng:appliesWhen <condition/small> ;"),
}
ELEMENTS = """
<law/art_3/req_1/el_1> a ng:Element ; ng:sortKey "1" ; skos:definition "Risks are found" .
<law/art_3/req_1/el_2> a ng:Element ; ng:sortKey "2" ; skos:definition "Risks are treated" .
"""
ROWS = (
    ("A.1", 1, "SupersetOf", "ExpertReviewed", ""),
    ("A.2", 2, "EqualTo", "Proposed", ""),
    ("A.3", 3, "IntersectsWith", "Proposed", "ng:coversElement <law/art_3/req_1/el_1> ;"),
    ("A.1", 3, "IntersectsWith", "Rejected", ""),
)
ORGANISATION = f"""
<acme> a org:FormalOrganization ; skos:prefLabel "Acme {HOSTILE}" ; <fact/small> false .
<acme/role> a ng:RoleAssignment ; ng:party <acme> ; ng:role <role/provider> ; ng:inRespectOf <acme> ;
  ng:ground "It provides." .
<role/provider> skos:prefLabel "King" . <law/art_1/req_1> skos:prefLabel "No duty" .
<acme/boss> skos:prefLabel "=Boss()" . <acme/clerk> skos:prefLabel "Clerk" .
<acme/finding> a ng:Finding ; skos:prefLabel "Logs can be altered" ; ng:severity ng:Minor ; ng:against <acme/A.1> ;
  dcterms:issued "2026-01-01"^^xsd:date ; ng:dueDate "2026-05-01"^^xsd:date .
"""


def _provision(number: int) -> str:
    label, more = REQUIREMENTS[number]
    return f"""
<law/art_{number}> a ng:Provision ; ng:inFramework <law> ; ng:directPartOf <law> ;
  eli:type_subdivision ng:Article ; skos:notation "Law {number}" ; ng:sortKey "{number}" .
<law/art_{number}/req_1> a ng:Requirement ; ng:derivedFrom <law/art_{number}> ; ng:bearer <role/provider> ; {more}
  ng:modality ng:Obligation ; ng:assessedPer ng:PerOrganisation ; ng:organisationFacing true ;
  ng:requiresHumanJudgement false ; skos:prefLabel "{label}" ; skos:definition "The provider does: {label}." .
"""


def _row(place: int, control: str, number: int, relationship: str, review: str, more: str) -> str:
    return f"""
<mapping/std--law/{place}> a sssom:Mapping ; owl:annotatedSource <std/{control}> ;
  owl:annotatedTarget <law/art_{number}/req_1> ; ng:relationship ng:{relationship} ; {more}
  ng:rationaleType ng:Functional ; ng:rationale "They do the same." ; ng:reviewState ng:{review} ;
  sssom:subject_source_version "2023" ; sssom:object_source_version "2024-01-01" .
"""


def _control(name: str, approver: str, valid_until: str, outcome: str = "Supports") -> str:
    return f"""
<std/{name}> a ng:Control ; ng:inFramework <std> ; ng:directPartOf <std> ; skos:notation "Standard {name}" ;
  skos:prefLabel "Control {name}" ; ng:sortKey "{name}" .
<template/{name}> a ng:EvidenceTemplate ; ng:forControl <std/{name}> ; ng:evidenceType ng:Report ;
  skos:prefLabel "Standard {name}: yearly report" .
<acme/{name}> a ng:ControlImplementation ; ng:implementsControl <std/{name}> ; ng:status ng:Implemented ;
  ng:hasScope <acme> ; ng:ownedBy <acme/boss> ; skos:prefLabel "{name} in operation" .
<acme/evidence/{name}> a ng:Evidence ; skos:prefLabel "Report on {name}" ; ng:evidences <acme/{name}> ;
  ng:evidenceType ng:Report ; ng:outcome ng:{outcome} ; ng:sha256 "{name.encode().hex():0<64}" ;
  ng:collectedBy <acme/clerk> ; ng:approvedBy <{approver}> ;
  dcterms:issued "2026-01-10"^^xsd:date ; ng:validUntil "{valid_until}"^^xsd:date .
"""


def _quads(text: str) -> list[Quad]:
    found = []
    for quad in parse(HEAD + text, format=RdfFormat.TURTLE):
        in_set = "/mapping/" in str(quad.subject)
        home = NamedNode("https://w3id.org/normgraph/g/" + ("mapping/std--law" if in_set else "content"))
        found.append(Quad(quad.subject, quad.predicate, quad.object, home))
    return found


CONTENT = (
    FRAMEWORKS
    + ELEMENTS
    + "".join(map(_provision, REQUIREMENTS))
    + "".join(_row(place, *row) for place, row in enumerate(ROWS))
)


def _tension(name: str, one: int, other: int) -> str:
    return f"""
<tension/{name.replace(" ", "-")}> a ng:Tension ; skos:prefLabel "Tension {name}" ; ng:oneSide <law/art_{one}> ;
  ng:otherSide <law/art_{other}/req_1>, <law/art_9> ; skos:definition "They pull {HOSTILE}" ;
  ng:whatTextsSay "Nothing." ; ng:extentOfAnswer "left open" ; ng:proposedResolution "Ask." ;
  ng:reviewState ng:Proposed ; dcterms:creator "Ann" .
ng:Proposed skos:notation "proposed" .
"""


TENSIONS = (
    _tension("both bind", 1, 3)
    + _tension("may bind", 2, 6)
    + _tension("later", 1, 5)
    + _tension("does not apply", 7, 1)
    + _tension("no requirement", 9, 1)
)
CONTROLS = (
    _control("A.1", "acme/boss", "2026-08-01")
    + _control("A.2", "acme/boss", "2026-05-01")
    + _control("A.3", "acme/clerk", "2027-05-01", "Contradicts")
)


def _assessed(policy: Policy) -> Assessment:
    knowledge = read_knowledge(Graph(_quads(CONTENT + CONTROLS)))
    records = Graph(_quads(ORGANISATION + CONTROLS))
    organisation = read_organisation(records, Iri(f"{ID}acme"), knowledge.fact_properties)
    law = Iri(f"{ID}law")
    return assess(knowledge, organisation, DAY, policy, frameworks=[law])


@pytest.fixture
def assessment() -> Assessment:
    return _assessed(Policy())


@pytest.fixture
def stricter() -> Assessment:
    return _assessed(Policy(least=ReviewState.EXPERT_REVIEWED))


@pytest.fixture
def penalties() -> dict[Iri, PenaltyTier]:
    return read_penalties(Graph(_quads(CONTENT)))


@pytest.fixture
def report(assessment: Assessment, stricter: Assessment, penalties: dict[Iri, PenaltyTier]) -> Report:
    proofs = {(r.requirement, r.scope): prose(explain(assessment, r)) for r in assessment.results}
    imprint = Imprint(content_hash="c" * 64, run="r" * 16)
    return build_report(
        assessment,
        stricter,
        proofs=proofs,
        imprint=imprint,
        penalties=penalties,
        tensions=read_tensions(Graph(_quads(TENSIONS))),
    )
