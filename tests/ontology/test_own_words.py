"""Norms are told in our own words: no nine words in a row stand in the official text too."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, RdfFormat, parse

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


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="NORMGRAPH_REFERENCE names no folder with the official texts")
@pytest.mark.parametrize("act", TEXTS)
def test_no_norm_repeats_the_law(act: str) -> None:
    page = (REFERENCE / TEXTS[act]).read_text(encoding="utf-8", errors="replace")
    official = runs(html.unescape(re.sub(r"<[^>]+>", " ", page)))
    repeated = {
        literal.value
        for path in (ROOT / "ontology" / "requirements" / act).glob("*.ttl")
        for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)
        if isinstance(literal := quad.object, Literal) and runs(literal.value) & official
    }
    assert repeated == set()
