"""Who asks, and what they may do: roles for organisations, and API keys that are shown once and stored hashed."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.errors import BadParameter, UnknownName
from engine.repository.databases import open_database

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["ANYWHERE", "LOCAL", "Identities", "Key", "Permission", "Principal", "Role", "parse_grants"]

ANYWHERE = "*"
"""In a grant: every organisation."""
_PREFIX = "ngk"


class Permission(StrEnum):
    """Something one may do with an organisation."""

    READ = "read"
    ASK = "ask"
    WRITE = "write"
    REVIEW = "review"
    REVIEW_LEGALLY = "review-legally"
    ADMINISTER = "administer"


class Role(StrEnum):
    """What somebody is for an organisation."""

    READER = "reader"
    ANALYST = "analyst"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    LEGAL_REVIEWER = "legal-reviewer"
    ADMINISTRATOR = "administrator"


_READS = frozenset({Permission.READ})
_ASKS = _READS | {Permission.ASK}
_MAY: dict[Role, frozenset[Permission]] = {
    Role.READER: _READS,
    Role.ANALYST: _ASKS,
    Role.EDITOR: _ASKS | {Permission.WRITE},
    Role.REVIEWER: _ASKS | {Permission.REVIEW},
    Role.LEGAL_REVIEWER: _ASKS | {Permission.REVIEW, Permission.REVIEW_LEGALLY},
    Role.ADMINISTRATOR: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks.

    :ivar name: how the journal calls them.
    :ivar grants: organisation and role; ``*`` for every organisation.
    """

    name: str
    grants: tuple[tuple[str, Role], ...]

    def may(self, permission: Permission, organisation: str = ANYWHERE) -> bool:
        """Tell whether they may do something with an organisation; with ``*``, with every one."""
        return any(place in {ANYWHERE, organisation} and permission in _MAY[role] for place, role in self.grants)

    def reads(self, organisations: Iterable[str]) -> tuple[str, ...]:
        """Return those of some organisations that they may read."""
        return tuple(key for key in organisations if self.may(Permission.READ, key))


LOCAL = Principal("local", ((ANYWHERE, Role.ADMINISTRATOR),))
"""Whoever uses this machine, where nothing else can reach the server and nobody set up authentication."""


def parse_grants(texts: Iterable[str]) -> tuple[tuple[str, Role], ...]:
    """Return grants written as ``acme:editor`` or ``*:reader``.

    :raises BadParameter: if one is none.

    >>> parse_grants(["acme:editor"])
    (('acme', <Role.EDITOR: 'editor'>),)
    """
    grants = []
    for text in texts:
        place, _, role = text.partition(":")
        if not place or role not in {*Role}:
            raise BadParameter("grant", text, f"as acme:editor or *:reader, with one of {', '.join(Role)}")
        grants.append((place, Role(role)))
    return tuple(grants)


@dataclass(frozen=True, slots=True)
class Key:
    """An API key without its secret."""

    id: str
    name: str
    grants: tuple[tuple[str, Role], ...]
    created: datetime
    expires: datetime | None
    revoked: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """Tell whether it opens anything at a moment."""
        return (self.revoked is None or now < self.revoked) and (self.expires is None or now < self.expires)


_MIGRATIONS = (
    """
CREATE TABLE IF NOT EXISTS key (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, grants TEXT NOT NULL,
    created TEXT NOT NULL, expires TEXT, revoked TEXT
) STRICT;
""",
)


class Identities:
    """The API keys, in a file of SQLite.

    A secret has 256 bits from the system's generator, so one round of SHA-256 hides it: there is nothing to guess.

    :raises UnreadableFile: if the file is none of ours.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = open_database(path, _MIGRATIONS, "holds no identities")
        path.chmod(0o600)

    def keys(self) -> tuple[Key, ...]:
        """Return the keys, oldest first."""
        return tuple(key for key, _ in self._rows("ORDER BY created, id"))

    def _rows(self, rest: str, *values: str) -> list[tuple[Key, str]]:
        columns = "id, name, grants, created, expires, revoked, digest"
        with self._lock, closing(self._db.execute(f"SELECT {columns} FROM key {rest}", values)) as found:  # noqa: S608 - our own text
            return [(_key(*row[:6]), row[6]) for row in found.fetchall()]

    def create(
        self, name: str, grants: tuple[tuple[str, Role], ...], expires: datetime | None = None
    ) -> tuple[Key, str]:
        """Make a key; return it with its text, which is never shown again.

        :raises BadParameter: if it has no name or grants nothing.
        """
        if not name.strip() or not grants:
            raise BadParameter("key", name, "a key with a name and at least one grant, as acme:editor")
        identifier, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        key = Key(identifier, name.strip(), grants, datetime.now(UTC), expires, None)
        granted = json.dumps([[place, role] for place, role in grants])
        told = (key.id, key.name, _digest(secret), granted, key.created.isoformat(), _text(expires), None)
        with self._lock:
            self._db.execute("INSERT INTO key VALUES (?, ?, ?, ?, ?, ?, ?)", told)
        return key, f"{_PREFIX}_{identifier}_{secret}"

    def revoke(self, identifier: str) -> Key:
        """Make a key open nothing any more.

        :raises UnknownName: if there is no such key.
        """
        with self._lock:
            now = datetime.now(UTC).isoformat()
            done = self._db.execute("UPDATE key SET revoked = coalesce(revoked, ?) WHERE id = ?", (now, identifier))
        if not done.rowcount:
            raise UnknownName("key", identifier, [key.id for key in self.keys()])
        return self._rows("WHERE id = ?", identifier)[0][0]

    def principal(self, text: str) -> Principal | None:
        """Return who presents a key; nobody where it is none, expired or revoked."""
        prefix, _, rest = text.partition("_")
        identifier, _, secret = rest.partition("_")
        found = self._rows("WHERE id = ?", identifier) if prefix == _PREFIX and secret else []
        for key, digest in found:
            if hmac.compare_digest(digest, _digest(secret)) and key.is_valid(datetime.now(UTC)):
                return Principal(f"key {key.name}", key.grants)
        return None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _key(identifier: str, name: str, grants: str, created: str, expires: str | None, revoked: str | None) -> Key:
    return Key(
        identifier,
        name,
        tuple((place, Role(role)) for place, role in json.loads(grants)),
        datetime.fromisoformat(created),
        datetime.fromisoformat(expires) if expires else None,
        datetime.fromisoformat(revoked) if revoked else None,
    )
