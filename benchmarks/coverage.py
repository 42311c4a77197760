"""Measure coverage on columns against the SPARQL form, in one run: ``python -m benchmarks.coverage 100000``.

Twelve frameworks: those of the content that have requirements, and made-up ones. Reading and indexing are timed apart
on both sides; both give the state of every requirement in every scope by R3 to R7, which must be the same. Time is that
of the processor, one on each side. Ratios of one run can be compared, seconds of two machines cannot.
"""

from __future__ import annotations

import dataclasses
import gc
import statistics
import sys
from dataclasses import dataclass
from functools import partial
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import coverage_sparql as sparql
from benchmarks.frameworks import filled_up
from benchmarks.organisations import organisation_of, statements
from benchmarks.records import Measurement, growth, measured, told
from benchmarks.synthetic import DAY
from engine.applicability import Applicability
from engine.content import load_content
from engine.coverage.columns.addressed import STATES
from engine.coverage.columns.assess import Columns
from engine.coverage.columns.content import Contents
from engine.coverage.values import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Quad, Store

    from engine.coverage.columns.addressed import AddressedIndex, Own
    from engine.knowledge import Knowledge
    from engine.model import Organisation

__all__ = ["FRAMEWORKS", "main", "measure"]

FRAMEWORKS = 12
_REPEATS = 15
_MANY = 100_000


def _timed(run: Callable[[], Any]) -> tuple[float, Any]:
    start = process_time()
    found = run()
    return process_time() - start, found


def _median(run: Callable[[], Any], repeats: int = _REPEATS) -> tuple[float, Any]:
    took = [_timed(run) for _ in range(repeats)]
    return statistics.median(seconds for seconds, _ in took), took[-1][1]


@dataclass(frozen=True)
class _Given:
    """An organisation and what is asked of it, on both sides."""

    knowledge: Knowledge
    quads: list[Quad]
    organisation: Organisation
    contents: Contents
    policy: Policy

    def index(self) -> AddressedIndex:
        """Return the columns, made and indexed."""
        applicability = Applicability(self.knowledge, self.organisation, DAY)
        return Columns(self.contents, self.organisation).index(applicability, self.policy)

    def store(self, index: AddressedIndex) -> Store:
        """Return the store that SPARQL asks."""
        return sparql.store_of(self.quads, sparql.inputs(index, self.knowledge, self.organisation, DAY))


def measure(items: int, *, with_sparql: bool = True) -> list[Measurement]:
    """Return what coverage of so many items of evidence takes: on columns, by SPARQL, and until each can begin.

    :raises ValueError: if the two forms give different states.
    """
    knowledge = filled_up(load_content(None).knowledge, FRAMEWORKS)
    quads = statements(items, knowledge)
    reading, organisation = _timed(lambda: organisation_of(quads, knowledge))
    given = _Given(knowledge, quads, organisation, Contents(knowledge), Policy())
    given.contents.on(DAY, given.policy)
    making, index = _timed(given.index)
    seconds, own = _median(partial(index.on, DAY.toordinal()))
    size = f"{_bytes(index) / items:.0f} bytes of columns an item"
    before = [
        measured("coverage-organisation-read", items, reading),
        measured("coverage-columns-made", items, making, told=size),
    ]
    if not with_sparql:
        return [measured("coverage-columns", items, seconds, told=size), *before]
    loading, store = _timed(lambda: given.store(index))
    theirs, found = _timed(lambda: sparql.states(store))
    _refuse_difference(own, found)
    bar = "at least 500 times" if items >= _MANY else ""
    whole, told_of = making + seconds, f"{len(own.state):,} states of {FRAMEWORKS} frameworks, the same; {size}"
    return [
        measured("coverage-columns-vs-sparql", items, seconds, ratio=theirs / seconds, bar=bar, told=told_of),
        measured("coverage-columns-made-vs-sparql", items, whole, ratio=theirs / whole),
        *before,
        measured("coverage-sparql-loaded", items, loading),
        measured("coverage-sparql", items, theirs),
    ]


def _refuse_difference(own: Own, found: dict[int, Any]) -> None:
    ours = {pair: STATES[state] for pair, state in enumerate(own.state.tolist())}
    different = [pair for pair, state in ours.items() if found.get(pair) is not state]
    if different or len(found) != len(ours):
        raise ValueError(f"{len(different)} of {len(ours)} states differ, the first one that of pair {different[:1]}")


def _bytes(index: AddressedIndex) -> int:
    """Return how much memory all columns below an index take, each counted once."""
    seen: dict[int, int] = {}
    waiting: list[Any] = [index.records, index.evidence, index.controls, index.bearing, index.pairs, index.live]
    while waiting:
        one = waiting.pop()
        if isinstance(one, np.ndarray):
            seen[id(one)] = one.nbytes
        elif isinstance(one, tuple):
            waiting += one
        elif dataclasses.is_dataclass(one):
            waiting += [getattr(one, field.name) for field in dataclasses.fields(one)]
    return sum(seen.values())


def main(items: int) -> None:
    """Print what coverage takes at a tenth of the evidence and at all of it, and how it grows from one to the other."""
    steps = [measure(number) for number in (items // 10, items)]
    sys.stdout.writelines(told(one) for step in steps for one in step)
    for few, many in zip(*steps, strict=True):
        power = growth([(few.n, few.median_s), (many.n, many.median_s)])
        sys.stdout.write(f"{few.name} grows with the evidence to the power of {power:.2f}\n")


if __name__ == "__main__":
    gc.set_threshold(200_000)  # as the command does
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
