"""A benchmark as a job that is run in a process of its own, so that the memory told is its own."""

from __future__ import annotations

import gc
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.records import Measurement

__all__ = ["Job", "alone"]


@dataclass(frozen=True, slots=True)
class Job:
    """A benchmark: the module whose ``measure`` is called, with its arguments."""

    module: str
    arguments: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.module} {' '.join(f'{name}={value}' for name, value in self.arguments.items())}"


def _run(job: Job) -> list[Measurement]:
    gc.set_threshold(200_000)  # as the command does
    found: list[Measurement] = import_module(f"benchmarks.{job.module}").measure(**job.arguments)
    return found


def alone(job: Job) -> list[Measurement]:
    """Return what a job measured."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        return pool.submit(_run, job).result()
