"""The frameworks, their versions and their provisions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from api.http.access import PrincipalOf
from api.http.answers import Model, Page, Paging, PagingOf, entity_tag, page, tagged
from api.http.parameters import AsOf
from api.http.problems import responses
from api.http.service import ServiceOf
from api.opened import find_framework
from api.shared import today
from engine.coverage.census import census

__all__ = ["AsOf", "router"]

router = APIRouter(prefix="/v1", tags=["frameworks"])


class VersionModel(Model):
    """One state of a framework."""

    iri: str
    name: str
    valid_from: date | None
    source: str


class FrameworkModel(Model):
    """A framework and what is modelled of it on a day."""

    iri: str
    key: str
    name: str
    title: str
    source: str
    versions: list[VersionModel]


class Census(Model):
    """What is modelled of a framework on a day; counts of its parts."""

    key: str
    version: str
    provisions: int
    requirements: int
    elements: int
    classified: int
    not_modelled: int
    rows: int


def _framework(framework: Any) -> dict[str, Any]:
    told = {name: getattr(framework, name) for name in ("iri", "key", "name", "title", "source")}
    versions = [
        {"iri": v.iri, "name": v.name, "valid_from": v.valid_from, "source": v.source} for v in framework.versions
    ]
    return {**told, "versions": versions}


@router.get(
    "/frameworks", summary="The loaded frameworks", response_model=Page[FrameworkModel], responses=responses(422)
)
def list_frameworks(
    request: Request,
    response: Response,
    service: ServiceOf,
    _: PrincipalOf,
    paging: Annotated[Paging, Depends(PagingOf)],
) -> dict[str, Any]:
    """Return the frameworks with their versions, by key."""
    found = sorted(service.content.knowledge.frameworks.values(), key=lambda framework: framework.key)
    return page(request, response, [_framework(framework) for framework in found], paging)


@router.get("/frameworks/{key}", summary="One framework", response_model=FrameworkModel, responses=responses(404, 422))
def read_framework(request: Request, service: ServiceOf, _: PrincipalOf, key: str) -> Response:
    """Return a framework by its key, as eu-ai-act, or the name it is cited by."""
    found = find_framework(service.content.knowledge, key)
    body = FrameworkModel(**_framework(found)).model_dump_json().encode()
    return tagged(request, body, entity_tag(service.content.hash, key))


@router.get("/frameworks/{key}/census", summary="What is modelled of it", responses=responses(404, 422))
def read_census(service: ServiceOf, _: PrincipalOf, key: str, as_of: AsOf = None) -> Census:
    """Return how many parts of a framework demand something, demand nothing, and are not modelled."""
    knowledge = service.content.knowledge
    framework = find_framework(knowledge, key)
    found = next(row for row in census(knowledge, as_of or today()) if row.key == framework.key)
    return Census(**{name: getattr(found, name) for name in Census.model_fields})
