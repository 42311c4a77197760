"""What we say of the law is in our own words: no nine words in a row stand in the official text too."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from engine.mapping.sssom import read_sssom
from engine.vocabulary import PREFIXES

ROOT = Path(__file__).parents[2]
ONTOLOGY = ROOT / "ontology"
REFERENCE = Path(os.environ.get("NORMGRAPH_REFERENCE", "")) / "eurlex"
RUN = 9
LABEL = f"{PREFIXES['skos']}prefLabel"
TEXTS = {
    "eu-ai-act": "ai-act_32024R1689_EN_eurlex_csa.html",
    "gdpr": "gdpr_32016R0679_EN_eurlex_csa.html",
    "dora": "dora_32022R2554_EN_eurlex_csa.html",
    "nis2": "nis2_32022L2555_EN_eurlex_csa.html",
}


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


def official_runs(act: str, length: int = RUN) -> set[tuple[str, ...]]:
    page = (REFERENCE / TEXTS[act]).read_text(encoding="utf-8", errors="replace")
    return runs(html.unescape(re.sub(r"<[^>]+>", " ", page)), length)


def literals(path: Path) -> set[str]:
    """Return what a Turtle file tells; labels are left out, since they name what the law itself names."""
    return {
        quad.object.value
        for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)
        if isinstance(quad.object, Literal) and quad.predicate.value != LABEL
    }


def of_the_act(act: str) -> set[str]:
    """Return what the norms of an act say, and the reasons and residuals of the rows that lead to it."""
    told = {text for path in (ONTOLOGY / "requirements" / act).glob("*.ttl") for text in literals(path)}
    for path in (ROOT / "mappings").glob(f"*--{act}.sssom.tsv"):
        told |= {text for row in read_sssom(path).rows for text in (row.rationale, row.residual)}
    return told


def of_all_acts() -> set[str]:
    """Return what terms, facts, conditions and rules say, whatever act they serve."""
    paths = [*ONTOLOGY.glob("*.ttl"), *(ONTOLOGY / "schemes").glob("*.ttl"), *(ONTOLOGY / "rules").glob("*.ttl")]
    return {text for path in paths for text in literals(path)}


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="NORMGRAPH_REFERENCE names no folder with the official texts")
@pytest.mark.parametrize("act", TEXTS)
def test_no_sentence_of_the_law_is_repeated(act: str) -> None:
    official = official_runs(act)
    told = of_the_act(act) | of_all_acts()
    assert len(told) > 1000
    assert {text for text in told if runs(text) & official} == set()


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="NORMGRAPH_REFERENCE names no folder with the official texts")
@pytest.mark.parametrize("act", TEXTS)
def test_no_reading_across_laws_repeats_the_law(act: str) -> None:
    """Tensions and rows between laws are told in our own words, to the word shorter than norms may be."""
    official = official_runs(act, RUN - 1)
    told = literals(ONTOLOGY / "rules" / "tensions.ttl")
    for row in read_sssom(ROOT / "mappings" / "gdpr--eu-ai-act.sssom.tsv").rows:
        told |= {row.rationale, row.residual}
    assert {text for text in told if runs(text, RUN - 1) & official} == set()
