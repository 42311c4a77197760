"""The importer against the official texts and the tables of their structure; run with NORMGRAPH_REFERENCE set."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from engine.eurlex import KNOWN, Act, Kind, Part, read_act, structure_quads
from engine.eurlex.amendments import Change, ChangeType, change_quads
from engine.eurlex.titles import with_lead_in_titles
from engine.turtle import format_turtle
from engine.vocabulary import ID, PREFIXES, identifier
from tests.engine.structure import live_provisions

SHIPPED = Path(__file__).parents[3] / "ontology" / "frameworks"
SOURCES = {
    "eu-ai-act": "ai-act_32024R1689_fmx4.zip",
    "gdpr": "gdpr_32016R0679_formex_L_2016119EN.01000101.xml",
    "dora": "dora_32022R2554_EN_eurlex_csa.html",
    "nis2": "nis2_32022L2555_EN_eurlex_csa.html",
}
OTHERS = [
    ("eu-ai-act", "ai-act-formex"),
    ("eu-ai-act", "ai-act_32024R1689_EN_eurlex_csa.html"),
    ("eu-ai-act", "ai-act_32024R1689_EN_eurlex_tere4ai.html"),
    ("gdpr", "gdpr_consolidated_formex_en.xml"),
    ("gdpr", "gdpr_32016R0679_EN_eurlex_csa.html"),
]
DANISH = {
    "eu-ai-act": "da/ai-act_32024R1689_DA_eurlex.html",
    "gdpr": "da/gdpr_32016R0679_DA_eurlex.html",
    "dora": "da/dora_32022R2554_DA_eurlex.html",
    "nis2": "da/nis2_32022L2555_DA_eurlex.html",
}
RECITALS = {"eu-ai-act": 180, "gdpr": 173, "dora": 106, "nis2": 144}
ON = date(2026, 7, 27)
SET_AFTER_ITS_TABLE = {f"anx_VII/pnt_{n}" for n in ("3", "3/pnt_3.2", "3/pnt_3.4", "4", "4/pnt_4.6")}
"""Where one of the two AI Act pages sets the later lines of an item below the item's table, not in it."""


