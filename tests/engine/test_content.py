from __future__ import annotations

import ast
import hashlib
import os
import pickle
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from engine import content as module
from engine import resources
from engine.content import Content, load_content
from engine.errors import EngineError
from engine.graph import Iri
from engine.resources import COMPILERS, READERS, ContentFile, content_files, content_hash
from engine.vocabulary import NG, graph

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Iri(graph("vocabulary/tiny").value)
TINY = ContentFile(
    "ontology/tiny.ttl", HOME, b"<https://w3id.org/normgraph/id/x> a <https://w3id.org/normgraph/ns#Framework> .\n"
)


def snapshot(data: bytes) -> bytes:
    return f"# sha256 {hashlib.sha256(data).hexdigest()}\n".encode() + data


def name(made: Content) -> str:
    return f"content-{made.hash[:24]}.nq"


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
    assert written.read_bytes() == snapshot(first.data)
    assert len(told) == 1
    assert load_content(folder, told.append).data == first.data
    assert len(told) == 1
    written.write_bytes(snapshot(b""))
    assert load_content(folder, told.append).quads == []
    assert len(told) == 1
    tiny[0] = ContentFile(TINY.name, HOME, TINY.data + b"# changed\n")
    changed = load_content(folder, told.append)
    assert len(told) == 2
    assert changed.hash != first.hash
    assert {path.name for path in folder.iterdir()} == {name(first), name(changed)}


@pytest.mark.parametrize("cut", [0, 1, 40, -1, "line", "changed"])
def test_a_snapshot_that_is_not_whole_is_compiled_anew(cut: int | str, tmp_path: Path, tiny: list[ContentFile]) -> None:
    del tiny
    first = load_content(tmp_path)
    (written,) = tmp_path.iterdir()
    whole = written.read_bytes()
    lines = whole.splitlines(keepends=True)
    assert len(lines) > 2
    broken = {"line": b"".join(lines[:-1]), "changed": whole.replace(b"Framework", b"Frameworm")}
    written.write_bytes(broken[cut] if isinstance(cut, str) else whole[:cut])
    assert written.read_bytes() != whole
    told: list[str] = []
    assert load_content(tmp_path, told.append) == first
    assert len(told) == 1
    assert written.read_bytes() == whole


def test_the_three_newest_snapshots_are_kept(tmp_path: Path, tiny: list[ContentFile]) -> None:
    """Two checkouts that share a folder do not take each other's snapshot away."""
    told: list[str] = []
    found = []
    for number, what in enumerate((b"# a", b"# b", b"# a", b"# b", b"# c", b"# a", b"# d", b"# a")):
        tiny[0] = ContentFile(TINY.name, HOME, TINY.data + what)
        before = len(told)
        made = load_content(tmp_path, told.append)
        if len(told) > before:
            os.utime(tmp_path / name(made), (number, number))
            found.append(what)
    assert found == [b"# a", b"# b", b"# c", b"# d", b"# a"]
    assert len(list(tmp_path.iterdir())) == 3


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
    """Also the names of blank nodes, of which shapes have many."""
    again = load_content()
    assert again.hash == content.hash
    assert b" _:" in content.data
    assert again.data == content.data


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


def _imports(source: str) -> Iterator[str]:
    checked = (part for part in ast.parse(source).body if not isinstance(part, ast.If))
    for node in (node for part in checked for node in ast.walk(part)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine."):
            yield str(node.module).removeprefix("engine.").replace(".", "/")


def _imported(start: str, but: frozenset[str] = frozenset()) -> list[str]:
    engine = Path(module.__file__).parent
    found: set[str] = set()
    waiting = [start]
    while waiting:
        each = waiting.pop()
        if each not in found | but:
            found.add(each)
            waiting += _imports(engine.joinpath(f"{each}.py").read_text(encoding="utf-8"))
    return sorted(found)


def test_the_hash_is_of_all_modules_that_compile() -> None:
    """What the compiler imports, and what that imports, but for the reading of what was compiled."""
    assert _imported("content", frozenset({"reading", "kept"})) == list(COMPILERS)


def test_the_hash_of_kept_values_is_of_all_modules_that_read() -> None:
    assert _imported("reading") == list(READERS)


def test_values_are_kept_and_are_those_that_were_read(tmp_path: Path, content: Content) -> None:
    fresh = Content(content.hash, content.data, tmp_path)
    assert (fresh.knowledge, list(fresh.graph)) == (content.knowledge, list(content.graph))
    assert {path.name.partition("-")[0] for path in tmp_path.iterdir()} == {"graph", "knowledge"}
    again = Content(content.hash, b"", tmp_path)
    assert again.knowledge == content.knowledge
    assert all(again.graph.predicates(node) == content.graph.predicates(node) for node in content.graph)


class Harmful:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.remove, (str(self.path),)


def test_a_kept_value_that_was_tampered_with_runs_nothing(tmp_path: Path, tiny: list[ContentFile]) -> None:
    del tiny
    made = load_content(tmp_path / "cache")
    assert made.knowledge.frameworks
    victim = tmp_path / "victim"
    victim.touch()
    for path in (tmp_path / "cache").glob("*.values"):
        path.write_bytes(snapshot(pickle.dumps(Harmful(victim))))
    again = load_content(tmp_path / "cache")
    assert again.knowledge == made.knowledge
    assert victim.exists()


def test_another_compiler_gives_another_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = content_hash([TINY])
    monkeypatch.setattr(resources, "compiler_hash", lambda: "another")
    assert content_hash([TINY]) != shipped
    monkeypatch.undo()
    made = {shipped}
    for library in ("normgraph", "pyoxigraph", "owlrl", "rdflib"):
        real = resources.version
        with monkeypatch.context() as other:
            other.setattr(resources, "version", lambda name, odd=library, real=real: real(name) + "+" * (name == odd))
            resources.compiler_hash.cache_clear()
            made.add(content_hash([TINY]))
    resources.compiler_hash.cache_clear()
    assert len(made) == 5
    assert content_hash([TINY]) == shipped


def test_an_edit_of_a_module_that_compiles_gives_another_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = content_hash([TINY])
    shutil.copytree(Path(module.__file__).parent, tmp_path / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(resources, "files", tmp_path.joinpath)
    resources.compiler_hash.cache_clear()
    assert content_hash([TINY]) == shipped
    edited = tmp_path / "engine" / "mapping" / "rows.py"
    edited.write_text(edited.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    resources.compiler_hash.cache_clear()
    assert content_hash([TINY]) != shipped
    resources.compiler_hash.cache_clear()


def test_a_store_holds_the_content_and_more(content: Content) -> None:
    extra = Quad(NamedNode("https://example.org/s"), NG.ground, Literal("why"), graph("org/x"))
    store = content.store([extra])
    assert extra in store
    assert len(store) == len(content.quads) + 1
    assert len(content.store()) == len(content.quads)
