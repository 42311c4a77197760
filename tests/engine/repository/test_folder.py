from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from engine.errors import UnreadableFile
from engine.repository.backend import FORM, MARK, say
from engine.repository.folder import Folder, Reader
from engine.vocabulary import graph
from tests.meanwhile import meanwhile

if TYPE_CHECKING:
    from pathlib import Path

HOME = graph("org/acme")
ME, NOTE = NamedNode("https://example.org/me"), NamedNode("https://example.org/note")
SECRET = Quad(ME, NOTE, Literal("a sentence that nobody may find again"), HOME)
OTHER = Quad(ME, NOTE, Literal("a sentence that stays where it is"), graph("org/other"))


def found_in(folder: Path, text: str) -> bool:
    return any(text.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_was_deleted_for_good_is_in_no_file_once_the_store_was_opened_again(tmp_path: Path) -> None:
    store = Folder(tmp_path / "store")
    store.apply(1, (), [SECRET, OTHER])
    store.apply(2, [SECRET], ())
    store.close()
    assert found_in(tmp_path, "nobody may find")  # why removing statements is not enough
    store = Folder(tmp_path / "store")
    store.forget()
    store.close()
    store = Folder(tmp_path / "store")
    assert (store.applied(), store.quads(store.graphs())) == (2, [OTHER])
    store.close()
    assert not found_in(tmp_path, "nobody may find")
    assert found_in(tmp_path, "stays where it is")
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


@pytest.mark.parametrize("after", ["writing half", "one step", "two steps"])
def test_writing_anew_can_end_at_any_step(tmp_path: Path, after: str) -> None:
    store = Folder(tmp_path / "store")
    store.apply(1, (), [OTHER])
    store.forget()
    store.close()
    (tmp_path / "store.anew").mkdir()
    (tmp_path / "store.anew" / "half").write_text("half", encoding="utf-8")
    if after == "one step":
        (tmp_path / "store").rename(tmp_path / "store.before")
    if after == "two steps":
        shutil.copytree(tmp_path / "store", tmp_path / "store.before")
    store = Folder(tmp_path / "store")
    assert store.quads(store.graphs()) == [OTHER]
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_a_store_of_before_blank_nodes_had_names_is_migrated_once(tmp_path: Path) -> None:
    old = Store(str(tmp_path / "store"))
    old.extend([Quad(ME, NOTE, BlankNode("b"), HOME), Quad(BlankNode("b"), NOTE, Literal("x"), HOME), OTHER])
    del old
    for _ in range(2):
        store = Folder(tmp_path / "store")
        assert {*store.quads([HOME.value])} == {
            Quad(ME, NOTE, BlankNode("b"), HOME),
            Quad(BlankNode("b"), NOTE, Literal("x"), HOME),
        }
        store.apply(1, (), ())
        store.close()
    raw = Store.read_only(str(tmp_path / "store"))
    assert not any(isinstance(quad.object, BlankNode) for quad in raw)
    copy = Store.read_only(str(tmp_path / "store.before-v1"))
    assert any(isinstance(quad.object, BlankNode) for quad in copy)


def test_a_store_of_a_later_release_is_refused(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    store.update(say(FORM, "9"))
    del store
    with pytest.raises(UnreadableFile, match="later release"):
        Folder(tmp_path / "store")


def test_a_store_is_read_while_another_writes(tmp_path: Path) -> None:
    """Opened in place, one reading in four fails, and one in some hundreds shows half a change."""
    store, before = Folder(tmp_path / "store"), 0

    def write(number: int) -> None:
        store.apply(number, (), [Quad(ME, NOTE, Literal(number), HOME)])
        store._store.flush()
        store.snapshot()

    with meanwhile(write):
        for _ in range(200):
            seen = Reader.at(tmp_path / "store")
            assert len(seen.quads([HOME.value])) == seen.applied() >= before
            before = seen.applied()
    assert before > 20
    assert len(list((tmp_path / "store.snapshots").iterdir())) <= 3
    store.close()
    assert Reader.at(tmp_path / "store").applied() >= before
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_a_snapshot_that_a_process_left_behind_is_read_until_the_next_one_begins(tmp_path: Path) -> None:
    store = Folder(tmp_path / "store")
    store.apply(1, (), [SECRET])
    left = store.snapshot()
    shutil.copytree(left.parent, tmp_path / "left")
    store.apply(2, [SECRET], [OTHER])
    store.forget()
    assert [path.name for path in left.parent.iterdir()] == [store.snapshot().name]  # none from before the deletion
    store.close()
    (tmp_path / "left").rename(left.parent)
    for name in ("7.tmp", "6.gone"):
        (left.parent / name).mkdir()
        (left.parent / name / "half").write_text("half", encoding="utf-8")
    assert Reader.at(tmp_path / "store").applied() == 1
    store = Folder(tmp_path / "store")
    assert Reader.at(tmp_path / "store").applied() == 2
    assert [path.name for path in left.parent.iterdir()] == [f"{int(left.name) + 1}"]
    assert not found_in(left.parent, "nobody may find")
    store.close()


def test_the_graph_about_the_store_is_of_no_organisation(tmp_path: Path) -> None:
    store = Folder(tmp_path / "store")
    store.apply(1, (), [OTHER])
    assert store.graphs() == ("https://w3id.org/normgraph/g/org/other",)
    assert MARK not in store.graphs()
    store.close()


def test_a_change_of_very_many_statements_is_the_same_change(tmp_path: Path) -> None:
    many = [Quad(ME, NOTE, Literal(f"{number}"), HOME) for number in range(60_000)]
    store = Folder(tmp_path / "store")
    store.apply(1, (), many)
    store.apply(2, many[:55_000], [*many[:10], OTHER])  # ten are taken away and added again
    assert {*store.quads(store.graphs())} == {*many[55_000:], *many[:10], OTHER}
    assert store.applied() == 2
    store.close()
