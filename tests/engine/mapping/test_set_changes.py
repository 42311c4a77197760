"""What differs between two mapping sets, row by row and field by field."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from engine.errors import BadInput
from engine.graph import Iri
from engine.mapping.rows import MappingRow
from engine.mapping.set_changes import FIELDS, compare_set_files, compare_sets
from engine.mapping.sets import SetDescription
from engine.mapping.sssom import MappingSet, read_sssom
from engine.mapping.sssom_writing import write_sssom
from engine.model import ReviewState
from engine.resources import folder
from engine.vocabulary import identifier

if TYPE_CHECKING:
    from pathlib import Path

STANDARD, LAW = (Iri(identifier(key).value) for key in ("iso-27001", "dora"))
ROW = MappingRow("s", Iri(f"{STANDARD}/A.5.1"), Iri(f"{LAW}/art_5/par_1/req_1"), "subset-of", "functional", "why")
OTHER = replace(ROW, subject=Iri(f"{STANDARD}/A.5.2"))


def mapped(*rows: MappingRow, **given: Any) -> MappingSet:
    described = SetDescription("s", "S", "", "1", STANDARD, "2022", LAW, "2022-12-27")
    return MappingSet(replace(described, **given), rows)


def test_equal_sets_do_not_differ_whatever_they_are_called() -> None:
    found = compare_sets(mapped(ROW, OTHER), mapped(replace(OTHER, set_id="t"), replace(ROW, set_id="t"), set_id="t"))
    assert (found.rows, found.same) == ((), 2)


def test_rows_are_added_and_removed() -> None:
    found = compare_sets(mapped(ROW), mapped(OTHER))
    assert [(d.change, d.old, d.new, d.fields) for d in found.rows] == [
        ("removed", ROW, None, ()),
        ("added", None, OTHER, ()),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("relationship", "superset-of"),
        ("covers", (Iri("el_1"),)),
        ("review_state", ReviewState.EXPERT_REVIEWED),
        ("rationale", "another reason"),
        ("rationale_type", "semantic"),
        ("residual", "the rest"),
        ("strength", 3),
        ("confidence", Decimal("0.5")),
        ("object_version", "2022-12-27"),
        ("reviewer", "Somebody"),
    ],
)
def test_a_row_is_changed_where_a_field_is(field: str, value: Any) -> None:
    new = replace(ROW, **{field: value})
    (found,) = compare_sets(mapped(ROW, OTHER), mapped(new, OTHER)).rows
    assert (found.change, found.fields, found.old, found.new) == ("changed", (field,), ROW, new)


def test_every_field_of_a_row_but_its_identity_is_compared() -> None:
    assert {*FIELDS, "set_id", "subject", "object"} == {field.name for field in fields(MappingRow) if field.compare}


def written(path: Path, mappings: MappingSet) -> Path:
    path.write_text(write_sssom(mappings, lambda iri: iri), encoding="utf-8")
    return path


def test_two_files(tmp_path: Path) -> None:
    first = written(tmp_path / "a.sssom.tsv", mapped(ROW, OTHER))
    second = written(tmp_path / "b.sssom.tsv", mapped(replace(ROW, rationale="better"), OTHER, version="2"))
    found = compare_set_files(first, second)
    assert [(d.change, d.fields) for d in found.rows] == [("changed", ("rationale",))]
    assert (found.before.described.version, found.after.described.version) == ("1", "2")


def test_sets_of_other_frameworks_are_refused(tmp_path: Path) -> None:
    first = written(tmp_path / "a.sssom.tsv", mapped(ROW))
    elsewhere = Iri(identifier("nis2").value)
    second = written(tmp_path / "b.sssom.tsv", mapped(object_source=elsewhere))
    with pytest.raises(BadInput) as refused:
        compare_set_files(first, second)
    assert str(refused.value) == (
        f"{second}, line 1: maps iso-27001 to nis2, and {first} maps iso-27001 to dora; "
        "compare two sets of the same pair of frameworks"
    )


def test_the_disputed_list_shares_no_pair_with_our_set() -> None:
    ours, theirs = (
        folder("mappings") / name
        for name in ("iso-42001--eu-ai-act.sssom.tsv", "third-party/ai-act-art-15-list.sssom.tsv")
    )
    found = compare_set_files(ours, theirs)
    assert {d.change for d in found.rows} <= {"added", "removed", "changed"}
    assert len(found.rows) + found.same == len(
        {(r.subject, r.object) for s in (ours, theirs) for r in read_sssom(s).rows}
    )
