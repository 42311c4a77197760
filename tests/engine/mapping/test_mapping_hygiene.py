"""What a mapping set promises is held against what it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.mapping.hygiene import copied_rationales, idle_exceptions, stale_rows, triage_gaps
from engine.mapping.rows import NO_TERM, MappingRow
from engine.vocabulary import ID

if TYPE_CHECKING:
    from engine.content import Content
    from engine.knowledge import Knowledge

DAY = date(2026, 11, 20)
SET = "iso-42001--nis2"
CONTROL = Iri(f"{ID}iso-42001/A.10.3")


def none(whole: str, *exceptions: str) -> MappingRow:
    excepted = tuple(Iri(ID + part) for part in exceptions)
    return MappingRow(SET, NO_TERM, Iri(ID + whole), "", "", "by nature a duty of authorities", exceptions=excepted)


def row(target: str, why: str = "why") -> MappingRow:
    return MappingRow(SET, CONTROL, Iri(ID + target), "intersects-with", "functional", why, "the rest")


def promised(content: Content, *rows: MappingRow, promise: bool = True) -> Knowledge:
    knowledge = content.knowledge
    described = replace(knowledge.mapping_sets[SET], triaged=promise)
    return replace(knowledge, rows=rows, mapping_sets={SET: described})


def test_a_reason_for_the_whole_act_answers_for_everything(content: Content) -> None:
    assert list(triage_gaps(promised(content, none("nis2")), DAY)) == []


def test_what_is_excepted_and_not_mapped_is_a_gap(content: Content) -> None:
    gaps = list(triage_gaps(promised(content, none("nis2", "nis2/art_24")), DAY))
    assert {citation for citation, _ in gaps} == {"NIS2 24(1) no. 1", "NIS2 24(1) no. 2"}


def test_a_set_that_promises_nothing_has_no_gap(content: Content) -> None:
    assert list(triage_gaps(promised(content, promise=False), DAY)) == []


def test_exceptions_are_exactly_what_is_mapped_below(content: Content) -> None:
    target = "nis2/art_21/par_3/req_1"
    right = promised(content, none("nis2", target), row(target))
    assert list(idle_exceptions(right)) == []
    ((_, forgotten),) = idle_exceptions(promised(content, none("nis2"), row(target)))
    assert forgotten.endswith("except it")
    ((_, idle),) = idle_exceptions(promised(content, none("nis2", target)))
    assert idle.endswith("is excepted and has no row")


WHY = "Suppliers are chosen and watched by what their part in the AI system could do to those it affects."


def test_one_text_under_two_pairs_is_found_and_two_texts_are_not() -> None:
    first, second = row("nis2/art_21/par_3/req_1", WHY), row("nis2/art_24/par_1/req_1", WHY.replace("chosen", "picked"))
    ((found, told),) = copied_rationales([first, second])
    assert {found} < {first.iri, second.iri}
    assert "argue each pair on its own" in told
    other = replace(second, rationale="Customers are told what the service does with their data before they sign.")
    assert list(copied_rationales([first, other])) == []


def test_a_row_for_a_text_that_was_amended_is_stale_and_one_for_todays_text_is_not(content: Content) -> None:
    literacy, unchanged = Iri(f"{ID}eu-ai-act/art_4/par_1/req_1"), Iri(f"{ID}eu-ai-act/art_15/par_1/req_1")
    rows = [
        MappingRow(SET, CONTROL, target, "intersects-with", "functional", WHY, "the rest", object_version=version)
        for target in (literacy, unchanged)
        for version in ("2024-07-12", "2026-07-27")
    ]
    found = dict(stale_rows(promised(content, *rows), DAY))
    assert set(found) == {rows[0].iri}
    assert found[rows[0].iri].startswith("AI Act 4(1) no. 1 has another text since the version 2024-07-12")
