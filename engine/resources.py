"""The one place that reads what is shipped: ontology, mappings and queries, through ``importlib.resources``."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from engine.errors import UnknownName
from engine.graph import Iri
from engine.vocabulary import GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

__all__ = [
    "COMPILERS",
    "EXAMPLES",
    "READERS",
    "ContentFile",
    "compiler_hash",
    "content_files",
    "content_hash",
    "engine_hash",
    "example_files",
    "folder",
    "query_files",
    "reader_hash",
]

EXAMPLES = ("bank", "medical")
_GRAPHS = {
    "schemes": "scheme",
    "reused": "reused",
    "frameworks": "framework",
    "requirements": "requirements",
    "rules": "rules",
    "shapes": "shapes",
}


@dataclass(frozen=True)
class ContentFile:
    """A shipped file: its name below the project, the named graph it is loaded into, and its bytes."""

    name: str
    graph: Iri
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash of the file, as provenance records it."""
        return hashlib.sha256(self.data).hexdigest()


def _walk(entry: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for child in sorted(entry.iterdir(), key=lambda part: part.name):
        path = f"{name}/{child.name}"
        if child.is_dir():
            yield from _walk(child, path)
        else:
            yield path, child


def _graph_of(name: str) -> Iri:
    _, *parts = name.removesuffix(".ttl").removesuffix(".sssom.tsv").split("/")
    if name.startswith("mappings/"):
        return Iri(f"{GRAPH}mapping/{'/'.join(parts)}")
    if len(parts) == 1:
        return Iri(f"{GRAPH}vocabulary/{parts[0]}")
    kind, *rest = parts
    if kind == "requirements":
        rest = rest[:1]
    return Iri(f"{GRAPH}{_GRAPHS[kind]}/{'/'.join(rest)}")


def content_files() -> list[ContentFile]:
    """Return every shipped Turtle and SSSOM file but the examples, sorted by name."""
    found = [(name, entry) for package in ("ontology", "mappings") for name, entry in _walk(files(package), package)]
    return [
        ContentFile(name, _graph_of(name), entry.read_bytes())
        for name, entry in found
        if name.endswith((".ttl", ".sssom.tsv")) and not name.startswith("ontology/examples/")
    ]


COMPILERS = (
    "content",
    "days",
    "errors",
    "graph",
    "inference",
    "intake",
    "mapping/cells",
    "mapping/relations",
    "mapping/row_checks",
    "mapping/rows",
    "mapping/sets",
    "mapping/sssom",
    "mapping/sssom_writing",
    "model",
    "periods",
    "rdflib_terms",
    "resources",
    "vocabulary",
)
"""The modules of the engine that make statements of shipped files; a test compares with what they import."""


READERS = (
    "graph",
    "knowledge",
    "mapping/relations",
    "mapping/rows",
    "mapping/sets",
    "model",
    "periods",
    "reading",
    "rule_reading",
    "rules",
    "vocabulary",
)
"""The modules of the engine that make values of statements; a test compares with what they import."""


@cache
def compiler_hash() -> str:
    """Return a hash of what compiles the content: our own modules, and the versions of the libraries they use."""
    return _hash_of(COMPILERS, *(f"{name} {version(name)}" for name in _LIBRARIES))


@cache
def reader_hash() -> str:
    """Return a hash of what reads the content into values: our own modules, and the Python they run on."""
    return _hash_of(READERS, sys.version, f"pyoxigraph {version('pyoxigraph')}")


_LIBRARIES = ("normgraph", "pyoxigraph", "owlrl", "rdflib", "pyyaml")


def _hash_of(modules: Iterable[str], *told: str) -> str:
    digest = hashlib.sha256(" ".join(told).encode())
    for name in modules:
        source = files("engine").joinpath(f"{name}.py").read_bytes()
        digest.update(f"\n{name}\n{hashlib.sha256(source).hexdigest()}".encode())
    return digest.hexdigest()


@cache
def engine_hash() -> str:
    """Return a hash of the code of the engine: what is computed of equal inputs is the same where it is."""
    digest = hashlib.sha256()
    sources = {name: entry for name, entry in _walk(files("engine"), "engine") if name.endswith(".py")}
    for name in sorted(sources):
        digest.update(f"{name}\n{hashlib.sha256(sources[name].read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def content_hash(content: list[ContentFile]) -> str:
    """Return a hash of the content and of what compiles it: the key of every cache."""
    digest = hashlib.sha256(compiler_hash().encode())
    for file in content:
        digest.update(f"\n{file.name}\n{file.sha256}".encode())
    return digest.hexdigest()


def example_files(name: str) -> list[Path]:
    """Return the files of a bundled example organisation.

    :raises UnknownName: if there is no such example.
    """
    if name not in EXAMPLES:
        raise UnknownName("bundled example", name, EXAMPLES)
    return sorted(folder("ontology/examples").joinpath(name).glob("*.ttl"))


def query_files() -> dict[str, str]:
    """Return the text of every shipped query by its name below ``queries/``, without the ending."""
    return {
        name.removeprefix("queries/").removesuffix(".rq"): entry.read_text(encoding="utf-8")
        for name, entry in _walk(files("queries"), "queries")
        if name.endswith(".rq")
    }


def folder(name: str) -> Path:
    """Return a shipped folder as a path; the packages are always installed as files."""
    package, _, rest = name.partition("/")
    with as_file(files(package)) as root:
        return root.joinpath(rest) if rest else root
