from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from engine.eurlex import Framework, read_act, structure_quads, text_quads
from engine.eurlex.amendments import Change, ChangeType, change_quads
from engine.eurlex.titles import with_lead_in_titles
from engine.vocabulary import NG, PREFIXES, graph, identifier

if TYPE_CHECKING:
    from pathlib import Path

LIGHTHOUSE = Framework(
    key="lighthouse",
    version="2999-05-02",
    citation_name="Lighthouse Regulation",
    label="Lighthouse Regulation",
    title="Regulation (EU) 2999/1 on lighthouses",
    eli="http://data.europa.eu/eli/reg/2999/1/oj",
    valid_from="2999-05-22",
    issued="2999-05-02",
    alternatives=("Regulation (EU) 2999/1",),
)
RDF_TYPE = PREFIXES["rdf"] + "type"


def about(quads: list[Quad], path: str) -> dict[str, str]:
    subject = identifier(path)
    return {quad.predicate.value: quad.object.value for quad in quads if quad.subject == subject}


def term(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def test_a_provision_says_what_the_vocabulary_asks(data: Path) -> None:
    quads = structure_quads(read_act(data / "lighthouse"), LIGHTHOUSE)
    assert about(quads, "lighthouse/art_2/par_1/pnt_a") == {
        term("rdf:type"): NG.Provision.value,
        term("ng:inFramework"): identifier("lighthouse").value,
        term("ng:directPartOf"): identifier("lighthouse/art_2/par_1").value,
        term("eli:type_subdivision"): NG.Point.value,
        term("eli:number"): "a",
        term("skos:notation"): "Lighthouse Regulation 2(1)(a)",
        term("ng:sortKey"): "c001.s001.m002.p001.s001.001",
    }
    titled = about(quads, "lighthouse/art_2")
    assert titled[term("skos:prefLabel")] == "Duties of keepers"
    assert titled[term("ng:directPartOf")] == identifier("lighthouse/ch_I/sec_1").value
    assert about(quads, "lighthouse/ch_I")[term("ng:directPartOf")] == identifier("lighthouse").value


def test_framework_and_version(data: Path) -> None:
    quads = structure_quads(read_act(data / "lighthouse"), LIGHTHOUSE)
    framework, version = about(quads, "lighthouse"), about(quads, "lighthouse/v/2999-05-02")
    assert framework[term("ng:citationName")] == "Lighthouse Regulation"
    assert framework[term("dcterms:source")] == LIGHTHOUSE.eli
    assert version[term("ng:recitals")] == "2"
    assert version[term("ng:validFrom")] == "2999-05-22"
    assert version[term("ng:versionOf")] == identifier("lighthouse").value
    assert {quad.graph_name for quad in quads} == {graph("framework/lighthouse/2999-05-02")}


def test_every_provision_hangs_from_another_and_is_stated_once(data: Path) -> None:
    quads = structure_quads(read_act(data / "lighthouse"), LIGHTHOUSE)
    assert len(set(quads)) == len(quads)
    known = {quad.subject for quad in quads}
    parents = [quad.object for quad in quads if quad.predicate == NG.directPartOf]
    assert set(parents) <= known
    assert len(parents) == sum(quad.object == NG.Provision for quad in quads)


def test_titles_carry_the_language_of_the_act(data: Path) -> None:
    quads = structure_quads(read_act(data / "lighthouse-da.html"), LIGHTHOUSE)
    title = next(quad.object for quad in quads if quad.object.value == "LAMPER")
    assert title == Literal("LAMPER", language="da")


def test_the_structure_holds_no_text_and_the_text_graph_all_of_it(data: Path) -> None:
    act = read_act(data / "lighthouse")
    structure = " ".join(quad.object.value for quad in structure_quads(act, LIGHTHOUSE))
    assert "log shall" not in structure
    texts = text_quads(act, LIGHTHOUSE)
    assert {quad.predicate for quad in texts} == {NG.officialText}
    assert {quad.graph_name for quad in texts} == {graph("text/lighthouse/2999-05-02/en")}
    spoken = {quad.subject.value: quad.object for quad in texts}
    assert spoken[identifier("lighthouse/art_2/par_1/sub_2").value] == Literal("A log shall record:", language="en")
    assert identifier("lighthouse/ch_I").value not in spoken


def test_headings_that_stand_in_the_text_leave_out_what_several_repeat(data: Path) -> None:
    act = read_act(data / "lighthouse")
    annex = next(part for part in act.parts if part.path == "anx_II")
    leads = (
        "Stone, in so far as it is dry: towers of it",
        "Wood",
        "Iron, steel, in so far as it is dry: others",
        "Sand, wet: a",
    )
    items = tuple(replace(annex.children[0], text=text, title="") for text in leads)
    titled = with_lead_in_titles(replace(act, parts=(replace(annex, children=items),)), {"II"})
    assert [part.title for part in titled.parts[0].children] == ["Stone", "Wood", "Iron, steel", "Sand, wet"]


CHANGES = [
    Change("art_2/par_1", ChangeType.REPLACED, "reg-3000-1/art_1/pnt_1", "Lamps now also by day."),
    Change("art_2b", ChangeType.INSERTED, "reg-3000-1/art_1/pnt_2", "Boats.", title="Boats"),
    Change("art_2a", ChangeType.DELETED, "reg-3000-1/art_1/pnt_3", "No relief."),
]


def test_a_change_is_a_version_with_its_cause_and_ends_the_one_before() -> None:
    after = replace(LIGHTHOUSE, version="3000-01-01", valid_from="3000-01-04")
    quads = list(change_quads(CHANGES, LIGHTHOUSE, after))
    assert about(quads, "lighthouse/art_2/par_1/v/3000-01-01") == {
        term("rdf:type"): NG.ProvisionVersion.value,
        term("ng:versionOf"): identifier("lighthouse/art_2/par_1").value,
        term("ng:validFrom"): "3000-01-04",
        term("ng:changeType"): NG.Replaced.value,
        term("ng:changedBy"): identifier("reg-3000-1/art_1/pnt_1").value,
        term("dcterms:abstract"): "Lamps now also by day.",
    }
    assert about(quads, "lighthouse/art_2a/v/2999-05-02")[term("ng:validUntil")] == "3000-01-04"
    assert not about(quads, "lighthouse/art_2b/v/2999-05-02")
    assert about(quads, "lighthouse/art_2b/v/3000-01-01")[term("skos:prefLabel")] == "Boats"


@pytest.mark.parametrize("change", CHANGES)
def test_changes_stand_in_the_graph_of_the_later_version(change: Change) -> None:
    after = replace(LIGHTHOUSE, version="3000-01-01")
    homes = {quad.graph_name for quad in change_quads([change], LIGHTHOUSE, after)}
    assert homes == {NamedNode(graph("framework/lighthouse/3000-01-01").value)}
