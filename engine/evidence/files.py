"""Files of evidence, looked for below one folder only: nothing outside it is opened, and nothing is fetched."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from engine.errors import BadInput, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["EvidenceFolder", "OutsideFolder", "Verdict"]

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CAREFULLY = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""No link is followed that was put there after the path was resolved, and no pipe is waited for."""


class Verdict(Enum):
    """What became of the file of an item, held against what is recorded of it."""

    OK = "ok"
    CHANGED = "changed"
    MISSING = "missing"
    OUTSIDE = "outside the folder"
    NO_HASH = "no hash"
    NO_LOCATION = "no location"
    UNREADABLE = "unreadable"


class OutsideFolder(ValueError):
    """A location is no path below the folder: absolute, upwards, an address, or a link that leads out."""


class EvidenceFolder:
    """The folder below which the files of evidence lie."""

    def __init__(self, path: Path) -> None:
        """Take a folder.

        :raises UnreadableFile: if it is not there, or no folder.
        """
        self.path = path
        try:
            self.root = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:  # the second, before Python 3.13, where links go in a circle
            raise UnreadableFile(path, None, "is not there", "name the folder that holds the evidence") from error
        if not self.root.is_dir():
            raise UnreadableFile(path, None, "is no folder", "name the folder that holds the evidence")

    def location_of(self, file: Path) -> str:
        """Return where below the folder a file lies, links resolved, as it is recorded.

        :raises UnreadableFile: if the file is not there.
        :raises BadInput: if it lies elsewhere, or has a name that no record can hold.
        """
        try:
            real = file.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise UnreadableFile(file, None, "is not there", "name a file in the evidence folder") from error
        if not real.is_relative_to(self.root):
            problem = f"lies outside the evidence folder {self.path}"
            raise BadInput(file, None, problem, "move it there, or name its folder with --folder")
        if not real.is_file():
            raise UnreadableFile(file, None, "is no file", "name a file in the evidence folder")
        location = real.relative_to(self.root).as_posix()
        if not location.isprintable() or not _is_below(location):
            problem = f"“{location!a}” cannot be recorded as a location"
            raise BadInput(file, None, problem, "rename it: printable characters, no colon in front, no backslash")
        return location

    def digest(self, location: str) -> str:
        """Return the SHA-256 of the file at a location, read piece by piece.

        :raises OutsideFolder: if the location is no path below the folder, or a link leads out of it.
        :raises OSError: if there is no such file, or it cannot be read.
        """
        if not _is_below(location):
            raise OutsideFolder(location)
        try:
            real = self.root.joinpath(location).resolve()
        except RuntimeError as error:  # links that go in a circle, before Python 3.13
            raise FileNotFoundError(location) from error
        if not real.is_relative_to(self.root):
            raise OutsideFolder(location)
        descriptor = _open_below(self.root, real.relative_to(self.root).parts)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileNotFoundError(location)
        with os.fdopen(descriptor, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _is_below(location: str) -> bool:
    """Tell whether a location is a relative path that stays where it begins, on every system."""
    if not location or "\\" in location or "\0" in location or _ADDRESS.match(location):
        return False
    path = PurePosixPath(location)
    return not path.is_absolute() and ".." not in path.parts


def _open_below(root: Path, parts: Sequence[str]) -> int:
    """Open a file by its way down from a folder, no step of which may be a link by now."""
    if os.open not in os.supports_dir_fd:
        return os.open(root.joinpath(*parts), _CAREFULLY)
    here = os.open(root, _CAREFULLY)
    for part in parts:
        try:
            below = os.open(part, _CAREFULLY, dir_fd=here)
        finally:
            os.close(here)
        here = below
    return here
