"""The SPARQL endpoint: query by GET, form and direct POST, and what the service is."""

from __future__ import annotations

from functools import partial
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from api.http.access import PrincipalOf
from api.http.descriptions import service_description, void_description
from api.http.identity import Principal
from api.http.lanes import asking, checking
from api.http.negotiation import negotiated
from api.http.problems import responses
from api.http.service import Service, ServiceOf
from api.http.sparql import GRAPHS, TABLES, Asked, checked_query, malformed, read_request, task_of
from engine.errors import BadInput
from engine.sandbox.tasks import Ask

__all__ = ["router"]

router = APIRouter(tags=["SPARQL"])

_PARAMETERS: list[dict[str, Any]] = [
    {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
    for name, text, schema in (
        ("query", "The query; without one the service is described.", {"type": "string"}),
        (
            "default-graph-uri",
            "A graph of the default graph; may be repeated.",
            {"type": "array", "items": {"type": "string", "format": "uri"}},
        ),
        (
            "named-graph-uri",
            "A graph that GRAPH can see; may be repeated.",
            {"type": "array", "items": {"type": "string", "format": "uri"}},
        ),
    )
]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The complete answer.",
        "content": {form: {"schema": {"type": "string"}} for form in (*TABLES, *GRAPHS)},
    }
}
_FILES = {"text/csv": "csv", "text/tab-separated-values": "tsv"}
"""Forms that a browser saves: shown in place, a value could be taken for something else."""
_BODY = {
    "required": True,
    "content": {
        "application/sparql-query": {"schema": {"type": "string", "examples": ["SELECT * WHERE { ?s ?p ?o } LIMIT 5"]}},
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["query"],
                "properties": {
                    "query": {"type": "string"},
                    "default-graph-uri": {"type": "array", "items": {"type": "string"}},
                    "named-graph-uri": {"type": "array", "items": {"type": "string"}},
                },
            }
        },
    },
}


@router.get(
    "/sparql",
    summary="Ask by GET, or read what the service is",
    response_class=Response,
    responses={**_ANSWERS, **responses(406, 408, 503)},
    openapi_extra={"parameters": _PARAMETERS},
)
async def ask_by_get(request: Request, service: ServiceOf, principal: PrincipalOf) -> Response:
    """Run the query of the parameter `query`; describe the service where there is none."""
    return await _answer(request, service, principal)


@router.post(
    "/sparql",
    summary="Ask by POST",
    response_class=Response,
    responses={**_ANSWERS, **responses(406, 408, 503)},
    openapi_extra={"parameters": _PARAMETERS[1:], "requestBody": _BODY},
)
async def ask_by_post(request: Request, service: ServiceOf, principal: PrincipalOf) -> Response:
    """Run the query of the body: by itself, or in a form."""
    return await _answer(request, service, principal)


async def _answer(request: Request, service: ServiceOf, principal: PrincipalOf) -> Response:
    asked = await read_request(request)
    if asked is None:
        form = negotiated(request, GRAPHS)
        return Response(await to_thread.run_sync(service_description, request, service, form), media_type=form)
    task = await checking(service.settings, partial(_task, request, service, principal, asked))
    try:
        answer = await asking(service.settings, principal.name, partial(service.repository.backend.ask, task))
    except BadInput as error:
        raise malformed(error) from error
    charset = "; charset=utf-8" if answer.form.startswith("text/") else ""
    told = {"Content-Type": answer.form + charset, "Vary": "Accept, Authorization"}
    if answer.form in _FILES:
        told["Content-Disposition"] = f'attachment; filename="results.{_FILES[answer.form]}"'
    return Response(answer.body, headers=told)


def _task(request: Request, service: Service, principal: Principal, asked: Asked) -> Ask:
    checked = checked_query(asked.text)
    form = negotiated(request, TABLES if checked.form in {"SELECT", "ASK"} else GRAPHS)
    return task_of(service, principal, asked, checked, form)


@router.get("/.well-known/void", summary="What data there are", response_class=Response, responses=responses(406))
async def describe_data(request: Request, service: ServiceOf, _: PrincipalOf) -> Response:
    """Return the VoID description of the shipped content."""
    form = negotiated(request, GRAPHS)
    return Response(await to_thread.run_sync(void_description, request, service, form), media_type=form)
