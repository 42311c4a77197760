"""The journal: what was done to which organisation, by whom and when, each entry bound to the one before by a hash."""

from __future__ import annotations

import hashlib
import json
import threading
import zlib
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.repository.databases import copy_database, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["DELETED", "ORIGIN", "Break", "Change", "Entry", "Journal"]

ORIGIN = "0" * 64
"""What the first entry has for the hash of the one before."""
DELETED = "organisation deleted"
"""The action after which nothing of an organisation is left."""
_MIGRATIONS = (
    """
CREATE TABLE IF NOT EXISTS entry (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    organisation TEXT NOT NULL, version INTEGER NOT NULL, detail TEXT NOT NULL,
    removed TEXT NOT NULL, added TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entry_of ON entry (organisation, number);
CREATE TABLE IF NOT EXISTS change (
    number INTEGER PRIMARY KEY REFERENCES entry (number), removed BLOB NOT NULL, added BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS answer (
    actor TEXT NOT NULL, key TEXT NOT NULL, asked TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL,
    at TEXT NOT NULL, PRIMARY KEY (actor, key)
) STRICT;
""",
    # The version of each organisation, so that opening reads no entry; and which deletions there were.
    """
CREATE TABLE organisation (key TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
INSERT INTO organisation SELECT organisation, max(version) FROM entry
    WHERE organisation != '' AND removed || added != '' GROUP BY organisation;
CREATE INDEX deletion ON entry (action, number) WHERE action = 'organisation deleted';
""",
    # Answers to idempotency keys go after a while.
    "CREATE INDEX answer_at ON answer (at);",
)
_ANSWERS = timedelta(days=30)
"""For how long an answer to an idempotency key is surely kept."""
_COLUMNS = "number, at, actor, action, organisation, version, detail, removed, added, previous, hash"


@dataclass(frozen=True, slots=True)
class Change:
    """The statements that an entry takes away and adds, as N-Quads, one a line, sorted."""

    removed: bytes = b""
    added: bytes = b""

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


