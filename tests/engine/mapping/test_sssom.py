from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from pyoxigraph import RdfFormat, parse, serialize

from engine.errors import BadInput, EngineError, UnreadableFile
from engine.graph import Graph, Iri
from engine.mapping.relations import Relation
from engine.mapping.rows import (
    NO_TERM,
    PREDICATES,
    RELATIONSHIPS,
    MappingRow,
    rationale_type_iri,
    record_iri,
    relationship_iri,
    review_state_iri,
    row_quads,
    rows_of,
)
from engine.mapping.sets import set_quads, sets_of
from engine.mapping.sssom import MappingSet, read_sssom
from engine.mapping.sssom_writing import write_sssom
from engine.model import ReviewState
from engine.vocabulary import ID, NG, PREFIXES, identifier
from tests.engine.mapping.any_sets import SETS

if TYPE_CHECKING:
    from engine.content import Content

MAPPINGS = Path(str(files("mappings")))
SHIPPED = sorted(MAPPINGS.rglob("*.sssom.tsv"))


def through_rdf(mappings: MappingSet) -> MappingSet:
    quads = [*set_quads(mappings.described), *(quad for row in mappings.rows for quad in row_quads(row))]
    Random(1).shuffle(quads)  # noqa: S311 - dice, not secrets
    data = serialize(quads, format=RdfFormat.N_QUADS)
    assert data is not None
    back = Graph(parse(data, format=RdfFormat.N_QUADS))
    (described,) = sets_of(back).values()
    return MappingSet(described, rows_of(back))


def in_order(mappings: MappingSet) -> tuple[MappingRow, ...]:
    return tuple(sorted(mappings.rows, key=lambda row: (row.subject, row.object)))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_set_loses_nothing_on_its_way_through_rdf(path: Path, content: Content) -> None:
    text = path.read_text(encoding="utf-8")
    mappings = read_sssom(path)
    assert mappings.rows
    assert write_sssom(mappings, content.knowledge.citation) == text
    back = through_rdf(mappings)
    assert back.rows == in_order(mappings)
    assert write_sssom(back, content.knowledge.citation) == text


def test_every_shipped_row_is_in_the_content(content: Content) -> None:
    shipped = {row for path in SHIPPED for row in read_sssom(path).rows}
    assert set(content.knowledge.rows) == shipped
    assert len(content.knowledge.rows) == len(shipped)


def test_the_lines_of_the_rows() -> None:
    mappings = read_sssom(SHIPPED[0])
    text = SHIPPED[0].read_text(encoding="utf-8").split("\n")
    assert len(mappings.lines) == len(mappings.rows)
    for line, row in zip(mappings.lines, mappings.rows, strict=True):
        assert text[line - 1].startswith(row.iri.replace(f"{ID}mapping/", "mapping:"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(SETS)
def test_any_set_loses_nothing(tmp_path: Path, mappings: MappingSet) -> None:
    path = tmp_path / "any.sssom.tsv"
    text = write_sssom(mappings, str)
    path.write_bytes(text.encode())
    read = read_sssom(path)
    assert replace(read, lines=()) == replace(mappings, rows=in_order(mappings))
    back = through_rdf(read)
    assert back.rows == read.rows
    assert write_sssom(back, str) == text


HEAD = f"""#mapping_set_id: {ID}mapping/one
#subject_source: {ID}iso-42001
#subject_source_version: 2023
#object_source: {ID}eu-ai-act
#object_source_version: 2026-07-27
#curie_map:
#  iso-42001: {ID}iso-42001/
#  iso-27001: {ID}iso-27001/
#  eu-ai-act: {ID}eu-ai-act/
#  mapping: {ID}mapping/
"""
COLUMNS = [
    "subject_id",
    "object_id",
    "relationship",
    "rationale_type",
    "rationale",
    "review_state",
    "strength",
    "confidence",
    "mapping_date",
]
GOOD = {
    "subject_id": "iso-42001:A.6.2.4",
    "object_id": "eu-ai-act:art_15/par_1/req_1",
    "relationship": "intersects-with",
    "rationale_type": "functional",
    "rationale": "why",
    "review_state": "proposed",
    "strength": "5",
    "confidence": "0.70",
    "mapping_date": "2026-11-01",
}


def table(*rows: dict[str, str], head: str = HEAD, columns: list[str] | None = None) -> str:
    columns = columns or list(dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)]))
    lines = ["\t".join(columns), *("\t".join(row.get(name, "") for name in columns) for row in rows)]
    return head + "\n".join(lines) + "\n"


