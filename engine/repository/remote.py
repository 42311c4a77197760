"""A store elsewhere: any SPARQL 1.1 endpoint that can be asked and updated over HTTP.

The journal stays here, documents are parsed in workers here, and queries are guarded and limited here. Only the
configured addresses are ever called.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from engine.errors import BadInput, Busy, EngineError, OverLimit, UnreadableFile
from engine.repository.addresses import prologue
from engine.repository.backend import (
    APPLIED,
    CONTENT,
    FORM,
    MARK,
    ORGANISATIONS,
    PRESENT_FORM,
    chunks,
    named,
    nameless,
    say,
    update_steps,
    update_text,
)
from engine.repository.databases import later_version
from engine.repository.endpoint import CUT, LESS, Channel
from engine.sandbox.pool import Pool, default_workers
from engine.sandbox.worker import TABLES, TooMuch, graph_of, table_of
from engine.vocabulary import GRAPH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from engine.repository.addresses import Addresses
    from engine.repository.endpoint import Reply
    from engine.sandbox.tasks import Answered, Ask, Parse

__all__ = ["Remote"]

_NOTHING = "urn:normgraph:state:nothing"
"""A graph that holds nothing: an empty list of graphs would mean all of them."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TABLE = "application/sparql-results+json"
_GRAPH = "application/ld+json, application/rdf+xml;q=0.9, text/turtle;q=0.1"
"""Forms of a graph, those first in which one sees that the end is missing."""
_ANY = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"
_ANY_NAMED = "SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 1"
_RETURNED = "__ASK_RETVAL"
"""The column in which Virtuoso gives a truth value as a table."""
_PATIENCE = 600.0
"""How many seconds a change, or a read of an organisation, may take."""
_SHORT = 5.0
"""How many seconds the store may take to say that it is there."""
_LARGEST = 4 << 30
_WIRE = 4
"""How many times as long as in another form a table may be in JSON."""
_AGAIN = 5.0


