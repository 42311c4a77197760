"""What one process does: load the content once, then read and assess batches of organisations."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from engine.content import load_content
from engine.coverage.arrow import SCHEMA, table
from engine.coverage.assess import assess
from engine.errors import EngineError, WorkersFailed
from engine.portfolio.members import Shelf
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from engine.content import Content
    from engine.coverage.assess import Assessment
    from engine.coverage.values import Policy
    from engine.graph import Iri
    from engine.model import Organisation
    from engine.portfolio.members import Member

__all__ = ["Outcome", "Question", "Task", "Told", "run_task"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every organisation of a portfolio; equal questions and records have equal answers.

    :ivar frameworks: the keys of the frameworks asked about, sorted; all where there are none.
    :ivar content: the hash of the content.
    :ivar release: the release of the engine, with a hash of its code.
    """

    day: date
    policy: Policy
    frameworks: tuple[str, ...]
    content: str
    release: str

    def record(self) -> dict[str, Any]:
        """Return the question as JSON values."""
        return {
            "as_of": self.day.isoformat(),
            "policy": self.policy.label,
            "least_review": self.policy.least.label,
            "hops": self.policy.hops,
            "frameworks": list(self.frameworks),
            "content": self.content,
            "release": self.release,
        }


@dataclass(frozen=True, slots=True)
class Task:
    """Some organisations of one batch, and what is asked of them.

    :ivar cache: the folder of compiled content; nothing is cached where there is none.
    """

    batch: int
    members: tuple[Member, ...]
    question: Question
    cache: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one organisation: what it is and how many rows it has, or the problem with it.

    :ivar kinds: what it records of what it is: facts of the form ``is…``, classes, and roles of its own.
    """

    name: str
    sha256: str
    organisation: str = ""
    label: str = ""
    kinds: tuple[str, ...] = ()
    rows: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some organisations of a batch: what is told of each, and the rows of all in that order."""

    batch: int
    told: tuple[Told, ...]
    rows: bytes

    def table(self) -> pa.Table:
        """Return the rows as a table."""
        return pa.ipc.open_stream(self.rows).read_all() if self.rows else SCHEMA.empty_table()


def run_task(task: Task) -> Outcome:
    """Return the outcome of a task; an organisation that is refused is told with its problem, the others go on.

    :raises WorkersFailed: if the content here is not the one the task is about.
    """
    content = _content(task.cache)
    if content.hash != task.question.content:
        asked = task.question.content[:12]
        raise WorkersFailed(f"a worker has the content {content.hash[:12]}, not {asked}", "install one release on all")
    shelf = Shelf(content, task.members)
    told, tables = [], []
    for member in task.members:
        try:
            assessment = _assessed(shelf, member, task.question)
        except EngineError as error:
            told.append(Told(member.name, member.sha256, problem=str(error)))
            continue
        tables.append(table(assessment, content.hash))
        told.append(_of(member, assessment, content.concept_facts))
    return Outcome(task.batch, tuple(told), _packed(tables))


@cache
def _content(folder: str | None) -> Content:
    """Return the content, loaded once by each process, and kept out of its later collections of garbage."""
    content = load_content(Path(folder) if folder else None)
    _ = content.knowledge, content.terms
    gc.collect()
    gc.freeze()
    return content


def _assessed(shelf: Shelf, member: Member, question: Question) -> Assessment:
    """Return the assessment of a member; the one place that says how it is computed."""
    workspace = shelf.workspace(member)
    knowledge = workspace.knowledge(question.day)
    frameworks = [each.iri for each in knowledge.frameworks.values() if each.key in question.frameworks]
    return assess(knowledge, workspace.organisation, question.day, question.policy, frameworks=frameworks)


def _of(member: Member, assessment: Assessment, concept_facts: Collection[Iri]) -> Told:
    organisation = assessment.organisation
    kinds = tuple(sorted(set(_kinds(organisation, assessment.day, concept_facts))))
    rows = len(assessment.results)
    return Told(member.name, member.sha256, organisation.iri, organisation.label, kinds, rows)


def _kinds(organisation: Organisation, day: date, concept_facts: Collection[Iri]) -> Iterator[str]:
    """Yield what an organisation records of what it is: true facts named is…, classes, roles held on its own."""
    for (subject, fact), values in organisation.facts.items():
        if subject == organisation.iri and fact in concept_facts:
            yield from map(str, values)
        elif subject == organisation.iri and NG.local(fact).startswith("is") and True in values:
            yield fact
    for role in organisation.roles:
        if role.holds and role.in_force(day) and organisation.iri in role.respects:
            yield role.role


def _packed(tables: list[pa.Table]) -> bytes:
    if not tables:
        return b""
    rows = pa.concat_tables(tables).unify_dictionaries()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(rows)
    return bytes(sink.getvalue())
