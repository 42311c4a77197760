"""Each style shape finds nothing in well-made terms and one thing after one change; the real ontology conforms."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from owlrl import DeductiveClosure, OWLRL_Semantics
from owlrl.Namespaces import ERRNS
from rdflib import RDF, SKOS, Graph, Namespace, URIRef

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ontology.conftest import Shapes

ONTOLOGY = Path(__file__).parents[2] / "ontology"
ID = "https://w3id.org/normgraph/id/"
NG = Namespace("https://w3id.org/normgraph/ns#")

# shape without its ending, change, focus node, path, value
CASES = [
    ("TermLabel", 'INSERT DATA { ex:Ship skos:prefLabel "Boat"@en }', "ex:Ship", "skos:prefLabel", ""),
    ("TermLabel", 'DELETE DATA { ex:Ship skos:prefLabel "Ship"@en }', "ex:Ship", "skos:prefLabel", ""),
    ("TermDefinition", "DELETE WHERE { ex:carries skos:definition ?x }", "ex:carries", "skos:definition", ""),
    (
        "TermDefinitionSentence",
        'INSERT DATA { ex:Ship skos:definition "A vessel"@en }',
        "ex:Ship",
        "skos:definition",
        "",
    ),
    ("TermDefinedBy", "DELETE WHERE { ex:afloat rdfs:isDefinedBy ?x }", "ex:afloat", "rdfs:isDefinedBy", ""),
    (
        "TermStatus",
        'DELETE WHERE { ex:Ship sw:term_status ?x } ; INSERT DATA { ex:Ship sw:term_status "good" }',
        "ex:Ship",
        "sw:term_status",
        "",
    ),
    (
        "TermDefinitionOfItsOwn",
        'INSERT DATA { ex:Ship skos:definition "A ship."@en }',
        "ex:module",
        "skos:definition",
        "ex:Ship",
    ),
    (
        "TermDefinitionOfItsOwn",
        'INSERT DATA { ex:Ship skos:definition "A ship is a thing that sails."@en }',
        "ex:module",
        "skos:definition",
        "ex:Ship",
    ),
    ("ClassName", "INSERT DATA { ex:large_ship a owl:Class }", "ex:large_ship", "", "ex:large_ship"),
    ("PropertyName", "INSERT DATA { ex:Carries a owl:ObjectProperty }", "ex:Carries", "", "ex:Carries"),
    ("PropertyDomain", "INSERT DATA { ex:carries rdfs:domain ex:Ship }", "ex:carries", "rdfs:domain", ""),
    ("PropertyRange", "INSERT DATA { ex:carries rdfs:range ex:Ship }", "ex:carries", "rdfs:range", ""),
    (
        "PropertyKind",
        "INSERT DATA { ex:carries a owl:FunctionalProperty }",
        "ex:carries",
        "rdf:type",
        "owl:FunctionalProperty",
    ),
    ("Cardinality", "INSERT DATA { ex:few owl:maxCardinality 1 }", "ex:few", "", ""),
    ("SameAs", "INSERT DATA { ex:Ship owl:sameAs ex:Boat }", "ex:Ship", "owl:sameAs", ""),
    ("SkosMatch", "INSERT DATA { ex:afloat skos:exactMatch ex:floating }", "ex:afloat", "", ""),
    ("ConceptScheme", "DELETE WHERE { ex:afloat skos:inScheme ?x }", "ex:afloat", "skos:inScheme", ""),
    ("FactPropertyClass", "DELETE WHERE { ex:isAfloat ng:factOf ?x }", "ex:isAfloat", "ng:factOf", ""),
    ("FactConditionFact", "DELETE WHERE { ex:condition ng:onFact ?x }", "ex:condition", "ng:onFact", ""),
    ("FactConditionValue", "INSERT DATA { ex:condition ng:expects false }", "ex:condition", "ng:expects", ""),
    ("FactConditionQuestion", "DELETE WHERE { ex:condition ng:question ?x }", "ex:condition", "ng:question", ""),
    ("FactConditionSource", "DELETE WHERE { ex:condition dcterms:source ?x }", "ex:condition", "dcterms:source", ""),
    *(
        (f"Header{name}", f"DELETE WHERE {{ ex:module {path} ?x }}", "ex:module", path, "")
        for name, path in {
            "Title": "dcterms:title",
            "Description": "dcterms:description",
            "Creator": "dcterms:creator",
            "Licence": "dcterms:license",
            "VersionIri": "owl:versionIRI",
            "VersionInfo": "owl:versionInfo",
            "Modified": "dcterms:modified",
            "Prefix": "vann:preferredNamespacePrefix",
            "Namespace": "vann:preferredNamespaceUri",
        }.items()
    ),
    (
        "ShapeName",
        "DELETE { ex:ShipShape ?p ?o } INSERT { ex:Vessel ?p ?o } WHERE { ex:ShipShape ?p ?o }",
        "ex:Vessel",
        "",
        "ex:Vessel",
    ),
    ("ShapeLabel", "DELETE WHERE { ex:ShipShape sh:name ?x }", "ex:ShipShape", "sh:name", ""),
    ("ShapeDescription", "DELETE WHERE { ex:ShipShape sh:description ?x }", "ex:ShipShape", "sh:description", ""),
    ("ShapeSeverity", "DELETE WHERE { ex:ShipShape sh:severity ?x }", "ex:ShipShape", "sh:severity", ""),
    ("ShapeMessage", "DELETE WHERE { ex:ShipShape sh:message ?x }", "ex:ShipShape", "sh:message", ""),
]


@pytest.fixture
def style(shapes: Callable[[str], Shapes]) -> Shapes:
    return shapes("ontology-style")


@pytest.fixture(scope="module")
def own_terms() -> Graph:
    """Our own files: the vocabulary, the schemes and the shapes, without slices of other vocabularies."""
    graph = Graph()
    for path in [*ONTOLOGY.glob("*.ttl"), *ONTOLOGY.glob("schemes/*.ttl"), *ONTOLOGY.glob("shapes/*.ttl")]:
        graph.parse(path)
    return graph


def test_well_made_terms_conform(style: Shapes) -> None:
    assert style.findings(style.data()) == set()


@pytest.mark.parametrize(
    ("shape", "change", "focus", "path", "value"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)]
)
def test_one_change_is_found(style: Shapes, shape: str, change: str, focus: str, path: str, value: str) -> None:
    assert style.findings(style.data(change), f"{shape}Shape") == {(focus, path, value, "sh:Violation")}


def test_every_shape_has_a_case(style: Shapes) -> None:
    assert {f"{case[0]}Shape" for case in CASES} == style.names


def test_the_ontology_conforms(style: Shapes, own_terms: Graph) -> None:
    assert style.findings(own_terms) == set()


def test_every_term_used_is_defined(own_terms: Graph) -> None:
    used = {term for triple in own_terms for term in triple if isinstance(term, URIRef) and term in NG}
    assert used - set(own_terms.subjects(RDF.type)) == set()


def test_nothing_has_two_labels_or_two_definitions(own_terms: Graph) -> None:
    for said in (SKOS.prefLabel, SKOS.definition):
        counted = Counter((subject, text.language) for subject, text in own_terms.subject_objects(said))
        assert [subject for (subject, _), count in counted.items() if count > 1] == []


def test_narrower_concepts_stay_in_the_scheme_of_the_broader(own_terms: Graph) -> None:
    for narrower, broader in own_terms.subject_objects(SKOS.broader):
        assert own_terms.value(narrower, SKOS.inScheme) == own_terms.value(broader, SKOS.inScheme)


def test_every_concept_used_by_the_norms_is_defined(own_terms: Graph) -> None:
    norms = Graph()
    for path in [*ONTOLOGY.glob("requirements/*/*.ttl"), *ONTOLOGY.glob("rules/*.ttl")]:
        norms.parse(path)
    kinds = ("condition/", "event/", "penalty/")
    used = {node for node in norms.objects() if str(node).startswith(tuple(f"{ID}{kind}" for kind in kinds))}
    assert used - set(own_terms.subjects(RDF.type)) == set()


def test_reasoning_over_the_vocabulary_finds_no_contradiction() -> None:
    graph = Graph()
    for path in [*ONTOLOGY.glob("*.ttl"), *ONTOLOGY.glob("reused/*.ttl")]:
        graph.parse(path)
    example = Namespace("https://w3id.org/normgraph/example/shapes/")
    for part, whole in (("point", "paragraph"), ("paragraph", "article")):
        graph.add((example[part], NG.directPartOf, example[whole]))
    graph.add((example.norm, NG.derivedFrom, example.point))
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    assert not list(graph.objects(None, ERRNS.error))
    assert {example.paragraph, example.article} <= set(graph.objects(example.norm, NG.derivedWithin))
