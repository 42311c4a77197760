"""Norms are told in our own words: no nine words in a row stand in the official text too."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from engine.mapping.sssom import read_sssom

ROOT = Path(__file__).parents[2]
REFERENCE = Path(os.environ.get("NORMGRAPH_REFERENCE", "")) / "eurlex"
RUN = 9
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


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="NORMGRAPH_REFERENCE names no folder with the official texts")
@pytest.mark.parametrize("act", TEXTS)
def test_no_norm_repeats_the_law(act: str) -> None:
    official = official_runs(act)
    repeated = {
        literal.value
        for path in (ROOT / "ontology" / "requirements" / act).glob("*.ttl")
        for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)
        if isinstance(literal := quad.object, Literal) and runs(literal.value) & official
    }
    assert repeated == set()


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="NORMGRAPH_REFERENCE names no folder with the official texts")
@pytest.mark.parametrize("act", TEXTS)
def test_no_reading_across_laws_repeats_the_law(act: str) -> None:
    """Tensions and rows between laws are told in our own words, to the word shorter than norms may be."""
    official = official_runs(act, RUN - 1)
    tensions = parse((ROOT / "ontology" / "rules" / "tensions.ttl").read_bytes(), format=RdfFormat.TURTLE)
    told = [literal.value for quad in tensions if isinstance(literal := quad.object, Literal)]
    for row in read_sssom(ROOT / "mappings" / "gdpr--eu-ai-act.sssom.tsv").rows:
        told += [row.rationale, row.residual]
    assert told
    assert [text for text in told if runs(text, RUN - 1) & official] == []
