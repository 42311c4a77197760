"""Which organisations a portfolio has, where their records are, and a hash of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import BadInput, EngineError, UnreadableFile
from engine.intake import FORMATS, check_quads, read_bytes
from engine.integrity import Source
from engine.portfolio.statements import digests, read_statements, source_of
from engine.store import reading
from engine.vocabulary import GRAPH
from engine.workspace import open_organisation, slug, workspace_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import pyarrow as pa
    from pyoxigraph import Quad, Store

    from engine.content import Content
    from engine.workspace import Workspace

__all__ = ["Member", "Shelf", "members_of"]

_ORGANISATIONS = f"{GRAPH}org/"


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation of a portfolio.

    :ivar kind: where its records are: in ``files``, in the rows of a ``table``, or in a ``store``.
    :ivar sha256: a hash of the records; empty where they could not be read.
    """

    name: str
    kind: str
    paths: tuple[str, ...]
    sha256: str


def members_of(place: Path) -> list[Member]:
    """Return the organisations of a folder, a Parquet file or a store, sorted by name.

    :raises UnreadableFile: if there is nothing to read.
    :raises BadInput: if two organisations have one name.
    """
    if not place.exists():
        raise UnreadableFile(place, None, "is not there", "name a folder of organisations, a Parquet file or a store")
    if not place.is_dir():
        digests(place)
        found = list(_of_tables([place]))
    elif (place / "CURRENT").is_file():
        found = list(_of_store(place))
    else:
        found = list(_of_folder(place))
    if not found:
        remedy = f"put one file ({', '.join(FORMATS)}) or one folder an organisation there, or Parquet of statements"
        raise UnreadableFile(place, None, "holds no organisation", remedy)
    _refuse_namesakes(place, found)
    return sorted(found, key=lambda member: member.name)


def _refuse_namesakes(place: Path, found: Iterable[Member]) -> None:
    known: dict[str, Member] = {}
    for member in found:
        other = known.setdefault(member.name, member)
        if other is not member:
            both = " and ".join(sorted({*other.paths, *member.paths}))
            raise BadInput(place, None, f"two organisations are named {member.name}: {both}", "rename one of them")


def _of_folder(place: Path) -> Iterator[Member]:
    entries = sorted(entry for entry in place.iterdir() if not entry.name.startswith("."))
    for entry in entries:
        if entry.suffix.lower() in FORMATS and entry.is_file():
            yield Member(entry.stem, "files", (str(entry),), _hash_of_files(entry))
        elif entry.is_dir() and any(_rdf_files(entry)):
            yield Member(entry.name, "files", (str(entry),), _hash_of_files(entry))
    yield from _of_tables([entry for entry in entries if entry.suffix.lower() == ".parquet" and entry.is_file()])


def _rdf_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in FORMATS)


def _hash_of_files(path: Path) -> str:
    """Return a hash of the files and what they are named, for graphs are named after them; empty if unreadable."""
    digest = hashlib.sha256()
    try:
        for file in _rdf_files(path) if path.is_dir() else [path]:
            digest.update(f"{file.name} {hashlib.sha256(read_bytes(file)).hexdigest()}\n".encode())
    except (EngineError, OSError):
        return ""
    return digest.hexdigest()


def _of_tables(paths: Iterable[Path]) -> Iterator[Member]:
    """Yield the organisations of some tables; one that cannot be read is a member that will be told of as such."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path in paths:
        try:
            for name, sha256 in digests(path).items():
                found[name][str(path)] = sha256
        except EngineError:
            yield Member(path.name, "table", (str(path),), "")
    for name, hashes in sorted(found.items()):
        yield Member(name, "table", tuple(hashes), _hash_of(hashes.values()))


def _hash_of(parts: Iterable[object]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{part}\n".encode())
    return digest.hexdigest()


def _of_store(place: Path) -> Iterator[Member]:
    with reading(place) as store:
        for name in sorted({_name_of(str(getattr(g, "value", ""))) for g in store.named_graphs()} - {""}):
            yield Member(name, "store", (str(place),), _hash_of(_quads_of(store, name)))


def _name_of(graph_name: str) -> str:
    rest = graph_name.removeprefix(_ORGANISATIONS)
    return rest.partition("/")[0] if rest != graph_name else ""


def _quads_of(store: Store, name: str) -> list[Quad]:
    graphs = [g for g in store.named_graphs() if _name_of(str(getattr(g, "value", ""))) == name]
    return sorted((quad for g in graphs for quad in store.quads_for_pattern(None, None, None, g)), key=str)


class Shelf:
    """The records of some members, each table and store opened once for all of them."""

    def __init__(self, content: Content, members: Collection[Member]) -> None:
        self.content = content
        self._names = [member.name for member in members if member.kind == "table"]
        self._tables: dict[str, tuple[dict[str, pa.Table], dict[str, str]]] = {}

    def workspace(self, member: Member) -> Workspace:
        """Return the workspace of a member.

        :raises EngineError: if its records cannot be read, state what cannot be, or are not those that were hashed.
        """
        if member.kind == "files":
            return self._of_files(member)
        sources, sha256 = self._of_tables(member) if member.kind == "table" else self._of_store(member)
        _refuse_changed(member, sha256)
        return workspace_of(self.content, slug(member.name) or "organisation", sources)

    def _of_files(self, member: Member) -> Workspace:
        (path,) = member.paths
        workspace = open_organisation(self.content, path)
        _refuse_changed(member, _hash_of_files(Path(path)))
        return workspace

    def _of_tables(self, member: Member) -> tuple[list[Source], str]:
        sources, hashes = [], []
        for path in member.paths:
            if path not in self._tables:
                self._tables[path] = read_statements(Path(path), self._names)
            tables, told = self._tables[path]
            sources += [source_of(Path(path), member.name, tables[member.name])] if member.name in tables else []
            hashes.append(told.get(member.name, ""))
        return sources, _hash_of(hashes)

    def _of_store(self, member: Member) -> tuple[list[Source], str]:
        path = Path(member.paths[0])
        with reading(path) as store:
            quads = _quads_of(store, member.name)
        check_quads(path, "", quads)
        return [Source(path, "", quads)], _hash_of(quads)


def _refuse_changed(member: Member, sha256: str) -> None:
    if sha256 != member.sha256:
        problem = f"the records of {member.name} have changed since the run began"
        raise BadInput(member.paths[0], None, problem, "run it again")
