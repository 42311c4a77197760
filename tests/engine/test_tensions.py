from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engine.queries import find, run
from engine.tensions import read_tensions

if TYPE_CHECKING:
    from engine.content import Content


def test_the_tensions_are_those_that_the_question_finds(content: Content) -> None:
    answer = run(content.store(), find("tensions-between-laws"))
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    tensions = read_tensions(content.graph)
    assert [tension.title for tension in tensions] == [row["title"] for row in rows]
    for tension, row in zip(tensions, rows, strict=True):
        said = (tension.pull, tension.what_texts_say, tension.extent, tension.proposed_resolution)
        assert said == (row["pull"], row["whatTextsSay"], row["extent"], row["proposedResolution"])
        assert (tension.review_state, tension.author) == (row["reviewState"], row["author"])
        sides = (tension.one_side, row["oneSide"]), (tension.other_side, row["otherSide"])
        assert all({content.knowledge.citation(iri) for iri in side} <= _cited(str(told)) for side, told in sides)


def _cited(told: str) -> set[str]:
    """Return the members of a list of citations; one may have a comma of its own."""
    parts = told.split(", ")
    return {*parts, *(", ".join(pair) for pair in pairwise(parts))}
