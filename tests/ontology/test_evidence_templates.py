"""Each clause and control of the two ISO standards with a requirement has an evidence template of the agreed form."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

ONTOLOGY = Path(__file__).parents[2] / "ontology"
NG = Namespace("https://w3id.org/normgraph/ns#")
STANDARDS = {"iso-42001": 70, "iso-27001": 123}
ANNEX_A = {"iso-42001": 38, "iso-27001": 93}


def _read(*folders: str) -> Graph:
    graph = Graph()
    for folder in folders:
        for file in sorted((ONTOLOGY / folder).glob("*.ttl")):
            graph.parse(file)
    return graph


TEMPLATES = Graph().parse(ONTOLOGY / "schemes" / "evidence-templates.ttl")
DEMANDING = sorted(TEMPLATES.subjects(NG.evidenceType))
DEMANDING_NOTHING = sorted(TEMPLATES.subjects(NG.demandsNothing))


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_clause_and_control_with_a_requirement_has_a_template(standard: str) -> None:
    requirements = _read(f"requirements/{standard}")
    bound = set(requirements.objects(None, NG.derivedFrom))
    assert len(bound) == STANDARDS[standard]
    assert sum("/A." in str(provision) for provision in bound) == ANNEX_A[standard]
    assert bound - set(TEMPLATES.objects(None, NG.forControl)) == set()


def test_a_template_is_for_a_clause_or_control_with_a_requirement() -> None:
    bound = set(_read(*(f"requirements/{standard}" for standard in STANDARDS)).objects(None, NG.derivedFrom))
    assert set(TEMPLATES.objects(None, NG.forControl)) - bound == set()


def test_a_template_demands_something_or_says_why_not() -> None:
    every = set(TEMPLATES.subjects(RDF.type, NG.EvidenceTemplate))
    assert set(DEMANDING) | set(DEMANDING_NOTHING) == every
    assert set(DEMANDING) & set(DEMANDING_NOTHING) == set()
    assert DEMANDING_NOTHING
    for template in DEMANDING_NOTHING:
        assert len(str(TEMPLATES.value(template, NG.justification))) > len("a few words")


def test_what_is_demanded_is_told_in_full() -> None:
    types = set(_read("schemes").subjects(RDF.type, NG.EvidenceType))
    for template in DEMANDING:
        assert TEMPLATES.value(template, NG.evidenceType) in types, template
        assert TEMPLATES.value(template, NG.fourEyes) == Literal(lexical_or_value=True), template
        assert TEMPLATES.value(template, NG.perAsset) is not None, template
        for number in (NG.minimumCount, NG.maximumAge):
            assert int(str(TEMPLATES.value(template, number))) > 0, template


def test_only_what_is_assessed_per_system_may_ask_for_evidence_per_asset() -> None:
    """What is asked of the organisation as a whole asks for no evidence of each asset, but for four controls."""
    requirements = _read(*(f"requirements/{standard}" for standard in STANDARDS))
    per = {provision: requirements.value(r, NG.assessedPer) for r, provision in requirements[: NG.derivedFrom]}
    asked = {TEMPLATES.value(t, NG.forControl) for t in TEMPLATES.subjects(NG.perAsset, Literal(lexical_or_value=True))}
    whole = {control for control in asked if per[control] == NG.PerOrganisation}
    assert {str(control).rpartition("/")[2] for control in whole} <= {"A.5.34", "A.8.3", "A.8.26", "A.8.29"}


def test_no_two_templates_of_a_control_demand_the_same_of_it() -> None:
    told = {(TEMPLATES.value(t, NG.forControl), TEMPLATES.value(t, NG.evidenceType)) for t in DEMANDING}
    assert len(told) == len(DEMANDING)
    labels = [TEMPLATES.value(t, SKOS.prefLabel) for t in TEMPLATES.subjects(RDF.type, NG.EvidenceTemplate)]
    assert len(set(labels)) == len(labels)
    assert all(isinstance(t, URIRef) for t in DEMANDING)
