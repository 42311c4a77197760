"""The organisations: those there are for who asks, one, a new one, everything of one, and its end."""

from __future__ import annotations

import tempfile
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Annotated, Any, Self

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, Field, StringConstraints
from pyoxigraph import NamedNode

from api.documents.base import written
from api.documents.record import organisation_document
from api.http.access import Organisation, PrincipalOf, may
from api.http.answers import Model, Page, Paging, PagingOf, expected_version, page, tagged
from api.http.identity import Permission
from api.http.models import body_model, values
from api.http.problems import Problem, responses
from api.http.service import ServiceOf
from api.http.writing import IdempotencyKey, IfMatch, Said, Told, once, versioned
from engine.errors import UnknownName
from engine.records.statements import statements
from engine.records.table import ORGANISATION
from engine.repository.belongings import write_archive
from engine.repository.organisations import home
from engine.repository.recording import Recorder
from engine.vocabulary import identifier

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyoxigraph import Quad

__all__ = ["router"]

router = APIRouter(prefix="/v1/organisations", tags=["organisations"])

_PIECE = 1 << 18


def _iri(value: str) -> str:
    try:
        return NamedNode(value).value
    except ValueError as error:
        raise ValueError("is no IRI; write one, as https://acme.example/org/acme") from error


class OrganisationItem(Model):
    """An organisation in a list."""

    key: str = Field(description="What it is called in addresses.", examples=["acme"])
    version: int = Field(description="How often it was changed.", examples=[17])


class OrganisationModel(OrganisationItem):
    """An organisation, and how much there is of it."""

    iri: str = Field(description="What it is called everywhere.", examples=["https://acme.example/org/acme"])
    label: str | None = Field(description="What it is called by people.", examples=["Acme Bank"])
    has_none: list[str] = Field(description="The classes of assets of which it has none.", examples=[["AIModel"]])
    counts: dict[str, int] = Field(description="How many records there are of each kind.", examples=[{"assets": 3}])


_BODY = body_model(ORGANISATION)


class OrganisationNew(_BODY):  # type: ignore[valid-type,misc]
    """A new organisation."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")] = Field(
        description="What it is to be called in addresses.", examples=["acme"]
    )
    iri: (
        Annotated[
            str,
            StringConstraints(pattern=r"^(https?://[^\s/]+/\S+|urn:\S+:\S+)$", max_length=500),
            AfterValidator(_iri),
        ]
        | None
    ) = Field(
        None,
        description="What it is called everywhere; its records are named beside it. Made of the key where left out.",
        examples=["https://acme.example/org/acme"],
    )


@router.get("", summary="The organisations", response_model=Page[OrganisationItem], responses=responses(422))
def list_organisations(
    request: Request,
    response: Response,
    service: ServiceOf,
    principal: PrincipalOf,
    paging: Annotated[Paging, Depends(PagingOf)],
) -> dict[str, Any]:
    """Return the organisations that you may read, by key."""
    keys = principal.reads(service.repository.keys())
    found = [{"key": key, "version": service.repository.version(key)} for key in keys]
    return page(request, response, found, paging)


@router.post(
    "",
    summary="Create an organisation",
    status_code=201,
    response_class=Response,
    responses=versioned(OrganisationModel, 403, 409, 422, status=201),
)
def create_organisation(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    sent: OrganisationNew,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Create an organisation; administrators of it, or of all, may."""
    key, repository = sent.key, service.repository
    if not principal.may(Permission.ADMINISTER, key):
        told = {"permission": Permission.ADMINISTER, "path": request.url.path}
        repository.record(principal.name, "access denied", key, told)
        detail = "you may not create this organisation; ask an administrator of it, or of all"
        raise Problem(HTTPStatus.FORBIDDEN, "not-allowed", detail)
    iri = sent.iri or identifier(f"org/{key}/organisation").value
    said = {name: value for name, value in values(sent).items() if name not in {"key", "iri"}}

    def step(there: Collection[Quad]) -> tuple[Collection[Quad], Collection[Quad]]:
        if there:
            detail = f"there is an organisation “{key}” already; change it with PUT, or choose another key"
            raise Problem(HTTPStatus.CONFLICT, "taken", detail)
        return (), list(statements(ORGANISATION, iri, said, iri, home(key)))

    def told_at(version: int) -> Told:
        counts = dict.fromkeys(("assets", "roles", "controls", "evidence", "findings", "judgements", "overrides"), 0)
        counts["statements"] = 2 + len(set(said["has_none"]))
        body = {"key": key, "iri": iri, "version": version, **said, "counts": counts}
        where = {"Location": f"/v1/organisations/{key}"}
        return Told(version, {**body, "has_none": sorted(set(said["has_none"]))}, HTTPStatus.CREATED, where)

    def act(answer: Said | None) -> int:
        action = "organisation created"
        return repository.change(key, principal.name, action, step, detail={"iri": iri}, answer=answer).version

    return once(request, idempotency_key, sent.model_dump_json(), told_at, act)


