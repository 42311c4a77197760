"""API keys, shown once and stored hashed, and the file they are in with the sessions of browsers."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from api.http.roles import ANYWHERE, LOCAL, Permission, Principal, Role, parse_grants
from api.http.sessions import SESSION_TABLE, Sessions
from engine.errors import BadParameter, UnknownName
from engine.mapping.recording import person_of
from engine.repository.databases import open_database

if TYPE_CHECKING:
    from pathlib import Path

    from api.http.roles import Grants

__all__ = ["ANYWHERE", "LOCAL", "Identities", "Key", "Permission", "Principal", "Role", "is_key", "parse_grants"]

_PREFIX = "ngk"
_NOBODY = "0" * 64
"""What a text is compared with where there is no such key: that takes as long as where there is one."""


@dataclass(frozen=True, slots=True)
class Key:
    """An API key without its secret.

    :ivar used: the last day it opened anything.
    :ivar requests: how many requests a minute it may make, where that is not as for all; ``bytes`` likewise.
    :ivar person: whose it is, as “Jane Doe <jane@example.org>”; empty where it is no person's.
    """

    id: str
    name: str
    grants: Grants
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    used: date | None = None
    requests: int | None = None
    bytes: int | None = None
    person: str = ""

    def is_valid(self, now: datetime) -> bool:
        """Tell whether it opens anything at a moment."""
        return (self.revoked is None or now < self.revoked) and (self.expires is None or now < self.expires)

    @property
    def principal(self) -> Principal:
        """Who presents it."""
        return Principal(f"key {self.name}", self.grants, self.id, self.requests, self.bytes, self.person)


_COLUMNS = "id, name, grants, created, expires, revoked, used, requests, bytes, person, digest"
_MIGRATIONS = (
    SESSION_TABLE
    + """
CREATE TABLE IF NOT EXISTS key (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, grants TEXT NOT NULL, created TEXT NOT NULL, expires TEXT, revoked TEXT,
    used TEXT, requests INTEGER, bytes INTEGER, digest TEXT NOT NULL
) STRICT;
""",
    # Who somebody is: decisions are signed with a name.
    """
ALTER TABLE key ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN person TEXT NOT NULL DEFAULT '';
""",
)


class Identities:
    """The API keys, in a file of SQLite.

    A secret has 256 bits from the system's generator, so one round of SHA-256 hides it: there is nothing to guess.
    The keys are kept in memory until the file changes, which SQLite tells at once: a key that another process revokes
    opens nothing any more.

    :ivar sessions: the sessions of browsers, in the same file.
    :raises UnreadableFile: if the file is none of ours.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        _hidden(path)
        self._db = open_database(path, _MIGRATIONS, "holds no identities")
        self.sessions = Sessions(self._db, self._lock)
        self._known: dict[str, tuple[Key, str]] = {}
        self._as_of = -1

    def _held(self) -> dict[str, tuple[Key, str]]:
        """Return the keys by their ids, oldest first, as the file has them now."""
        with self._lock:
            now = self._db.execute("PRAGMA data_version").fetchone()[0]
            if now != self._as_of:
                with closing(self._db.execute(f"SELECT {_COLUMNS} FROM key ORDER BY created, id")) as found:  # noqa: S608 - our own text
                    self._known = {row[0]: (_key(*row[:-1]), row[-1]) for row in found.fetchall()}
                self._as_of = now
            return self._known

    def keys(self) -> tuple[Key, ...]:
        """Return the keys, oldest first."""
        return tuple(key for key, _ in self._held().values())

    @property
    def is_empty(self) -> bool:
        """Whether no key was ever made."""
        return not self._held()

    def create(
        self,
        name: str,
        grants: Grants,
        expires: datetime | None = None,
        *,
        requests: int | None = None,
        most: int | None = None,
        person: str = "",
    ) -> tuple[Key, str]:
        """Make a key; return it with its text, which is never shown again.

        :param requests: how many requests a minute it may make, where that is not as for all.
        :param most: how many bytes one request may send, likewise.
        :param person: whose it is, as “Jane Doe <jane@example.org>”; needed to sign decisions.
        :raises BadParameter: if it has no name or grants nothing, or the person has no name or address.
        """
        if not name.strip() or not name.isprintable() or not grants:
            raise BadParameter("key", name, "a key with a name and at least one grant, as acme:editor")
        if person:
            person_of(person, "person")
        identifier, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        key = Key(
            identifier, name.strip(), grants, datetime.now(UTC), expires, requests=requests, bytes=most, person=person
        )
        granted = json.dumps([[place, role] for place, role in grants])
        made, until = key.created.isoformat(), expires.isoformat() if expires else None
        told = (identifier, key.name, granted, made, until, None, None, requests, most, person, _digest(secret))
        self._write(f"INSERT INTO key ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", told)  # noqa: S608 - our own text
        return key, f"{_PREFIX}_{identifier}_{secret}"

    def revoke(self, identifier: str) -> Key:
        """Make a key open nothing any more.

        :raises UnknownName: if there is no such key.
        """
        now = datetime.now(UTC).isoformat()
        if not self._write("UPDATE key SET revoked = coalesce(revoked, ?) WHERE id = ?", (now, identifier)):
            raise UnknownName("key", identifier, [*self._held()])
        return self._held()[identifier][0]

    def _write(self, text: str, values: tuple[str | int | None, ...]) -> int:
        """Change keys, and return how many; what is kept in memory is read again."""
        with self._lock:
            self._as_of = -1
            return self._db.execute(text, values).rowcount

    def principal(self, text: str) -> Principal | None:
        """Return who presents a key; nobody where it is none, expired or revoked."""
        prefix, _, rest = text.partition("_")
        identifier, _, secret = rest.partition("_")
        key, digest = self._held().get(identifier, (None, _NOBODY))
        is_same = hmac.compare_digest(digest, _digest(secret))
        now = datetime.now(UTC)
        if not is_same or key is None or prefix != _PREFIX or not key.is_valid(now):
            return None
        if key.used != now.date():
            self._write("UPDATE key SET used = ? WHERE id = ?", (now.date().isoformat(), key.id))
        return key.principal

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def is_key(text: str) -> bool:
    """Tell whether a text looks like an API key, so that no issuer is asked about it."""
    return text.startswith(f"{_PREFIX}_")


def _hidden(path: Path) -> None:
    """Make a file that nobody else can read: what SQLite lays beside it has the same rights."""
    with suppress(OSError):  # told by who opens it
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _key(
    identifier: str,
    name: str,
    grants: str,
    created: str,
    expires: str | None,
    revoked: str | None,
    used: str | None,
    requests: int | None,
    most: int | None,
    person: str,
) -> Key:
    return Key(
        id=identifier,
        name=name,
        grants=tuple((place, Role(role)) for place, role in json.loads(grants)),
        created=datetime.fromisoformat(created),
        expires=datetime.fromisoformat(expires) if expires else None,
        revoked=datetime.fromisoformat(revoked) if revoked else None,
        used=date.fromisoformat(used) if used else None,
        requests=requests,
        bytes=most,
        person=person,
    )