@cache
def act(folder: Path, name: str) -> Act:
    return read_act(folder / "eurlex" / name)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "structure" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def paths(table: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the rows by our path: the table says ``art_5/1/a`` for what we call ``art_5/par_1/pnt_a``."""
    kinds = {row["id"]: row["kind"] for row in table}
    return {_path(row["id"], kinds): row for row in table}


def _path(identified: str, kinds: dict[str, str]) -> str:
    _, first, *rest = identified.split("/")
    above, path = f"{identified.partition('/')[0]}/{first}", first
    for segment in rest:
        above = f"{above}/{segment}"
        named = re.match(r"(?:sec|sub)_|AI[PBH]_", segment)
        kind = kinds.get(above, "paragraph" if first.startswith("art_") and path == first else "point")
        path += f"/{segment}" if named else f"/{'par' if kind == 'paragraph' else 'pnt'}_{segment}"
    return path


def comparable(found: Act) -> dict[str, Part]:
    return {part.path: part for part in found.walk() if part.kind is not Kind.SUBPARAGRAPH}


@pytest.mark.parametrize("key", SOURCES)
def test_every_part_and_title_is_that_of_the_table_and_in_its_order(reference: Path, key: str) -> None:
    found = with_lead_in_titles(act(reference, SOURCES[key]), KNOWN[key].lead_in_annexes)
    expected = paths(rows(reference, key))
    assert list(comparable(found)) == list(expected)
    assert {p: part.title for p, part in comparable(found).items()} == {p: row["title"] for p, row in expected.items()}
    assert found.recitals == RECITALS[key]


@pytest.mark.parametrize(("key", "name"), OTHERS)
def test_other_forms_give_the_same_structure_titles_and_text(reference: Path, key: str, name: str) -> None:
    first, other = act(reference, SOURCES[key]), act(reference, name)
    assert [replace(part, text="", children=()) for part in other.walk()] == [
        replace(part, text="", children=()) for part in first.walk()
    ]
    corrected = key == "gdpr" and "consolidated" in name
    texts = {part.path: part.text for part in first.walk()}
    differing = {part.path for part in other.walk() if part.text != texts[part.path]}
    quoting = {path for path in differing if re.match(r"art_10[2-9]|art_110", path)}
    assert corrected or differing - quoting <= SET_AFTER_ITS_TABLE


@pytest.mark.parametrize("key", DANISH)
def test_danish_gives_the_english_identifiers_citations_and_order(reference: Path, key: str) -> None:
    english, danish = act(reference, SOURCES[key]), act(reference, DANISH[key])
    assert danish.language == "da"
    assert [(part.path, part.citation, part.sort_key, part.kind) for part in danish.walk()] == [
        (part.path, part.citation, part.sort_key, part.kind) for part in english.walk()
    ]
    assert danish.recitals == english.recitals


@pytest.mark.parametrize("key", SOURCES)
def test_keys_sort_as_the_document_and_citations_are_unique(reference: Path, key: str) -> None:
    found = list(act(reference, SOURCES[key]).walk())
    assert [part.sort_key for part in found] == sorted({part.sort_key for part in found})
    assert len({part.citation for part in found}) == len(found)


@pytest.mark.parametrize("key", SOURCES)
def test_what_is_shipped_is_what_the_importer_makes(reference: Path, key: str) -> None:
    quads = structure_quads(act(reference, SOURCES[key]), KNOWN[key])
    shipped = SHIPPED / key / f"{KNOWN[key].version}.ttl"
    assert format_turtle(quad.triple for quad in quads) == shipped.read_text(encoding="utf-8")


def shipped_amendment() -> list[Triple]:
    return [quad.triple for quad in parse(path=SHIPPED / "eu-ai-act" / "2026-07-27.ttl", format=RdfFormat.TURTLE)]


def changes_of(folder: Path) -> dict[str, Change]:
    base = comparable(act(folder, SOURCES["eu-ai-act"])) | {p.path: p for p in act(folder, SOURCES["eu-ai-act"]).walk()}
    changed = {}
    for path, row in paths(rows(folder, "eu-ai-act_2026-07-27_changes")).items():
        replaced = ChangeType.REPLACED if path in base else ChangeType.INSERTED
        kind = ChangeType.DELETED if row["operation"] == "delete" else replaced
        article, *points = re.findall(r"\w+", row["amending_point"].removeprefix("Art "))
        by = "/pnt_".join((f"reg-2026-1744/art_{article}", *points))
        title = row["title"] if path in base and row["title"] != base[path].title else ""
        changed[path] = Change(path, kind, by, row["summary"], title)
    return changed


def test_the_amendment_says_what_the_table_of_changes_says(reference: Path) -> None:
    changes = changes_of(reference)
    assert len(changes) == 245
    before = KNOWN["eu-ai-act"]
    after = replace(before, version="2026-07-27", valid_from="2026-07-27")
    expected = {quad.triple for quad in change_quads(changes.values(), before, after)}
    versions = {triple for triple in shipped_amendment() if re.search(r"/v/[\d-]+$", triple.subject.value)}
    own = identifier("eu-ai-act/v/2026-07-27")
    assert {triple for triple in versions if triple.subject != own} == expected


def test_the_ai_act_as_amended_is_the_table_of_its_current_structure(reference: Path) -> None:
    quads = [q for f in sorted((SHIPPED / "eu-ai-act").glob("*.ttl")) for q in parse(path=f, format=RdfFormat.TURTLE)]
    live = {p.iri.removeprefix(f"{ID}eu-ai-act/"): p.title_on(ON) for p in live_provisions(quads, "eu-ai-act", ON)}
    table = paths(rows(reference, "eu-ai-act_current_structure"))
    expected = {path: row["title"] for path, row in table.items() if row["status"] != "deleted"}
    assert {path: title for path, title in live.items() if "/sub_" not in path} == expected


def test_every_operation_of_the_amending_act_is_one_of_its_points(reference: Path) -> None:
    file = SHIPPED / "reg-2026-1744" / "2026-07-24.ttl"
    notations = {q.object.value for q in parse(path=file, format=RdfFormat.TURTLE) if "notation" in q.predicate.value}
    tables = ("eu-ai-act_amendments_2026-1744", "eu-ai-act_2026-07-27_changes", "other-acts_2026-07-27_changes")
    named = {row["amending_point"] for table in tables for row in rows(reference, table)}
    assert {f"Reg. 2026/1744 {point.removeprefix('Art ')}" for point in named} <= notations


def test_our_summaries_share_no_nine_words_in_a_row_with_the_official_text(reference: Path) -> None:
    official = " ".join(part.text for part in act(reference, SOURCES["eu-ai-act"]).walk())
    taken = _runs(official)
    abstract = PREFIXES["dcterms"] + "abstract"
    summaries = [triple.object.value for triple in shipped_amendment() if triple.predicate.value == abstract]
    assert len(summaries) == 245
    assert [summary for summary in summaries if _runs(summary) & taken] == []


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + 9]) for start in range(len(words) - 8)}


def test_the_consolidated_ai_act_has_the_parts_we_ship(reference: Path) -> None:
    found = sorted((reference / "eurlex").glob("CL2024R1689EN*.0001.xml"))
    if not found:
        pytest.skip("the folder has no consolidated AI Act (02024R1689-20260727 as Formex)")
    quads = [q for f in sorted((SHIPPED / "eu-ai-act").glob("*.ttl")) for q in parse(path=f, format=RdfFormat.TURTLE)]
    live = [(p.iri.removeprefix(f"{ID}eu-ai-act/"), p.sort_key) for p in live_provisions(quads, "eu-ai-act", ON)]
    assert [(part.path, part.sort_key) for part in read_act(found[0]).walk()] == live


def test_amending_articles_have_no_parts_of_the_acts_they_quote(reference: Path) -> None:
    ai_act = {part.path for part in act(reference, SOURCES["eu-ai-act"]).walk()}
    assert not any(re.match(r"art_(102|103|104|105|106|107|109|110)/", path) for path in ai_act)
    assert {path for path in ai_act if path.startswith("art_108/")} == {f"art_108/pnt_{n}" for n in range(1, 7)}
    dora = {part.path for part in act(reference, SOURCES["dora"]).walk()}
    assert not any(re.match(r"art_(59|60|61|62|63)/par_", path) for path in dora)
