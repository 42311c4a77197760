"""Linked data: the IRIs we mint, at their own paths, by content negotiation (docs/decisions/0033)."""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.http.access import Organisation, PrincipalOf, may
from api.http.answers import entity_tag, is_current, tagged
from api.http.identity import Permission
from api.http.linked.description import Description, describe
from api.http.linked.graphs import VOCABULARY, readable_graph, statements_of, unknown_thing
from api.http.linked.places import FORMS, HTML, address_of, alternates, chosen, iri_of, is_iri, place_of, with_charset
from api.http.linked.statements import Records
from api.http.linked.states import requirement_with_states
from api.http.linked.writing import written
from api.http.negotiation import negotiated
from api.http.pages.environment import HEADERS, page_version
from api.http.pages.things import graph_page, thing_page
from api.http.problems import responses
from api.http.routes.frameworks import AsOf
from api.http.service import ServiceOf
from api.http.sparql import GRAPHS
from api.shared import POLICIES, today
from engine.coverage.values import Policy
from engine.repository.organisations import graphs_of
from engine.vocabulary import BASE, ID

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from api.http.identity import Principal
    from api.http.service import Service

__all__ = ["router"]

router = APIRouter(tags=["linked data"])

ThingPath = Annotated[
    str, Path(description="The rest of the IRI; with a suffix, as .ttl, in that form.", examples=["eu-ai-act/art_15"])
]
_RELEASE = version("normgraph")


def _declared(*forms: str) -> dict[str, Any]:
    """Return forms as an answer of the OpenAPI document has them; JSON-LD is JSON of any shape."""
    return {form: {"schema": {} if form.endswith("json") else {"type": "string"}} for form in forms}


_TOLD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What is known.",
        "content": _declared(*FORMS.values()),
    },
    304: {"description": "As you have it."},
    **responses(404, 406, 408, 413, 503),
}
_SEE: dict[int | str, dict[str, Any]] = {
    303: {"description": "What is told of it is there."},
    **responses(404, 408, 413, 503),
}


def _statements(service: Service, principal: Principal, iri: str) -> tuple[Description, str]:
    """Return what is told of a thing, and the state it is told in: of the content, or else of what may be read.

    :raises Problem: if nothing is known of it.
    """
    content = service.statements
    if iri in content:
        return describe(content, iri, content), service.content.hash
    keys, stored = principal.reads(service.repository.keys()), service.repository.backend.graphs()
    own = [name for key in keys for name in graphs_of(key, stored)]
    state = " ".join(f"{key} {service.repository.version(key)}" for key in keys)
    found = describe(Records(service, own, service.limits), iri, content)
    if not found:
        raise unknown_thing(iri)
    return found, state


def _known(service: Service, principal: Principal, iri: str | None) -> str:
    """Return an IRI of which something is known."""
    if iri is None:
        raise unknown_thing("that")
    if iri not in service.statements:
        _statements(service, principal, iri)
    return iri


def _told(
    request: Request,
    service: Service,
    form: str,
    depends_on: tuple[object, ...],
    links: dict[str, str],
    build: Build,
    *,
    keep: bool = True,
) -> Response:
    """Return a document in its form, with its tag.

    :param keep: whether it is kept for whoever asks for the same; what may be large is not.
    """
    key = ("linked", form, *depends_on, *((page_version(),) if form == HTML else ()))
    tag = entity_tag(*key)
    headers = {**links, **(HEADERS if form == HTML else {})}
    if is_current(request, tag):
        return tagged(request, b"", tag, headers=headers)
    body = service.cache.get(key) or build()
    if keep:
        service.cache.put(key, body)
    return tagged(request, body, tag, with_charset(form), headers)


if TYPE_CHECKING:
    Build = Callable[[], bytes]


def see_document(request: Request, service: ServiceOf, principal: PrincipalOf, path: ThingPath) -> Response:
    """Lead from a thing, which cannot be sent, to the document about it (303)."""
    stem, form = place_of(path)
    suffix = path[len(stem) :] if form else ""
    _known(service, principal, iri_of(f"id/{stem}"))
    asked = f"?{request.url.query}" if request.url.query else ""
    where = quote(f"/doc/{stem}{suffix}", safe="/:@!$&'()*+,;=~-._") + asked
    return Response(None, HTTPStatus.SEE_OTHER, {"Location": where, "Vary": "Authorization"})


def see_example(service: ServiceOf, principal: PrincipalOf, path: ThingPath) -> Response:
    """Lead from a thing of a bundled example to what is told of it, where the example is in the store (303)."""
    iri = _known(service, principal, iri_of(f"example/{path}"))
    return Response(None, HTTPStatus.SEE_OTHER, {"Location": address_of(iri), "Vary": "Authorization"})


def read_document(
    request: Request, service: ServiceOf, principal: PrincipalOf, path: ThingPath, as_of: AsOf = None
) -> Response:
    """Return what is known of a thing in the form that is accepted; the page shows it on a day."""
    stem, fixed = place_of(path)
    form = chosen(request, fixed)
    iri = iri_of(f"id/{stem}")
    if iri is None:
        raise unknown_thing(f"{ID}{stem}")
    links = alternates(f"/doc/{stem}", form, f'<{quote(iri, safe=_IRI)}>; rel="describes"')
    return _thing(request, service, principal, (iri, f"{BASE}doc/{stem}"), form, links, as_of or today())


_IRI = "/:#?[]@!$&'()*+,;=~-._%"


