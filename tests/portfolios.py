"""Small portfolios for tests, and processes that die or fail on purpose."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from engine.coverage.values import Policy
from engine.portfolio.members import members_of
from engine.portfolio.pools import LocalPool
from engine.portfolio.run import Job, assess_portfolio
from engine.portfolio.tasks import Question, run_task
from tests.commands import ROOT
from tests.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from engine.portfolio.manifest import Manifest
    from engine.portfolio.pools import Pool
    from engine.portfolio.tasks import Outcome, Task

__all__ = [
    "DAY",
    "Watched",
    "die_of_poison",
    "everything",
    "fail_at_poison",
    "job",
    "local",
    "question",
    "run",
    "write",
]

DAY = date(2026, 11, 20)
SOUND = (ROOT / "tests" / "data" / "bad" / "sound.ttl").read_text(encoding="utf-8")


def text(name: str) -> str:
    """Return the records of a small organisation of a name."""
    return SOUND.replace("example/bad/", f"example/{name}/").replace("A bad example", name)


def write(folder: Path, number: int) -> Path:
    """Write so many small organisations, a file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in range(number):
        (folder / f"o{each:03}.ttl").write_text(text(f"o{each:03}"), encoding="utf-8")
    return folder


def question(*frameworks: str, policy: Policy | None = None) -> Question:
    return Question(DAY, policy or Policy(), frameworks, shipped().hash, "test")


def job(place: Path, results: Path, size: int = 3) -> Job:
    """Return the job of a portfolio, for one small framework, so that it is quick."""
    cache = os.environ["NORMGRAPH_CACHE"]
    return Job(members_of(place), question("nis2"), results, size, ROOT / cache)


def run(
    place: Path, results: Path, pool: Pool, size: int = 3, told: Callable[[str], None] = lambda _: None
) -> Manifest:
    return assess_portfolio(job(place, results, size), pool, told)


def everything(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder of results but the lock, with their bytes."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


@contextmanager
def local(workers: int, do: Callable[[Task], Outcome] = run_task) -> Iterator[LocalPool]:
    pool = LocalPool(workers, do)
    try:
        yield pool
    finally:
        pool.close()


def die_of_poison(task: Task) -> Outcome:
    """Run a task in a process that ends at once where an organisation is named so."""
    if any(member.name == "poison" for member in task.members):
        os._exit(9)
    return run_task(task)


def fail_at_poison(task: Task) -> Outcome:
    """Run a task that fails without being refused where an organisation is named so."""
    if any(member.name == "poison" for member in task.members):
        raise ZeroDivisionError("a fault of ours")
    return run_task(task)


@dataclass
class Watched:
    """A pool that says which organisations it was asked about."""

    pool: Pool
    asked: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        return self.pool.size

    def submit(self, task: Task) -> Future[Outcome]:
        self.asked += [member.name for member in task.members]
        return self.pool.submit(task)

    def is_broken(self, error: BaseException) -> bool:
        return self.pool.is_broken(error)

    def renew(self) -> None:
        self.pool.renew()
