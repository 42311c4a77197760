"""The cores of NIST AI RMF 1.0 and NIST CSF 2.0: functions, categories and subcategories, and what they are for."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.coverage.census import census, not_modelled, units
from engine.graph import Iri
from engine.model import ReviewState
from engine.vocabulary import ID
from tests.shipped import shipped

if TYPE_CHECKING:
    from engine.mapping.rows import MappingRow

KNOWLEDGE = shipped().knowledge
DAY = date(2026, 11, 20)
REFERENCE = Path(os.environ.get("NORMGRAPH_REFERENCE", "")) / "structure"
COUNTS = {
    "nist-ai-rmf": {"function": 4, "category": 19, "subcategory": 72},
    "nist-csf": {"function": 6, "category": 22, "subcategory": 106},
}
TABLES = {"nist-ai-rmf": "nist-ai-rmf-1.0.csv", "nist-csf": "nist-csf-2.0.csv"}
FUNCTIONS = {
    "nist-ai-rmf": ["GOVERN", "MAP", "MEASURE", "MANAGE"],
    "nist-csf": ["GV", "ID", "PR", "DE", "RS", "RC"],
}
LEVELS = ("framework", "function", "category", "subcategory")


def parts(key: str) -> dict[str, str]:
    """Return the level of each part of a core, by what its identifier leaves out of the framework's own."""
    home = f"{ID}{key}/"
    found = (iri for iri in KNOWLEDGE.provisions if iri.startswith(home))
    return {iri.removeprefix(home): LEVELS[len(KNOWLEDGE.lineage(iri)) - 1] for iri in found}


@pytest.mark.parametrize("key", COUNTS)
def test_the_core_has_its_functions_categories_and_subcategories(key: str) -> None:
    assert Counter(parts(key).values()) == COUNTS[key]
    home = f"{ID}{key}/"
    assert [iri.removeprefix(home) for iri in KNOWLEDGE.children[Iri(ID + key)]] == FUNCTIONS[key]


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="NORMGRAPH_REFERENCE names no folder with the tables of structure")
@pytest.mark.parametrize("key", COUNTS)
def test_the_identifiers_are_those_of_the_reference_and_hang_as_they_do_there(key: str) -> None:
    with (REFERENCE / TABLES[key]).open(encoding="utf-8", newline="") as table:
        told = {row["id"].partition("/")[2]: row for row in csv.DictReader(table)}
    assert parts(key) == {path: row["kind"] for path, row in told.items()}
    home = f"{ID}{key}"
    for path, row in told.items():
        parent = KNOWLEDGE.provisions[Iri(f"{home}/{path}")].parent or ""
        assert parent.removeprefix(home).strip("/") == row["parent_id"].partition("/")[2]


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="NORMGRAPH_REFERENCE names no folder with the tables of structure")
def test_functions_and_categories_of_the_csf_have_the_titles_of_the_publication() -> None:
    with (REFERENCE / TABLES["nist-csf"]).open(encoding="utf-8", newline="") as table:
        told = {row["id"].partition("/")[2]: row["title"] for row in csv.DictReader(table) if row["title"]}
    labels = {path: KNOWLEDGE.provisions[Iri(f"{ID}nist-csf/{path}")].label for path in told}
    assert {path: label.lower() for path, label in labels.items() if parts("nist-csf")[path] != "subcategory"} == {
        path: title.lower() for path, title in told.items() if parts("nist-csf")[path] != "subcategory"
    }


@pytest.mark.parametrize("key", COUNTS)
def test_subcategories_are_controls_and_what_stands_above_them_only_groups(key: str) -> None:
    for path, level in parts(key).items():
        part = KNOWLEDGE.provisions[Iri(f"{ID}{key}/{path}")]
        assert part.kind == ("Control" if level == "subcategory" else "ControlObjective")
        assert bool(KNOWLEDGE.children.get(part.iri)) == (level != "subcategory")


@pytest.mark.parametrize("key", COUNTS)
def test_nothing_is_said_to_be_unmodelled_because_the_outcomes_are_voluntary(key: str) -> None:
    framework = KNOWLEDGE.frameworks[Iri(ID + key)]
    leaves = {f"{ID}{key}/{path}" for path, level in parts(key).items() if level == "subcategory"}
    assert set(units(KNOWLEDGE, framework, DAY)) == leaves
    assert list(not_modelled(KNOWLEDGE, framework, DAY)) == []
    assert {KNOWLEDGE.provisions[Iri(leaf)].norm_class for leaf in leaves} == {"VoluntaryOutcome"}
    (counted,) = (each for each in census(KNOWLEDGE, DAY) if each.key == key)
    assert (counted.requirements, counted.classified) == (0, COUNTS[key]["subcategory"])


@pytest.mark.parametrize("key", COUNTS)
def test_each_part_has_a_title_and_one_sentence_of_our_own(key: str) -> None:
    own = [KNOWLEDGE.provisions[Iri(f"{ID}{key}/{path}")] for path in parts(key)]
    assert all(part.label and part.summary for part in own)
    assert [part.summary for part in own if not re.fullmatch(r"[A-Z][^.]+\.", part.summary)] == []
    assert len({part.summary for part in own}) == len(own)


@pytest.mark.parametrize("key", COUNTS)
def test_the_document_order_is_by_number_and_not_by_spelling(key: str) -> None:
    leaves = [iri for iri in KNOWLEDGE.subtree(Iri(ID + key)) if iri in KNOWLEDGE.provisions]
    for iri in leaves:
        children = [KNOWLEDGE.provisions[child].number for child in KNOWLEDGE.children.get(iri, ())]
        if all(re.search(r"\d$", number) for number in children):
            assert children == sorted(children, key=lambda number: int(re.findall(r"\d+", number)[-1]))


def rows(set_id: str) -> list[MappingRow]:
    """Return the rows of a mapping set."""
    return [row for row in KNOWLEDGE.rows if row.set_id == set_id]


def test_every_subcategory_of_the_ai_rmf_has_a_row_to_iso_42001() -> None:
    leaves = {path for path, level in parts("nist-ai-rmf").items() if level == "subcategory"}
    mapped = rows("nist-ai-rmf--iso-42001")
    assert {row.subject.removeprefix(f"{ID}nist-ai-rmf/") for row in mapped} == leaves
    assert {row.object.startswith(f"{ID}iso-42001/") for row in mapped} == {True}


def test_every_norm_of_nis2_20_21_and_23_has_a_row_from_the_csf() -> None:
    wholes = [Iri(f"{ID}nis2/art_{number}") for number in (20, 21, 23)]
    wanted = {r.iri for r in KNOWLEDGE.live_requirements(DAY) if KNOWLEDGE.within(r.provision, wholes)}
    recommended = {r.iri for r in KNOWLEDGE.requirements.values() if r.modality == "Recommendation"}
    assert wanted - recommended <= {row.object for row in rows("nist-csf--nis2")} <= wanted | recommended


@pytest.mark.parametrize("set_id", ["nist-ai-rmf--iso-42001", "nist-csf--nis2"])
def test_no_voluntary_outcome_is_said_to_give_the_whole_of_a_requirement(set_id: str) -> None:
    relations = Counter(row.relationship for row in rows(set_id))
    assert relations.keys() == {"intersects-with", "no-relationship"}
    assert all(row.residual for row in rows(set_id) if row.relationship == "intersects-with")
    assert {row.review_state for row in rows(set_id)} == {ReviewState.PROPOSED}
