"""The workers: some at most, each killed when its task takes too long, and replaced."""

from __future__ import annotations

import multiprocessing
import os
import threading
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Self

from engine.errors import BadInput, Busy, OverLimit
from engine.sandbox.tasks import Answered, Parse, Refused
from engine.sandbox.worker import work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.sandbox.tasks import Ask

__all__ = ["Pool", "default_workers"]

_GRACE = 1.0
"""How long a worker that should end by itself is waited for, in seconds."""
_LESS = "ask for less: add LIMIT, start from what is rare, or cut the question in parts"


def default_workers() -> int:
    """Return how many workers leave a core to the process that answers everybody else."""
    return max(1, (os.cpu_count() or 2) - 1)


class _Worker:
    """One process, and the pipe to it."""

    def __init__(self, memory: int) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["engine.sandbox.worker"])
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, memory), name="normgraph-worker", daemon=True)
        self.process.start()
        theirs.close()

    def do(self, task: Ask | Parse, snapshot: Path | None) -> Answered | Refused:
        """Return what comes of a task; the worker is stopped where it took too long or died of it."""
        kind, problem = "late", f"it took longer than {task.limits.seconds:g} s"
        try:
            self.pipe.send((task, snapshot))
            if self.pipe.poll(task.limits.seconds):
                found: Answered | Refused = self.pipe.recv()
                return found
        except (EOFError, OSError):
            kind, problem = "limit", "it ended the worker it ran in"
        self.stop()
        return Refused(kind, problem, _LESS)

    def stop(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.join(_GRACE)
        self.pipe.close()


class Pool:
    """Do tasks in workers, as many at once as there are workers, and let a few wait.

    :param workers: how many processes there are.
    :param waiting: how many tasks may wait for one.
    :param memory: bytes of address space of each.
    """

    def __init__(self, workers: int | None = None, *, waiting: int = 64, memory: int = 4 << 30) -> None:
        self.memory = memory
        self.size = workers or default_workers()
        self._idle: LifoQueue[_Worker] = LifoQueue()
        self._room = threading.BoundedSemaphore(self.size + waiting)
        self._closed = False
        for _ in range(self.size):
            self._idle.put(_Worker(memory))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, task: Ask | Parse, snapshot: Callable[[], Path] | None = None) -> Answered:
        """Return the complete answer to a task.

        :param snapshot: names a folder of the store as it is, which nobody writes to, once a worker is free; nothing
            where no store is asked.
        :raises BadInput: if the text is at fault.
        :raises OverLimit: if it takes too long or too much; the worker is gone then.
        :raises Busy: if too many tasks wait already, or none is done in time.
        """
        with self._worker(task.limits.seconds) as worker:
            found = worker.do(task, snapshot() if snapshot else None)
        if isinstance(found, Answered):
            return found
        if found.kind != "input":
            raise OverLimit(found.problem, found.remedy, late=found.kind == "late")
        raise BadInput(task.name if isinstance(task, Parse) else "query", found.line, found.problem, found.remedy)

    @contextmanager
    def _worker(self, seconds: float) -> Iterator[_Worker]:
        """Take a worker, and give it or its successor back."""
        if self._closed or not self._room.acquire(blocking=False):
            raise Busy("too many questions wait already", after=seconds)
        try:
            try:
                worker = self._idle.get(timeout=seconds)
            except Empty as error:
                raise Busy("all workers are busy with long questions", after=seconds) from error
            try:
                yield worker
            finally:
                self._idle.put(_Worker(self.memory) if worker.pipe.closed else worker)
        finally:
            self._room.release()

    def close(self) -> None:
        """End all workers; those that are busy are not waited for."""
        self._closed = True
        for _ in range(self.size):
            try:
                self._idle.get(timeout=_GRACE).stop()
            except Empty:
                return
