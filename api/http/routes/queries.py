"""The catalogue of named questions, and their answers about the content or an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from api.documents.queries import answer_document, catalogue_document, defaults, resolver, store_with_states
from api.http.access import PrincipalOf, may
from api.http.computing import computed
from api.http.documents import answered, declared
from api.http.identity import Permission
from api.http.parameters import AsOf
from api.http.reading import View, ViewOf, about
from api.http.service import Service, ServiceOf
from api.shared import today
from engine.coverage.values import Policy
from engine.errors import BadParameter
from engine.queries import bind, find, run

if TYPE_CHECKING:
    from datetime import date

__all__ = ["own_router", "router"]

router = APIRouter(prefix="/v1", tags=["queries"])
own_router = APIRouter(
    prefix="/v1/organisations/{organisation}", tags=["queries"], dependencies=[Depends(may(Permission.ASK))]
)
Name = Annotated[str, Path(max_length=100, description="The name of a question.", examples=["upcoming-applications"])]
_OURS = frozenset({"as_of"})
_LONGEST = 2_000
_PARAMETERS: dict[str, Any] = {
    "parameters": [
        {
            "name": "parameters",
            "in": "query",
            "required": False,
            "style": "form",
            "explode": True,
            "description": "The parameters of the question, each by its own name, as the catalogue types them; "
            "things may be named by citation.",
            "schema": {
                "type": "object",
                "maxProperties": 20,
                "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9]{0,39}$"},
                "additionalProperties": {"type": "string", "maxLength": _LONGEST},
            },
            "example": {"until": "2027-12-31"},
        }
    ]
}


def _given(request: Request) -> dict[str, str]:
    """Return the parameters of the question that a request gives."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in _OURS:
            continue
        if name in given:
            raise BadParameter(name, value[:80], "given once")
        if len(value) > _LONGEST:
            raise BadParameter(name, value[:80] + "…", f"at most {_LONGEST} characters long")
        given[name] = value
    return given


@router.get("/queries", summary="The named questions", response_class=Response, responses=declared("queries"))
def list_queries(request: Request, service: ServiceOf, _: PrincipalOf) -> Response:
    """Return the questions with their typed parameters, what they return, and who asks them."""
    return answered(request, service, "queries", (), catalogue_document)


@router.get(
    "/queries/{name}/answer",
    summary="The answer to a question about the content",
    response_class=Response,
    responses=declared("query", 404, 422, 503),
    openapi_extra=_PARAMETERS,
)
async def answer_query(
    request: Request, service: ServiceOf, _: PrincipalOf, name: Name, as_of: AsOf = None
) -> Response:
    """Return the table that answers a question from the shipped content; the day is filled in where it is asked for."""
    given, day = _given(request), as_of or today()
    return await computed(
        request,
        service,
        "query",
        (name, tuple(sorted(given.items())), day),
        lambda: _content(service, name, given, day),
    )


def _content(service: Service, name: str, given: dict[str, str], day: date) -> dict[str, Any]:
    query, content = find(name), service.content
    bindings = bind(query, defaults(query, given, day, None), resolver(content))
    store = service.stores.made((), content.store)
    return answer_document(name, run(store, query, bindings))


@own_router.get(
    "/queries/{name}/answer",
    summary="The answer to a question about the organisation",
    response_class=Response,
    responses=declared("query", 403, 404, 422, 503),
    openapi_extra=_PARAMETERS,
)
async def answer_own_query(request: Request, view: ViewOf, name: Name) -> Response:
    """Return the table that answers a question from content, records and the states they are in."""
    given = _given(request)

    def build(view: View) -> dict[str, Any]:
        query, opened = find(name), view.opened
        told = defaults(query, given, opened.day, view.organisation)
        bindings = bind(query, told, resolver(opened.workspace.content, opened.workspace))
        key = (view.key, view.version, opened.day)
        assessment = view.assessment(Policy())
        store = view.service.stores.made(key, lambda: store_with_states(opened.workspace, assessment))
        return answer_document(name, run(store, query, bindings))

    return await about(request, view, "query", (name, sorted(given.items())), build)
