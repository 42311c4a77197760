"""Work that takes longer than a request: begun by one, looked at by others, its files kept for a while."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from api.http.problems import Problem
from engine.errors import Busy, EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

__all__ = ["Job", "Jobs", "Stage"]

_KEPT, _BYTES = 50, 256 << 20
"""How many finished jobs are kept, and how many bytes of their files; the oldest are forgotten first."""
_WAITING = 20
"""How many jobs may wait."""
_AFTER = 30.0
_log = logging.getLogger("normgraph")


class Stage(StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """Work for an organisation.

    :ivar asked: what was asked for; the same again meanwhile is the same job.
    :ivar step: what is being done, the ``done``-th of ``of`` steps.
    :ivar problem: why there is no result.
    """

    id: str
    organisation: str
    by: str
    asked: Mapping[str, Any]
    begun: str
    stage: Stage = Stage.WAITING
    step: str = ""
    done: int = 0
    of: int = 0
    problem: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.stage in {Stage.DONE, Stage.FAILED}

    @property
    def size(self) -> int:
        """How many bytes its files have."""
        return sum(map(len, self.files.values()))


class Jobs:
    """The jobs of this process: one is done at a time, and one of an organisation waits or runs at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="normgraph-job")

    def of(self, organisation: str) -> tuple[Job, ...]:
        """Return the jobs of an organisation, the latest first."""
        with self._lock:
            return tuple(job for job in reversed(self._jobs.values()) if job.organisation == organisation)

    def get(self, organisation: str, identifier: str) -> Job:
        """Return a job of an organisation.

        :raises Problem: if there is none, or none any more.
        """
        with self._lock:
            job = self._jobs.get(identifier)
        if job is None or job.organisation != organisation:
            detail = "there is no such job, or it is forgotten by now; begin another"
            raise Problem(HTTPStatus.NOT_FOUND, "unknown-job", detail)
        return job

    def begin(
        self,
        organisation: str,
        by: str,
        asked: Mapping[str, Any],
        work: Callable[[Callable[[str, int, int], None]], Mapping[str, bytes]],
    ) -> Job:
        """Begin a job, or return the one that does the same already.

        :param work: returns the files; it is given what tells a step, its number and the number of steps.
        :raises Problem: if another one of the organisation is not over yet.
        :raises Busy: if too many wait.
        """
        with self._lock:
            open_ = [job for job in self._jobs.values() if not job.is_over]
            for job in open_:
                if job.organisation == organisation:
                    return _same(job, asked)
            if len(open_) > _WAITING:
                raise Busy("too many jobs wait already", after=_AFTER)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            job = Job(uuid4().hex, organisation, by, dict(asked), now)
            self._jobs[job.id] = job
            future = self._thread.submit(self._do, job.id, work)
        future.add_done_callback(lambda done: self._ended(job.id, done))
        return job

    def _do(
        self, identifier: str, work: Callable[[Callable[[str, int, int], None]], Mapping[str, bytes]]
    ) -> Mapping[str, bytes]:
        self._set(identifier, stage=Stage.RUNNING)
        return work(lambda step, done, of: self._set(identifier, step=step, done=done, of=of))

    def _ended(self, identifier: str, future: Future[Mapping[str, bytes]]) -> None:
        if future.cancelled():
            self._set(identifier, stage=Stage.FAILED, problem="the server stopped before; begin again")
            return
        error = future.exception()
        if error is None:
            self._set(identifier, stage=Stage.DONE, step="", files=dict(future.result()))
        elif isinstance(error, EngineError):
            self._set(identifier, stage=Stage.FAILED, problem=str(error))
        else:
            _log.error("unexpected", exc_info=error, extra={"job": identifier})
            problem = "something went wrong that is not your fault; the log of the server has it under this job"
            self._set(identifier, stage=Stage.FAILED, problem=problem)

    def _set(self, identifier: str, **values: Any) -> None:
        with self._lock:
            self._jobs[identifier] = replace(self._jobs[identifier], **values)
            self._forget()

    def _forget(self) -> None:
        """Forget the oldest of those that are over while there are too many, or too much of them; never the last."""
        over = [job for job in self._jobs.values() if job.is_over]
        weight = sum(job.size for job in over)
        for place, job in enumerate(over[:-1]):
            if len(over) - place <= _KEPT and weight <= _BYTES:
                return
            weight -= job.size
            del self._jobs[job.id]

    def close(self) -> None:
        """Begin nothing more; what runs is waited for."""
        self._thread.shutdown(wait=True, cancel_futures=True)


def _same(job: Job, asked: Mapping[str, Any]) -> Job:
    if job.asked == dict(asked):
        return job
    detail = "another job of this organisation is not over yet; wait for it, then begin this one"
    raise Problem(HTTPStatus.CONFLICT, "job-running", detail, headers={"Retry-After": "5"}, job=job.id)
