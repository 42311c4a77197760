"""Provisions, controls and requirements: by citation, and as the tree of a framework."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from api.documents.provision import provision_document
from api.http.access import PrincipalOf
from api.http.answers import Model, Page, Paging, PagingOf, page
from api.http.documents import answered, declared
from api.http.parameters import AsOf, Citation
from api.http.problems import responses
from api.http.service import ServiceOf
from api.opened import find_framework
from api.shared import today

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["frameworks"])


class ProvisionEntry(Model):
    """A part of a framework in its list."""

    iri: str
    citation: str
    kind: str
    title: str
    parent: str | None
    in_force: bool


@router.get("/provisions", summary="What is known of a provision", responses=declared("show", 404, 422))
def read_provision(
    request: Request, service: ServiceOf, _: PrincipalOf, citation: Citation, as_of: AsOf = None
) -> Response:
    """Return a framework, provision, control or requirement with its parts, requirements, rules and mappings."""
    day, knowledge = as_of or today(), service.content.knowledge
    iri = service.citations.resolve(citation)

    def build() -> dict[str, Any]:
        return {**provision_document(knowledge, iri, day), "official_text": []}

    return answered(request, service, "show", (iri, day), build)


@router.get(
    "/frameworks/{key}/provisions",
    summary="The parts of a framework",
    response_model=Page[ProvisionEntry],
    responses=responses(404, 422),
)
def list_provisions(
    request: Request,
    response: Response,
    service: ServiceOf,
    _: PrincipalOf,
    key: str,
    paging: Annotated[Paging, Depends(PagingOf)],
    as_of: AsOf = None,
) -> dict[str, Any]:
    """Return every citable part of a framework in document order, each with what it is part of."""
    knowledge, day = service.content.knowledge, as_of or today()
    framework = find_framework(knowledge, key)
    parts = [knowledge.provisions[iri] for iri in knowledge.subtree(framework.iri) if iri in knowledge.provisions]
    entries = [
        {
            "iri": part.iri,
            "citation": knowledge.citation(part.iri),
            "kind": part.kind,
            "title": part.title_on(day),
            "parent": part.parent,
            "in_force": part.version_on(day) is not None,
        }
        for part in parts
    ]
    return page(request, response, entries, paging)