def read(tmp_path: Path, text: str | bytes) -> MappingSet:
    path = tmp_path / "given.sssom.tsv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sssom(path)


def test_a_row_as_read(tmp_path: Path) -> None:
    (row,) = read(tmp_path, table(GOOD)).rows
    assert row.subject == identifier("iso-42001/A.6.2.4").value
    assert (row.strength, row.confidence, row.created) == (5, Decimal("0.70"), date(2026, 11, 1))
    assert (row.subject_version, row.object_version) == ("2023", "2026-07-27")
    assert row.justification == "semapv:UnspecifiedMatching"
    assert row.relation is Relation.INT
    assert row.iri == record_iri("one", row.subject, row.object)
    assert row.graph == "https://w3id.org/normgraph/g/mapping/one"


def test_a_day_stated_once_for_the_set_is_the_day_of_every_row(tmp_path: Path) -> None:
    head, undated = f"#mapping_date: 2026-11-02\n{HEAD}", {**GOOD, "mapping_date": ""}
    other = {**undated, "subject_id": "iso-42001:10.2"}
    days = [row.created for row in read(tmp_path, table(undated, other, head=head)).rows]
    assert days == [date(2026, 11, 2), date(2026, 11, 2)]
    days = [row.created for row in read(tmp_path, table(GOOD, other, head=head)).rows]
    assert days == [date(2026, 11, 1), None]


@pytest.mark.parametrize("text", [table(GOOD).replace("\n", "\r\n"), "\ufeff" + table(GOOD), table(GOOD).rstrip("\n")])
def test_foreign_line_ends_and_marks_are_read(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).rows == read(tmp_path, table(GOOD)).rows


def test_a_cell_of_several_lines_one_of_which_looks_like_a_comment(tmp_path: Path) -> None:
    row = {**GOOD, "rationale": '"first\n# second ""quoted""\n\nlast"'}
    mappings = read(tmp_path, table(row, {**GOOD, "subject_id": "iso-42001:10.2"}))
    assert [r.rationale for r in mappings.rows] == ['first\n# second "quoted"\n\nlast', "why"]


def test_a_requirement_deliberately_without_counterpart(tmp_path: Path) -> None:
    row = {**GOOD, "subject_id": "sssom:NoTermFound", "relationship": "", "rationale_type": ""}
    (found,) = read(tmp_path, table(row)).rows
    assert found.subject == NO_TERM
    assert found.relation is None
    assert not any(quad.predicate == NG.relationship for quad in row_quads(found))


