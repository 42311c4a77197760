"""The shipped content as statements and values, compiled once, cached under a hash of what made it (DESIGN §7d)."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse, serialize

from engine.errors import UnreadableFile
from engine.graph import Graph
from engine.inference import inferred_quads
from engine.intake import BlankNames
from engine.kept import frozen, thawed
from engine.mapping.rows import row_quads
from engine.mapping.sets import set_quads
from engine.mapping.sssom import read_sssom
from engine.reading import read_knowledge
from engine.resources import ContentFile, content_files, content_hash, folder, reader_hash
from engine.vocabulary import NG, PREFIXES, graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engine.graph import Iri
    from engine.knowledge import Knowledge

__all__ = ["Content", "load_content"]

_PROVENANCE = graph("prov")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Content:
    """All shipped statements, with the hash of the files they come from."""

    hash: str
    data: bytes
    cache: Path | None = field(default=None, compare=False, repr=False)

    @cached_property
    def quads(self) -> list[Quad]:
        """The statements, in a fixed order."""
        return list(parse(self.data, format=RdfFormat.N_QUADS))

    @cached_property
    def graph(self) -> Graph:
        """The index over the statements."""
        return self._kept_or("graph", lambda: Graph(self.quads))

    @cached_property
    def knowledge(self) -> Knowledge:
        """The statements as values."""
        return self._kept_or("knowledge", lambda: read_knowledge(self.graph))

    def _kept_or(self, name: str, read: Callable[[], _Value]) -> _Value:
        """Return a value from the cache, where what reads it is what read it then; else read it and keep it."""
        key = hashlib.sha256(f"{self.hash} {reader_hash()}".encode()).hexdigest()
        path = self.cache / f"{name}-{key[:24]}.values" if self.cache else None
        data = _kept(path) if path else None
        value: _Value | None = None if data is None else thawed(data)
        if value is None:
            value = read()
            if path:
                _keep(path, frozen(value))
        return value

    @cached_property
    def terms(self) -> frozenset[Iri]:
        """The terms of our vocabulary."""
        return frozenset(subject for subject in self.graph if subject.startswith(NG.base))

    @cached_property
    def fact_datatypes(self) -> Mapping[str, str]:
        """The datatype of each fact whose values are literals."""
        facts = self.graph.instances(NG.FactProperty)
        return {fact: datatype for fact in facts if (datatype := self.graph.text(fact, NG.factDatatype))}

    @cached_property
    def concept_facts(self) -> frozenset[Iri]:
        """The facts whose values are concepts."""
        return frozenset(f for f in self.graph.instances(NG.FactProperty) if f not in self.fact_datatypes)

    def store(self, extra: Iterable[Quad] = ()) -> Store:
        """Return a new store in memory with the content and some more statements."""
        store = Store()
        store.bulk_load(self.data, format=RdfFormat.N_QUADS)
        store.bulk_extend(extra)
        return store


def load_content(
    cache: Path | None = None, progress: Callable[[str], None] = lambda _: None, known: Content | None = None
) -> Content:
    """Return the shipped content, from the cache where it holds what the files say now.

    :param cache: a folder for compiled content; nothing is cached where there is none.
    :param progress: told what is being done when the content has to be compiled.
    :param known: content loaded before; it is returned where the files still say what it says.
    """
    sources = content_files()
    digest = content_hash(sources)
    if known and known.hash == digest:
        return known
    cached = cache / f"content-{digest[:24]}.nq" if cache else None
    kept = _kept(cached) if cached else None
    if kept is not None:
        return Content(digest, kept, cache)
    progress("Compiling vocabulary, frameworks and mappings (once)")
    quads = [quad for source in sources for quad in _statements(source)]
    quads += inferred_quads(quads)
    data = serialize(sorted(set(quads), key=str), format=RdfFormat.N_QUADS)
    if cached and data is not None:
        _keep(cached, data)
    return Content(digest, data or b"", cache)


def _statements(source: ContentFile) -> Iterator[Quad]:
    home = NamedNode(source.graph)
    if source.name.endswith(".ttl"):
        yield from _turtle(source, home)
    else:
        mappings = read_sssom(folder("mappings") / source.name.removeprefix("mappings/"))
        yield from set_quads(mappings.described)
        for row in mappings.rows:
            yield from row_quads(row)
    yield from _provenance(source, home)


def _turtle(source: ContentFile, home: NamedNode) -> Iterator[Quad]:
    try:
        names = BlankNames(source.name)
        for quad in parse(source.data, format=RdfFormat.TURTLE, rename_blank_nodes=True):
            yield Quad(names.of(quad.subject), quad.predicate, names.of(quad.object), home)
    except SyntaxError as error:
        raise UnreadableFile(source.name, error.lineno, error.msg, "mend the file from that line on") from error


def _licence(source: ContentFile) -> str:
    """Return the licence a Turtle file declares for itself, that of our content where it declares none."""
    if source.name.endswith(".ttl"):
        for quad in parse(source.data, format=RdfFormat.TURTLE):
            if quad.predicate.value == PREFIXES["dcterms"] + "license" and isinstance(quad.object, NamedNode):
                return quad.object.value
    return "https://creativecommons.org/licenses/by/4.0/"


def _provenance(source: ContentFile, home: NamedNode) -> Iterator[Quad]:
    dcterms, prov = PREFIXES["dcterms"], PREFIXES["prov"]
    yield Quad(home, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(f"{prov}Entity"), _PROVENANCE)
    yield Quad(home, NamedNode(f"{dcterms}source"), Literal(source.name), _PROVENANCE)
    yield Quad(home, NamedNode(f"{dcterms}license"), NamedNode(_licence(source)), _PROVENANCE)
    yield Quad(home, NG.sha256, Literal(source.sha256), _PROVENANCE)


_HEAD = "# sha256 {}\n"
"""The first line of a snapshot: the hash of all that follows it."""
_SNAPSHOTS = 3
"""How many snapshots a folder keeps, so that two checkouts, or two releases, can share it."""


def _head(data: bytes) -> bytes:
    return _HEAD.format(hashlib.sha256(data).hexdigest()).encode()


def _kept(path: Path) -> bytes | None:
    """Return what a snapshot holds; nothing where there is none, or it is not whole."""
    try:
        head, newline, data = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return data if head + newline == _head(data) else None


def _keep(path: Path, data: bytes) -> None:
    """Write the snapshot and remove all but the newest; where nothing can be written, there is no cache."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".compiling-") as folder_:
            whole = Path(folder_, path.name)
            whole.write_bytes(_head(data) + data)
            whole.replace(path)
        alike = path.parent.glob(f"{path.name.partition('-')[0]}-*{path.suffix}")
        others = [(_age(other), other.name, other) for other in alike if other != path]
        for *_, stale in sorted(others)[: 1 - _SNAPSHOTS]:
            stale.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Return when a file was written; the start of time where it has just been removed."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
