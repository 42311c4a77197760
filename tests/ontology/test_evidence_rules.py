"""What laws ask of records is data, and says what the requirements and the application windows say."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace, URIRef

ONTOLOGY = Path(__file__).parents[2] / "ontology"
ID = "https://w3id.org/normgraph/id/"
NG = Namespace("https://w3id.org/normgraph/ns#")
AI = Namespace("https://w3id.org/dpv/legal/eu/aiact#")
WINDOWS = {AI["RiskLevelHigh-A6-1"]: "high-risk-annex-i", AI["RiskLevelHigh-A6-2"]: "high-risk-annex-iii"}


def _read(*folders: str) -> Graph:
    graph = Graph()
    for folder in folders:
        for file in sorted((ONTOLOGY / folder).glob("*.ttl")):
            graph.parse(file)
    return graph


RULES = Graph().parse(ONTOLOGY / "schemes" / "evidence-rules.ttl")
LAW = _read("rules", "schemes", *(f"requirements/{key}" for key in ("eu-ai-act", "gdpr", "dora")))
RETENTION = sorted(RULES.subjects(RDF.type, NG.RetentionRule))
DEMANDS = sorted(RULES.subjects(RDF.type, NG.AssessmentDemand))
CLAUSES = sorted(RULES.subjects(RDF.type, NG.ClauseDemand))
PACKS = sorted(RULES.subjects(RDF.type, NG.DocumentationPack))


@pytest.mark.parametrize("rule", [*RETENTION, *DEMANDS])
def test_a_rule_rests_on_a_requirement_that_binds_its_bearer(rule: URIRef) -> None:
    requirement = RULES.value(rule, DCTERMS.source)
    assert (requirement, RDF.type, NG.Requirement) in LAW
    named = set(RULES.objects(rule, NG.bearer)) - {URIRef("https://w3id.org/dpv#JointDataControllers")}
    assert named <= set(LAW.objects(requirement, NG.bearer))


@pytest.mark.parametrize("rule", [rule for rule in [*RETENTION, *DEMANDS] if RULES.value(rule, NG.riskClass)])
def test_the_day_is_that_of_the_window(rule: URIRef) -> None:
    window = URIRef(f"{ID}window/eu-ai-act/{WINDOWS[RULES.value(rule, NG.riskClass)]}")
    assert RULES.value(rule, NG.appliesFrom) == LAW.value(window, NG.appliesFrom)
    assert LAW.value(window, NG.validUntil) is None


def test_the_day_of_the_gdpr_is_that_of_its_window() -> None:
    demand = URIRef(f"{ID}assessment-demand/gdpr/35-1")
    assert RULES.value(demand, NG.appliesFrom) == LAW.value(URIRef(f"{ID}window/gdpr/general"), NG.appliesFrom)


@pytest.mark.parametrize("rule", RETENTION)
def test_periods_of_keeping_are_those_of_the_texts(rule: URIRef) -> None:
    """AI Act 18(1), 22(3)(b), 23(5): ten years from the market; 19(1), 26(6): six months of a log."""
    logs = (rule, NG.evidenceType, NG.Log) in RULES
    assert RULES.value(rule, NG.retentionMonths) == Literal(6 if logs else 120)
    assert RULES.value(rule, NG.countedFrom) == (DCTERMS.issued if logs else NG.marketDate)
    article = str(RULES.value(rule, DCTERMS.source)).removeprefix(f"{ID}eu-ai-act/art_").partition("/")[0]
    assert article in ({"19", "26"} if logs else {"18", "22", "23"})


@pytest.mark.parametrize("demand", CLAUSES)
def test_clauses_are_requirements_under_the_same_condition_and_bearer(demand: URIRef) -> None:
    condition = RULES.value(demand, NG.appliesWhen)
    clauses = set(RULES.objects(demand, NG.demandsClauseFor))
    assert clauses
    for clause in clauses:
        assert (clause, NG.appliesWhen, condition) in LAW, clause
        assert set(RULES.objects(demand, NG.bearer)) <= set(LAW.objects(clause, NG.bearer)), clause


def test_no_point_of_the_lists_of_clauses_is_left_out() -> None:
    demanded = set(RULES.objects(None, NG.demandsClauseFor))
    for provision in ("dora/art_30/par_2", "dora/art_30/par_3", "gdpr/art_28/par_3"):
        points = {
            requirement
            for requirement in LAW.subjects(RDF.type, NG.Requirement)
            if str(requirement).startswith(f"{ID}{provision}/pnt_")
        }
        assert points
        assert points <= demanded


def test_packs_name_types_and_units_there_are() -> None:
    assert len(PACKS) == len({RULES.value(pack, NG.assessedPer) for pack in PACKS}) == 2
    for pack in PACKS:
        assert RULES.value(pack, NG.assessedPer) in {NG.PerOrganisation, NG.PerSystem}
        assert set(RULES.objects(pack, NG.inPack)) <= set(LAW.subjects(RDF.type, NG.EvidenceType))
        assert len(set(RULES.objects(pack, NG.inPack))) == 8