class Remote:
    """A store behind an endpoint. No other process may change the graphs whose names begin with ours.

    :param workers: how many queries are asked, and documents parsed, at once.
    :raises UnreadableFile: if the endpoint cannot be used, ignores which graphs are asked for, or holds what a later
        release wrote.
    """

    def __init__(self, addresses: Addresses, workers: int | None = None, waiting: int = 64) -> None:
        self.addresses = addresses
        self._asks = Channel(addresses.query, addresses.authorization)
        self._changes = Channel(addresses.update, addresses.authorization)
        self._graphs = Channel(addresses.graphs, addresses.authorization) if addresses.graphs else None
        self._lock = threading.RLock()
        self._known: frozenset[str] | None = None
        try:
            self._make_sure()
        except (BadInput, Busy, OverLimit) as error:
            self._hang_up()
            remedy = "check NORMGRAPH_STORE and the settings beside it; docs/stores.md says what each store needs"
            raise UnreadableFile(addresses.query, None, str(error), remedy) from error
        except UnreadableFile:
            self._hang_up()
            raise
        self._size = (workers or default_workers(), waiting)
        self._turns = threading.BoundedSemaphore(self._size[0])
        self._room = threading.BoundedSemaphore(sum(self._size))

    @cached_property
    def _pool(self) -> Pool:
        return Pool(self._size[0], waiting=self._size[1])

    def _make_sure(self) -> None:
        """Refuse an endpoint that cannot be written to, or would show one organisation the graphs of another."""
        form = int(self._said(FORM) or 0)
        if form > PRESENT_FORM:
            raise later_version(self.addresses.query, form, PRESENT_FORM)
        self._update(say(FORM, str(PRESENT_FORM)))
        for text, default, names, expected in (
            (_ANY, [MARK], [], True),
            (_ANY, [], [MARK], False),
            (_ANY_NAMED, [], [MARK], True),
            (_ANY_NAMED, [MARK], [], False),
        ):
            if self._finds(text, default, names) is not expected:
                problem = "takes no notice of default-graph-uri and named-graph-uri"
                remedy = "use a store that does: organisations are kept apart by them"
                raise UnreadableFile(self.addresses.query, None, problem, remedy)

    def applied(self) -> int:
        """Return the number of the last entry of the journal that the store has."""
        return int(self._said(APPLIED) or 0)

    def content_hash(self) -> str:
        """Return the hash of the shipped content that the store holds; something else where it is not whole."""
        return self._said(CONTENT)

    def put_content(self, data: bytes, digest: str) -> None:
        """Put the shipped content, as N-Quads, in the place of what there was of it; go on where it was cut short."""
        said, _, done = self._said(CONTENT).partition(" ")
        if said != digest:
            done = "0"
            drops = [f"DROP SILENT GRAPH <{name}>" for name in self._names(GRAPH) if not _is_ours(name)]
            self._update(" ;\n".join([*drops, say(CONTENT, f"{digest} 0")]))
        quads = [named(quad) for quad in parse(data, format=RdfFormat.N_QUADS)]
        left = sorted(quads, key=lambda quad: str(quad.graph_name))[int(done or 0) :]
        for chunk in chunks(left, self.addresses.statements):
            self._add(chunk)
            done = str(int(done or 0) + len(chunk))
            self._update(say(CONTENT, f"{digest} {done}"))
        self._update(say(CONTENT, digest))

    def _add(self, quads: Sequence[Quad]) -> None:
        """Add statements: to a graph at a time by the Graph Store Protocol, where the store has it."""
        if self._graphs is None:
            self._update(update_text((), quads))
            return
        for home in dict.fromkeys(str(quad.graph_name)[1:-1] for quad in quads):
            triples = "".join(f"{quad.triple} .\n" for quad in quads if str(quad.graph_name)[1:-1] == home)
            kind = {"Content-Type": "application/n-triples"}
            where = urlencode({"graph": home})
            _done(self._graphs.send("POST", triples.encode(), kind, seconds=_PATIENCE, size=_LARGEST, query=where))

    def apply(self, number: int, removed: Collection[Quad], added: Collection[Quad]) -> None:
        """Take statements away and add others, and remember the number; in one request, unless they are very many."""
        with self._lock:
            known, self._known = self._known, None
            for update in update_steps(number, removed, added, self.addresses.statements):
                self._update(update)
            self._known = None if known is None else self._after(known, removed, added)

    def fill(self, number: int, quads: Collection[Quad]) -> None:
        """Put what a backup has into the store, and remember the number."""
        self.apply(number, (), quads)

    def _after(self, known: frozenset[str], gone: Iterable[Quad], fresh: Iterable[Quad]) -> frozenset[str]:
        """Return which graphs of organisations hold anything after a change."""
        grown = {str(quad.graph_name)[1:-1] for quad in fresh}
        shrunk = {str(quad.graph_name)[1:-1] for quad in gone} - grown
        emptied = {name for name in shrunk if not self._finds(_ANY_NAMED, [], [name])}
        return (known | grown) - emptied

    def forget(self) -> None:
        """Do nothing: how a store elsewhere keeps what was removed from it is a matter of its own."""

    def graphs(self) -> tuple[str, ...]:
        """Return the names of the graphs of organisations that hold anything, sorted."""
        known = self._known
        if known is None:
            with self._lock:
                known = self._known = frozenset(self._names(ORGANISATIONS))
        return tuple(sorted(known))

    def quads(self, graphs: Iterable[str]) -> list[Quad]:
        """Return the statements of some graphs."""
        homes = list(graphs)
        if not homes:
            return []
        found = self._rows("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }", [], homes)
        return [nameless(Quad(row["s"], row["p"], row["o"], row["g"])) for row in found]

    def ask(self, task: Ask) -> Answered:
        """Return the complete answer to a query that was guarded before."""
        text = prologue(task.text, task.base) + task.text
        is_table = task.form in TABLES
        with self._turn(task.limits.seconds):
            reply = self._query(
                text,
                task.default_graphs,
                task.named_graphs,
                accept=_TABLE if is_table else _GRAPH,
                seconds=task.limits.seconds,
                size=task.limits.size * _WIRE,
            )
        _whole(reply)
        try:
            return table_of(task, _table(reply)) if is_table else graph_of(task, _triples(reply))
        except TooMuch as error:
            raise OverLimit(error.problem, LESS) from error
        except SyntaxError as error:
            raise OverLimit(CUT, LESS, late=True) from error

    @contextmanager
    def _turn(self, seconds: float) -> Iterator[None]:
        """Ask as many questions at once as there are workers, and let a few wait."""
        if not self._room.acquire(blocking=False):
            raise Busy("too many questions wait already", after=seconds)
        try:
            if not self._turns.acquire(timeout=seconds):
                raise Busy("the store is busy with long questions", after=seconds)
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._room.release()

    def parse(self, task: Parse) -> Answered:
        """Return a document as N-Quads, read in a worker."""
        with self._lock:
            pool = self._pool
        return pool.run(task)

    def is_ready(self) -> bool:
        """Tell whether the store answers."""
        try:
            return self._finds(_ANY_NAMED, [], [MARK], seconds=_SHORT)
        except EngineError:
            return False

    def close(self) -> None:
        """Let go of the store."""
        if "_pool" in self.__dict__:
            self._pool.close()
        self._hang_up()

    def _hang_up(self) -> None:
        for channel in filter(None, (self._asks, self._changes, self._graphs)):
            channel.close()

    def _query(
        self,
        text: str,
        default: Collection[str],
        names: Collection[str],
        *,
        accept: str = _TABLE,
        seconds: float = _PATIENCE,
        size: int = _LARGEST,
    ) -> Reply:
        fields = [("query", text), *self.addresses.time_field(seconds)]
        fields += [("default-graph-uri", name) for name in default or (_NOTHING,)]
        fields += [("named-graph-uri", name) for name in names or (_NOTHING,)]
        headers = {**_FORM, "Accept": accept}
        return self._asks.send("POST", urlencode(fields).encode(), headers, seconds=seconds, size=size)

    def _update(self, text: str) -> None:
        """Run an update that may be run twice."""
        body = urlencode({"update": text}).encode()
        _done(self._changes.send("POST", body, _FORM, seconds=_PATIENCE, size=_LARGEST))

    def _rows(self, text: str, default: Collection[str], names: Collection[str]) -> QuerySolutions:
        found = _own(self._query(text, default, names))
        assert isinstance(found, QuerySolutions)  # noqa: S101 - a SELECT of ours
        return found

    def _finds(self, text: str, default: Collection[str], names: Collection[str], seconds: float = _PATIENCE) -> bool:
        found = _own(self._query(text, default, names, seconds=seconds))
        assert isinstance(found, QuerySolutions)  # noqa: S101 - a SELECT of ours
        return next(found, None) is not None

    def _said(self, predicate: NamedNode) -> str:
        found = self._rows(f"SELECT ?o WHERE {{ GRAPH <{MARK}> {{ <{MARK}> {predicate} ?o }} }}", [], [MARK])
        return next((row["o"].value for row in found if isinstance(row["o"], Literal)), "")

    def _names(self, beginning: str) -> list[str]:
        """Return the names of the graphs that hold anything and begin in one way, sorted."""
        text = f'SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{beginning}")) }}'
        reply = self._asks.send(
            "POST",
            urlencode({"query": text}).encode(),
            {**_FORM, "Accept": _TABLE},
            seconds=_PATIENCE,
            size=_LARGEST,
        )
        found = _own(reply)
        assert isinstance(found, QuerySolutions)  # noqa: S101 - a SELECT of ours
        return sorted(row["g"].value for row in found if isinstance(row["g"], NamedNode))


