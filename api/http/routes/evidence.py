"""What is done with items of evidence beside writing them: approved, and given a successor."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.documents.record import written_document
from api.http.access import Organisation, PrincipalOf, may
from api.http.answers import Model
from api.http.identity import Permission
from api.http.models import Link, body_model, bulk_model, record_model
from api.http.routes.records import RecordKey, add_records, home_in, one_added
from api.http.service import ServiceOf
from api.http.writing import IdempotencyKey, Said, Told, once, versioned
from engine.errors import UnknownName
from engine.records.naming import iri_of
from engine.records.statements import is_record
from engine.records.table import KINDS
from engine.repository.recording import Answer, Recorded, Recorder

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["router"]

router = APIRouter(prefix="/v1/organisations/{organisation}/evidence/{record}", tags=["evidence"])
_EVIDENCE = KINDS["evidence"]
_SHOWN = record_model(_EVIDENCE)
_NEW = bulk_model(_EVIDENCE, body_model(_EVIDENCE))


class ApprovalModel(Model):
    """Who approves an item."""

    by: Link = Field(
        description="The agent who approves it: not one who collected it.",
        examples=["https://acme.example/org/role/head-of-model-validation"],
    )


@router.post(
    "/approvals",
    summary="Approve an item of evidence",
    status_code=201,
    response_class=Response,
    responses=versioned(_SHOWN, 403, 404, 422, status=201),
    dependencies=[Depends(may(Permission.REVIEW))],
)
def approve_evidence(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    organisation: Organisation,
    record: RecordKey,
    sent: ApprovalModel,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Record that somebody other than its collector approved an item as it stands."""
    iri = iri_of(record, home_in(service, organisation), _EVIDENCE.segment)
    recorder = Recorder(service.repository, organisation, principal.name)
    done: list[Recorded] = []

    def approved(before: Mapping[str, object]) -> Mapping[str, object]:
        by = before["approved_by"]
        return {**before, "approved_by": sorted({sent.by, *(by if isinstance(by, list) else [])})}

    def told(recorded: Recorded) -> Told:
        where = {"Location": f"/v1/organisations/{organisation}/evidence/{record}"}
        return Told(recorded.version, written_document(recorded, _EVIDENCE, iri), HTTPStatus.CREATED, where)

    def act(said: Said | None) -> int:
        answer = said and Answer(said[0], said[1], lambda recorded: told(recorded).kept())
        done.append(recorder.amend(_EVIDENCE, iri, "approved", approved, answer))
        return done[0].version

    return once(request, idempotency_key, sent.model_dump_json(), lambda _: told(done[0]), act)


def supersede_evidence(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    organisation: Organisation,
    record: RecordKey,
    sent: Any,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Add an item of evidence that takes the place of this one once it is approved."""
    held = service.repository.held(organisation).workspace
    iri = iri_of(record, home_in(service, organisation), _EVIDENCE.segment)
    if not is_record(_EVIDENCE, held.records, iri, held.organisation.iri):
        raise UnknownName(_EVIDENCE.one, record)
    body = sent.model_copy(update={"supersedes": tuple(sorted({*sent.supersedes, iri}))})
    told = one_added(organisation, _EVIDENCE)
    return add_records(request, service, principal, (organisation, _EVIDENCE), [body], told, idempotency_key)


supersede_evidence.__annotations__["sent"] = _NEW
router.add_api_route(
    "/successors",
    supersede_evidence,
    methods=["POST"],
    summary="Add the successor of an item of evidence",
    status_code=201,
    response_class=Response,
    responses=versioned(_SHOWN, 403, 404, 409, 422, status=201),
    dependencies=[Depends(may(Permission.WRITE))],
)
