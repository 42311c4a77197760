"""What a benchmark tells: how long something takes, how much memory its process had, and how it compares."""

from __future__ import annotations

import math
import resource
import statistics
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Measurement", "as_json", "growth", "measured", "peak_mb", "told"]

_BYTES = 1024 if sys.platform != "darwin" else 1
"""How many bytes the unit is in which the system tells what a process had resident."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure.

    :ivar name: what was measured: ``this-vs-that`` where the ratio says how many times faster this is than that,
        ``this-to-that`` where it says how many times as long this takes.
    :ivar n: how large it was: items of evidence, changes, organisations.
    :ivar median_s: the median of the repetitions, in seconds.
    :ivar peak_mb: the most memory that the process, or those it started, had resident until then, in MB (2**20 bytes).
    :ivar ratio: how it compares, in one run.
    :ivar p99_s: the time that 99 of 100 stay within, in seconds.
    :ivar bar: what DESIGN asks for, in words.
    :ivar told: what else belongs to the figure.
    """

    name: str
    n: int
    median_s: float
    peak_mb: float
    ratio: float | None = None
    p99_s: float | None = None
    bar: str = ""
    told: str = ""


def peak_mb() -> float:
    """Return the most memory that this process, or one of those it started, has had resident, in MB."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in whose) * _BYTES / (1 << 20)


def measured(name: str, n: int, median_s: float, **more: Any) -> Measurement:
    """Return a figure with the memory of this process until now."""
    return Measurement(name, n, median_s, peak_mb(), **more)


def growth(sizes: Iterable[tuple[int, float]]) -> float:
    """Return the exponent of growth: the slope of time over size on logarithmic scales, by least squares.

    >>> round(growth([(10, 1.0), (100, 10.0), (1000, 100.0)]), 3)
    1.0
    """
    points = [(math.log(n), math.log(seconds)) for n, seconds in sizes]
    mean_x, mean_y = (statistics.fmean(axis) for axis in zip(*points, strict=True))
    above = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return above / sum((x - mean_x) ** 2 for x, _ in points)


def as_json(measurements: Sequence[Measurement]) -> list[dict[str, Any]]:
    """Return measurements as objects for ``build/bench.json``; what is empty is left out."""
    return [{key: value for key, value in asdict(each).items() if value not in (None, "")} for each in measurements]


def told(one: Measurement) -> str:
    """Return a figure as a line."""
    ratio = "" if one.ratio is None else f"{one.ratio:,.3g} times"
    worst = "" if one.p99_s is None else f"p99 {one.p99_s * 1000:.2f} ms"
    bar = f"({one.bar})" if one.bar else ""
    parts = (f"{one.name:<34} {one.n:>9,} {one.median_s * 1000:>12.3f} ms {one.peak_mb:>6.0f} MB", ratio, worst, bar)
    return " ".join(filter(None, (*parts, one.told))) + "\n"
