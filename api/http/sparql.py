"""The SPARQL 1.1 Protocol as values: from a request to a query, and to the graphs it may see."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from api.http.problems import Problem
from api.http.rates import too_large
from engine.errors import BadInput
from engine.repository.backend import MARK
from engine.repository.organisations import graphs_of
from engine.sandbox.tasks import Ask
from engine.sparql_guard import MAX_BYTES, check_query

if TYPE_CHECKING:
    from fastapi import Request

    from api.http.identity import Principal
    from api.http.service import Service
    from engine.sparql_guard import Checked

__all__ = ["GRAPHS", "TABLES", "Asked", "checked_query", "malformed", "read_request", "task_of", "visible_graphs"]

TABLES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
"""The forms of a table or a truth value, the one that is given where the caller does not care first."""
GRAPHS = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
"""The forms of a graph."""
_MOST = 16 * MAX_BYTES
"""How many bytes a request may have: a query of the longest in a form, each byte escaped, and its graphs."""
_DIRECT, _FORM = "application/sparql-query", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was sent.

    :ivar default_graphs: the values of ``default-graph-uri``.
    :ivar named_graphs: the values of ``named-graph-uri``.
    :ivar base: the address it was sent to, which relative IRIs are relative to.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    base: str


def _bad(detail: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Problem:
    return Problem(status, "bad-protocol", detail)


async def read_request(request: Request) -> Asked | None:
    """Return the query of a request (SPARQL 1.1 Protocol §2.1); nothing where a GET sends none.

    :raises Problem: if it is sent in no way that the protocol knows, or is an update.
    """
    sent = parse_qsl(request.url.query, keep_blank_values=True)
    if request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/sparql-update":
            raise _update()
        if kind not in {_DIRECT, _FORM}:
            detail = f"a query is posted as {_DIRECT} or {_FORM}, not as “{kind[:80]}”"
            raise _bad(detail, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        body = await request.body()
        if len(body) > _MOST:
            raise too_large(_MOST)
        text = _decoded(body, request.headers.get("content-type", ""))
        sent = [*sent, ("query", text)] if kind == _DIRECT else _form(text)
    return _asked(sent, str(request.url.replace(query="")), must=request.method == "POST")


def _update() -> Problem:
    detail = "there is no SPARQL Update here: write through the mapping API or the Graph Store Protocol"
    return Problem(HTTPStatus.FORBIDDEN, "no-update", detail)


def _decoded(data: bytes, kind: str) -> str:
    charset = kind.lower().partition("charset=")[2].strip(' "') or "utf-8"
    if charset not in {"utf-8", "utf8"}:
        raise _bad(f"a query is sent in UTF-8, not in {charset[:40]}")
    try:
        return data.decode("utf-8")
    except ValueError as error:
        raise _bad("a query is sent in UTF-8") from error


def _form(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=1_000, errors="strict")
    except ValueError as error:
        raise _bad("the form cannot be read: write name=value, joined by &, escaped as UTF-8") from error


def _asked(sent: list[tuple[str, str]], base: str, *, must: bool) -> Asked | None:
    names = [name for name, _ in sent]
    if "update" in names:
        raise _update()
    queries = [value for name, value in sent if name == "query"]
    if len(queries) > 1:
        raise _bad(f"{len(queries)} queries are sent; send one")
    if not queries:
        if must or names:
            raise _bad("no query is sent; send one as the parameter query")
        return None
    default = tuple(value for name, value in sent if name == "default-graph-uri")
    named = tuple(value for name, value in sent if name == "named-graph-uri")
    return Asked(queries[0], default, named, base)


def visible_graphs(service: Service, principal: Principal) -> tuple[str, ...]:
    """Return the graphs that somebody may read: the content, and the organisations granted to them."""
    keys = principal.reads(service.repository.keys())
    stored = service.repository.backend.graphs()
    own = (name for key in keys for name in graphs_of(key, stored))
    return (*service.content_graphs, *own)


def task_of(service: Service, principal: Principal, asked: Asked, checked: Checked, form: str) -> Ask:
    """Return the query as a task over the graphs it may see, and no others.

    What the protocol names goes before what FROM names (§2.1.4); a graph that is not to be seen is an empty one.
    """
    visible = visible_graphs(service, principal)
    default, named = asked.default_graphs, asked.named_graphs
    if not default and not named:
        default, named = checked.default_graphs, checked.named_graphs
    if not default and not named:
        return Ask(asked.text, visible, visible, form, service.limits, asked.base)
    seen = frozenset(visible) - {MARK}
    return Ask(
        asked.text,
        tuple(name for name in default if name in seen),
        tuple(name for name in named if name in seen),
        form,
        service.limits,
        asked.base,
    )


def checked_query(text: str) -> Checked:
    """Return what is known of a query before it runs.

    :raises Problem: if it is none, or may not run here.
    """
    try:
        return check_query(text)
    except BadInput as error:
        raise malformed(error) from error


def malformed(error: BadInput) -> Problem:
    """Return the refusal of a query that is none (§2.1.6)."""
    return Problem(HTTPStatus.BAD_REQUEST, "malformed-query", str(error), line=error.line)