LINE = HEAD.count("\n") + 2
WRONG = {
    "bare subject": (
        {"subject_id": "10.2"},
        f"line {LINE}: subject_id “10.2” names no framework; write iso-42001:10.2 or iso-27001:10.2 or eu-ai-act:10.2",
    ),
    "bare object": ({"object_id": "art_15"}, "object_id “art_15” names no framework"),
    "no subject": ({"subject_id": ""}, "subject_id “” names no framework"),
    "unknown prefix": ({"subject_id": "cis:1.1"}, "the prefix “cis” is not declared; add it to the curie_map"),
    "no identifier": ({"object_id": "eu-ai-act:art 15"}, "is no identifier; write it without spaces"),
    "unknown relationship": ({"relationship": "covers"}, "relationship “covers” is unknown; use one of equal-to"),
    "no relationship": ({"relationship": ""}, "relationship “” is unknown"),
    "unknown rationale": ({"rationale_type": "vibes"}, "rationale_type “vibes” is unknown; use one of functional"),
    "unknown review": ({"review_state": "done"}, "review_state “done” is unknown; use one of"),
    "strength": ({"strength": "11"}, "strength “11” is not a whole number from 0 to 10"),
    "strength in words": ({"strength": "1_0"}, "strength “1_0” is not a whole number from 0 to 10"),
    "confidence": ({"confidence": "1.5"}, "confidence “1.5” is not a number from 0 to 1"),
    "confidence of nothing": ({"confidence": "NaN"}, "confidence “NaN” is not a number"),
    "tiny confidence": ({"confidence": "1e-999999999"}, "is not a number from 0 to 1"),
    "date": ({"mapping_date": "2026-02-30"}, "mapping_date “2026-02-30” is not a date"),
    "justification": ({"mapping_justification": "because"}, "mapping_justification “because” is unknown"),
    "element": ({"covers_elements": "el_1"}, "covers_elements “el_1” names no framework"),
    "touched element": ({"touches_elements": "el_1"}, "touches_elements “el_1” names no framework"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_row_that_cannot_be_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    change, message = WRONG[name]
    with pytest.raises(BadInput) as caught:
        read(tmp_path, table({**GOOD, **change}))
    assert message in str(caught.value)
    assert caught.value.line == LINE


def test_the_same_pair_twice(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=rf"line {LINE + 1}: the same pair stands on line {LINE}"):
        read(tmp_path, table(GOOD, {**GOOD, "rationale": "again"}))


UNREADABLE: dict[str, tuple[str | bytes, str]] = {
    "no metadata": (table(GOOD, head=""), "there is no metadata block"),
    "no YAML": (table(GOOD, head="#a: [\n"), "the metadata block is no YAML"),
    "no prefixes": (table(GOOD, head=f"#mapping_set_id: {ID}mapping/one\n"), "the metadata has no curie_map"),
    "no set": (table(GOOD, head=HEAD.partition("\n")[2]), "the metadata mapping_set_id is missing"),
    "no column": (table(GOOD, columns=COLUMNS[1:]), "the column subject_id is missing"),
    "a tab too many": (table(GOOD)[:-1] + "\tmore\n", "another number of columns than the head"),
    "a tab too few": (table(GOOD).replace("\t2026-11-01", ""), "another number of columns than the head"),
    "an open quote": (table({**GOOD, "rationale": '"why'}), "check the quotes of this row"),
    "not UTF-8": (table(GOOD).replace("why", "für").encode("latin-1"), "is not UTF-8"),
    "not UTF-8, its line": (table(GOOD).replace("why", "für").encode("latin-1"), f"line {LINE}: is not UTF-8"),
    "nested too deeply": (table(GOOD, head="#a: " + "[" * 5000 + "\n"), "the metadata block is nested too deeply"),
    "an open quote in the head": (table(GOOD, head=HEAD + '"a"b\t'), f"line {LINE - 1}: '\t' expected after '\"'"),
    "binary": (bytes(range(256)), "is not UTF-8"),
    "empty": ("", "there is no metadata block"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_mapping_set_is_refused(tmp_path: Path, name: str) -> None:
    text, message = UNREADABLE[name]
    with pytest.raises(UnreadableFile) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", [table(), table(GOOD), table({**GOOD, "mapping_date": ""})])
def test_a_day_of_the_set_that_is_none(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="line 1: mapping_date “2026-13-45” is not a date as 2026-11-20"):
        read(tmp_path, f"#mapping_date: 2026-13-45\n{text}")


@pytest.mark.parametrize("version", ["0.10", "1e3", "2026-11-02", "0x10", "yes"])
def test_what_the_metadata_says_is_taken_as_it_is_written(version: str, tmp_path: Path) -> None:
    assert read(tmp_path, table(GOOD, head=f"#mapping_set_version: {version}\n{HEAD}")).described.version == version


def test_a_set_name_that_is_no_identifier(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="mapping_set_id"):
        read(tmp_path, table(GOOD, head=HEAD.replace("mapping/one", "mapping/my own")))


def test_the_concepts_that_rows_name_are_in_the_vocabulary(content: Content) -> None:
    named = [relationship_iri(name) for name in RELATIONSHIPS]
    named += [rationale_type_iri(name) for name in ("functional", "semantic", "syntactic")]
    named += [review_state_iri(state) for state in ReviewState]
    assert [iri.value for iri in named if iri.value not in content.graph] == []


@pytest.mark.parametrize("relationship", RELATIONSHIPS)
def test_a_row_as_rdf_is_a_record_and_never_the_plain_skos_triple(relationship: str) -> None:
    row = MappingRow("one", Iri("http://x/a"), Iri("http://x/b"), relationship, "functional", "why")
    quads = list(row_quads(row))
    assert {quad.subject.value for quad in quads} == {row.iri}
    assert not any(quad.predicate.value.startswith(PREFIXES["skos"]) for quad in quads)
    found = {quad.predicate.value: quad.object.value for quad in quads}
    assert found[PREFIXES["owl"] + "annotatedProperty"] == PREFIXES["skos"] + PREDICATES[RELATIONSHIPS[relationship]]
    negated = found.get(PREFIXES["sssom"] + "predicate_modifier") == "Not"
    assert negated == (relationship == "no-relationship")


def test_a_row_without_review_state_counts_as_disputed() -> None:
    row = MappingRow("one", Iri("http://x/a"), Iri("http://x/b"), "equal-to", "functional", "why")
    quads = [quad for quad in row_quads(row) if quad.predicate != NG.reviewState]
    (found,) = rows_of(Graph(quads))
    assert found.review_state is ReviewState.DISPUTED
