from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import threading
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from engine.errors import BadParameter, UnreadableFile
from engine.repository.archive import restore_backup, statements_of, write_backup
from engine.repository.folder import Folder, Reader
from engine.repository.journal import Journal
from engine.vocabulary import PREFIXES, graph
from tests.meanwhile import meanwhile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.repository.backend import Backend
    from engine.repository.organisations import Repository

NOW = datetime(2026, 11, 27, tzinfo=UTC)
HOME = graph("org/acme")
ACME = NamedNode("https://example.org/acme")
LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
FORMAL = Quad(ACME, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["org"] + "FormalOrganization"), HOME)


def named(text: str) -> Quad:
    return Quad(ACME, LABEL, Literal(text, language="en"), HOME)


def restored(file: Path, folder: Path) -> Path:
    restore_backup(file, folder, lambda place: Folder(place / "store"))
    return folder


def state_of(journal: Journal) -> set[Quad]:
    """Return what the statements must be after all entries, by the plainest way there is."""
    found: set[Quad] = set()
    for entry in journal.entries():
        change = journal.change(entry.number)
        if change is not None:
            found -= {*parse(change.removed, format=RdfFormat.N_QUADS)}
            found |= {*parse(change.added, format=RdfFormat.N_QUADS)}
    return found


@pytest.fixture
def kept(repository: Repository, tmp_path: Path) -> Path:
    """Return the folder of a repository with an organisation, and a file beside it."""
    note = Quad(ACME, NamedNode("https://example.org/note"), BlankNode("b"), HOME)
    repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"), note)))
    repository.change("acme", "ann", "renamed", lambda _: ((named("Acme"),), (named("Acme AG"),)))
    (tmp_path / "files" / "ab").mkdir(parents=True)
    (tmp_path / "files" / "ab" / "evidence.pdf").write_bytes(b"%PDF")
    return tmp_path


