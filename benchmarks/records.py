"""What a benchmark tells: how long something takes, how much memory its process had, and how it compares."""

from __future__ import annotations

import gc
import math
import resource
import statistics
import sys
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Measurement", "as_json", "growth", "peak_mb", "timed"]

_Found = TypeVar("_Found")
_KILO = 1024 if sys.platform != "darwin" else 1024 * 1024


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure.

    :ivar name: what was measured; where two things were compared in one run, ``this-vs-that``.
    :ivar n: how large it was: items of evidence, changes, organisations.
    :ivar median_s: the median of the repetitions, in seconds.
    :ivar peak_mb: the most memory that the process had resident until then, in MB of 2²⁰ bytes.
    :ivar ratio: how many times faster than what it was compared with in the same run; for a share of something, less
        than one.
    :ivar bar: the ratio, or the seconds, that DESIGN §7 asks for, in words.
    :ivar told: anything else that belongs to the figure: equal results, counts, exponents.
    """

    name: str
    n: int
    median_s: float
    peak_mb: float
    ratio: float | None = None
    bar: str = ""
    told: str = ""


def peak_mb() -> float:
    """Return the most memory this process has had resident, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KILO


def timed(run: Callable[[], _Found], times: int = 1) -> tuple[float, _Found]:
    """Return the median of the wall-clock seconds of some repetitions, and what the last one returned."""
    took: list[float] = []
    found: Any = None
    for _ in range(times):
        found = None
        gc.collect()
        start = perf_counter()
        found = run()
        took.append(perf_counter() - start)
    return statistics.median(took), found


def growth(measured: Iterable[tuple[int, float]]) -> float:
    """Return the exponent of growth: the slope of time over size on logarithmic scales, by least squares.

    >>> round(growth([(10, 1.0), (100, 10.0), (1000, 100.0)]), 3)
    1.0
    """
    points = [(math.log(n), math.log(seconds)) for n, seconds in measured]
    mean_x, mean_y = (statistics.fmean(axis) for axis in zip(*points, strict=True))
    above = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return above / sum((x - mean_x) ** 2 for x, _ in points)


def as_json(measurements: Sequence[Measurement]) -> list[dict[str, Any]]:
    """Return measurements as objects for ``build/bench.json``; what is empty is left out."""
    return [{key: value for key, value in asdict(each).items() if value not in {None, ""}} for each in measurements]
