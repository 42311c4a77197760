"""Mappings as an organisation sees them, and what its people decide about them: in its own graph only."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field, StringConstraints

from api.documents.base import document, written
from api.documents.mappings import row_document, row_entries
from api.http.access import Organisation, PrincipalOf, check, may, signing
from api.http.answers import Model, Page, Paging, PagingOf, entity_tag, page, tagged
from api.http.documents import declared
from api.http.identity import Permission
from api.http.models import Day
from api.http.problems import responses
from api.http.service import ServiceOf
from api.http.writing import CREATED, IdempotencyKey, Said, Told, once
from api.shared import today
from engine.graph import Iri
from engine.mapping.proposing import Proposal
from engine.mapping.register import Filter, find_row, matching
from engine.mapping.reviews import Decision
from engine.mapping.rows import RELATIONSHIPS, record_iri
from engine.mapping.sssom import RATIONALE_TYPES
from engine.model import ReviewState
from engine.repository.decisions import Desk
from engine.workspace import Workspace

__all__ = ["router"]

router = APIRouter(prefix="/v1/organisations/{organisation}/mappings", tags=["mappings"])

_DECISIONS = {
    "sign": Decision.EXPERT,
    "sign-legally": Decision.LAWYER,
    "dispute": Decision.CONTESTED,
    "dismiss": Decision.DISMISSED,
    "uphold": Decision.UPHELD,
    "withdraw": Decision.WITHDRAWN,
}
_PERSON = r"^[^<>]*[^<>\s]\s*<[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>$"
RowKey = Annotated[
    str, Path(description="The key of a row, or at least six characters of it.", pattern="^[0-9a-z]{6,64}$")
]
"""The key of a mapping row in the path of a route."""
AsOf = Annotated[Day | None, Query(description="The day to look at, as 2026-11-20; today where none is given.")]
"""The day to look at, as a route takes it."""
Person = Annotated[str, StringConstraints(pattern=_PERSON, max_length=300)]
"""Who decides: a person by name, with an address."""
_WHO = "Whoever asks, where that is known: it need not be said then, and cannot be another."
Text = Annotated[str, StringConstraints(max_length=5_000)]


class RowModel(Model):
    """A mapping row as the organisation sees it, in a list."""

    record_id: str = Field(description="What it is called; the last part is its key in addresses.")
    set: str = Field(description="The mapping set that it is of.", examples=["iso-42001--eu-ai-act"])
    source: str = Field(description="The clause or control; empty where there is none.", examples=["ISO 42001 A.6.2.4"])
    relationship: str = Field(examples=["intersects-with"])
    rationale_type: str
    target: str = Field(description="The requirement.", examples=["AI Act 15(1) no. 1"])
    covers: list[str]
    strength: int | None
    confidence: float | None
    rationale: str
    residual: str
    scope_qualifier: str
    exceptions: list[str]
    review_state: str = Field(description="In which state it is for the organisation.", examples=["proposed"])
    author: str
    reviewer: str
    stale_signatures: list[str] = Field(description="Who signed another content of it.")


class ReviewModel(Model):
    """What a person decides about a row."""

    decision: Literal[tuple(_DECISIONS)] = Field(description="What is decided.", examples=["sign"])  # type: ignore[valid-type]
    person: Person | None = Field(None, description=f"Who decides. {_WHO}", examples=["Jane Doe <jane@example.org>"])
    reason: Text = Field("", description="Why; needed to dispute, dismiss and uphold.")
    on: Day | None = Field(None, description="The day of the decision; today where it is left out.")


class ProposalModel(Model):
    """A row of the organisation's own."""

    source: str = Field(description="The clause or control, by IRI or citation.", examples=["ISO 42001 A.6.2.4"])
    target: str = Field(
        description="The requirement, by IRI.",
        examples=["https://w3id.org/normgraph/id/eu-ai-act/art_15/par_1/req_1"],
    )
    relationship: Literal[tuple(RELATIONSHIPS)] = Field(examples=["intersects-with"])  # type: ignore[valid-type]
    rationale_type: Literal[tuple(RATIONALE_TYPES)] = Field("functional")  # type: ignore[valid-type]
    rationale: Text = Field(description="What the two have in common, in a sentence.")
    residual: Text = Field("", description="What the source does not give.")
    covers: tuple[Annotated[int, Field(ge=1, le=9_999)], ...] = Field(
        (), max_length=100, description="Numbers of the elements that it gives fully.", examples=[[1, 3]]
    )
    scope_qualifier: Text = Field("", description="Where it holds, as “AI systems only”.")
    confidence: float = Field(0.7, ge=0, le=1)
    overrides: str | None = Field(
        None, pattern="^[0-9a-z]{6,64}$", description="The key of a row it puts out of force."
    )
    person: Person | None = Field(
        None, description=f"Who proposes it. {_WHO}", examples=["Jane Doe <jane@example.org>"]
    )
    on: Day | None = Field(None, description="The day of the proposal; today where it is left out.")


_DECIDED: dict[int | str, Any] = {
    201: {**declared("mapping-show")[200], "headers": CREATED},
    **responses(403, 404, 422),
}