@pytest.fixture
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a backup of a store without content, which is quickly made."""
    folder = tmp_path_factory.mktemp("written")
    journal, store = Journal(folder / "data" / "journal.sqlite"), Folder(folder / "data" / "store")
    store.fill(0, [FORMAL, named("Acme")])
    journal.append("ann", "access denied")
    write_backup(folder / "backup", folder / "data", store, NOW, [folder / "data" / "store"])
    journal.close()
    store.close()
    return folder / "backup"


def test_a_backup_is_restored_to_what_it_was_made_of(
    repository: Repository, kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file, folder = tmp_path_factory.mktemp("backup") / "all.zip", tmp_path_factory.mktemp("restored") / "data"
    found = write_backup(file, kept, repository.backend, NOW, [kept / "store"])
    assert (found.applied, found.statements) == (2, 3)
    assert {member.name for member in found.files} == {"store.nq", "journal.sqlite", "files/ab/evidence.pdf"}
    assert file.stat().st_mode & 0o077 == 0
    restored(file, folder)
    with zipfile.ZipFile(file) as archive:
        text = archive.read("store.nq")
    store, journal = Reader.at(folder / "store"), Journal(folder / "journal.sqlite")
    assert statements_of(store) == text == statements_of(repository.backend)
    assert (store.applied(), journal.entries()) == (2, repository.journal.entries())
    assert (folder / "files" / "ab" / "evidence.pdf").read_bytes() == b"%PDF"
    assert sorted(path.name for path in folder.iterdir()) == [
        "files",
        "journal.sqlite",
        "journal.sqlite-shm",
        "journal.sqlite-wal",
        "store",
    ]
    journal.close()


def test_a_backup_is_restored_into_a_store_elsewhere(
    open_backend: Callable[[Path], Backend], written: Path, tmp_path: Path
) -> None:
    restore_backup(written, tmp_path / "data", open_backend)
    store = open_backend(tmp_path / "data")
    assert {*store.quads(store.graphs())} == {FORMAL, named("Acme")}
    store.close()


def test_a_backup_of_a_store_that_changes_meanwhile(
    repository: Repository, kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, done = tmp_path_factory.mktemp("busy"), threading.Event()

    def write(number: int) -> None:
        node = Quad(BlankNode(), LABEL, Literal(f"{number}"), HOME)
        before = [quad for quad in repository.quads("acme") if quad.predicate == LABEL][:1] if number % 3 else []
        repository.change("acme", "ann", "changed", lambda _: (before, (named(f"Acme {number}"), node)))
        done.set()

    with meanwhile(write):
        for number in range(4):
            done.clear()
            done.wait(30)
            write_backup(folder / f"{number}", kept, repository.backend, NOW, [kept / "store"])
    for number in range(4):
        place = restored(folder / f"{number}", folder / f"data{number}")
        journal, store = Journal(place / "journal.sqlite"), Reader.at(place / "store")
        assert {*store.quads(store.graphs())} == state_of(journal)
        assert store.applied() == journal.number > 2
        journal.close()


def test_what_was_deleted_while_the_backup_was_written_does_not_come_back(
    repository: Repository, kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("deleted")

    class Deleting:
        """The store, from which the organisation is deleted once it was read."""

        applied, graphs = repository.backend.applied, repository.backend.graphs

        def quads(self, graphs: tuple[str, ...]) -> list[Quad]:
            found = repository.backend.quads(graphs)
            repository.delete("acme", "ann")
            return found

    found = write_backup(folder / "backup", kept, Deleting(), NOW, [kept / "store"])
    assert found.statements == 3
    assert Reader.at(restored(folder / "backup", folder / "data") / "store").graphs() == ()


def test_a_folder_that_holds_anything_is_left_alone(written: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(BadParameter, match="an empty folder"):
        restored(written, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def altered(written: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(written) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(written, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def relisted(members: dict[str, bytes]) -> None:
    """Write the list anew, as somebody would who has altered something and knows how."""
    told = json.loads(members["manifest.json"])
    told["files"] = [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in members.items()
        if name != "manifest.json"
    ]
    members["manifest.json"] = json.dumps(told).encode()


def one_byte(members: dict[str, bytes]) -> None:
    members["store.nq"] = members["store.nq"].replace(b"Acme", b"Acne")


def one_more(members: dict[str, bytes]) -> None:
    members["store.nq"] += members["store.nq"]


def fewer(members: dict[str, bytes]) -> None:
    members["store.nq"] = b""
    relisted(members)


def a_file_missing(members: dict[str, bytes]) -> None:
    del members["journal.sqlite"]


def a_file_more(members: dict[str, bytes]) -> None:
    members["more"] = b""


def outside(members: dict[str, bytes]) -> None:
    members["../outside"] = b"x"
    relisted(members)


def absolute(members: dict[str, bytes]) -> None:
    members["/tmp/outside"] = b"x"  # noqa: S108 - must not be written
    relisted(members)


def no_list(members: dict[str, bytes]) -> None:
    members["manifest.json"] = b"[]"


def another_format(members: dict[str, bytes]) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b"backup/1", b"backup/2")


@pytest.mark.parametrize(
    "change", [one_byte, one_more, fewer, a_file_missing, a_file_more, outside, absolute, no_list, another_format]
)
def test_a_backup_that_was_altered_is_not_restored(
    written: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    altered(written, change)
    with pytest.raises(UnreadableFile, match="is no whole backup"):
        restored(written, tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_was_altered_is_not_restored(written: Path, tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        place = tmp_path / "journal.sqlite"
        place.write_bytes(members["journal.sqlite"])
        with sqlite3.connect(place) as database:
            database.execute("UPDATE entry SET actor = 'eve'")
        database.close()
        members["journal.sqlite"] = place.read_bytes()
        place.unlink()
        relisted(members)

    altered(written, change)
    with pytest.raises(UnreadableFile, match="entry 1 of its journal was altered"):
        restored(written, tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(b"PK nothing")
    for name in ("backup", "missing"):
        with pytest.raises(UnreadableFile, match="is no whole backup"):
            restored(tmp_path / name, tmp_path / "data")


def test_a_folder_without_a_journal_is_nothing_to_keep(tmp_path: Path) -> None:
    store = Folder(tmp_path / "data" / "store")
    with pytest.raises(UnreadableFile, match="NORMGRAPH_DATA"):
        write_backup(tmp_path / "backup", tmp_path / "data", store, NOW)
    assert not (tmp_path / "backup").exists()
    store.close()
    shutil.rmtree(tmp_path / "data")
