"""What others have published: entered row by row as they claim it, disputed, with our judgement beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.graph import Iri
from engine.mapping.sssom import read_sssom
from engine.model import ReviewState
from engine.vocabulary import identifier

if TYPE_CHECKING:
    from engine.content import Content

MAPPINGS = Path(__file__).parents[3] / "mappings"
SETS = sorted((MAPPINGS / "third-party").glob("*.sssom.tsv"))
CLAIMS = {
    "gdpr-in-clause-8-4": ("gdpr", "superset-of"),
    "dora-clauses-4-9": ("dora", "equivalent-to"),
    "nis2-clauses-5-10": ("nis2", "equivalent-to"),
}
STANDARD = identifier("iso-42001").value


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.name)
def test_every_row_is_disputed_with_a_judgement(path: Path) -> None:
    for row in read_sssom(path).rows:
        assert row.review_state is ReviewState.DISPUTED, row.iri
        assert row.comment.startswith("As published: "), row.iri
        assert " Disputed: " in row.comment, row.iri


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_entered_at_its_word_and_held_against_our_set(name: str) -> None:
    law, relationship = CLAIMS[name]
    ours = {(r.subject, r.object): r for r in read_sssom(MAPPINGS / f"iso-42001--{law}.sssom.tsv").rows}
    for row in read_sssom(MAPPINGS / "third-party" / f"{name}.sssom.tsv").rows:
        assert (row.relationship, row.rationale_type, row.residual) == (relationship, "functional", ""), row.iri
        own = ours.get((row.subject, row.object))
        told = f"{own.relationship}, {own.rationale_type}." if own else "no row."
        assert row.comment.endswith(f" Our set iso-42001--{law}: {told}"), row.iri
        assert " True: " in row.comment, row.iri
        assert " False: " in row.comment, row.iri


@pytest.mark.parametrize(("name", "clauses"), [("dora-clauses-4-9", range(4, 10)), ("nis2-clauses-5-10", range(5, 11))])
def test_a_range_is_resolved_to_every_leaf_clause(name: str, clauses: range, content: Content) -> None:
    knowledge = content.knowledge
    wanted = {
        part
        for number in clauses
        for part in knowledge.subtree(Iri(f"{STANDARD}/{number}"))
        if not knowledge.children.get(part)
    }
    assert {row.subject for row in read_sssom(MAPPINGS / "third-party" / f"{name}.sssom.tsv").rows} == wanted
