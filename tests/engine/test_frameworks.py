from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from engine.vocabulary import ID, NG, PREFIXES, graph, identifier
from tests.engine.structure import live_provisions

if TYPE_CHECKING:
    from engine.model import Provision

ONTOLOGY = Path(__file__).parents[2] / "ontology" / "frameworks"
BEFORE, AFTER = date(2026, 7, 26), date(2026, 7, 27)


def quads_of(key: str) -> list[Quad]:
    files = sorted((ONTOLOGY / key).glob("*.ttl"))
    return [quad for file in files for quad in parse(path=file, format=RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def ai_act() -> dict[date, dict[str, Provision]]:
    quads = quads_of("eu-ai-act")
    return {
        day: {p.iri.removeprefix(ID): p for p in live_provisions(quads, "eu-ai-act", day)} for day in (BEFORE, AFTER)
    }


def counts(provisions: dict[str, Provision]) -> Counter[str]:
    return Counter(provision.kind for provision in provisions.values())


def test_the_ai_act_before_and_after_its_amendment(ai_act: dict[date, dict[str, Provision]]) -> None:
    before, after = counts(ai_act[BEFORE]), counts(ai_act[AFTER])
    assert (before["Article"], before["Paragraph"], before["Point"], before["Annex"]) == (113, 500, 467, 13)
    assert (after["Article"], after["Paragraph"], after["Point"], after["Annex"]) == (119, 552, 521, 14)
    assert (before["Chapter"], before["Section"]) == (after["Chapter"], after["Section"]) == (13, 16)
    assert before.total() - before["Subparagraph"] == 1330
    assert after.total() - after["Subparagraph"] == 1473


def test_what_was_inserted_deleted_and_renamed(ai_act: dict[date, dict[str, Provision]]) -> None:
    before, after = ai_act[BEFORE], ai_act[AFTER]
    assert "eu-ai-act/art_4a" not in before
    assert "eu-ai-act/art_4a" in after
    assert "eu-ai-act/art_10/par_5/pnt_f" in before
    assert "eu-ai-act/art_10/par_5/pnt_f" not in after
    assert before["eu-ai-act/art_75"].title_on(BEFORE).startswith("Mutual assistance")
    assert (
        after["eu-ai-act/art_75"].title_on(AFTER)
        == "Market surveillance and control of AI systems and mutual assistance"
    )
    version = after["eu-ai-act/art_4"].version_on(AFTER)
    assert version == identifier("eu-ai-act/art_4/v/2026-07-27").value
    assert before["eu-ai-act/art_4"].version_on(BEFORE) == identifier("eu-ai-act/art_4/v/2024-07-12").value
    assert after["eu-ai-act/art_9"].versions == ()


def test_the_order_is_that_of_the_document(ai_act: dict[date, dict[str, Provision]]) -> None:
    articles = [
        path.removeprefix("eu-ai-act/art_") for path in ai_act[AFTER] if path.count("/") == 1 and "/art_" in path
    ]
    assert articles[:6] == ["1", "2", "3", "4", "4a", "5"]
    assert articles[articles.index("75") :][:6] == ["75", "75a", "75b", "75c", "75d", "76"]
    points = [path for path in ai_act[AFTER] if path.startswith("eu-ai-act/art_5/par_1/pnt_") and path.count("/") == 3]
    assert [path[-2:].strip("_") for path in points] == ["a", "b", "ba", "bb", "c", "d", "e", "f", "g", "h"]
    paragraphs = [path for path in ai_act[AFTER] if path.startswith("eu-ai-act/art_75/par_") and path.count("/") == 2]
    assert [path.rpartition("_")[2] for path in paragraphs] == ["1", "1a", "1b", "1c", "1d", "1e", "2", "2a", "3"]


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_every_live_provision_hangs_from_a_live_one(ai_act: dict[date, dict[str, Provision]], day: date) -> None:
    live = {provision.iri for provision in ai_act[day].values()} | {identifier("eu-ai-act").value}
    assert [p.iri for p in ai_act[day].values() if p.parent not in live] == []
    assert len({p.sort_key for p in ai_act[day].values()}) == len(ai_act[day])
    assert len({p.notation for p in ai_act[day].values()}) == len(ai_act[day])


def test_every_amending_point_exists() -> None:
    points = {quad.subject for quad in quads_of("reg-2026-1744") if quad.object == NG.Provision}
    named = {quad.object for quad in quads_of("eu-ai-act") if quad.predicate == NG.changedBy}
    assert named <= points
    assert sum("/art_1/pnt_" in point.value and point.value.count("pnt_") == 1 for point in points) == 43


@pytest.mark.parametrize(
    ("key", "articles", "paragraphs", "points"),
    [("gdpr", 99, 372, 385), ("dora", 64, 254, 433), ("nis2", 46, 189, 271)],
)
def test_the_other_acts(key: str, articles: int, paragraphs: int, points: int) -> None:
    found = counts({p.iri: p for p in live_provisions(quads_of(key), key, AFTER)})
    assert (found["Article"], found["Paragraph"], found["Point"]) == (articles, paragraphs, points)


def test_no_official_text_is_shipped() -> None:
    for file in ONTOLOGY.glob("*/*.ttl"):
        assert "officialText" not in file.read_text(encoding="utf-8")


def test_a_version_begins_on_its_first_day_and_ends_before_its_last() -> None:
    home, slot = graph("framework/x/1"), identifier("x/art_1")
    old, new = identifier("x/art_1/v/1"), identifier("x/art_1/v/2")
    kind = NamedNode(PREFIXES["rdf"] + "type")
    day = NamedNode(PREFIXES["xsd"] + "date")
    quads = [
        Quad(slot, kind, NG.Provision, home),
        Quad(slot, NG.inFramework, identifier("x"), home),
        Quad(old, kind, NG.ProvisionVersion, home),
        Quad(old, NG.versionOf, slot, home),
        Quad(old, NG.validUntil, Literal("2030-01-02", datatype=day), home),
        Quad(new, kind, NG.ProvisionVersion, home),
        Quad(new, NG.versionOf, slot, home),
        Quad(new, NG.changeType, NG.Deleted, home),
        Quad(new, NG.validFrom, Literal("2030-01-02", datatype=day), home),
    ]
    assert [p.version_on(date(2030, 1, 1)) for p in live_provisions(quads, "x", date(2030, 1, 1))] == [old.value]
    assert live_provisions(quads, "x", date(2030, 1, 2)) == []
    assert live_provisions(quads, "y", date(2030, 1, 1)) == []