def _document(workspace: Workspace, name: str, day: date) -> dict[str, Any]:
    """Return a row as an organisation sees it on a day, with the reviews."""
    knowledge = workspace.knowledge(day)
    return document("mapping-show", row_document(knowledge, workspace.overlay, find_row(knowledge.rows, name), day))


@router.get(
    "",
    summary="The mappings of an organisation",
    response_class=Response,
    responses={200: {"model": Page[RowModel]}, 304: {"description": "As you have it."}, **responses(404, 422)},
    dependencies=[Depends(may(Permission.READ))],
)
def list_organisation_mappings(
    request: Request,
    service: ServiceOf,
    organisation: Organisation,
    paging: Annotated[Paging, Depends(PagingOf)],
    source: Annotated[str | None, Query(description="A framework, clause or control, by IRI or citation.")] = None,
    target: Annotated[str | None, Query(description="A framework, provision or requirement, likewise.")] = None,
    set_id: Annotated[str | None, Query(alias="set", description="A mapping set.")] = None,
    state: Annotated[Literal[tuple(s.label for s in ReviewState)] | None, Query(description="A review state.")] = None,  # type: ignore[valid-type]
    as_of: AsOf = None,
) -> Response:
    """Return shipped rows and the organisation's own, each in the state it has there, by set, source and target."""
    held, day = service.repository.held(organisation), as_of or today()
    knowledge, resolve = held.workspace.knowledge(day), held.workspace.citations.resolve
    ends = [None if text is None else resolve(text) for text in (source, target)]
    review = ReviewState[state.upper().replace("-", "_")] if state else None
    found = matching(knowledge, Filter(set_id, ends[0], ends[1], review=review))
    told = Response()
    body = page(request, told, found, paging)
    body["items"] = row_entries(knowledge, held.workspace.overlay, body["items"], day)
    tag = entity_tag(service.content.hash, held.version, day)
    return tagged(request, written(body, None).encode(), tag, headers={"Link": told.headers["Link"]})


@router.get(
    "/{row}",
    summary="One mapping of an organisation",
    response_class=Response,
    responses=declared("mapping-show", 404, 422),
    dependencies=[Depends(may(Permission.READ))],
)
def read_organisation_mapping(
    request: Request, service: ServiceOf, organisation: Organisation, row: RowKey, as_of: AsOf = None
) -> Response:
    """Return a row in the state that it has for the organisation, with who reviewed it."""
    held, day = service.repository.held(organisation), as_of or today()
    tag = entity_tag(service.content.hash, held.version, day)
    return tagged(request, written(_document(held.workspace, row, day), None).encode(), tag)


@router.post(
    "/{row}/reviews",
    summary="Review a mapping",
    status_code=201,
    response_class=Response,
    responses=_DECIDED,
    dependencies=[Depends(may(Permission.REVIEW))],
)
def review_mapping(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    organisation: Organisation,
    row: RowKey,
    sent: ReviewModel,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Write what a person decides about a row; to sign as a lawyer takes a legal reviewer."""
    decision, day = _DECISIONS[sent.decision], sent.on or today()
    if decision is Decision.LAWYER:
        check(service, principal, Permission.REVIEW_LEGALLY, organisation, request)
    desk = Desk(service.repository, organisation, principal.name, signing(principal, sent.person), day)
    after: list[Workspace] = []

    def act(said: Said | None) -> int:
        return desk.review(row, decision, sent.reason, after.append, said).version

    def told(version: int) -> Told:
        return _decided(version, organisation, row, _document(after[0], row, day))

    return once(request, idempotency_key, sent.model_dump_json(), told, act)


def _decided(version: int, organisation: str, row: str, said: dict[str, Any]) -> Told:
    """Return how a decision about a row is answered: by the row with all its reviews."""
    where = f"/v1/organisations/{organisation}/mappings/{row}"
    return Told(version, json.loads(written(said)), HTTPStatus.CREATED, {"Location": where})


@router.post(
    "",
    summary="Add a mapping of the organisation's own",
    status_code=201,
    response_class=Response,
    responses=_DECIDED,
    dependencies=[Depends(may(Permission.REVIEW))],
)
def propose_mapping(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    organisation: Organisation,
    sent: ProposalModel,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Add a row from a control to a requirement; it is proposed until others than its author sign it."""
    day = sent.on or today()
    resolve = service.repository.held(organisation).workspace.citations.resolve
    source, target = resolve(sent.source), resolve(sent.target)
    proposal = Proposal(
        subject=source,
        object=target,
        relationship=sent.relationship,
        rationale_type=sent.rationale_type,
        rationale=sent.rationale,
        residual=sent.residual,
        covers=tuple(Iri(f"{target}/el_{number}") for number in sorted(set(sent.covers))),
        scope_qualifier=sent.scope_qualifier,
        confidence=Decimal(str(sent.confidence)),
    )
    desk = Desk(service.repository, organisation, principal.name, signing(principal, sent.person), day)
    key, after = record_iri(desk.set_id, source, target).rpartition("/")[2], list[Workspace]()

    def act(said: Said | None) -> int:
        return desk.propose(proposal, sent.overrides, after.append, said).version

    def told(version: int) -> Told:
        return _decided(version, organisation, key, _document(after[0], key, day))

    return once(request, idempotency_key, sent.model_dump_json(), told, act)
