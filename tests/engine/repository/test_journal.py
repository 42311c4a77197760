from __future__ import annotations

import sqlite3
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UnreadableFile
from engine.repository.journal import ORIGIN, Change, Journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EDITS: dict[str, str] = {
    "an actor": "UPDATE entry SET actor = 'eve' WHERE number = 2",
    "a time": "UPDATE entry SET at = '2000-01-01' WHERE number = 2",
    "a version": "UPDATE entry SET version = 9 WHERE number = 2",
    "a detail": "UPDATE entry SET detail = '{\"a\": 1}' WHERE number = 2",
    "a detail that cannot be read": "UPDATE entry SET detail = '{' WHERE number = 2",
    "a hash": "UPDATE entry SET hash = 'f' WHERE number = 3",
    "an entry removed": "DELETE FROM entry WHERE number = 2",
    "the first removed": "DELETE FROM entry WHERE number = 1",
    "two exchanged": "UPDATE entry SET number = 5 - number WHERE number IN (2, 3)",
    "statements that cannot be unpacked": "UPDATE change SET added = x'00' WHERE number = 2",
    "statements": "UPDATE change SET added = (SELECT added FROM change WHERE number = 3) WHERE number = 2",
}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "journal.sqlite"
    journal = Journal(path)
    for number in range(1, 5):
        journal.append("ann", "changed", "acme", number, change=Change(added=f"<a> <b> {number} .\n".encode()))
    journal.close()
    return path


def test_a_journal_is_what_was_written(written: Path) -> None:
    journal = Journal(written)
    entries = journal.entries()
    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert entries[0].previous == ORIGIN
    assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert journal.entries(after=3, organisation="acme")[0].version == 4
    assert journal.entries(organisation="other") == ()
    assert list(journal.breaks()) == []
    change = journal.change(2)
    assert change is not None
    assert change.added == b"<a> <b> 2 .\n"


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_whatever_is_altered_is_found(written: Path, edit: str) -> None:
    with sqlite3.connect(written) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        if "5 - number" in edit:
            db.execute("UPDATE entry SET number = -number WHERE number IN (2, 3)")
            edit = "UPDATE entry SET number = 5 + number WHERE number < 0"
        db.execute(edit)
    db.close()
    journal = Journal(written)
    assert list(journal.breaks())
    journal.close()


def is_found(path: Path) -> bool:
    """Whether the first statement is in any file of the journal, as it is packed there."""
    packed = zlib.compress(b"<a> <b> 1 .\n")
    return any(packed in file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def test_statements_can_be_erased_and_the_chain_still_holds(written: Path) -> None:
    journal = Journal(written)
    assert is_found(written)
    assert journal.erase("acme") == 4
    assert journal.change(1) is None
    assert list(journal.breaks()) == []
    assert not is_found(written)


def test_an_answer_is_kept_for_thirty_days(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    for key in ("older", "old"):
        journal.append("ann", "changed", "acme", 1, answer=(key, "asked", "body"))
    for key, days in (("older", 31), ("old", 29)):
        at = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
        journal._db.execute("UPDATE answer SET at = ? WHERE key = ?", (at, key))
    assert journal.answered("ann", "older") is not None  # until another comes
    journal.append("bob", "changed", "acme", 2, answer=("new", "asked", "body"))
    kept = [key for who, key in (("ann", "older"), ("ann", "old"), ("bob", "new")) if journal.answered(who, key)]
    assert kept == ["old", "new"]
    journal.close()


def test_an_answer_is_remembered_with_its_entry(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    journal.append("ann", "changed", "acme", 1, answer=("key", "asked", "body"))
    assert journal.answered("ann", "key") == ("asked", "body")
    assert journal.answered("bob", "key") is None
    with pytest.raises(sqlite3.IntegrityError):
        journal.append("ann", "changed", "acme", 2, answer=("key", "asked", "other"))
    assert (journal.number, list(journal.breaks())) == (1, [])


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    path.write_text("nothing of the kind, and long enough to be looked at " * 10, encoding="utf-8")
    with pytest.raises(UnreadableFile, match="is no journal"):
        Journal(path)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=30)), max_size=6))
def test_any_journal_holds_and_its_copy_too(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[str, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    journal = Journal(folder / "one.sqlite")
    appended: Callable[[str, bytes], object] = lambda actor, data: journal.append(  # noqa: E731
        actor, "changed", "acme", 1, change=Change(added=data)
    )
    for actor, data in told:
        appended(actor.encode("utf-8", "replace").decode(), data)
    journal.copy_to(folder / "two.sqlite")
    again = Journal(folder / "two.sqlite")
    assert again.entries() == journal.entries()
    assert list(again.breaks()) == []


def test_two_processes_append_to_one_chain(tmp_path: Path) -> None:
    server, command = Journal(tmp_path / "journal.sqlite"), Journal(tmp_path / "journal.sqlite")
    for number in range(3):
        server.append("key a", "changed", "acme", number)
        command.append("command line", "key made")
    assert [entry.number for entry in server.entries()] == [1, 2, 3, 4, 5, 6]
    assert list(command.breaks()) == []
    server.close()
    command.close()
