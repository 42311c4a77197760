from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from engine.errors import UnreadableFile
from engine.store import reading, replace_graph, writing
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

G, OTHER, S, P = (NamedNode(f"https://example.org/{name}") for name in ("g", "other", "s", "p"))
ODD = ('“a” "b" \\ \n\t\x07 \N{MATHEMATICAL BOLD CAPITAL A}', "} } ; DROP ALL", "")


def held(store: Store, home: NamedNode) -> list[Quad]:
    return list(store.quads_for_pattern(None, None, None, home))


def quad(text: str, graph: NamedNode = G) -> Quad:
    return Quad(S, P, Literal(text), graph)


def test_what_is_put_in_is_all_that_the_graph_then_holds(tmp_path: Path) -> None:
    with writing(tmp_path) as store:
        store.extend([quad("old"), quad("both"), quad("kept", OTHER)])
        replace_graph(store, G, [quad("both"), *map(quad, ODD)])
    del store
    with reading(tmp_path) as store:
        assert {q.object.value for q in held(store, G)} == {"both", *ODD}
        assert held(store, OTHER) == [quad("kept", OTHER)]


def test_terms_of_every_kind_come_back() -> None:
    decimal = NamedNode(f"{PREFIXES['xsd']}decimal")
    objects = [NamedNode("https://example.org/é"), Literal("x", language="de-at"), Literal("0.70", datatype=decimal)]
    store = Store()
    replace_graph(store, G, [*(Quad(S, P, each, G) for each in objects), Quad(BlankNode("a"), P, BlankNode("a"), G)])
    found = held(store, G)
    assert {q.object for q in found if q.subject == S} == {*objects[:2], Literal("0.7", datatype=decimal)}
    (blank,) = [q for q in found if isinstance(q.subject, BlankNode)]
    assert blank.subject == blank.object


def test_what_fails_in_between_leaves_what_was_there() -> None:
    def broken() -> Iterator[Quad]:
        yield quad("new")
        raise RuntimeError

    store = Store()
    store.extend([quad("old")])
    with pytest.raises(RuntimeError):
        replace_graph(store, G, broken())
    assert list(store) == [quad("old")]


def test_the_old_is_never_seen_gone_without_the_new() -> None:
    """There is one call that changes the store, and the store makes of each call one transaction."""
    calls: list[str] = []

    class Watched:
        def __getattr__(self, name: str) -> object:
            calls.append(name)
            return getattr(store, name)

    store = Store()
    store.extend([quad("old")])
    replace_graph(Watched(), G, [quad("new")])  # type: ignore[arg-type]
    assert calls == ["update"]
    with pytest.raises(RuntimeError, match="does not exist"):
        store.update(f"CLEAR GRAPH {G} ; CLEAR GRAPH <https://example.org/missing>")
    assert list(store) == [quad("new")]


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(UnreadableFile, match="the store cannot be opened"), writing(tmp_path):
        pass


def test_a_store_that_is_damaged_is_refused(tmp_path: Path) -> None:
    with writing(tmp_path) as store:
        store.add(quad("old"))
    del store
    for file in (*tmp_path.glob("*.sst"), *tmp_path.glob("MANIFEST-*")):
        file.write_bytes(b"damaged")
    with pytest.raises(UnreadableFile, match="the store cannot be opened") as refused, reading(tmp_path):
        pass
    assert "\n" not in str(refused.value)


def test_where_there_is_no_store_yet_nothing_is_read_and_nothing_made(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path):
        with reading(folder) as store:
            assert list(store) == []
    assert list(tmp_path.iterdir()) == []
