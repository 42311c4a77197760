"""The sessions of browsers: kept here, named by a secret in a cookie, and over after a while without a request."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from api.http.roles import Principal, Role

if TYPE_CHECKING:
    import sqlite3
    import threading

__all__ = ["SESSION_TABLE", "Session", "Sessions", "csrf_token", "is_csrf_token"]

SESSION_TABLE = """
CREATE TABLE IF NOT EXISTS session (
    digest TEXT PRIMARY KEY, name TEXT NOT NULL, grants TEXT NOT NULL, seen TEXT NOT NULL, ends TEXT NOT NULL
) STRICT;
"""
_SEEN = timedelta(minutes=1)
"""How exactly the last request of a session is known: not every one is worth a write to the disk."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is logged in.

    :ivar seen: when the last request was made, to the minute.
    :ivar ends: when it is over, however much it is used.
    """

    principal: Principal
    seen: datetime
    ends: datetime


class Sessions:
    """The sessions in the file of the identities, each under the SHA-256 of its secret."""

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock) -> None:
        self._db = db
        self._lock = lock

    def begin(self, principal: Principal, lasts: timedelta, now: datetime | None = None) -> str:
        """Begin a session, forget those that are over, and return its secret, which only the browser keeps."""
        secret, moment = secrets.token_urlsafe(32), now or datetime.now(UTC)
        granted = json.dumps([[place, role] for place, role in principal.grants])
        times = moment.isoformat(), (moment + lasts).isoformat()
        told = (_digest(secret), principal.name, granted, *times, principal.person)
        with self._lock:
            self._db.execute("DELETE FROM session WHERE ends <= ?", (moment.isoformat(),))
            self._db.execute(
                "INSERT INTO session (digest, name, grants, seen, ends, person) VALUES (?, ?, ?, ?, ?, ?)", told
            )
        return secret

    def find(self, secret: str, idle: timedelta, now: datetime | None = None) -> Session | None:
        """Return a session that is not over yet, and remember that it was used.

        :param idle: for how long nobody need ask anything before it is over.
        """
        digest, moment = _digest(secret), now or datetime.now(UTC)
        query = "SELECT name, grants, seen, ends, person FROM session WHERE digest = ?"
        with self._lock, closing(self._db.execute(query, (digest,))) as found:
            row = found.fetchone()
        if row is None:
            return None
        name, grants, seen, ends, person = row
        granted = tuple((place, Role(role)) for place, role in json.loads(grants))
        principal = Principal(name, granted, name, person=person)
        session = Session(principal, datetime.fromisoformat(seen), datetime.fromisoformat(ends))
        if moment >= session.ends or moment - session.seen >= idle:
            self.end(secret)
            return None
        if moment - session.seen >= _SEEN:
            with self._lock:
                self._db.execute("UPDATE session SET seen = ? WHERE digest = ?", (moment.isoformat(), digest))
        return session

    def end(self, secret: str) -> bool:
        """End a session, and tell whether there was one."""
        with self._lock:
            return self._db.execute("DELETE FROM session WHERE digest = ?", (_digest(secret),)).rowcount > 0

    def end_all(self, name: str) -> int:
        """End all sessions of somebody, and return how many there were."""
        with self._lock:
            return self._db.execute("DELETE FROM session WHERE name = ?", (name,)).rowcount


def csrf_token(secret: str) -> str:
    """Return what a page sends with everything it changes; it follows from the secret, but not the other way round."""
    return hmac.new(secret.encode("utf-8", "surrogateescape"), b"csrf", hashlib.sha256).hexdigest()


def is_csrf_token(secret: str, text: str) -> bool:
    """Tell whether a text is the token of a session."""
    return hmac.compare_digest(csrf_token(secret).encode(), text.encode("utf-8", "surrogateescape"))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
