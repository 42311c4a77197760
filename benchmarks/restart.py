"""Measure how long a server takes to answer again after it was killed: ``python -m benchmarks.restart 100000``.

An organisation with many items of evidence is in its store and journal. The server is killed (SIGKILL) as soon as it is
ready, and started again; the first start, which loads the content, does not count.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks.live import synthetic
from benchmarks.records import Measurement, measured, told
from engine.content import load_content
from engine.repository.embedded import Embedded
from engine.repository.journal import Journal
from engine.repository.organisations import Repository

if TYPE_CHECKING:
    from typing import IO

__all__ = ["measure"]

_ROOT = Path(__file__).parent.parent
_PATIENCE = 120.0
_BAR = "at most 2 s"


def measure(items: int = 100_000, restarts: int = 7) -> list[Measurement]:
    """Return how long it takes from the start of the command until the server is ready, with records and with none."""
    with tempfile.TemporaryDirectory() as folder:
        empty, full = Path(folder, "empty"), Path(folder, "full")
        statements = _filled(full, items)
        without, with_them = ([_ready(data) for _ in range(restarts + 1)][1:] for data in (empty, full))
    typical, bare = statistics.median(with_them), statistics.median(without)
    said = f"{statements:,} statements; without any: {bare:.2f} s"
    return [measured("restart-to-empty", items, typical, ratio=typical / bare, bar=_BAR, told=said)]


def _filled(data: Path, items: int) -> int:
    """Put an organisation into the data of a server; return how many statements it has."""
    content = load_content(None)
    quads = synthetic(content, items).quads
    with closing(Repository(content, Embedded(data / "store", 1), Journal(data / "journal.sqlite"))) as repository:
        repository.change("synthetic", "benchmark", "organisation added", lambda _: ((), quads))
    return len(quads)


def _ready(data: Path) -> float:
    """Start a server, wait until it is ready, kill it, and return how long that took to come."""
    settings = {"NORMGRAPH_DATA": str(data), "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0"]
    start = time.perf_counter()
    env = {**os.environ, **settings}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env) as process:  # noqa: S603 - our own command
        try:
            assert process.stderr is not None  # noqa: S101 - it was asked for
            address = _address(process.stderr)
            while time.perf_counter() - start < _PATIENCE:
                if _answers(address):
                    return time.perf_counter() - start
                time.sleep(0.005)
        finally:
            process.kill()
    raise SystemExit(f"the server was not ready after {_PATIENCE:.0f} s")


def _address(lines: IO[str]) -> str:
    for line in lines:
        found = re.search(r"http://[\d.]+:\d+", line)
        if found:
            return found.group()
    raise SystemExit("the server did not start")


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/ready", timeout=10).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    sys.stdout.writelines(told(each) for each in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
