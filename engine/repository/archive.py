"""A backup: everything of all organisations in one file with a list of hashes, written while others write; and back.

The statements are read first, and the journal is copied after them: what happened in between is in the journal, and a
store is brought up to it when it is restored.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from pyoxigraph import Quad, RdfFormat, parse, serialize

from engine.errors import BadParameter, UnreadableFile
from engine.repository.catching_up import bring_up
from engine.repository.databases import copy_database
from engine.repository.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from engine.repository.backend import Changeable, Readable

__all__ = ["Backup", "Member", "restore_backup", "statements_of", "write_backup"]

_FORMAT = "normgraph/backup/1"
_LIST, _STORE, _JOURNAL = "manifest.json", "store.nq", "journal.sqlite"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds.

    :ivar applied: the last entry of the journal that the statements have; later ones are in the journal.
    :ivar statements: how many statements there are of organisations.
    """

    created: str
    applied: int
    statements: int
    files: tuple[Member, ...]


def statements_of(store: Readable) -> bytes:
    """Return the statements of all organisations as N-Quads, sorted."""
    quads = store.quads(store.graphs())
    lines = (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True) if quads else []
    return b"".join(sorted(lines))


def write_backup(file: Path, data: Path, store: Readable, created: datetime, without: Iterable[Path] = ()) -> Backup:
    """Write everything there is into one file, while others may go on writing; the file is there whole or not at all.

    :param data: the folder of the journal, the identities and the files.
    :param without: folders that are not copied as they are: that of the store.
    :raises UnreadableFile: if something cannot be read, or the file cannot be written.
    """
    applied, text = store.applied(), statements_of(store)
    try:
        with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=f".{file.name}.") as work:
            with zipfile.ZipFile(Path(work, "backup"), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                members = [_put(archive, _STORE, text), *_copied(archive, data, Path(work), file, without)]
                found = Backup(created.isoformat(), applied, text.count(b"\n"), tuple(members))
                archive.writestr(_LIST, json.dumps({"format": _FORMAT, **asdict(found)}, indent=2))
            _settle(Path(work, "backup"), file)
    except (OSError, sqlite3.Error) as error:
        told = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(file, None, f"the backup cannot be written ({told})", "name another place") from error
    return found


def _settle(whole: Path, file: Path) -> None:
    whole.chmod(0o600)  # identities and evidence are in it
    with whole.open("rb") as written:
        os.fsync(written.fileno())
    whole.replace(file)


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> Member:
    archive.writestr(name, data)
    return Member(name, len(data), hashlib.sha256(data).hexdigest())


def _copied(archive: zipfile.ZipFile, data: Path, work: Path, file: Path, without: Iterable[Path]) -> Iterator[Member]:
    """Copy the databases, each as of one moment, and then the files that they may speak of."""
    if not (data / _JOURNAL).is_file():
        raise UnreadableFile(data, None, f"holds no {_JOURNAL}", "name the folder of a server with NORMGRAPH_DATA")
    for path in sorted(path for path in data.glob("*.sqlite") if ".before-v" not in path.name):
        with closing(sqlite3.connect(path)) as database:
            copy_database(database, work / path.name)
        yield _put(archive, path.name, (work / path.name).read_bytes())
        (work / path.name).unlink()
    files, folders = {file.resolve(), work.resolve()}, [path.resolve() for path in without]
    for path in sorted(data.rglob("*")):
        above = (path.resolve(), *path.resolve().parents)
        is_other = path.parent == data and (".sqlite" in path.name or path.name.startswith("."))
        if is_other or files & {*above} or any(_is_beside(place, folder) for place in above for folder in folders):
            continue
        if path.is_file() and not path.is_symlink():
            with suppress(FileNotFoundError):  # deleted since
                yield _put(archive, path.relative_to(data).as_posix(), path.read_bytes())


def _is_beside(path: Path, folder: Path) -> bool:
    """Whether a folder is that of the store, or one that was laid beside it when it was written anew."""
    return path.parent == folder.parent and (path.name == folder.name or path.name.startswith(f"{folder.name}."))


def restore_backup(file: Path, data: Path, opened: Callable[[Path], Changeable]) -> Backup:
    """Make of a backup what it was made of, in an empty folder; nothing is left there where it is not whole.

    :param opened: opens the empty store that belongs to a folder.
    :raises BadParameter: if the folder holds anything already.
    :raises UnreadableFile: if the file is no backup, or not what it was written as.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise BadParameter(
            "--data", str(data), "an empty folder; a backup is restored beside what there is, not over it"
        )
    try:
        data.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=data.absolute().parent, prefix=f".{data.name}.") as work:
            place = Path(work, "data")
            place.mkdir(mode=0o700)
            with zipfile.ZipFile(file) as archive:
                found = _listed(file, archive)
                for member in found.files:
                    _take(file, archive, member, place)
            _refill(file, found, place, opened)
            if data.exists():
                data.rmdir()
            shutil.move(place, data)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _broken(file, " ".join(str(error).split())) from error
    return found


def _broken(file: Path, problem: str) -> UnreadableFile:
    return UnreadableFile(file, None, f"is no whole backup ({problem})", "take another one; nothing was restored")


def _listed(file: Path, archive: zipfile.ZipFile) -> Backup:
    """Return the list of a backup, which names each of its files once and nothing outside of a folder."""
    try:
        told: dict[str, Any] = json.loads(archive.read(_LIST))
        if told.pop("format") != _FORMAT:
            raise _broken(file, f"of another format than {_FORMAT}; a later release may read it")
        members = tuple(Member(str(m["name"]), int(m["size"]), str(m["sha256"])) for m in told.pop("files"))
        found = Backup(str(told["created"]), int(told["applied"]), int(told["statements"]), members)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _broken(file, f"its {_LIST} cannot be read") from error
    names = [member.name for member in members]
    if sorted([*names, _LIST]) != sorted(archive.namelist()) or not {_STORE, _JOURNAL} <= {*names}:
        raise _broken(file, f"it does not hold what its {_LIST} says")
    for name in names:
        if PurePosixPath(name).is_absolute() or {"..", ""} & {*name.split("/")} or {"\\", ":", "\0"} & {*name}:
            raise _broken(file, f"“{name[:80]}” is no name of a file")
    return found


def _take(file: Path, archive: zipfile.ZipFile, member: Member, place: Path) -> None:
    target = place / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member.name) as source, target.open("xb") as copy:
        size, digest = _copy(source, copy, member.size)
    if (size, digest) != (member.size, member.sha256):
        raise _broken(file, f"{member.name} is not what was written")
    target.chmod(0o600)


def _copy(source: Any, copy: BinaryIO, most: int) -> tuple[int, str]:
    """Copy no more than there must be, and return how much it was, with its hash."""
    digest, size = hashlib.sha256(), 0
    while size <= most and (piece := source.read(_PIECE)):
        digest.update(piece)
        copy.write(piece)
        size += len(piece)
    copy.flush()
    os.fsync(copy.fileno())
    return size, digest.hexdigest()


def _refill(file: Path, found: Backup, place: Path, opened: Callable[[Path], Changeable]) -> None:
    """Check the journal, fill the store, and bring it up to the journal."""
    with closing(Journal(place / _JOURNAL)) as journal:
        broken = next(journal.breaks(), None)
        if broken is not None:
            raise _broken(file, f"entry {broken.number} of its journal {broken.problem}")
        with closing(opened(place)) as store:
            if store.graphs():
                raise BadParameter("--store", "", "an empty store; a backup is restored beside what there is")
            quads: list[Quad] = list(parse((place / _STORE).read_bytes(), format=RdfFormat.N_QUADS))
            store.fill(found.applied, quads)
            if len(store.quads(store.graphs())) != found.statements:
                raise _broken(file, "the store does not hold all of its statements")
            for _ in bring_up(journal, store, found.applied):
                pass
    (place / _STORE).unlink()
