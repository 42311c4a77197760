"""Run the benchmarks, ``python -m benchmarks quick`` or ``full``, each in a process of its own: so memory tells."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.records import Measurement, as_json

__all__: list[str] = []


@dataclass(frozen=True, slots=True)
class _Job:
    """A benchmark: the module whose ``measure`` is called, with its arguments."""

    module: str
    arguments: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.module} {' '.join(f'{name}={value}' for name, value in self.arguments.items())}"


_QUICK = (
    _Job("shacl", {"items": 1_000}),
    _Job("coverage", {"items": 1_000}),
    _Job("live", {"changes": 500}),
)
_FULL = (
    *(_Job("shacl", {"items": items}) for items in (1_000, 10_000, 100_000, 1_000_000)),
    *(_Job("coverage", {"items": items}) for items in (1_000, 10_000, 100_000, 1_000_000)),
    _Job("live", {"changes": 10_000}),
    _Job("portfolio", {"organisations": 1_000, "evidence": 300}),
)


def _run(job: _Job) -> list[Measurement]:
    found: list[Measurement] = import_module(f"benchmarks.{job.module}").measure(**job.arguments)
    return found


def _alone(job: _Job) -> list[Measurement]:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        return pool.submit(_run, job).result()


def _row(found: Measurement) -> str:
    ratio = "" if found.ratio is None else f"{found.ratio:,.3g} x"
    return f"{found.name:<34} {found.n:>9,} {found.median_s:>12.6f} s {found.peak_mb:>7.0f} MB {ratio:>9}  {found.bar}"


def main() -> int:
    """Run the benchmarks that were asked for, print each figure as it comes, and write all to a file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("which", choices=["quick", "full"])
    parser.add_argument("-o", "--output", type=Path, default=Path("build/bench.json"))
    asked = parser.parse_args()
    measured: list[Measurement] = []
    for job in _QUICK if asked.which == "quick" else _FULL:
        start = perf_counter()
        found = _alone(job)
        measured += found
        sys.stderr.write(f"-- {job}: {perf_counter() - start:.1f} s\n")
        sys.stdout.write("".join(f"{_row(each)}\n" for each in found))
        sys.stdout.flush()
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(json.dumps(as_json(measured), indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"written: {asked.output}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
