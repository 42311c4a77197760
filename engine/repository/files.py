"""Files of evidence that organisations have uploaded, each under its own hash: no name of a file is ever a path."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from engine.errors import BadParameter, UnknownName, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Files", "Incoming", "StoredFile"]

_DIGEST = re.compile("[0-9a-f]{64}")
_KEY = re.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was uploaded."""

    sha256: str
    size: int


class Files:
    """The files of all organisations below one folder; nothing is unpacked, and nothing is written twice."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, organisation: str) -> Path:
        """Return the folder of an organisation, below which locations of uploaded files are meant.

        :raises BadParameter: if the key is none.
        """
        if not _KEY.fullmatch(organisation):
            raise BadParameter("organisation", organisation, "a key: small letters, digits and hyphens")
        return self.root / organisation

    @staticmethod
    def location(sha256: str) -> str:
        """Return where a file lies below the folder of its organisation.

        :raises BadParameter: if the hash is none.
        """
        if not _DIGEST.fullmatch(sha256):
            raise BadParameter("sha256", sha256, "64 hexadecimal digits in small letters")
        return f"{sha256[:2]}/{sha256}"

    def holds(self, organisation: str, sha256: str) -> bool:
        """Tell whether a file was uploaded."""
        return (self.folder(organisation) / self.location(sha256)).is_file()

    def incoming(self, organisation: str, sha256: str) -> Incoming:
        """Return what takes a file piece by piece, to keep it under the hash that it must have."""
        return Incoming(self.folder(organisation), self.location(sha256), sha256)

    def open(self, organisation: str, sha256: str) -> BinaryIO:
        """Return a file, read once and held against its hash before.

        :raises UnknownName: if there is none of this hash.
        :raises UnreadableFile: if it is no longer what was uploaded.
        """
        path = self.folder(organisation) / self.location(sha256)
        try:
            file = path.open("rb")
        except FileNotFoundError as error:
            raise UnknownName("file", sha256) from error
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            file.close()
            raise UnreadableFile(sha256, None, "is no longer what was uploaded", "restore it from a backup")
        file.seek(0)
        return file

    def stored(self, organisation: str) -> tuple[StoredFile, ...]:
        """Return the files of an organisation, by hash."""
        return tuple(sorted(self._stored(self.folder(organisation)), key=lambda file: file.sha256))

    def _stored(self, folder: Path) -> Iterator[StoredFile]:
        for path in folder.glob("??/*") if folder.is_dir() else ():
            if _DIGEST.fullmatch(path.name):
                yield StoredFile(path.name, path.stat().st_size)

    def erase(self, organisation: str) -> None:
        """Remove all files of an organisation."""
        folder = self.folder(organisation)
        if folder.is_dir():
            shutil.rmtree(folder)


class Incoming:
    """A file that is being received, beside the others until it is whole and is what it was said to be."""

    def __init__(self, folder: Path, location: str, sha256: str) -> None:
        self._target = folder / location
        self._sha256 = sha256
        self._target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=".incoming-")
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Take a piece."""
        self._digest.update(data)
        self._file.write(data)

    def keep(self) -> bool:
        """Keep the file, durably, and tell whether it is new.

        :raises BadParameter: if it is not of the hash that was said; then nothing is kept.
        """
        found = self._digest.hexdigest()
        if found != self._sha256:
            self.drop()
            raise BadParameter("sha256", self._sha256, f"the hash of what was sent, which is {found}; send it again")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        is_new = not self._target.exists()
        self._path.replace(self._target)
        _settle(self._target.parent)
        return is_new

    def drop(self) -> None:
        """Forget what was received."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Make the name of a new file durable, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