_UNREADABLE = Change(b"unreadable", b"unreadable")
"""In the place of statements that cannot be unpacked: their digests are those of no entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done.

    :ivar number: its place in the journal, from 1.
    :ivar at: when, in UTC, as ISO 8601.
    :ivar actor: who: the name of a key or a person, never a secret.
    :ivar action: what, in two words: ``evidence added``, ``access denied``.
    :ivar organisation: the key of the organisation; empty where it concerns none.
    :ivar version: the version of the organisation after it; the same as before where it changed no statement.
    :ivar removed: SHA-256 of what was taken away; ``added`` likewise. The statements themselves can be erased, the
        chain still holds.
    """

    number: int
    at: str
    actor: str
    action: str
    organisation: str
    version: int
    detail: Mapping[str, Any] = field(default_factory=dict)
    removed: str = ""
    added: str = ""
    previous: str = ORIGIN
    hash: str = ""

    def computed(self) -> str:
        """Return the hash that the entry must have."""
        told = [
            self.number,
            self.at,
            self.actor,
            self.action,
            self.organisation,
            self.version,
            self.detail,
            self.removed,
            self.added,
            self.previous,
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the journal is not what it was written as."""

    number: int
    problem: str


class Journal:
    """The entries in a file of SQLite; whatever is appended is on the disk when ``append`` returns.

    More than one process may append: each entry follows from the last one there is at that moment.

    :param path: the file; made where there is none.
    :raises UnreadableFile: if it is no journal, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._db = open_database(path, _MIGRATIONS, "is no journal")
        self._last = self._read_last()

    def _read_last(self) -> Entry | None:
        return next(self._select("ORDER BY number DESC LIMIT 1"), None)

    @property
    def number(self) -> int:
        """The number of the last entry; 0 where there is none."""
        return self._last.number if self._last else 0

    def append(
        self,
        actor: str,
        action: str,
        organisation: str = "",
        version: int = 0,
        *,
        detail: Mapping[str, Any] | None = None,
        change: Change | None = None,
        answer: tuple[str, str, str] | None = None,
    ) -> Entry:
        """Write one entry, with its statements, in one transaction.

        :param answer: to what an idempotency key was answered: the key, a fingerprint of what was asked, and the body.
            Those of more than 30 days ago go when another comes.
        """
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._last = self._read_last()  # a command beside the server may have written since
                entry = self._next(actor, action, organisation, version, detail or {}, change or Change())
                self._insert(entry, change)
                if answer is not None:
                    key, asked, body = answer
                    told = (actor, key, asked, entry.number, body, entry.at)
                    self._db.execute("DELETE FROM answer WHERE at < ?", (_before(entry.at),))
                    self._db.execute("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)", told)
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._last = entry
            return entry

    def _next(
        self, actor: str, action: str, organisation: str, version: int, detail: Mapping[str, Any], change: Change
    ) -> Entry:
        entry = Entry(
            number=self.number + 1,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            actor=actor,
            action=action,
            organisation=organisation,
            version=version,
            detail=detail,
            removed=_digest(change.removed),
            added=_digest(change.added),
            previous=self._last.hash if self._last else ORIGIN,
        )
        return Entry(**{**_fields(entry), "hash": entry.computed()})

    def _insert(self, entry: Entry, change: Change | None) -> None:
        cells = {**_fields(entry), "detail": json.dumps(entry.detail, sort_keys=True)}
        self._db.execute(f"INSERT INTO entry ({_COLUMNS}) VALUES ({', '.join('?' * len(cells))})", [*cells.values()])  # noqa: S608 - our own names
        if change:
            packed = zlib.compress(change.removed), zlib.compress(change.added)
            self._db.execute("INSERT INTO change VALUES (?, ?, ?)", (entry.number, *packed))
            self._db.execute("INSERT OR REPLACE INTO organisation VALUES (?, ?)", (entry.organisation, entry.version))

    def _select(self, rest: str, *values: object) -> Iterator[Entry]:
        with self._lock, closing(self._db.execute(f"SELECT {_COLUMNS} FROM entry {rest}", values)) as found:  # noqa: S608 - our own text
            rows = found.fetchall()
        for row in rows:
            cells = dict(zip(_COLUMNS.split(", "), row, strict=True))
            yield Entry(**{**cells, "detail": _detail(cells["detail"])})

    def entries(self, after: int = 0, limit: int = -1, organisation: str | None = None) -> tuple[Entry, ...]:
        """Return entries in order, those after a number, of one organisation or of all."""
        if organisation is None:
            return tuple(self._select("WHERE number > ? ORDER BY number LIMIT ?", after, limit))
        where = "WHERE number > ? AND organisation = ? ORDER BY number LIMIT ?"
        return tuple(self._select(where, after, organisation, limit))

    def change(self, number: int) -> Change | None:
        """Return the statements of an entry; nothing where it has none, or they were erased."""
        with self._lock:
            row = self._db.execute("SELECT removed, added FROM change WHERE number = ?", (number,)).fetchone()
        return Change(zlib.decompress(row[0]), zlib.decompress(row[1])) if row else None

    def answered(self, actor: str, key: str) -> tuple[str, str] | None:
        """Return what an idempotency key was used for before, and what was answered."""
        with self._lock:
            row = self._db.execute("SELECT asked, body FROM answer WHERE actor = ? AND key = ?", (actor, key))
            found: tuple[str, str] | None = row.fetchone()
        return found

    def versions(self) -> dict[str, int]:
        """Return how often each organisation was changed, those that are deleted too."""
        with self._lock:
            return dict(self._db.execute("SELECT key, version FROM organisation ORDER BY key"))

    def pending(self, after: int) -> tuple[Entry, ...]:
        """Return the entries after a number that changed statements, erased ones too."""
        return tuple(self._select("WHERE number > ? AND removed || added != '' ORDER BY number", after))

    def unfinished(self) -> tuple[Entry, ...]:
        """Return the deletions whose statements are still here: what wrote them ended before it had erased."""
        return tuple(
            self._select("WHERE action = ? AND number IN (SELECT number FROM change) ORDER BY number", DELETED)
        )

    def erase(self, organisation: str, until: int | None = None) -> int:
        """Forget the statements of an organisation's entries, for good; return how many entries had some.

        :param until: the last entry to forget; all there are where it is left out.
        """
        with self._lock:
            last = self.number if until is None else until
            where = "number IN (SELECT number FROM entry WHERE organisation = ? AND number <= ?)"
            erased = self._db.execute(f"DELETE FROM change WHERE {where}", (organisation, last)).rowcount  # noqa: S608 - our own text
            self._db.execute(f"DELETE FROM answer WHERE {where}", (organisation, last))  # noqa: S608 - our own text
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what is erased is in the log of the file too
        return erased

    def breaks(self) -> Iterator[Break]:
        """Yield the places where an entry is missing, altered, out of order, or its statements are not its own."""
        previous, expected = ORIGIN, 1
        for entry in self._select("ORDER BY number"):
            if entry.number != expected:
                yield Break(expected, f"entries {expected} to {entry.number - 1} are missing")
            if entry.previous != previous:
                yield Break(entry.number, "does not follow from the entry before")
            if entry.hash != entry.computed():
                yield Break(entry.number, "was altered")
            try:
                change = self.change(entry.number)
            except zlib.error:
                change = _UNREADABLE
            if change and (_digest(change.removed), _digest(change.added)) != (entry.removed, entry.added):
                yield Break(entry.number, "its statements were altered")
            previous, expected = entry.hash, entry.number + 1

    def copy_to(self, path: Path) -> None:
        """Write a copy, whole as of one moment, while others go on writing."""
        with self._lock:
            copy_database(self._db, path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def _detail(text: str) -> dict[str, Any]:
    """Return the details of an entry; where somebody made them unreadable, what they are now."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"unreadable": text}


def _before(at: str) -> str:
    """Return the moment before which answers may go."""
    return (datetime.fromisoformat(at) - _ANSWERS).isoformat(timespec="milliseconds")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() if data else ""


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _COLUMNS.split(", ")}
