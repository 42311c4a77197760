"""Have tasks done whatever happens to the processes that do them, and find the organisation that ends a process."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.errors import EngineError, WorkersFailed
from engine.portfolio.tasks import Outcome, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

    from engine.portfolio.pools import Pool
    from engine.portfolio.tasks import Task

__all__ = ["outcomes"]

_ENOUGH = 2
"""How many processes a task may take with it, the last time alone, before it is split or given up."""


@dataclass(frozen=True, slots=True)
class _Try:
    task: Task
    broke: int = 0


def outcomes(pool: Pool, tasks: Iterable[Task]) -> Iterator[Outcome]:
    """Yield the outcomes of tasks as they come; a task that had to be split has several.

    Where a pool breaks, all that was under way is suspect and done again, one task at a time. A suspect that breaks
    the pool alone is split in two, down to one organisation, which is told as lost. So is one that fails for a reason
    that is no refusal.

    :raises EngineError: if no task can be done here at all.
    """
    crew = _Crew(pool, tasks)
    while crew.busy:
        yield from crew.step()


class _Crew:
    def __init__(self, pool: Pool, tasks: Iterable[Task]) -> None:
        self.pool = pool
        self.waiting = deque(_Try(task) for task in tasks)
        self.suspects: deque[_Try] = deque()
        self.running: dict[Future[Outcome], _Try] = {}

    @property
    def busy(self) -> bool:
        return bool(self.waiting or self.suspects or self.running)

    def step(self) -> Iterator[Outcome]:
        """Begin what can begin, wait for something to end, and yield what came of it."""
        self._fill()
        done, _ = wait(self.running, return_when=FIRST_COMPLETED)
        if any(future.cancelled() for future in done):
            raise WorkersFailed("the scheduler is lost, with what was under way", "start it, and run the command again")
        errors = [error for future in done if (error := future.exception())]
        broken = any(map(self.pool.is_broken, errors))
        if broken:
            done, _ = wait(self.running)
        alone = len(self.running) == 1
        ended = [(future, self.running.pop(future)) for future in list(self.running) if future in done]
        if broken:
            self.pool.renew()
        for future, tried in ended:
            yield from self._ended(future, tried, alone=alone)

    def _fill(self) -> None:
        while self.suspects and not self.running:
            self._begin(self.suspects.popleft())
        while self.waiting and not self.suspects and len(self.running) < self.pool.size and not self._is_trial:
            self._begin(self.waiting.popleft())

    @property
    def _is_trial(self) -> bool:
        """Whether what is running is a suspect, which runs alone."""
        return any(tried.broke for tried in self.running.values())

    def _begin(self, tried: _Try) -> None:
        self.running[self.pool.submit(tried.task)] = tried

    def _ended(self, future: Future[Outcome], tried: _Try, *, alone: bool) -> Iterator[Outcome]:
        error = future.exception()
        if error is None:
            yield future.result()
        elif isinstance(error, EngineError):
            raise error
        elif self.pool.is_broken(error) and not (alone and tried.broke + 1 >= _ENOUGH):
            self.suspects.append(replace(tried, broke=tried.broke + 1))
        else:
            yield from self._narrowed(tried, error)

    def _narrowed(self, tried: _Try, error: BaseException) -> Iterator[Outcome]:
        """Split a task, or yield the outcome of one organisation that cannot be assessed."""
        members = tried.task.members
        if len(members) > 1:
            middle = len(members) // 2
            halves = (replace(tried.task, members=half) for half in (members[:middle], members[middle:]))
            home = self.suspects if tried.broke else self.waiting
            home.extend(_Try(half, min(tried.broke, _ENOUGH - 1)) for half in halves)
            return
        told = Told(members[0].name, members[0].sha256, problem=self._why(error))
        yield Outcome(tried.task.batch, (told,), b"")

    def _why(self, error: BaseException) -> str:
        if self.pool.is_broken(error):
            return "its assessment ended the process that ran it, twice: out of memory, or a fault in a library"
        return f"its assessment failed with {type(error).__name__}: {' '.join(str(error).split())[:500]}"
