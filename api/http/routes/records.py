"""Records of an organisation: one set of routes for each kind of the table."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from api.documents.base import written
from api.documents.record import record_document, records_of, written_document
from api.http.access import Organisation, PrincipalOf, check, may
from api.http.answers import Page, Paging, PagingOf, expected_version, page, tagged
from api.http.identity import Permission, Principal
from api.http.models import added_model, body_model, bulk_model, many_model, merged, patch_model, record_model, values
from api.http.problems import Problem, responses
from api.http.service import Service, ServiceOf
from api.http.writing import IdempotencyKey, IfMatch, Said, Told, once, versioned
from engine.errors import UnknownName
from engine.graph import Iri
from engine.mapping.recording import home_of
from engine.records.naming import iri_of
from engine.records.statements import is_record
from engine.records.table import KINDS, Kind
from engine.repository.recording import Answer, Draft, Recorded, Recorder, Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from api.http.answers import Model

__all__ = ["RecordKey", "add_records", "home_in", "one_added", "router"]

router = APIRouter(prefix="/v1/organisations/{organisation}")

RecordKey = Annotated[
    str, Path(description="The key of the record, as lists have it.", min_length=1, max_length=3_000, pattern="^[^/]+$")
]
"""The key of a record in the path of a route."""
_WRITTEN_BY = {"judgements": Permission.REVIEW, "overrides": Permission.REVIEW}
"""Who may write the records of a kind, where it is not whoever may write."""


def home_in(service: Service, organisation: str) -> str:
    """Return the IRI below which an organisation names its records."""
    return home_of(service.repository.held(organisation).workspace.organisation.iri)


def _link(organisation: str, kind: Kind, key: str) -> str:
    """Return the address of a record."""
    return f"/v1/organisations/{organisation}/{kind.name}/{key}"


def _with_file(service: Service, organisation: str, kind: Kind, said: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a record, with the place of the uploaded file where an item of evidence names none.

    :raises Problem: if no such file was uploaded.
    """
    if kind.name != "evidence" or said.get("location"):
        return said
    files, sha256 = service.files, said["sha256"]
    if not files.holds(organisation, sha256):
        detail = f"no file of the hash {sha256} was uploaded; put it under /files/{sha256} first, or send a location"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "file-missing", detail)
    return {**said, "location": files.location(sha256)}


def check_approval(
    request: Request, service: Service, principal: Principal, place: tuple[str, Kind], said: Sequence[dict[str, Any]]
) -> None:
    """Refuse approvals by whoever may write only: they leave them out, and a reviewer approves the item."""
    organisation, kind = place
    if kind.name == "evidence" and any(each.get("approved_by") for each in said):
        check(service, principal, Permission.REVIEW, organisation, request)


def add_records(
    request: Request,
    service: Service,
    principal: Principal,
    place: tuple[str, Kind],
    bodies: Sequence[Model],
    told: Callable[[Recorded, list[dict[str, Any]]], Told],
    key: str | None,
) -> Response:
    """Add records, all or none, and answer."""
    organisation, kind = place
    found = [_with_file(service, organisation, kind, values(body)) for body in bodies]
    check_approval(request, service, principal, place, found)
    drafts = [Draft(v, getattr(body, "name", None) or "") for v, body in zip(found, bodies, strict=True)]
    recorder, done = Recorder(service.repository, organisation, principal.name), list[Recorded]()

    def answered(recorded: Recorded) -> Told:
        return told(recorded, [written_document(recorded, kind, iri) for iri in recorded.items])

    def act(said: Said | None) -> int:
        answer = said and Answer(said[0], said[1], lambda recorded: answered(recorded).kept())
        try:
            done.append(recorder.add(kind, drafts, answer))
        except Taken as error:
            raise Problem(HTTPStatus.CONFLICT, "taken", str(error)) from error
        return done[0].version

    asked = "".join(body.model_dump_json() for body in bodies)
    return once(request, key, asked, lambda _: answered(done[0]), act)


def one_added(organisation: str, kind: Kind) -> Callable[[Recorded, list[dict[str, Any]]], Told]:
    """Return how the one record that was added is answered."""

    def told(recorded: Recorded, items: list[dict[str, Any]]) -> Told:
        where = {"Location": _link(organisation, kind, items[0]["key"])}
        return Told(recorded.version, items[0], HTTPStatus.CREATED, where)

    return told


def _many(organisation: str, kind: Kind) -> Callable[[Recorded, list[dict[str, Any]]], Told]:
    def told(recorded: Recorded, items: list[dict[str, Any]]) -> Told:
        where = {"Location": f"/v1/organisations/{organisation}/{kind.name}"}
        return Told(recorded.version, {"version": recorded.version, "items": items}, HTTPStatus.CREATED, where)

    return told


def _record(service: Service, organisation: str, kind: Kind, key: str) -> tuple[int, dict[str, Any]]:
    held = service.repository.held(organisation)
    about = held.workspace.organisation.iri
    iri = iri_of(key, home_of(about), kind.segment)
    if not is_record(kind, held.workspace.records, iri, about):
        raise UnknownName(kind.one, key)
    return held.version, record_document(held.workspace, kind, iri)


