from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from engine import content as module
from engine.content import Content, load_content
from engine.errors import EngineError
from engine.graph import Iri
from engine.resources import ContentFile, content_files, content_hash
from engine.vocabulary import NG, graph

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Iri(graph("vocabulary/tiny").value)
TINY = ContentFile(
    "ontology/tiny.ttl", HOME, b"<https://w3id.org/normgraph/id/x> a <https://w3id.org/normgraph/ns#Framework> .\n"
)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ContentFile]]:
    """Ship one small file in place of all, so that compiling takes no time."""
    files = [TINY]
    monkeypatch.setattr(module, "content_files", lambda: list(files))
    return files  # type: ignore[return-value]


def test_the_cache_is_written_reused_and_replaced(tmp_path: Path, tiny: list[ContentFile]) -> None:
    told: list[str] = []
    folder = tmp_path / "some" / "cache"
    first = load_content(folder, told.append)
    (written,) = folder.iterdir()
    assert written.read_bytes() == first.data
    assert len(told) == 1
    assert load_content(folder, told.append).data == first.data
    assert len(told) == 1
    written.write_bytes(b"")
    assert load_content(folder).quads == []
    tiny[0] = ContentFile(TINY.name, HOME, TINY.data + b"# changed\n")
    changed = load_content(folder, told.append)
    assert len(told) == 2
    assert changed.hash != first.hash
    assert [path.name for path in folder.iterdir()] == [f"content-{changed.hash[:24]}.nq"]


def test_nothing_is_kept_without_a_cache(
    tmp_path: Path, tiny: list[ContentFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    del tiny
    monkeypatch.chdir(tmp_path)
    assert load_content().knowledge.frameworks
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_none(tmp_path: Path, tiny: list[ContentFile]) -> None:
    del tiny
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none")):
        assert load_content(folder).quads
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


def test_a_folder_in_the_place_of_the_cached_file(tmp_path: Path, tiny: list[ContentFile]) -> None:
    del tiny
    digest = load_content().hash
    (tmp_path / f"content-{digest[:24]}.nq").mkdir()
    assert load_content(tmp_path).quads
    assert [path.name for path in tmp_path.iterdir()] == [f"content-{digest[:24]}.nq"]


def test_a_broken_file_is_named_with_its_line(tiny: list[ContentFile]) -> None:
    tiny[0] = ContentFile(TINY.name, HOME, TINY.data + b"<x> ???\n")
    with pytest.raises(EngineError, match=r"ontology/tiny\.ttl, line 2: "):
        load_content()


def test_compiled_twice_it_is_the_same_to_the_byte(content: Content) -> None:
    """Blank nodes of shapes are named anew by the parser, so the lines are compared without them."""
    again = load_content()
    assert again.hash == content.hash
    assert len(again.quads) == len(content.quads)
    plain = [sorted(line for line in c.data.decode().splitlines() if "_:" not in line) for c in (again, content)]
    assert plain[0] == plain[1]


def test_every_file_has_its_graph_and_its_provenance(content: Content) -> None:
    for file in content_files():
        assert content.graph.text(file.graph, NG.sha256)
    sources = {quad.object.value for quad in content.quads if quad.predicate.value.endswith("/terms/source")}
    assert {file.name for file in content_files()} <= sources
    hashes = {quad.object.value for quad in content.quads if quad.predicate == NG.sha256}
    assert {file.sha256 for file in content_files()} <= hashes


def test_the_hash_is_of_names_and_bytes() -> None:
    other = ContentFile("ontology/other.ttl", TINY.graph, TINY.data)
    more = ContentFile(TINY.name, TINY.graph, TINY.data + b"#")
    assert len({content_hash(files) for files in ([TINY], [other], [more], [TINY, other], [])}) == 5
    assert content_hash([TINY]) == content_hash([TINY])


def test_a_store_holds_the_content_and_more(content: Content) -> None:
    extra = Quad(NamedNode("https://example.org/s"), NG.ground, Literal("why"), graph("org/x"))
    store = content.store([extra])
    assert extra in store
    assert len(store) == len(content.quads) + 1
    assert len(content.store()) == len(content.quads)
