"""A worker: a process that does one task after the other, and nothing else."""

from __future__ import annotations

import io
import os
import resource
import signal
from collections import defaultdict
from contextlib import suppress
from itertools import islice
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
from engine.sandbox.confinement import few_more_files, leave_network, make_no_sockets
from engine.sandbox.tasks import Answered, Ask, Limits, Parse, Refused
from engine.sparql_guard import unreadable
from engine.store import open_frozen
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.connection import Connection
    from pathlib import Path

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
    """The store that is asked; opened when another one is named."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.store = Store()
        self.files = 0

    def at(self, path: Path) -> Store:
        """Return the store in a folder.

        Its engine opens sixteen of its files now and the others when it comes to them; one that it cannot open then
        makes it go on for ever.
        """
        if path != self.path:
            self.store, self.path = open_frozen(path), path
            self.files = sum(1 for _ in path.glob("*.sst"))
        return self.store


def work(connection: Connection, memory: int) -> None:
    """Do tasks until the other end is closed.

    :param memory: bytes of address space beyond what the process has when it begins.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    leave_network()
    make_no_sockets()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    snapshot = _Snapshot()
    with suppress(EOFError, BrokenPipeError):
        while True:
            task, path = connection.recv()
            connection.send(_done(task, snapshot, path))


def _done(task: Ask | Parse, snapshot: _Snapshot, path: Path | None) -> Answered | Refused:
    try:
        store = snapshot.at(path) if path else snapshot.store
    except UnreadableFile as error:
        return Refused("late", error.problem, "ask again")
    with few_more_files(snapshot.files if path else 0):  # a document needs none
        return _answer(task, store)


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