def _is_ours(name: str) -> bool:
    """Whether a graph is no content: it is about the store itself, or of an organisation."""
    return name == MARK or name.startswith(ORGANISATIONS)


def _table(reply: Reply) -> QuerySolutions | QueryBoolean:
    found = parse_query_results(reply.body, format=QueryResultsFormat.JSON)
    if isinstance(found, QuerySolutions) and [variable.value for variable in found.variables] == [_RETURNED]:
        row = next(found, None)
        truth = row is not None and row[0] is not None and row[0].value not in {"0", "false"}
        told = json.dumps({"head": {}, "boolean": truth}).encode()
        return parse_query_results(told, format=QueryResultsFormat.JSON)
    return found


def _own(reply: Reply) -> QuerySolutions | QueryBoolean:
    """Return the answer to a query of ours."""
    _whole(reply)
    try:
        return _table(reply)
    except SyntaxError as error:
        raise Busy(CUT, after=_AGAIN) from error


def _triples(reply: Reply) -> Iterator[Triple]:
    form = RdfFormat.from_media_type(reply.kind)
    if form is None:
        raise Busy(f"the store answered a graph in “{reply.kind[:60]}”, which is not read here", after=_AGAIN)
    return (quad.triple for quad in parse(reply.body, format=form))


def _text(reply: Reply) -> str:
    return " ".join(reply.body[:400].decode("utf-8", "replace").split()) or HTTPStatus(reply.status).phrase


def _whole(reply: Reply) -> None:
    """Refuse a reply that is no answer, or part of one."""
    if reply.status == HTTPStatus.BAD_REQUEST:
        raise BadInput("query", None, f"the store refuses it: {_text(reply)}", "mend the query")
    if reply.status == HTTPStatus.REQUEST_TIMEOUT or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise OverLimit(f"the store gave up ({reply.status}: {_text(reply)})", LESS, late=True)
    if reply.status != HTTPStatus.OK:
        raise Busy(f"the store does not let itself be asked ({reply.status}: {_text(reply)})", after=_AGAIN)
    if "x-sql-state" in reply.told or "x-sparql-maxrows" in reply.told:  # how Virtuoso says that this is a part
        raise OverLimit(CUT, LESS, late=True)


def _done(reply: Reply) -> None:
    if reply.status not in range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES):
        raise Busy(f"the store did not make a change ({reply.status}: {_text(reply)})", after=_AGAIN)