@router.get(
    "/{organisation}",
    summary="One organisation",
    response_class=Response,
    responses={200: {"model": OrganisationModel}, 304: {"description": "As you have it."}, **responses(404, 422)},
    dependencies=[Depends(may(Permission.READ))],
)
def read_organisation(request: Request, service: ServiceOf, organisation: Organisation) -> Response:
    """Return an organisation: what it is called, its version, and how much there is of it."""
    held = service.repository.held(organisation)
    found = organisation_document(organisation, held.version, held.workspace)
    return tagged(request, written(found, None).encode(), f'"{held.version}"')


def put_organisation(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    organisation: Organisation,
    sent: Any,
    if_match: IfMatch = None,
) -> Response:
    """Say anew what an organisation is called, and of which assets it has none."""
    del if_match
    iri = service.repository.held(organisation).workspace.organisation.iri
    recorder = Recorder(service.repository, organisation, principal.name)
    done = recorder.replace(ORGANISATION, iri, values(sent), expected_version(request))
    return Told(done.version, organisation_document(organisation, done.version, done.workspace)).response()


put_organisation.__annotations__["sent"] = _BODY
router.add_api_route(
    "/{organisation}",
    put_organisation,
    methods=["PUT"],
    summary="Describe an organisation anew",
    response_class=Response,
    responses=versioned(OrganisationModel, 403, 404, 412, 422),
    dependencies=[Depends(may(Permission.WRITE))],
)


@router.delete(
    "/{organisation}",
    summary="Delete an organisation",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "It is gone, with its files."}, **responses(403, 404, 412, 422)},
    dependencies=[Depends(may(Permission.ADMINISTER))],
)
def delete_organisation(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    organisation: Organisation,
    if_match: IfMatch = None,
) -> Response:
    """Delete all that an organisation states, here and in the journal, and its files; that it was done stays."""
    del if_match
    expected = expected_version(request)
    if service.repository.graphs(organisation):
        service.repository.delete(organisation, principal.name, expected)
    elif not service.files.stored(organisation):  # which are there where an earlier deletion did not come to its end
        raise UnknownName("organisation", organisation)
    service.files.erase(organisation)
    service.forget()
    return Response(None, HTTPStatus.NO_CONTENT)


class _Pieces:
    """What a file holds, piece by piece; it is closed at its end, and also where whoever asked goes away before."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = self._file.read(_PIECE)
        if not piece:
            self._file.close()
            raise StopIteration
        return piece

    def __del__(self) -> None:
        self._file.close()


@router.get(
    "/{organisation}/archive",
    summary="Everything that an organisation owns",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "A ZIP archive: manifest.json, statements.nq, journal.ndjson, files/….",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        },
        **responses(403, 404, 422),
    },
    dependencies=[Depends(may(Permission.ADMINISTER))],
)
def export_organisation(service: ServiceOf, principal: PrincipalOf, organisation: Organisation) -> Response:
    """Return the statements, the journal and the files of an organisation as one archive."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed by what sends it
    pieces = _Pieces(target)
    version = write_archive(service.repository, service.files, organisation, target)
    service.repository.record(principal.name, "organisation exported", organisation, {"version": version})
    size = target.tell()
    target.seek(0)
    headers = {
        "Content-Disposition": f'attachment; filename="{organisation}-{version}.zip"',
        "Content-Length": str(size),
        "X-Organisation-Version": str(version),
    }
    return StreamingResponse(pieces, HTTPStatus.OK, headers, "application/zip")
