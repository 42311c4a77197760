"""A worker: a process that does one task after the other, and nothing else."""

from __future__ import annotations

import io
import os
import resource
import signal
import sys
from collections import defaultdict
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    BlankNode,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from engine.errors import BadInput, UnreadableFile
from engine.intake import quads_of
from engine.sandbox.tasks import Answered, Ask, Limits, Parse, Refused
from engine.sparql_guard import unreadable
from engine.store import snapshot as open_snapshot
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection

    from pyoxigraph import Triple

__all__ = ["TABLES", "TooMuch", "graph_of", "table_of", "work"]

TABLES = {
    "application/sparql-results+json": (QueryResultsFormat.JSON, b'}},{"'),
    "application/sparql-results+xml": (QueryResultsFormat.XML, b"<result>"),
    "text/csv": (QueryResultsFormat.CSV, b"\r\n"),
    "text/tab-separated-values": (QueryResultsFormat.TSV, b"\n"),
}
"""The forms of a table: how the engine calls each, and what stands in it once for each row and never in a value."""
_NICE = 10
"""How much a worker yields to the process that answers everybody else."""


class TooMuch(Exception):
    """An answer is larger than it may be."""

    def __init__(self, problem: str) -> None:
        self.problem = problem


class _Bounded(io.BytesIO):
    """Take an answer in as it is written, and stop it where it gets too large."""

    def __init__(self, limits: Limits, mark: bytes) -> None:
        super().__init__()
        self.limits = limits
        self.mark = mark
        self.rows = 0
        self.tail = b""

    def write(self, chunk: object) -> int:
        """Take a piece."""
        data = bytes(chunk)  # type: ignore[call-overload]
        if self.tell() + len(data) > self.limits.size:
            raise TooMuch(f"the answer is larger than {self.limits.size:,} bytes")
        seen = self.tail + data
        self.rows += seen.count(self.mark)
        keep = len(self.mark) - 1
        self.tail = seen[-keep:] if keep else b""
        if self.rows > self.limits.rows + 1:  # a head, or one row less between rows than rows
            raise TooMuch(f"the answer has more than {self.limits.rows:,} rows")
        return super().write(data)


class _Snapshot:
    """The store as it was when a generation began; opened again when there is a later one."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.generation = -1
        self.store = Store()

    def at(self, generation: int, snapshot: str | None) -> Store:
        """Return the store, no older than a generation."""
        path = Path(snapshot) if snapshot else self.path
        if generation != self.generation and path is not None:
            self.store = open_snapshot(path)
            self.generation = generation
        return self.store


def work(connection: Connection, path: str | None, memory: int) -> None:
    """Do tasks until the other end is closed.

    :param path: the folder of the store; nothing where only documents are parsed.
    :param memory: bytes of address space beyond what the process has when it begins.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    _leave_network()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    snapshot = _Snapshot(Path(path) if path else None)
    with suppress(EOFError, BrokenPipeError):
        while True:
            task, generation, path_of_it = connection.recv()
            connection.send(_done(task, snapshot, generation, path_of_it))


def _done(task: Ask | Parse, snapshot: _Snapshot, generation: int, path: str | None) -> Answered | Refused:
    try:
        store = snapshot.at(generation, path) if isinstance(task, Ask) else snapshot.store
    except UnreadableFile as error:
        return Refused("late", error.problem, "ask again")
    with _no_more_files():
        return _answer(task, store)


def _leave_network() -> None:
    """Leave the network namespace, where the system has them and lets a process do so."""
    unshare = getattr(os, "unshare", None)
    if unshare is not None and sys.platform == "linux":
        with suppress(OSError):
            unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)  # type: ignore[attr-defined, unused-ignore]


@contextmanager
def _no_more_files() -> Iterator[None]:
    """Let nothing be opened meanwhile, no socket either: nothing in a query or a document may reach outside."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _answer(task: Ask | Parse, store: Store) -> Answered | Refused:
    try:
        return _asked(task, store) if isinstance(task, Ask) else _parsed(task)
    except TooMuch as error:
        return Refused("limit", error.problem, "ask for less: add LIMIT, or narrow the patterns")
    except MemoryError:
        return Refused("limit", "more memory is needed than there may be", "ask for less at a time")
    except SyntaxError as error:
        told = unreadable("query", str(error))
        return Refused("input", told.problem, told.remedy, told.line)
    except (BadInput, UnreadableFile) as error:
        return Refused("input", error.problem, error.remedy, error.line)
    except (ValueError, OSError) as error:
        return Refused("input", " ".join(str(error).split()), "mend what the message names")


def _asked(task: Ask, store: Store) -> Answered:
    found = store.query(
        task.text,
        base_iri=task.base,
        prefixes=PREFIXES,
        default_graph=[NamedNode(name) for name in task.default_graphs],
        named_graphs=[NamedNode(name) for name in task.named_graphs],
    )
    if isinstance(found, QueryTriples):
        return graph_of(task, found)
    return table_of(task, found)


def table_of(task: Ask, found: QuerySolutions | QueryBoolean) -> Answered:
    """Return a table or a truth value in the form that is wanted.

    :raises TooMuch: if it is larger than it may be.
    """
    form, mark = TABLES[task.form]
    body = _Bounded(task.limits, mark)
    found.serialize(body, form)
    return Answered(task.form, body.getvalue())


def graph_of(task: Ask, found: Iterable[Triple]) -> Answered:
    """Return statements in the form that is wanted.

    :raises TooMuch: if they are more than they may be.
    """
    triples = list(islice(found, task.limits.rows + 1))
    if len(triples) > task.limits.rows:
        raise TooMuch(f"the answer has more than {task.limits.rows:,} statements")
    form = RdfFormat.from_media_type(task.form)
    body = _Bounded(task.limits, b"\0")
    serialize(triples, body, form, prefixes=PREFIXES)
    return Answered(task.form, body.getvalue())


def _parsed(task: Parse) -> Answered:
    form = RdfFormat.from_media_type(task.form)
    assert form is not None  # noqa: S101 - only forms that are read are asked for
    names: dict[BlankNode, BlankNode] = defaultdict(BlankNode)  # of no other document, not even of the same one
    name: Callable[[Any], Any] = lambda term: names[term] if isinstance(term, BlankNode) else term  # noqa: E731
    read = quads_of(task.data, form, NamedNode(task.graph), task.name, base=task.base)
    quads = [Quad(name(quad.subject), quad.predicate, name(quad.object), quad.graph_name) for quad in read]
    body = _Bounded(task.limits, b"\0")
    serialize(quads, body, RdfFormat.N_QUADS)
    return Answered("application/n-quads", body.getvalue())
