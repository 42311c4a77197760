"""Processes that assess: here, in the standard library's pool, or on other machines, through dask.distributed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Protocol

from engine.errors import BadParameter, WorkersFailed
from engine.portfolio.tasks import run_task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from distributed import Client

    from engine.portfolio.tasks import Outcome, Task

__all__ = ["LocalPool", "Pool", "opened"]

_DASK = "dask://"
_PATIENCE = 30
"""How many seconds a scheduler, and the first worker, have to answer."""


class Pool(Protocol):
    """What runs tasks."""

    @property
    def size(self) -> int:
        """How many tasks to keep under way."""

    def submit(self, task: Task) -> Future[Outcome]:
        """Begin a task."""

    def is_broken(self, error: BaseException) -> bool:
        """Tell whether an error means that all tasks under way are lost, whichever of them was the cause."""

    def renew(self) -> None:
        """Go on with new processes."""


@contextmanager
def opened(engine: str, workers: int, run: Callable[[Task], Outcome] = run_task) -> Iterator[Pool]:
    """Open the pool of an engine: ``local``, or ``dask://HOST:PORT`` for the scheduler of a cluster.

    :param workers: how many processes a local pool has.
    :param run: what a process does with a task.
    :raises BadParameter: if there is no such engine, or it does not answer.
    """
    if engine == "local":
        pool = LocalPool(workers, run)
        try:
            yield pool
        finally:
            pool.close()
    elif engine.startswith(_DASK):
        with _client(engine) as client:
            yield _DaskPool(client, run)
    else:
        raise BadParameter("--engine", engine, "local or dask://HOST:PORT")


class LocalPool:
    """The standard library's pool; its processes end when this one does, however it ends."""

    def __init__(self, workers: int, run: Callable[[Task], Outcome] = run_task) -> None:
        self.size = workers
        self._run = run
        self._begin()

    def _begin(self) -> None:
        context = multiprocessing.get_context("spawn")
        theirs, self._life = context.Pipe(duplex=False)
        self._theirs = theirs
        self._executor = ProcessPoolExecutor(self.size, mp_context=context, initializer=_follow, initargs=(theirs,))
        try:
            self._executor.submit(os.getpid).result()
        except BrokenExecutor as error:
            raise WorkersFailed(
                f"no process can be started here ({error})", "see what the error stream says"
            ) from error

    def submit(self, task: Task) -> Future[Outcome]:
        """Begin a task; where the pool has broken meanwhile, it is lost with it."""
        try:
            return self._executor.submit(self._run, task)
        except BrokenExecutor as error:
            lost: Future[Outcome] = Future()
            lost.set_exception(error)
            return lost

    def is_broken(self, error: BaseException) -> bool:
        """Tell whether a process has ended: all tasks under way are lost then."""
        return isinstance(error, BrokenExecutor)

    def renew(self) -> None:
        """End what is left of the processes, and begin with new ones."""
        self.close()
        self._begin()

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        self._life.close()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._theirs.close()


def _follow(life: Connection) -> None:
    """Leave Ctrl-C to the process that asks, and end with it, in the middle of a task too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(life,), daemon=True).start()


def _end_with(life: Connection) -> None:
    wait([life])
    os._exit(1)


class _DaskPool:
    """The workers of a cluster; where one is lost, the scheduler gives its tasks to another by itself."""

    def __init__(self, client: Client, run: Callable[[Task], Outcome]) -> None:
        self._client = client
        self._run = run
        self._executor = client.get_executor(pure=False)

    @property
    def size(self) -> int:
        threads: dict[str, int] = self._client.nthreads()
        return max(1, 2 * sum(threads.values()))

    def submit(self, task: Task) -> Future[Outcome]:
        future: Future[Outcome] = self._executor.submit(self._run, task)
        return future

    def is_broken(self, error: BaseException) -> bool:
        del error
        return False

    def renew(self) -> None:
        """Do nothing: the cluster renews itself."""


@contextmanager
def _client(engine: str) -> Iterator[Client]:
    try:
        import distributed  # noqa: PLC0415 - the extra “cluster”
    except ImportError as error:
        expected = "an engine here: dask.distributed is not installed; pip install 'normgraph[cluster]'"
        raise BadParameter("--engine", engine, expected) from error
    try:
        client = distributed.Client(f"tcp://{engine.removeprefix(_DASK)}", timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise BadParameter("--engine", engine, f"a scheduler that answers ({error})") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise BadParameter("--engine", engine, "a cluster with a worker; start one with dask worker") from error
        yield client