def read_about(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    iri: Annotated[str, Query(min_length=1, max_length=2_000, description="The IRI of a thing.")],
    as_of: AsOf = None,
) -> Response:
    """Return what is known of a thing whose IRI is not one of this host."""
    form = chosen(request, None)
    if not is_iri(iri):
        raise unknown_thing(iri)
    links = {"Link": f'<{quote(iri, safe=_IRI)}>; rel="describes"'}
    document = f"{BASE}about?iri={quote(iri, safe='')}"
    return _thing(request, service, principal, (iri, document), form, links, as_of or today())


def _thing(
    request: Request,
    service: Service,
    principal: Principal,
    names: tuple[str, str],
    form: str,
    links: dict[str, str],
    day: date,
) -> Response:
    iri, document = names
    described, state = _statements(service, principal, iri)

    def build() -> bytes:
        if form == HTML:
            return thing_page(service, described, day)
        return written(described.triples(document), form)

    depends_on = (iri, state, *((day,) if form == HTML else ()))
    return _told(request, service, form, depends_on, links, build)


def _graph(request: Request, service: Service, principal: Principal, path: str) -> Response:
    """Return a document that is itself what its IRI names: a graph, or a part of the vocabulary."""
    stem, fixed = place_of(path)
    form = chosen(request, fixed)
    iri = iri_of(stem)
    graphs, state = readable_graph(request, service, principal, iri or stem)

    def build() -> bytes:
        quads = statements_of(service, graphs)
        if form == HTML:
            return graph_page(service, str(iri), graphs, quads)
        return written(sorted({quad.triple for quad in quads}, key=str), form)

    return _told(request, service, form, (iri, state), alternates(f"/{stem}", form), build, keep=False)


def read_vocabulary(request: Request, service: ServiceOf, principal: PrincipalOf) -> Response:
    """Return the vocabulary: every term is a fragment of this document."""
    return _graph(request, service, principal, VOCABULARY.removeprefix(BASE))


def read_vocabulary_form(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    suffix: Annotated[str, Path(pattern="^(ttl|nt|rdf|jsonld|html)$", description="The form.")],
) -> Response:
    """Return the vocabulary in one form."""
    return _graph(request, service, principal, f"{VOCABULARY.removeprefix(BASE)}.{suffix}")


def read_module(request: Request, service: ServiceOf, principal: PrincipalOf, path: ThingPath) -> Response:
    """Return a module of the vocabulary, its schemes or its shapes, or a version of one."""
    return _graph(request, service, principal, f"ns/{path}")


def read_version(request: Request, service: ServiceOf, principal: PrincipalOf, path: ThingPath) -> Response:
    """Return a version of the structure of a framework."""
    return _graph(request, service, principal, f"{_RELEASE}/{path}")


def read_named_graph(request: Request, service: ServiceOf, principal: PrincipalOf, path: ThingPath) -> Response:
    """Return the statements of a named graph that the caller may read."""
    return _graph(request, service, principal, f"g/{path}")


for _path, _run, _words, _answers in (
    ("/id/{path:path}", see_document, "A thing", _SEE),
    ("/example/{path:path}", see_example, "A thing of an example", _SEE),
    ("/doc/{path:path}", read_document, "What is known of a thing", {**_TOLD, **responses(422)}),
    ("/about", read_about, "What is known of a thing of another host", {**_TOLD, **responses(422)}),
    ("/ns", read_vocabulary, "The vocabulary", _TOLD),
    ("/ns.{suffix}", read_vocabulary_form, "The vocabulary in a form", {**_TOLD, **responses(422)}),
    ("/ns/{path:path}", read_module, "A module of the vocabulary", _TOLD),
    (f"/{_RELEASE}/{{path:path}}", read_version, "A version of a framework", _TOLD),
    ("/g/{path:path}", read_named_graph, "A named graph", _TOLD),
):
    router.add_api_route(
        _path,
        _run,
        methods=["GET"],
        summary=_words,
        response_class=Response,
        status_code=303 if _answers is _SEE else 200,
        responses=_answers,
    )
    router.add_api_route(_path, _run, methods=["HEAD"], include_in_schema=False)


@router.get(
    "/v1/organisations/{organisation}/requirement",
    summary="A requirement as linked data, with its states",
    response_class=Response,
    responses={
        200: {
            "description": "The requirement, and its state in each scope.",
            "content": _declared(*GRAPHS),
        },
        304: {"description": "As you have it."},
        **responses(404, 406, 422),
    },
    dependencies=[Depends(may(Permission.READ))],
)
def read_requirement_with_states(
    request: Request,
    service: ServiceOf,
    organisation: Organisation,
    citation: Annotated[str, Query(min_length=1, max_length=300, examples=["AI Act 15(4) no. 1"])],
    as_of: AsOf = None,
    policy: Annotated[str, Query(pattern="^(proposed|expert|legal)$", description="The least review.")] = "proposed",
) -> Response:
    """Return the statements of a requirement and of its state in each scope, in a form of RDF (JSON-LD: GRC tools)."""
    form = negotiated(request, ("application/ld+json", *(form for form in GRAPHS if form != "application/ld+json")))
    held, day = service.repository.held(organisation), as_of or today()
    iri = service.citations.resolve(citation)

    def build() -> bytes:
        chosen_policy = Policy(POLICIES[policy])
        return written(requirement_with_states(service.statements, held.workspace, iri, day, chosen_policy), form)

    depends_on = (service.content.hash, organisation, held.version, iri, day, policy)
    links = {"Link": f'<{quote(iri, safe=_IRI)}>; rel="describes"', "X-Organisation-Version": str(held.version)}
    return _told(request, service, form, depends_on, links, build)
