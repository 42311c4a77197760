"""Mapping sets as OSCAL mapping collections: ours lose nothing, and what no row can say is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from engine.errors import BadInput, BadParameter, EngineError
from engine.graph import Iri
from engine.mapping.oscal import NAMESPACE, write_oscal
from engine.mapping.oscal_reading import read_mapping_json, read_oscal
from engine.mapping.rows import NO_TERM, RELATIONSHIPS, record_iri
from engine.mapping.sssom import MappingSet, read_sssom
from engine.mapping.sssom_json import write_sssom_json
from engine.model import ReviewState
from engine.vocabulary import ID
from tests.engine.mapping.any_sets import SETS

if TYPE_CHECKING:
    from engine.content import Content
    from engine.mapping.rows import MappingRow

MAPPINGS = Path(str(files("mappings")))
SHIPPED = sorted(MAPPINGS.rglob("*.sssom.tsv"))
DORA = MAPPINGS / "iso-42001--dora.sssom.tsv"
REQUIREMENT = Iri(f"{ID}dora/art_5/par_1/req_1")


def in_order(mappings: MappingSet) -> tuple[MappingRow, ...]:
    return tuple(sorted(mappings.rows, key=lambda row: (row.subject, row.object)))


def same(first: MappingSet, second: MappingSet) -> bool:
    return (first.described, in_order(first)) == (second.described, in_order(second))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_set_loses_nothing(path: Path, content: Content, tmp_path: Path) -> None:
    mappings, file = read_sssom(path), tmp_path / "set.oscal.json"
    file.write_text(write_oscal(mappings, content.knowledge.citation, content.knowledge.requirements), encoding="utf-8")
    back = read_oscal(file)
    assert same(back, mappings)
    assert [row.iri for row in in_order(back)] == [row.iri for row in in_order(mappings)]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(SETS.filter(lambda mappings: mappings.rows))
def test_any_set_loses_nothing_with_a_row_without_counterpart_too(tmp_path: Path, mappings: MappingSet) -> None:
    empty = replace(mappings.rows[0], subject=NO_TERM, relationship="", rationale_type="", covers=(), touches=())
    whole, file = replace(mappings, rows=(*mappings.rows, empty)), tmp_path / "any.oscal.json"
    text = write_oscal(whole, str, ())
    file.write_bytes(text.encode())
    back = read_mapping_json(file)
    assert same(back, whole)
    assert write_oscal(back, str, ()) == text
    for value in re.findall(r'"value": (".*")', text):
        assert re.fullmatch(r"\S(.*\S)?", json.loads(value))


@pytest.fixture
def collection(content: Content) -> dict[str, Any]:
    text = write_oscal(read_sssom(DORA), content.knowledge.citation, content.knowledge.requirements)
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_map_as_written(collection: dict[str, Any]) -> None:
    found = collection["mapping-collection"]["mappings"][0]["maps"][0]
    row = min(read_sssom(DORA).rows, key=lambda row: (row.subject, row.object))
    assert found["relationship"] == row.relationship
    assert found["matching-rationale"] == row.rationale_type
    assert found["remarks"] == row.rationale
    assert found["confidence-score"] == {"percentage": float(row.confidence or 0)}
    assert [(item["type"], item["id-ref"]) for item in (*found["sources"], *found["targets"])] == [
        ("control", "iso-42001.10.1"),
        ("statement", "dora.art_16.par_2.req_4"),
    ]
    props = {prop["name"]: prop["value"] for prop in found["props"] if prop["ns"] == NAMESPACE}
    assert props["residual"] == row.residual
    assert props["record-id"] == row.iri
    assert props["review-state"] == "proposed"


def test_what_has_no_counterpart_is_in_the_gap_summary_unless_something_below_it_has(
    collection: dict[str, Any],
) -> None:
    gap = collection["mapping-collection"]["mappings"][0]["target-gap-summary"]["unmapped-controls"]
    named = {name for select in gap for name in select["with-ids"]}
    empty = [row for row in read_sssom(DORA).rows if row.subject == NO_TERM]
    assert any(row.exceptions for row in empty)
    assert named == {token(row.object) for row in empty if not row.exceptions}
    assert len(collection["mapping-collection"]["back-matter"]["resources"]) == len(empty)
    assert {select.get("with-child-controls") for select in gap if "req_" not in select["with-ids"][0]} == {"yes"}


def token(iri: str) -> str:
    return iri.removeprefix(ID).replace("/", ".")


def test_no_two_ends_have_one_token(content: Content) -> None:
    ends = [*content.knowledge.provisions, *content.knowledge.requirements]
    assert len({token(iri) for iri in ends}) == len(set(ends))


def test_identifiers_are_those_of_the_rows_and_the_document_changes_with_what_it_says() -> None:
    mappings = read_sssom(DORA)
    other = replace(mappings, rows=(replace(mappings.rows[0], rationale="another"), *mappings.rows[1:]))
    first, again, changed = (
        json.loads(write_oscal(each, str, ()))["mapping-collection"] for each in (mappings, mappings, other)
    )
    assert first == again
    assert first["uuid"] != changed["uuid"]
    uuids = [[part["uuid"] for part in each["mappings"][0]["maps"]] for each in (first, changed)]
    assert uuids[0] == uuids[1]
    assert len(set(uuids[0])) == len(uuids[0])


@pytest.mark.parametrize(
    ("state", "triaged", "status"),
    [
        (ReviewState.PROPOSED, True, "draft"),
        (ReviewState.DISPUTED, False, "draft"),
        (ReviewState.EXPERT_REVIEWED, False, "not-complete"),
        (ReviewState.LEGALLY_REVIEWED, True, "complete"),
    ],
)
def test_a_set_is_a_draft_until_persons_have_signed_every_row(state: ReviewState, triaged: bool, status: str) -> None:  # noqa: FBT001
    mappings = read_sssom(DORA)
    rows = tuple(replace(row, review_state=state) for row in mappings.rows)
    whole = MappingSet(replace(mappings.described, triaged=triaged), rows)
    assert json.loads(write_oscal(whole, str, ()))["mapping-collection"]["provenance"]["status"] == status


def test_a_set_that_maps_nothing_has_no_such_form() -> None:
    mappings = read_sssom(DORA)
    empty = replace(mappings, rows=tuple(row for row in mappings.rows if row.subject == NO_TERM))
    with pytest.raises(BadParameter, match="OSCAL asks for one map at least"):
        write_oscal(empty, str, ())


FOREIGN = {
    "uuid": "11111111-1111-4111-8111-111111111111",
    "metadata": {"title": "Theirs", "version": "1", "oscal-version": "1.2.0"},
    "provenance": {"matching-rationale": "semantic", "mapping-description": "From outside."},
    "mappings": [
        {
            "uuid": "22222222-2222-4222-8222-222222222222",
            "source-resource": {"type": "catalog", "href": f"{ID}iso-42001"},
            "target-resource": {"type": "catalog", "href": f"{ID}dora/"},
            "maps": [
                {
                    "uuid": "33333333-3333-4333-8333-333333333333",
                    "relationship": "intersects-with",
                    "sources": [{"type": "control", "id-ref": "A.6.2.4"}],
                    "targets": [{"type": "statement", "id-ref": "art_5/par_1/req_1"}],
                    "confidence-score": {"category": "high"},
                    "remarks": "Both speak of it.",
                }
            ],
        }
    ],
}


def given_file(folder: Path, text: str) -> Path:
    file = folder / "theirs.json"
    file.write_text(text, encoding="utf-8")
    return file


def foreign(**changed: Any) -> str:
    """Return the foreign collection with parts of its only map changed."""
    document = json.loads(json.dumps({"mapping-collection": FOREIGN}))
    document["mapping-collection"]["mappings"][0]["maps"][0].update(
        {name.replace("_", "-"): part for name, part in changed.items()}
    )
    return json.dumps(document, indent=1)


def test_a_collection_of_others_gives_proposed_rows(tmp_path: Path) -> None:
    mappings = read_mapping_json(given_file(tmp_path, foreign()))
    (row,) = mappings.rows
    assert (row.subject, row.object) == (f"{ID}iso-42001/A.6.2.4", REQUIREMENT)
    assert (row.relationship, row.rationale_type, row.rationale) == ("intersects-with", "semantic", "Both speak of it.")
    assert (row.confidence, row.review_state) == (None, ReviewState.PROPOSED)
    assert mappings.described.title == "Theirs"
    assert row.iri == record_iri(f"oscal/{FOREIGN['uuid']}", row.subject, row.object)


@pytest.mark.parametrize("relationship", sorted(RELATIONSHIPS))
def test_every_relationship_of_the_model_is_read(relationship: str, tmp_path: Path) -> None:
    (row,) = read_oscal(given_file(tmp_path, foreign(relationship=relationship))).rows
    assert row.relationship == relationship


ITEM = {"type": "control", "id-ref": "A.6.2.4"}
LINE = foreign().split("\n").index('      "uuid": "33333333-3333-4333-8333-333333333333",') + 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (foreign(relationship="maps-to"), f"line {LINE}: relationship “maps-to” is unknown; use one of equal-to"),
        (foreign(relationship=None), f"line {LINE}: relationship “” is unknown"),
        (
            foreign(ns="https://a.example/ns"),
            f"line {LINE}: the relationship is one of https://a.example/ns; use those",
        ),
        (foreign(sources=[ITEM, ITEM]), f"line {LINE}: the map has 2 sources; write one map for each pair"),
        (foreign(targets=[]), f"line {LINE}: the map has 0 targets"),
        (foreign(sources="A.6.2.4"), f"line {LINE}: sources is no list of objects"),
        (foreign(matching_rationale="lexical"), "rationale_type “lexical” is unknown"),
        (foreign(confidence_score={"percentage": 7}), "confidence “7” is not a number from 0 to 1"),
        (foreign(confidence_score=[]), "confidence-score is no object"),
        (foreign(props=[1]), "props is no list of objects"),
        (foreign().replace(f"{ID}iso-42001", "catalog.json"), "“A.6.2.4” in sources is of “catalog.json”, which is no"),
        (foreign().replace('"A.6.2.4"', '"A 6"'), "A 6” is no identifier"),
        (json.dumps({"mapping-collection": {**FOREIGN, "mappings": []}}), "0 mappings are in one collection"),
        (json.dumps({"mapping-collection": {**FOREIGN, "mappings": [{}]}}), "source-resource is no object"),
        (json.dumps({"mapping-collection": {**FOREIGN, "mappings": [7]}}), "mappings is no object"),
        (json.dumps({"mapping-collection": 7}), "mapping-collection is no object"),
        (json.dumps({"catalog": {}}), "there is no mapping-collection; hand in a mapping collection of OSCAL 1.2"),
        ("[]", "there is no mapping-collection"),
        ("{", "is no JSON"),
    ],
)
def test_what_no_row_can_say_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"theirs\.json") as refused:
        read_oscal(given_file(tmp_path, text))
    assert problem in str(refused.value)


def test_the_same_pair_twice_is_refused(tmp_path: Path) -> None:
    document = json.loads(foreign())
    maps = document["mapping-collection"]["mappings"][0]["maps"]
    maps.append({**maps[0], "uuid": "44444444-4444-4444-8444-444444444444"})
    with pytest.raises(BadInput, match="the same pair stands on line"):
        read_oscal(given_file(tmp_path, json.dumps(document, indent=1)))


def test_json_is_known_by_what_it_says_not_by_its_name(content: Content, tmp_path: Path) -> None:
    mappings = read_sssom(DORA)
    file = given_file(tmp_path, write_sssom_json(mappings, content.knowledge.citation))
    assert same(read_mapping_json(file), mappings)
