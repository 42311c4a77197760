from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, serialize

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.graph import Graph, Iri
from engine.model import ReviewState
from engine.organisation import organisations_of, read_organisation
from engine.resources import example_files
from engine.vocabulary import GRAPH
from engine.workspace import Workspace, open_organisation

if TYPE_CHECKING:
    from engine.content import Content

BANK = "https://w3id.org/normgraph/example/bank/"


def test_the_bank(bank: Workspace) -> None:
    organisation = bank.organisation
    assert bank.name == "bank"
    assert organisation.iri == f"{BANK}organisation"
    assert organisation.example_date is not None
    labels = {asset.label for asset in organisation.assets.values()}
    assert {"Credit Scoring 1", "Credit Scoring 2"} <= labels
    assert all(organisation.homes[thing.iri] == thing.graph for thing in organisation.evidence)
    homes = {quad.graph_name.value for quad in bank.quads}
    assert homes == {f"{GRAPH}org/bank/{name}" for name in ("assets", "controls", "evidence", "judgements")}


def test_an_example_its_folder_and_one_file_of_all_say_the_same(
    example: Workspace, content: Content, tmp_path: Path
) -> None:
    folder = open_organisation(content, str(example_files(example.name)[0].parent))
    assert folder.organisation == example.organisation
    triples = [quad.triple for quad in example.quads]
    Random(3).shuffle(triples)  # noqa: S311 - dice, not secrets
    path = tmp_path / "Example of One File.nt"
    path.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    single = open_organisation(content, str(path))
    assert single.name == "example-of-one-file"
    assert {quad.graph_name.value for quad in single.quads} == {f"{GRAPH}org/example-of-one-file"}
    assert single.organisation.facts == example.organisation.facts
    assert len(single.organisation.evidence) == len(example.organisation.evidence)


def test_opened_twice_it_is_the_same(example: Workspace, content: Content) -> None:
    again = open_organisation(content, example.name)
    assert again.quads == example.quads
    assert repr(again.organisation) == repr(example.organisation)


def test_a_time_where_a_day_is_asked_for_is_its_day_everywhere(content: Content, tmp_path: Path) -> None:
    sound = (Path(__file__).parents[1] / "data" / "bad" / "sound.ttl").read_text(encoding="utf-8")
    facts = '<system> ng:riskClass <https://w3id.org/dpv/legal/eu/aiact#RiskLevelHigh> ; ng:marketDate "{}"^^xsd:{} .\n'
    incident = "<event> a ng:Event ; ng:awareAt {} .\n".format('"2026-06-01T09:30:00+02:00"^^xsd:dateTime')
    found = []
    for name, market, valid in (
        ("time", ("2026-01-02T23:30:00-05:00", "dateTime"), '"2027-01-01T10:00:00"^^xsd:dateTime'),
        ("day", ("2026-01-02", "date"), '"2027-01-01"^^xsd:date'),
    ):
        path = tmp_path / name / "records.ttl"
        path.parent.mkdir()
        told = sound.replace('"2027-01-01"^^xsd:date', valid) + facts.format(*market) + incident
        path.write_text(told, encoding="utf-8")
        opened = open_organisation(content, str(path))
        found.append((opened.quads, opened.organisation))
        results = assess(
            content.knowledge, opened.organisation, date(2028, 1, 10), Policy(ReviewState.PROPOSED)
        ).results
        assert any("on the market since 2026-01-02" in str(result) for result in results)
    assert found[0] == found[1]
    assert "T09:30:00" in "".join(str(quad) for quad in found[0][0] if quad.predicate.value.endswith("awareAt"))


def test_the_store_and_the_citations(bank: Workspace) -> None:
    assert len(bank.store()) == len(set(bank.content.quads) | set(bank.quads))
    assert bank.citations.resolve("AI Act 15").endswith("eu-ai-act/art_15")


def test_another_organisations_assets_and_roles_are_not_ours(bank: Workspace) -> None:
    records = Graph(bank.quads)
    assert organisations_of(records) == [bank.organisation.iri]
    stranger = read_organisation(records, Iri("https://example.org/stranger"), bank.content.knowledge.fact_properties)
    assert stranger.assets == {}
    assert stranger.roles == ()
    assert stranger.facts == {}
