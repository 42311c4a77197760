"""A row from a requirement of one law to one of another shows an overlap, and never gives coverage by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.errors import BadInput
from engine.explain import smallest_change
from engine.graph import Iri
from engine.mapping.rows import NO_TERM, MappingRow
from engine.model import Implementation, ReviewState, State
from engine.vocabulary import ID
from engine.workspace import open_organisation

if TYPE_CHECKING:
    from pathlib import Path

    from engine.content import Content
    from engine.coverage.values import Result
    from engine.knowledge import Knowledge
    from engine.workspace import Workspace

DAY = date(2028, 1, 10)
SETS = {"dora--nis2", "gdpr--eu-ai-act"}
DPIA, FRIA = Iri(f"{ID}gdpr/art_35/par_7/req_1"), Iri(f"{ID}eu-ai-act/art_27/par_1/req_1")
FILE = f"""@prefix ng: <https://w3id.org/normgraph/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
<https://example.org/acme> a org:FormalOrganization .
<https://example.org/dpia> a ng:ControlImplementation ; ng:status ng:Implemented ;
    ng:hasScope <https://example.org/acme> ; ng:implementsControl <{DPIA}> .
"""


def as_control(bank: Workspace) -> Implementation:
    """Return what a file would have to say, and cannot: that a norm is implemented as a control."""
    done = next(i for i in bank.organisation.implementations if i.status == "Implemented")
    return replace(
        done, iri=Iri("https://example.org/dpia"), control=DPIA, scopes=(bank.organisation.iri,), valid_until=None
    )


def of_fria(bank: Workspace, knowledge: Knowledge, *more: Implementation) -> list[Result]:
    organisation = replace(bank.organisation, implementations=(*bank.organisation.implementations, *more))
    return list(assess(knowledge, organisation, DAY).by_requirement[FRIA])


def test_the_shipped_rows_run_from_norm_to_norm(content: Content) -> None:
    rows = [row for row in content.knowledge.rows if row.set_id in SETS]
    assert {row.set_id for row in rows} == SETS
    related = [row for row in rows if row.subject != NO_TERM]
    assert {end for row in related for end in (row.subject, row.object)} <= set(content.knowledge.requirements)
    assert {row.review_state for row in rows} == {ReviewState.PROPOSED}


def test_a_file_cannot_implement_a_norm(content: Content, tmp_path: Path) -> None:
    path = tmp_path / "acme.ttl"
    path.write_text(FILE, encoding="utf-8")
    with pytest.raises(BadInput, match=r"there is no control gdpr/art_35/par_7/req_1"):
        open_organisation(content, str(path))


def test_whoever_says_so_all_the_same_gets_nothing_from_it(bank: Workspace) -> None:
    knowledge = bank.content.knowledge
    before, after = of_fria(bank, knowledge), of_fria(bank, knowledge, as_control(bank))
    assert [(r.scope, r.state, r.support, r.missing) for r in after] == [
        (r.scope, r.state, r.support, r.missing) for r in before
    ]


def test_not_even_from_a_row_that_claims_everything(bank: Workspace) -> None:
    knowledge = bank.content.knowledge
    full = MappingRow("law", DPIA, FRIA, "superset-of", "functional", "why", object_version="2026-07-27")
    claimed = replace(knowledge, rows=(*(row for row in knowledge.rows if row.object != FRIA), full))
    results = of_fria(bank, claimed, as_control(bank))
    deepest = [result.otherwise or result for result in results if result.state is not State.NOT_APPLICABLE]
    assert deepest
    for result in deepest:
        assert (result.state, result.support) == (State.NOT_COVERED, ())
        assert [c.reason for c in result.candidates if c.control == DPIA] == [
            "a norm, which is met through controls and never implemented itself"
        ]
        assert DPIA not in smallest_change(result)


def test_no_chain_through_the_shipped_rows_gives_anything(bank: Workspace) -> None:
    knowledge = bank.content.knowledge
    between = {row.iri for row in knowledge.rows if row.set_id in SETS}
    made = assess(knowledge, bank.organisation, DAY, Policy(ReviewState.PROPOSED, 2))
    chained = [s for r in made.results for s in (r.otherwise or r).support if between & set(s.premises)]
    assert chained == []