def _routes(kind: Kind) -> None:
    """Add the routes of a kind."""
    body, shown = body_model(kind), record_model(kind)
    new = bulk_model(kind, body)
    many = many_model(kind, new)
    needs = _WRITTEN_BY.get(kind.name, Permission.WRITE)

    def listed(
        request: Request,
        service: ServiceOf,
        organisation: Organisation,
        paging: Annotated[Paging, Depends(PagingOf)],
    ) -> Response:
        held = service.repository.held(organisation)
        told = Response()
        found = page(request, told, records_of(held.workspace, kind), paging)
        found["items"] = [record_document(held.workspace, kind, iri) for iri in found["items"]]
        headers = {"Link": told.headers["Link"]}
        return tagged(request, written(found, None).encode(), f'"{held.version}"', headers=headers)

    def read(request: Request, service: ServiceOf, organisation: Organisation, record: RecordKey) -> Response:
        version, found = _record(service, organisation, kind, record)
        return tagged(request, written(found, None).encode(), f'"{version}"')

    def add(
        request: Request,
        service: ServiceOf,
        principal: PrincipalOf,
        organisation: Organisation,
        sent: Any,
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        told = one_added(organisation, kind)
        return add_records(request, service, principal, (organisation, kind), [sent], told, idempotency_key)

    def add_many(
        request: Request,
        service: ServiceOf,
        principal: PrincipalOf,
        organisation: Organisation,
        sent: Any,
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        told = _many(organisation, kind)
        return add_records(request, service, principal, (organisation, kind), sent.items, told, idempotency_key)

    def put(
        request: Request,
        service: ServiceOf,
        principal: PrincipalOf,
        organisation: Organisation,
        record: RecordKey,
        sent: Any,
        if_match: IfMatch = None,
    ) -> Response:
        del if_match
        said = _with_file(service, organisation, kind, values(sent))
        check_approval(request, service, principal, (organisation, kind), [said])
        iri = iri_of(record, home_in(service, organisation), kind.segment)
        recorder = Recorder(service.repository, organisation, principal.name)
        done = recorder.replace(kind, iri, said, expected_version(request))
        return Told(done.version, written_document(done, kind, iri)).response()

    def patch(
        request: Request,
        service: ServiceOf,
        principal: PrincipalOf,
        organisation: Organisation,
        record: RecordKey,
        sent: Any,
        if_match: IfMatch = None,
    ) -> Response:
        del if_match

        def now(before: Mapping[str, object]) -> Mapping[str, object]:
            said = _with_file(service, organisation, kind, values(merged(body, before, sent)))
            check_approval(request, service, principal, (organisation, kind), [said])
            return said

        iri = iri_of(record, home_in(service, organisation), kind.segment)
        recorder = Recorder(service.repository, organisation, principal.name)
        done = recorder.amend(kind, iri, "changed", now, expected=expected_version(request))
        return Told(done.version, written_document(done, kind, iri)).response()

    def remove(
        request: Request,
        service: ServiceOf,
        principal: PrincipalOf,
        organisation: Organisation,
        record: RecordKey,
        if_match: IfMatch = None,
    ) -> Response:
        del if_match
        iri = iri_of(record, home_in(service, organisation), kind.segment)
        recorder = Recorder(service.repository, organisation, principal.name)
        return Told(recorder.remove(kind, Iri(iri), expected_version(request)).version).response()

    add.__annotations__["sent"] = new
    add_many.__annotations__["sent"] = many
    put.__annotations__["sent"] = body
    patch.__annotations__["sent"] = Annotated[patch_model(kind), Body(media_type="application/merge-patch+json")]
    several: Any = Page[shown]  # type: ignore[valid-type]
    gone: dict[int | str, Any] = {204: {"description": "It is gone."}, **responses(404, 412, 422)}
    was: dict[int | str, Any] = {304: {"description": "As you have it."}}
    one = f"/{kind.name}/{{record}}"
    for path, method, run, words, permission, told in (
        (
            f"/{kind.name}",
            "GET",
            listed,
            "The {0} of an organisation",
            Permission.READ,
            {200: {"model": several}, **was},
        ),
        (f"/{kind.name}", "POST", add, "Add a {1}", needs, versioned(shown, 404, 409, 422, status=201)),
        (
            f"/bulk/{kind.name}",
            "POST",
            add_many,
            "Add many {0}",
            needs,
            versioned(added_model(shown), 404, 409, 422, status=201),
        ),
        (one, "GET", read, "One {1}", Permission.READ, {200: {"model": shown}, **was}),
        (one, "PUT", put, "Give a {1} other values", needs, versioned(shown, 404, 412, 422)),
        (one, "PATCH", patch, "Change some values of a {1}", needs, versioned(shown, 404, 412, 422)),
        (one, "DELETE", remove, "Remove a {1}", needs, gone),
    ):
        router.add_api_route(
            path,
            run,
            methods=[method],
            name=f"{run.__name__}_{kind.name}",
            summary=words.format(kind.name, kind.one),
            description=_DESCRIPTIONS[run.__name__],
            tags=[kind.name],
            status_code={"POST": 201, "DELETE": 204}.get(method, 200),
            response_class=Response,
            responses={**responses(403, 404, 422), **told},
            dependencies=[Depends(may(permission))],
        )


_DESCRIPTIONS = {
    "listed": "Return the records, by IRI.",
    "read": "Return a record by its key.",
    "add": "Add a record; it is there and valid when this is answered, or nothing is.",
    "add_many": "Add records in one change, all or none.",
    "put": "Give a record the values that are sent, in the place of those it has; what it states beside stays.",
    "patch": "Give some fields other values, as a merge patch: null takes a value away; the others stay.",
    "remove": "Remove a record; one that others name is kept, and that is said.",
}


for _kind in KINDS.values():
    _routes(_kind)
