"""`normgraph serve` as a process of its own, as an operator starts it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TYPE_CHECKING

from tests.commands import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Served", "new_key", "served"]

_MAIN = "import sys; from api.cli import main; sys.argv[0] = 'normgraph'; main()"
_ADDRESS = re.compile(r"listens on (http://\S+);")


@dataclass(frozen=True)
class Served:
    """A server that runs.

    :ivar log: the file with what it wrote to the error stream.
    """

    address: str
    process: subprocess.Popen[str]
    log: Path


def _environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    here = {"PYTHONPATH": str(ROOT), "NORMGRAPH_DATA": str(folder), "PYTHONWARNINGS": "default"}
    return {**os.environ, **here, **{f"NORMGRAPH_{name.upper()}": value for name, value in settings.items()}}


def new_key(folder: Path, name: str, *grants: str) -> str:
    """Make a key as an administrator does, and return its text."""
    granted = [word for grant in grants for word in ("--grant", grant)]
    command = [sys.executable, "-c", _MAIN, "keys", "create", name, *granted]
    done = subprocess.run(command, env=_environment(folder, {}), capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Served]:
    """Start a server on a free port of loopback, and end it afterwards."""
    log = folder / "serve.log"
    command = [sys.executable, "-c", _MAIN, "serve", "--port", "0"]
    with log.open("w") as written:
        process = subprocess.Popen(command, env=_environment(folder, settings), stderr=written, text=True)
    try:
        yield Served(_address(process, log), process, log)
    finally:
        process.terminate()
        process.wait(30)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    end = monotonic() + 120
    while monotonic() < end:
        found = _ADDRESS.search(log.read_text())
        if found:
            return found[1]
        if process.poll() is not None:
            break
        sleep(0.05)
    raise AssertionError(log.read_text())
