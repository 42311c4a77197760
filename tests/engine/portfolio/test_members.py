"""Which organisations there are, in folders, in Parquet and in stores, and when they count as changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyoxigraph import NamedNode, Store

from engine.errors import BadInput, UnreadableFile
from engine.portfolio.members import Member, Shelf, members_of
from engine.portfolio.statements import STATEMENTS, statements
from engine.vocabulary import GRAPH
from engine.workspace import open_organisation
from tests.portfolios import text, write

if TYPE_CHECKING:
    from pathlib import Path

    from engine.content import Content


def names(place: Path) -> list[str]:
    return [member.name for member in members_of(place)]


def table_of(content: Content, name: str, source: str) -> pa.Table:
    return statements(name, open_organisation(content, source).quads)


def test_a_folder_holds_files_and_folders_and_tables(tmp_path: Path, content: Content) -> None:
    write(tmp_path, 2)
    write(tmp_path / "split", 1)
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    (tmp_path / ".hidden.ttl").write_text("nothing", encoding="utf-8")
    tables = [table_of(content, name, str(tmp_path / "o000.ttl")) for name in ("from-a-table", "another")]
    pq.write_table(pa.concat_tables(tables), tmp_path / "many.parquet")
    assert names(tmp_path) == ["another", "from-a-table", "o000", "o001", "split"]


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, 1)
    write(tmp_path / "o000", 1)
    with pytest.raises(BadInput, match="two organisations are named o000"):
        members_of(tmp_path)


def test_what_is_not_there_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is not there"):
        members_of(tmp_path / "nowhere")
    with pytest.raises(UnreadableFile, match="holds no organisation"):
        members_of(tmp_path)


def test_a_hash_tells_records_and_names_of_files(tmp_path: Path) -> None:
    write(tmp_path / "a", 1)
    write(tmp_path / "b", 1)
    assert members_of(tmp_path)[0].sha256 == members_of(tmp_path)[1].sha256
    (tmp_path / "b" / "o000.ttl").rename(tmp_path / "b" / "other.ttl")
    first, second = members_of(tmp_path)
    assert first.sha256 != second.sha256
    (tmp_path / "b" / "other.ttl").rename(tmp_path / "b" / "o000.ttl")
    (tmp_path / "a" / "o000.ttl").write_text(text("changed"), encoding="utf-8")
    third, fourth = members_of(tmp_path)
    assert (third.sha256 == first.sha256, fourth.sha256 == first.sha256) == (False, True)


@pytest.mark.parametrize("example", ["bank", "medical"])
def test_a_table_says_what_files_say(example: str, tmp_path: Path, content: Content) -> None:
    workspace = open_organisation(content, example)
    rows = statements(example, workspace.quads)
    half = len(rows) // 2
    pq.write_table(rows.slice(0, half), tmp_path / "first.parquet", row_group_size=500)
    pq.write_table(rows.slice(half), tmp_path / "second.parquet")
    (member,) = members_of(tmp_path)
    found = Shelf(content, [member]).workspace(member)
    assert (found.organisation, found.overlay) == (workspace.organisation, workspace.overlay)


def test_the_hash_of_a_table_is_not_how_it_is_cut(tmp_path: Path, content: Content) -> None:
    write(tmp_path / "files", 2)
    rows = [table_of(content, name, str(tmp_path / "files" / f"{name}.ttl")) for name in ("o000", "o001")]
    mixed = pa.concat_tables([rows[0].slice(0, 5), rows[1], rows[0].slice(5)])
    (tmp_path / "tables").mkdir()
    found = []
    for order, size in ((mixed, 3), (mixed, 100), (pa.concat_tables(rows), 100)):
        pq.write_table(order, tmp_path / "tables" / "both.parquet", row_group_size=size)
        found.append(members_of(tmp_path / "tables"))
    assert found[0] == found[1] == found[2]
    pq.write_table(mixed.slice(1), tmp_path / "tables" / "both.parquet")
    one, two = members_of(tmp_path / "tables")
    assert (one == found[0][0], two == found[0][1]) == (False, True)


def test_a_file_of_many_can_be_named_itself(tmp_path: Path, content: Content) -> None:
    write(tmp_path, 1)
    pq.write_table(table_of(content, "one", str(tmp_path / "o000.ttl")), tmp_path / "many.parquet")
    assert names(tmp_path / "many.parquet") == ["one"]
    (tmp_path / "broken.parquet").write_bytes(b"nothing")
    with pytest.raises(UnreadableFile, match=r"broken\.parquet: is no Parquet file"):
        members_of(tmp_path / "broken.parquet")


def test_a_broken_table_is_a_member_that_cannot_be_read(tmp_path: Path, content: Content) -> None:
    write(tmp_path, 1)
    (tmp_path / "broken.parquet").write_bytes(b"nothing")
    broken = Member("broken.parquet", "table", (str(tmp_path / "broken.parquet"),), "")
    assert broken in members_of(tmp_path)
    with pytest.raises(UnreadableFile, match="is no Parquet file"):
        Shelf(content, [broken]).workspace(broken)


def row(**values: str | None) -> dict[str, str | None]:
    said = {"organisation": "one", "subject": "http://a", "predicate": "http://b", "object": "http://c"}
    return {**dict.fromkeys(STATEMENTS.names), **said, **values}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"subject": "no IRI"}, "one: “no IRI http://b http://c” is no statement"),
        ({"object": "text without a datatype"}, "is no statement"),
        ({"object": "x", "language": "not a language"}, "is no statement"),
        ({"object": "soon", "datatype": "http://www.w3.org/2001/XMLSchema#date"}, "“soon” is not a date"),
        ({"graph": f"{GRAPH}framework/gdpr/2016-05-04"}, "is one of the shipped content"),
    ],
)
def test_a_row_that_is_no_statement_is_refused(
    values: dict[str, str], problem: str, tmp_path: Path, content: Content
) -> None:
    pq.write_table(pa.Table.from_pylist([row(**values)], schema=STATEMENTS), tmp_path / "rows.parquet")
    (member,) = members_of(tmp_path)
    with pytest.raises(BadInput, match=problem):
        Shelf(content, [member]).workspace(member)


def test_a_table_that_lacks_a_column_or_a_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"organisation": ["one"], "subject": ["http://a"]}), path)
    with pytest.raises(BadInput, match="there is no column graph or predicate or object or datatype or language"):
        members_of(path)
    nameless = pa.schema([pa.field(field.name, field.type) for field in STATEMENTS])
    pq.write_table(pa.Table.from_pylist([row(organisation=None)], schema=nameless), path)
    with pytest.raises(BadInput, match="a row names no organisation"):
        members_of(path)


def test_a_store_holds_organisations_in_their_graphs(tmp_path: Path, content: Content) -> None:
    write(tmp_path / "files", 2)
    store = Store(str(tmp_path / "store"))
    for name in ("o000", "o001"):
        store.extend(open_organisation(content, str(tmp_path / "files" / f"{name}.ttl")).quads)
    store.add_graph(NamedNode(f"{GRAPH}framework/gdpr/2016-05-04"))
    store.flush()
    del store
    members = members_of(tmp_path / "store")
    assert [(member.name, member.kind) for member in members] == [("o000", "store"), ("o001", "store")]
    found = Shelf(content, members).workspace(members[1])
    assert found.organisation == open_organisation(content, str(tmp_path / "files" / "o001.ttl")).organisation


def test_records_that_change_meanwhile_are_refused(tmp_path: Path, content: Content) -> None:
    write(tmp_path, 1)
    (member,) = members_of(tmp_path)
    (tmp_path / "o000.ttl").write_text(text("other"), encoding="utf-8")
    with pytest.raises(BadInput, match="the records of o000 have changed since the run began"):
        Shelf(content, [member]).workspace(member)
