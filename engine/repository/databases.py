"""Files of SQLite that say which version of our tables they hold, and are brought up to the present one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from engine.errors import UnreadableFile
from engine.locks import alone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["copy_database", "later_version", "open_database"]


def later_version(path: Path | str, found: int, known: int) -> UnreadableFile:
    """Return the refusal of what a later release wrote."""
    problem = f"was written by a later release (version {found} of what is stored; this one knows {known})"
    return UnreadableFile(path, None, problem, "run that release, or restore a backup that this one wrote")


def open_database(path: Path, migrations: Sequence[str], kind: str) -> sqlite3.Connection:
    """Open a file of ours, durable at every step; make it where there is none, and migrate it where it is older.

    Before a migration a copy is laid beside the file, called after the version it holds.

    :param migrations: the scripts that lead from one version to the next, the first from an empty file.
    :param kind: what messages say that the file does not hold.
    :raises UnreadableFile: if it is none of ours, a later release wrote it, or it cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA secure_delete = ON")
        _migrate(path, database, migrations)
    except (sqlite3.Error, OSError) as error:
        raise UnreadableFile(path, None, f"{kind} ({error})", "name another folder") from error
    return database


def _migrate(path: Path, database: sqlite3.Connection, migrations: Sequence[str]) -> None:
    if _version(database) == len(migrations):
        return
    with alone(path.parent):  # another process may be about to do the same
        version = _version(database)
        if version > len(migrations):
            database.close()
            raise later_version(path, version, len(migrations))
        if version < len(migrations) and database.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone():
            copy_database(database, path.with_name(f"{path.stem}.before-v{len(migrations)}{path.suffix}"))
        for number, script in enumerate(migrations[version:], version + 1):
            database.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def copy_database(database: sqlite3.Connection, path: Path) -> None:
    """Write a copy that is whole as of one moment, while others go on writing."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as target:
        database.backup(target)
    path.chmod(0o600)
