"""Pages for people: the start, the way from a citation to its page, organisations, and queries."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from api.http.access import Organisation, ViewerOf, may_view
from api.http.answers import entity_tag, is_current, tagged
from api.http.identity import Permission
from api.http.linked.places import HTML, address_of
from api.http.negotiation import negotiated
from api.http.pages.asking import EXAMPLE, answer_values
from api.http.pages.environment import HEADERS, page_version, render, static
from api.http.pages.organisations import coverage_values, overview_values, proof_values
from api.http.problems import Problem, responses
from api.http.routes.frameworks import AsOf
from api.http.service import ServiceOf
from api.shared import POLICIES, find_framework, today
from engine.coverage.census import census
from engine.coverage.values import Policy
from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from api.http.service import Service

__all__ = ["router"]

router = APIRouter(tags=["pages"])

_READABLE = [Depends(may_view(Permission.READ))]
_TYPES = {"pages.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_STATES = "|".join(state.value for state in State)
LeastReview = Annotated[str, Query(pattern="^(proposed|expert|legal)$", description="The least review that counts.")]
Cited = Annotated[str, Query(max_length=300, description="A citation, as AI Act 15(4).")]


def _page(request: Request, service: Service, depends_on: tuple[object, ...], build: Callable[[], bytes]) -> Response:
    """Return a page with its tag; it is rendered only where nobody asked for the same before."""
    negotiated(request, (HTML,))
    key = ("page", request.url.path, page_version(), service.content.hash, *depends_on)
    tag = entity_tag(*key)
    if is_current(request, tag):
        return tagged(request, b"", tag, headers=HEADERS)
    body = service.cache.get(key)
    if body is None:
        body = service.cache.put(key, build())
    return tagged(request, body, tag, f"{HTML}; charset=utf-8", HEADERS)


@router.get("/static/{name}", include_in_schema=False)
async def read_static(request: Request, name: str) -> Response:
    """Return a file that pages load; it is the same for everybody."""
    if name not in _TYPES:
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", "pages load no such file")
    return tagged(request, static(name), entity_tag(name, page_version()), _TYPES[name], {"Vary": "Accept-Encoding"})


@router.get("/", include_in_schema=False)
def start(request: Request, service: ServiceOf, viewer: ViewerOf, as_of: AsOf = None) -> Response:
    """Return the start page: a search by citation, the frameworks, the organisations that may be read."""
    day = as_of or today()
    keys = viewer.reads(service.repository.keys())

    def build() -> bytes:
        return render("start", day=day, census=census(service.content.knowledge, day), organisations=keys)

    return _page(request, service, (day, *keys), build)


@router.get(
    "/go/{citation:path}",
    summary="From a citation to its page",
    status_code=HTTPStatus.SEE_OTHER,
    response_class=Response,
    responses={303: {"description": "It is there."}, **responses(404, 422)},
)
def go(request: Request, service: ServiceOf, _: ViewerOf, citation: str) -> Response:
    """Lead from a citation, as “AI Act 15(4)”, to what is known of it; an ambiguous one is refused with candidates."""
    return _see(request, service, citation)


@router.get("/go", include_in_schema=False)
def search(request: Request, service: ServiceOf, _: ViewerOf, citation: Cited = "") -> Response:
    """Lead from the search on a page to what it names."""
    return _see(request, service, citation)


def _see(request: Request, service: Service, citation: str) -> Response:
    day = request.query_params.get("as_of")
    where = address_of(service.citations.resolve(citation)) + (f"?as_of={quote(day)}" if day else "")
    return Response(None, HTTPStatus.SEE_OTHER, {"Location": where})


@router.get("/organisations", include_in_schema=False)
def list_organisations(request: Request, service: ServiceOf, viewer: ViewerOf) -> Response:
    """Return the organisations that may be read."""
    listed = [(key, service.repository.version(key)) for key in viewer.reads(service.repository.keys())]
    return _page(request, service, tuple(listed), lambda: render("organisations", listed=listed))


@router.get("/organisations/{organisation}", include_in_schema=False, dependencies=_READABLE)
def read_overview(
    request: Request,
    service: ServiceOf,
    organisation: Organisation,
    as_of: AsOf = None,
    policy: LeastReview = "proposed",
) -> Response:
    """Return what is recorded of an organisation, and the counts of each framework with their denominators."""
    held, day = service.repository.held(organisation), _day(service, organisation, as_of)

    def build() -> bytes:
        values = overview_values(held, day, Policy(POLICIES[policy]))
        return render("organisation", day=day, chosen=policy, **values)

    return _page(request, service, (held.version, day, policy), build)


@router.get("/organisations/{organisation}/coverage/{key}", include_in_schema=False, dependencies=_READABLE)
def read_coverage_page(
    request: Request,
    service: ServiceOf,
    organisation: Organisation,
    key: str,
    as_of: AsOf = None,
    policy: LeastReview = "proposed",
    state: Annotated[str, Query(pattern=f"^({_STATES})?$")] = "",
    start: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Return the states of the requirements of a framework, a part at a time, under all counts."""
    held, day = service.repository.held(organisation), _day(service, organisation, as_of)
    framework = find_framework(service.content.knowledge, key)

    def build() -> bytes:
        values = coverage_values(held, framework, day, Policy(POLICIES[policy]), state=state, start=start)
        return render("coverage", day=day, chosen=policy, state=state, start=start, **values)

    return _page(request, service, (held.version, day, policy, state, start), build)


@router.get("/organisations/{organisation}/explain", include_in_schema=False, dependencies=_READABLE)
def read_proof_page(
    request: Request,
    service: ServiceOf,
    organisation: Organisation,
    citation: Cited = "",
    as_of: AsOf = None,
    policy: LeastReview = "proposed",
) -> Response:
    """Return why a provision or requirement has its state, as nested lists."""
    held, day = service.repository.held(organisation), _day(service, organisation, as_of)
    cited = service.citations.resolve(citation)

    def build() -> bytes:
        return render("proof", day=day, chosen=policy, **proof_values(held, cited, day, Policy(POLICIES[policy])))

    return _page(request, service, (held.version, cited, day, policy), build)


def _day(service: Service, organisation: str, as_of: date | None) -> date:
    """Return the day to look at: the one asked for, an example's own, or today."""
    return as_of or service.repository.held(organisation).workspace.organisation.example_date or today()


@router.get("/query", include_in_schema=False)
def ask_on_page(
    request: Request, service: ServiceOf, viewer: ViewerOf, query: Annotated[str, Query(max_length=60_000)] = ""
) -> Response:
    """Return a text area, and the answer to what was written into it."""
    negotiated(request, (HTML,))
    values: dict[str, Any] = answer_values(service, viewer, query, str(request.base_url) + "sparql")
    body = render("query", query=query or EXAMPLE, asked=bool(query.strip()), **values)
    told = {**HEADERS, "Cache-Control": "private, no-store", "Vary": "Accept, Authorization"}
    return Response(body, HTTPStatus.OK, told, f"{HTML}; charset=utf-8")
