"""Assess a portfolio: what is done already stays, what has changed is done again, whatever happens meanwhile."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.locks import alone
from engine.portfolio.crew import outcomes
from engine.portfolio.manifest import Manifest
from engine.portfolio.parts import Parts, batches, question_hash
from engine.portfolio.tasks import Task, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import pyarrow as pa

    from engine.portfolio.members import Member
    from engine.portfolio.parts import Batch, Part
    from engine.portfolio.pools import Pool
    from engine.portfolio.tasks import Outcome, Question

__all__ = ["Job", "assess_portfolio"]


@dataclass(frozen=True, slots=True)
class Job:
    """What to assess, what to ask, where results go, and about how many organisations make a batch.

    :ivar cache: the folder of compiled content; nothing is cached where there is none.
    """

    members: Sequence[Member]
    question: Question
    results: Path
    size: int = 50
    cache: Path | None = None


def assess_portfolio(job: Job, pool: Pool, progress: Callable[[str], None] = lambda _: None) -> Manifest:
    """Assess every organisation, and return the manifest that is written beside the parts.

    Equal records and an equal question give equal bytes, whatever was there before, whoever did the work and however
    often it was broken off. One run at a time works in a folder of results; another waits.

    :param progress: told how far it is.
    """
    job.results.mkdir(parents=True, exist_ok=True)
    with alone(job.results):
        return _Run(job, progress).through(pool)


class _Run:
    def __init__(self, job: Job, progress: Callable[[str], None]) -> None:
        self.job = job
        self.progress = progress
        self.parts = Parts(job.results)
        self.layout = {batch.number: batch for batch in batches(job.members, job.question, job.size)}
        self.asked = question_hash(job.question)
        self.told: dict[int, dict[str, Told]] = {number: {} for number in self.layout}
        self.rows: dict[int, dict[str, pa.Table]] = {number: {} for number in self.layout}
        self.reused: dict[int, dict[str, Part]] = {}
        self.done = self.failed = 0

    def through(self, pool: Pool) -> Manifest:
        self._manifest({}, complete=False)
        done, earlier = self.parts.settle(self.layout.values())
        self.done = sum(len(part.told) for part in done.values())
        open_ = [batch for batch in self.layout.values() if batch.file not in done]
        tasks = list(self._tasks(open_, self._kept(earlier)))
        self._tell()
        for outcome in outcomes(pool, tasks):
            self._take(outcome)
        return self._finish()

    def _kept(self, earlier: Iterable[Part]) -> dict[tuple[str, str], Part]:
        """Return, per organisation and hash of its records, an earlier part that answers the same question."""
        return {
            (told.name, told.sha256): part
            for part in earlier
            if part.question == self.asked
            for told in part.told
            if told.sha256 and not told.problem
        }

    def _tasks(self, open_: Iterable[Batch], kept: dict[tuple[str, str], Part]) -> Iterable[Task]:
        cache = str(self.job.cache.resolve()) if self.job.cache else None
        for batch in open_:
            self._reuse(batch, kept)
            missing = tuple(m for m in batch.members if m.name not in self.told[batch.number])
            if missing:
                yield Task(batch.number, missing, self.job.question, cache)
            else:
                self._store(batch)

    def _reuse(self, batch: Batch, kept: dict[tuple[str, str], Part]) -> None:
        """Note which rows of a batch earlier parts hold."""
        found = {m.name: part for m in batch.members if (part := kept.get((m.name, m.sha256))) is not None}
        self.reused[batch.number] = found
        for name, part in found.items():
            self.told[batch.number][name] = next(told for told in part.told if told.name == name)
        self.done += len(found)

    def _take(self, outcome: Outcome) -> None:
        """Keep an outcome, and write the batch where it is the last of it."""
        batch, told, start = self.layout[outcome.batch], self.told[outcome.batch], 0
        rows = outcome.table()
        for each in outcome.told:
            told[each.name] = each
            self.rows[batch.number][each.name] = rows.slice(start, each.rows)
            start += each.rows
        self.done += len(outcome.told)
        self.failed += sum(bool(each.problem) for each in outcome.told)
        if len(told) == len(batch.members):
            self._store(batch)
        self._tell()

    def _store(self, batch: Batch) -> None:
        rows = self.rows.pop(batch.number)
        reused = self.reused.pop(batch.number)
        for part in {part.path: part for part in reused.values()}.values():
            rows |= part.rows(name for name, home in reused.items() if home is part)
        told = self.told[batch.number]
        self.parts.store(batch, self.asked, [told[member.name] for member in batch.members], rows)

    def _tell(self) -> None:
        lost = f", {self.failed} of them not assessed" if self.failed else ""
        self.progress(f"Assessing: {self.done} of {len(self.job.members)} organisations{lost}")

    def _finish(self) -> Manifest:
        files = [batch.file for batch in self.layout.values()]
        found = {part.path.name: part.told for part in self.parts.read(files)}
        twice = _described_twice(found.values())
        for batch in self.layout.values():
            if twice.keys() & {member.name for member in batch.members}:
                found[batch.file] = self._without(batch, twice)
        self.parts.tidy()
        return self._manifest(found, complete=True)

    def _without(self, batch: Batch, twice: dict[str, str]) -> tuple[Told, ...]:
        """Write the part of a batch again without the organisations that another member describes too."""
        (part,) = self.parts.read([batch.file])
        told = tuple(_refused(each, twice[each.name]) if each.name in twice else each for each in part.told)
        self.parts.store(batch, self.asked, told, part.rows(each.name for each in told if each.rows))
        return told

    def _manifest(self, told: dict[str, tuple[Told, ...]], *, complete: bool) -> Manifest:
        manifest = Manifest(self.job.question.record(), len(self.job.members), told, complete)
        manifest.write(self.job.results)
        return manifest


def _described_twice(parts: Iterable[Iterable[Told]]) -> dict[str, str]:
    """Return members whose organisation another, earlier by name, describes, with the name of that."""
    found: dict[str, list[str]] = defaultdict(list)
    for told in (each for part in parts for each in part if each.organisation):
        found[told.organisation].append(told.name)
    return {name: min(names) for names in found.values() for name in sorted(names)[1:]}


def _refused(told: Told, other: str) -> Told:
    problem = f"describes {told.organisation}, which {other} describes too; keep one of them"
    return Told(told.name, told.sha256, problem=problem)
