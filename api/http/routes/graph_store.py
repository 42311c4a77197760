"""The Graph Store Protocol over the graphs of one organisation: read, put, add to and delete, valid or not at all.

The graphs of an organisation are its graph store. Its own graph, ``…/g/org/acme``, stands for the default graph; the
others lie below it and are named directly by the rest of the path, or by ``?graph=``.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize
from starlette.datastructures import UploadFile

from api.http.access import Organisation, PrincipalOf, may
from api.http.answers import entity_tag, expected_version, tagged
from api.http.identity import Permission
from api.http.lanes import writing
from api.http.negotiation import negotiated
from api.http.problems import Problem, responses
from api.http.service import ServiceOf
from api.http.sparql import GRAPHS
from engine.repository.organisations import graphs_of, home
from engine.sandbox.tasks import Parse
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection

    from api.http.service import Service

__all__ = ["router"]

router = APIRouter(prefix="/v1/organisations/{organisation}/graphs", tags=["graph store"])

Named = Annotated[str | None, Query(alias="graph", description="The IRI of a graph of the organisation.")]
Default = Annotated[str | None, Query(alias="default", description="Present for the organisation's own graph.")]
_READ = (*GRAPHS, "application/n-quads", "application/trig")
_BELOW = re.compile(r"(?:/(?:[\w\-.~:@!$&'()*+,;=]|%[0-9A-Fa-f]{2}){1,200}){0,8}")
_PARTS = 100
"""How many documents one request may send."""
_FORMS = {form: {"schema": {"type": "string"}} for form in GRAPHS}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            **_FORMS,
            "application/ld+json": {"schema": {}},
            "multipart/form-data": {"schema": {"type": "object"}},
        },
    }
}
_RDF: dict[int | str, dict[str, Any]] = {200: {"description": "The graph.", "content": _FORMS}}
_WRITTEN: dict[int | str, dict[str, Any]] = {
    201: {"description": "The graph is new."},
    204: {"description": "The graph was changed."},
}
_GONE: dict[int | str, dict[str, Any]] = {204: {"description": "The graph is gone."}}


def _graph(organisation: str, name: str | None, graph: str | None, default: str | None) -> str:
    """Return the graph that a request names.

    :raises Problem: if it names none, more than one, or one that is not of the organisation.
    """
    own = home(organisation).value
    named = [each for each in (f"{own}/{name}" if name else None, graph, own if default is not None else None) if each]
    if len(named) != 1:
        detail = "name one graph: by the path, or by ?graph=IRI, or ?default for the organisation's own"
        raise Problem(HTTPStatus.BAD_REQUEST, "no-graph", detail)
    if not graphs_of(organisation, named):
        detail = f"{named[0][:200]} is no graph of this organisation; its graphs are {own} and those below {own}/"
        raise Problem(HTTPStatus.BAD_REQUEST, "foreign-graph", detail)
    below = named[0].removeprefix(own)
    if not _BELOW.fullmatch(below) or {".", ".."} & set(below.split("/")):
        detail = "the name of a graph is of letters, digits and -._~%:@!$&'()*+,;= between slashes, without . and .."
        raise Problem(HTTPStatus.BAD_REQUEST, "bad-graph", detail)
    return named[0]


def _graph_of(request: Request, organisation: Organisation, graph: Named = None, default: Default = None) -> str:
    """Return the graph that a request names; to add to, a new one where it names none."""
    name = request.path_params.get("name")
    is_new = request.method == "POST" and not name and not graph and default is None
    return _graph(organisation, uuid4().hex if is_new else name, graph, default)


GraphOf = Annotated[str, Depends(_graph_of)]


def _by_path(name: Annotated[str, Path(description="The graph, below the organisation's own.")]) -> None:
    """Declare the part of the path that names a graph."""
    del name


def _statements(service: Service, graph: str) -> list[Quad]:
    found = service.repository.backend.quads([graph])
    if not found:
        detail = f"there is no graph {graph} here, or it holds nothing"
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-graph", detail)
    return found


async def _documents(request: Request) -> list[tuple[str, bytes]]:
    """Return what a request sends, each with its form: one document, or the parts of a form."""
    form = _form_of(request.headers.get("content-type"))
    if form != "multipart/form-data":
        return [(form, await request.body())]
    async with request.form(max_files=_PARTS, max_fields=_PARTS) as sent:
        return [await _part(value) for _, value in sent.multi_items()]


async def _part(value: UploadFile | str) -> tuple[str, bytes]:
    return (
        ("text/turtle", value.encode())
        if isinstance(value, str)
        else (_form_of(value.content_type), await value.read())
    )


def _form_of(kind: str | None) -> str:
    return (kind or "text/turtle").partition(";")[0].strip().lower()


def _parsed(service: Service, documents: list[tuple[str, bytes]], graph: str, base: str) -> list[Quad]:
    """Return the statements of some documents, parsed in a worker, all in one graph."""
    quads: list[Quad] = []
    place = NamedNode(graph)
    for number, (form, data) in enumerate(documents):
        if form not in _READ:
            detail = f"“{form[:80]}” is no form of RDF that is read here; send {', '.join(GRAPHS)}"
            raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-form", detail)
        task = Parse(data, form, graph, f"document{number or ''}", base, service.limits)
        answer = service.repository.backend.parse(task)
        found = parse(answer.body, format=RdfFormat.N_QUADS)
        quads += [Quad(quad.subject, quad.predicate, quad.object, place) for quad in found]
    return quads


async def _write(
    request: Request, service: Service, principal: Any, organisation: str, graph: str, *, anew: bool
) -> Response:
    documents = await _documents(request)
    expected = expected_version(request)
    action, detail = ("graph put" if anew else "graph added to"), {"graph": graph}
    was_there = False

    def change() -> int:
        added = _parsed(service, documents, graph, str(request.url.replace(query="")))

        def step(there: Collection[Quad]) -> tuple[Collection[Quad], Collection[Quad]]:
            nonlocal was_there
            before = [quad for quad in there if getattr(quad.graph_name, "value", "") == graph]
            was_there = bool(before)
            return (before if anew else []), added

        changed = service.repository.change
        return changed(organisation, principal.name, action, step, expected=expected, detail=detail).version

    version = await writing(service.settings, change)
    status = HTTPStatus.NO_CONTENT if was_there else HTTPStatus.CREATED
    own = home(organisation).value
    place = f"{request.url.path.partition('/graphs')[0]}/graphs"
    where = f"{place}?default" if graph == own else f"{place}/{quote(graph.removeprefix(own + '/'))}"
    return Response(None, status, {"X-Organisation-Version": str(version), "ETag": f'"{version}"', "Location": where})


def read(request: Request, service: ServiceOf, organisation: Organisation, graph: GraphOf) -> Response:
    """Return the statements of a graph in the form that is accepted, with the version of the organisation."""
    form = negotiated(request, GRAPHS)
    triples = sorted((quad.triple for quad in _statements(service, graph)), key=str)
    body = serialize(triples, format=RdfFormat.from_media_type(form), prefixes=PREFIXES) or b""
    tag = entity_tag(organisation, service.repository.version(organisation), graph, form)
    version = {"X-Organisation-Version": str(service.repository.version(organisation))}
    return tagged(request, body, tag, f"{form}; charset=utf-8" if form == "text/turtle" else form, version)


async def put(
    request: Request, service: ServiceOf, principal: PrincipalOf, organisation: Organisation, graph: GraphOf
) -> Response:
    """Put the statements that are sent in the place of those of a graph."""
    return await _write(request, service, principal, organisation, graph, anew=True)


async def add(
    request: Request, service: ServiceOf, principal: PrincipalOf, organisation: Organisation, graph: GraphOf
) -> Response:
    """Add the statements that are sent to a graph; to a new one, whose address is told, where none is named."""
    return await _write(request, service, principal, organisation, graph, anew=False)


def delete(
    request: Request, service: ServiceOf, principal: PrincipalOf, organisation: Organisation, graph: GraphOf
) -> Response:
    """Take away all statements of a graph."""
    gone = _statements(service, graph)
    expected = expected_version(request)
    service.repository.change(
        organisation, principal.name, "graph deleted", lambda _: (gone, ()), expected=expected, detail={"graph": graph}
    )
    return Response(None, HTTPStatus.NO_CONTENT)


for _path, _how, _declared in (
    ("", "named by a parameter", []),
    ("/{name:path}", "named by the path", [Depends(_by_path)]),
):
    for _method, _run, _words, _needs, _told, _more in (
        ("GET", read, "Read a graph", Permission.READ, {**_RDF, **responses(400, 404, 406)}, None),
        (
            "PUT",
            put,
            "Put a graph",
            Permission.WRITE,
            {**_WRITTEN, **responses(400, 404, 408, 412, 415, 422, 503)},
            _BODY,
        ),
        (
            "POST",
            add,
            "Add to a graph",
            Permission.WRITE,
            {**_WRITTEN, **responses(400, 404, 408, 412, 415, 422, 503)},
            _BODY,
        ),
        ("DELETE", delete, "Delete a graph", Permission.WRITE, {**_GONE, **responses(400, 404, 412, 422)}, None),
    ):
        router.add_api_route(
            _path,
            _run,
            methods=[_method],
            name=f"{_run.__name__}_graph_{_how.replace(' ', '_')}",
            summary=f"{_words} {_how}",
            status_code=200 if _method == "GET" else 204,
            response_class=Response,
            responses=_told,
            dependencies=[*_declared, Depends(may(_needs))],
            openapi_extra=_more,
        )
        if _method == "GET":
            router.add_api_route(
                _path, _run, methods=["HEAD"], include_in_schema=False, dependencies=[Depends(may(_needs))]
            )
