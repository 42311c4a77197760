"""A query and its answer on a page: guarded and limited as at the endpoint, and over the same graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from api.http.linked.places import address_of
from api.http.pages.statements import Shown, short
from api.http.problems import Problem
from api.http.sparql import Asked, checked_query, task_of
from engine.errors import EngineError

if TYPE_CHECKING:
    from api.http.identity import Principal
    from api.http.service import Service

__all__ = ["EXAMPLE", "MOST_ROWS", "answer_values"]

MOST_ROWS = 1_000
"""How many rows a page shows; the endpoint has all."""
EXAMPLE = """PREFIX ng: <https://w3id.org/normgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?requirement ?label WHERE {
  ?requirement ng:derivedWithin <https://w3id.org/normgraph/id/eu-ai-act/art_15> ;
    skos:prefLabel ?label .
}
ORDER BY ?requirement
LIMIT 50
"""
_JSON, _TURTLE = "application/sparql-results+json", "text/turtle"


def answer_values(service: Service, principal: Principal, query: str, base: str) -> dict[str, Any]:
    """Return what the page of a query shows: a table, a truth, a graph as text, or what is wrong."""
    empty: dict[str, Any] = {"problem": "", "columns": [], "rows": [], "truth": None, "text": "", "total": 0}
    if not query.strip():
        return empty
    try:
        checked = checked_query(query)
        form = _JSON if checked.form in {"SELECT", "ASK"} else _TURTLE
        task = task_of(service, principal, Asked(query, (), (), base), checked, form)
        body = service.repository.backend.ask(task).body
    except (Problem, EngineError) as error:
        return {**empty, "problem": str(error)}
    return {**empty, **(_table(body) if form == _JSON else {"text": body.decode()})}


def _table(body: bytes) -> dict[str, Any]:
    found = parse_query_results(body, format=QueryResultsFormat.JSON)
    if not isinstance(found, QuerySolutions):
        return {"truth": bool(found)}
    columns = [variable.value for variable in found.variables]
    rows = [[_shown(solution[name]) for name in columns] for solution in found]
    return {"columns": columns, "rows": rows[:MOST_ROWS], "total": len(rows)}


def _shown(term: object) -> Shown:
    if isinstance(term, NamedNode):
        return Shown(short(term.value), address_of(term.value))
    if isinstance(term, Literal):
        return Shown(term.value, note=term.language or "")
    return Shown("" if term is None else str(term))
