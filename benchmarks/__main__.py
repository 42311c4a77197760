"""Run the benchmarks, ``python -m benchmarks quick`` or ``full``, each in a process of its own: so memory tells."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from benchmarks.jobs import Job, alone
from benchmarks.records import Measurement, as_json, growth, told

__all__: list[str] = []


_FIRST_SIZE = 10_000
_QUICK = (
    Job("shacl", {"items": 1_000}),
    Job("coverage", {"items": 1_000}),
    Job("live", {"changes": 500}),
)
_FULL = (
    *(Job("shacl", {"items": items}) for items in (1_000, 10_000, 100_000, 1_000_000)),
    *(Job("coverage", {"items": items}) for items in (1_000, 10_000, 100_000)),
    Job("coverage", {"items": 1_000_000, "with_sparql": False}),
    Job("live", {"changes": 10_000}),
    Job("portfolio", {"organisations": 1_000, "evidence": 300}),
    Job("server", {"seconds": 60}),
    Job("restart", {"items": 100_000}),
)


def _grown(found: list[Measurement]) -> list[Measurement]:
    """Return the exponent of growth of whatever was measured at several sizes from 10,000 on."""
    sizes: dict[str, list[Measurement]] = defaultdict(list)
    for each in found:
        if each.n >= _FIRST_SIZE:
            sizes[each.name].append(each)
    return [
        replace(several[-1], name=f"{name}-growth", ratio=None, p99_s=None, bar="", told=f"exponent {power:.2f}")
        for name, several in sizes.items()
        if len({each.n for each in several}) > 1
        for power in [growth([(each.n, each.median_s) for each in several])]
    ]


def main() -> int:
    """Run the benchmarks that were asked for, print each figure as it comes, and write all to a file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("which", choices=["quick", "full"])
    parser.add_argument("-o", "--output", type=Path, default=Path("build/bench.json"))
    asked = parser.parse_args()
    measured: list[Measurement] = []
    for job in _QUICK if asked.which == "quick" else _FULL:
        start = perf_counter()
        found = alone(job)
        measured += found
        sys.stderr.write(f"-- {job}: {perf_counter() - start:.1f} s\n")
        sys.stdout.writelines(told(each) for each in found)
        sys.stdout.flush()
    grown = _grown(measured)
    sys.stdout.writelines(told(each) for each in grown)
    measured += grown
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(json.dumps(as_json(measured), indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"written: {asked.output}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
