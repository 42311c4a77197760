"""Print the part of a lock that Normgraph needs to run, hashes and all: ``runtime_lock.py requirements.lock``.

The lock pins what developers need too, and an image for a server has no use for that. It is run where the whole lock is
installed: what needs what is read from there, so nothing is looked up anywhere else.
"""  # noqa: INP001 - a script for building an image, no package

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["needed", "part_of"]

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"\bextra\s*==")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _named(requirement: str) -> str:
    found = _NAME.match(requirement)
    assert found, requirement  # noqa: S101 - a requirement begins with a name
    return _normal(found.group())


def needed(requirements: Iterable[str]) -> set[str]:
    """Return the names of what some requirements need, and what that needs, as far as it is installed."""
    names: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        name = _named(requirement)
        if name in names or _EXTRA.search(requirement):
            continue
        names.add(name)
        try:
            waiting += requires(name) or []
        except PackageNotFoundError:  # of another platform
            continue
    return names


def part_of(lock: str, names: set[str]) -> str:
    """Return the entries of a lock that are of these names."""
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    return "".join(entry for entry in entries if entry.strip() and _named(entry) in names)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    project = tomllib.loads((file.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    sys.stdout.write(part_of(file.read_text(encoding="utf-8"), needed(project["dependencies"])))
