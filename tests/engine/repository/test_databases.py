from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from engine.errors import UnreadableFile
from engine.repository.databases import open_database
from engine.repository.journal import Change, Journal

if TYPE_CHECKING:
    from pathlib import Path

FIRST = "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);"
SECOND = "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO b SELECT x + 1 FROM a;"
BROKEN = "INSERT INTO a VALUES (2); INSERT INTO nothing VALUES (3);"


def read(path: Path, query: str) -> list[tuple[int, ...]]:
    database = sqlite3.connect(path)
    found = database.execute(query).fetchall()
    database.close()
    return found


def test_a_migration_runs_once_after_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    open_database(path, [FIRST], "is none").close()
    assert [file.name for file in tmp_path.glob("*.sqlite")] == ["a.sqlite"]
    for _ in range(2):
        open_database(path, [FIRST, SECOND], "is none").close()
    assert read(path, "SELECT x FROM b") == [(2,)]
    copy = tmp_path / "a.before-v2.sqlite"
    assert (read(copy, "SELECT x FROM a"), read(copy, "PRAGMA user_version")) == ([(1,)], [(1,)])
    assert copy.stat().st_mode & 0o077 == 0


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    open_database(path, [FIRST], "is none").close()
    with pytest.raises(UnreadableFile, match="is none"):
        open_database(path, [FIRST, BROKEN], "is none")
    assert (read(path, "SELECT x FROM a"), read(path, "PRAGMA user_version")) == ([(1,)], [(1,)])


def test_a_file_of_a_later_release_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    open_database(path, [FIRST, SECOND], "is none").close()
    before = path.read_bytes()
    with pytest.raises(UnreadableFile, match=r"later release \(version 2 of what is stored; this one knows 1\)"):
        open_database(path, [FIRST], "is none")
    assert path.read_bytes() == before


def test_a_journal_of_before_it_knew_the_versions_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal(path)
    for version in range(1, 4):
        journal.append("ann", "changed", "acme", version, change=Change(added=b"<a:a> <a:b> <a:c> <a:g> .\n"))
    journal.append("eve", "access denied", "other", 0)
    journal.close()
    old = sqlite3.connect(path)
    old.executescript("DROP TABLE organisation; DROP INDEX deletion; DROP INDEX answer_at; PRAGMA user_version = 0;")
    old.close()
    again = Journal(path)
    assert (again.versions(), again.number, list(again.breaks())) == ({"acme": 3}, 4, [])
    again.close()
    assert (tmp_path / "journal.before-v3.sqlite").exists()
