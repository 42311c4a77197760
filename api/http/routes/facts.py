"""The facts on which duties turn: of an organisation and its assets, one property at a time."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from api.documents.base import written
from api.http.access import Organisation, PrincipalOf, may
from api.http.answers import Model, Page, Paging, PagingOf, expected_version, page, tagged
from api.http.identity import Permission
from api.http.models import FactValues
from api.http.problems import responses
from api.http.routes.records import RecordKey, home_in
from api.http.service import Service, ServiceOf
from api.http.writing import IfMatch, Told, versioned
from engine.records.facts import fact_values_of, facts_of, put_fact
from engine.records.naming import iri_of
from engine.workspace import Workspace

__all__ = ["router"]

router = APIRouter(prefix="/v1/organisations/{organisation}/facts", tags=["facts"])
Fact = Annotated[
    str, Path(description="The name of a fact property, as riskClass.", pattern="^[A-Za-z][A-Za-z0-9]{0,99}$")
]
"""The name of a fact property in the path of a route."""


class FactModel(Model):
    """What is recorded of one thing by one property."""

    about: str = Field(description="The organisation or asset.", examples=["https://acme.example/org/credit-scoring"])
    key: str = Field(description="Its key in addresses, as in the list of assets.", examples=["credit-scoring"])
    fact: str = Field(description="The property.", examples=["isPlacedOnTheMarket"])
    values: list[bool | str] = Field(description="What is so.", examples=[[True]])


def _about(service: Service, organisation: str, record: str) -> str:
    return iri_of(record, home_in(service, organisation), "")


@router.get(
    "",
    summary="The facts of an organisation",
    response_class=Response,
    responses={200: {"model": Page[FactModel]}, 304: {"description": "As you have it."}, **responses(404, 422)},
    dependencies=[Depends(may(Permission.READ))],
)
def list_facts(
    request: Request,
    service: ServiceOf,
    organisation: Organisation,
    paging: Annotated[Paging, Depends(PagingOf)],
    about: Annotated[str | None, Query(description="The IRI of one asset, or of the organisation.")] = None,
) -> Response:
    """Return the facts that are recorded, by what they are about and by property."""
    held = service.repository.held(organisation)
    found = [fact for fact in facts_of(held.workspace) if about in {None, fact["about"]}]
    told = Response()
    body = page(request, told, found, paging)
    return tagged(request, written(body, None).encode(), f'"{held.version}"', headers={"Link": told.headers["Link"]})


@router.get(
    "/{record}/{fact}",
    summary="One fact",
    response_class=Response,
    responses={200: {"model": FactModel}, 304: {"description": "As you have it."}, **responses(404, 422)},
    dependencies=[Depends(may(Permission.READ))],
)
def read_fact(
    request: Request, service: ServiceOf, organisation: Organisation, record: RecordKey, fact: Fact
) -> Response:
    """Return what is recorded of the organisation or an asset by one property."""
    held = service.repository.held(organisation)
    found = fact_values_of(held.workspace, _about(service, organisation, record), fact)
    return tagged(request, written(found, None).encode(), f'"{held.version}"')


@router.put(
    "/{record}/{fact}",
    summary="Record a fact",
    response_class=Response,
    responses=versioned(FactModel, 403, 404, 412, 422),
    dependencies=[Depends(may(Permission.WRITE))],
)
def put_fact_values(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    organisation: Organisation,
    record: RecordKey,
    fact: Fact,
    sent: FactValues,
    if_match: IfMatch = None,
) -> Response:
    """Record what is so, in the place of what was recorded by the same property."""
    del if_match
    about, said = _about(service, organisation, record), sent.model_dump(mode="json")["values"]
    version, workspace = _changed(request, service, principal.name, (organisation, about, fact), said)
    return Told(version, fact_values_of(workspace, about, fact)).response()


@router.delete(
    "/{record}/{fact}",
    summary="Take back a fact",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "It is not recorded any more."}, **responses(403, 404, 412, 422)},
    dependencies=[Depends(may(Permission.WRITE))],
)
def delete_fact(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    organisation: Organisation,
    record: RecordKey,
    fact: Fact,
    if_match: IfMatch = None,
) -> Response:
    """Take back what is recorded by a property: it is open then."""
    del if_match
    about = _about(service, organisation, record)
    fact_values_of(service.repository.held(organisation).workspace, about, fact)
    return Told(_changed(request, service, principal.name, (organisation, about, fact), [])[0]).response()


def _changed(
    request: Request, service: Service, actor: str, place: tuple[str, str, str], said: list[Any]
) -> tuple[int, Workspace]:
    """Write what is so, and return the version and the organisation after it."""
    organisation, about, fact = place
    repository, after = service.repository, list[Workspace]()
    entry = repository.change(
        organisation,
        actor,
        "fact recorded" if said else "fact withdrawn",
        lambda there: put_fact(repository.held(organisation).workspace, there, about, fact, said),
        expected=expected_version(request),
        detail={"about": about, "fact": fact},
        check=after.append,
    )
    return entry.version, after[0]
