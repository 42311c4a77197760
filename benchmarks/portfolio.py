"""Measure portfolios, here and on a cluster that loses a worker: ``python -m benchmarks.portfolio``.

Two numbers may follow: how many organisations (1,000), and how many items of evidence each has (300). The two runs must
give the same bytes, with every organisation's rows there and none twice; otherwise this ends with an error.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import distributed
import pyarrow.parquet as pq

from api.settings import Settings
from benchmarks.members import DAY, write_organisations
from benchmarks.records import Measurement, measured, told
from engine.content import load_content
from engine.coverage.values import Policy
from engine.portfolio.manifest import read_manifest
from engine.portfolio.members import members_of
from engine.portfolio.pools import opened
from engine.portfolio.run import Job, assess_portfolio
from engine.portfolio.summary import summarise
from engine.portfolio.tasks import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.content import Content
    from engine.portfolio.pools import Pool

__all__ = ["main", "measure"]

_WORKERS = 2
_BATCH = 50


@dataclass(frozen=True, slots=True)
class _Bench:
    """Where the organisations are, and what there is to say of each measurement."""

    content: Content
    cache: Path | None
    place: Path
    organisations: int
    found: list[Measurement]

    def run(self, results: Path, pool: Pool, told: Callable[[str], None] = lambda _: None) -> None:
        question = Question(DAY, Policy(), (), self.content.hash, "bench")
        size = max(1, min(_BATCH, self.organisations // 4))
        assess_portfolio(Job(members_of(self.place), question, results, size, self.cache), pool, told)

    def timed(self, name: str, do: Callable[[], object], than: float | None = None, **more: Any) -> float:
        """Measure once; ``than`` is how long the first run took."""
        start = perf_counter()
        do()
        took = perf_counter() - start
        self.found.append(measured(name, self.organisations, took, ratio=than and than / took, **more))
        _say(told(self.found[-1]).rstrip())
        return took


def measure(organisations: int = 1_000, evidence: int = 300) -> list[Measurement]:
    """Return what was measured; the ratio is how many times faster than the first run a later one is.

    :raises RuntimeError: if a row is missing or there twice, or two runs differ.
    """
    cache = Settings.from_environment().cache
    content = load_content(cache)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bench = _Bench(content, cache, home / "organisations", organisations, [])
        write_organisations(content, bench.place, organisations, evidence)
        _here(bench, home / "local")
        _killed(bench, home / "cluster")
        _check(home / "local", home / "cluster", organisations)
    return bench.found


def _here(bench: _Bench, results: Path) -> None:
    with opened("local", _WORKERS) as pool:
        first = bench.timed("portfolio-local", lambda: bench.run(results, pool), told=f"{_WORKERS} workers")
        bench.timed("portfolio-again", lambda: bench.run(results, pool), first)
    for by in ("requirement", "sector"):
        bench.timed(f"portfolio-summary-{by}", lambda by=by: summarise(results, read_manifest(results), by))


def _killed(bench: _Bench, results: Path) -> None:
    """Run on a cluster of two workers, and kill one of them half-way."""
    with _cluster() as (cluster, pool):
        killed: list[int] = []

        def kill(told: str) -> None:
            if int(told.split()[1]) * 2 >= bench.organisations and not killed:
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)
                _say(f"killed worker {killed[0]}: {told}")

        bench.timed("portfolio-dask-worker-killed", lambda: bench.run(results, pool, kill), told=f"{_WORKERS} workers")
    _demand("a worker was killed", bool(killed))


@contextmanager
def _cluster() -> Iterator[tuple[distributed.LocalCluster, Pool]]:
    with ExitStack() as stack:
        local = distributed.LocalCluster(
            processes=True, n_workers=_WORKERS, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        )
        cluster = stack.enter_context(local)
        yield cluster, stack.enter_context(opened(cluster.scheduler_address.replace("tcp://", "dask://"), _WORKERS))


def _check(one: Path, other: Path, organisations: int) -> None:
    """Refuse results that differ, lack an organisation or a row, or have one twice."""
    files = [{path.name: path.read_bytes() for path in sorted(each.glob("*.[jp]*"))} for each in (one, other)]
    _demand("two runs give the same bytes", files[0] == files[1])
    seen: set[str] = set()
    rows = 0
    for part in read_manifest(other)["parts"]:
        found = pq.read_table(other / part["file"], columns=["organisation", "requirement", "scope"])
        keys = set(zip(*(column.to_pylist() for column in found.columns), strict=True))
        told = sum(each["rows"] for each in part["organisations"])
        _demand(f"{part['file']} has every row once", len(keys) == len(found) == told)
        owners = {organisation for organisation, *_ in keys}
        _demand(f"{part['file']} shares no organisation", not owners & seen)
        seen |= owners
        rows += len(found)
    _demand("every organisation is there", len(seen) == organisations)
    _say(f"{rows} rows of {len(seen)} organisations: every one there, none twice, the same from both runs")


def _demand(what: str, holds: bool) -> None:  # noqa: FBT001 - read as a sentence
    if not holds:
        raise RuntimeError(f"it does not hold that {what}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(*numbers: int) -> None:
    """Measure and print."""
    measure(*numbers)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
