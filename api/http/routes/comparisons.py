"""What differs: a framework between two days, states between two days, and assessments that were kept."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.diffs.law import LawDiff
from api.documents.runs import runs_document
from api.http.access import Organisation, PrincipalOf, may
from api.http.answers import Model
from api.http.computing import computed
from api.http.documents import body_of, declared
from api.http.identity import Permission
from api.http.parameters import Day, PolicyOf
from api.http.problems import Problem, responses
from api.http.reading import View, about, view_of
from api.http.service import ServiceOf
from api.opened import find_framework
from engine.coverage.run import records_hash
from engine.errors import BadParameter
from engine.intime.affected import affected
from engine.intime.changes import changes_between_days
from engine.intime.run_changes import compare_runs
from engine.intime.runs import Run, run_from, run_of

__all__ = ["own_router", "router"]

router = APIRouter(prefix="/v1", tags=["comparisons"])
own_router = APIRouter(
    prefix="/v1/organisations/{organisation}", tags=["comparisons"], dependencies=[Depends(may(Permission.READ))]
)
Earlier = Annotated[Day, Query(alias="from", description="The earlier day.")]
Later = Annotated[Day, Query(alias="to", description="The later day.")]


def _refuse_disorder(begin: date, end: date) -> None:
    if end <= begin:
        raise BadParameter("to", str(end), f"a day after from ({begin})")


@router.get(
    "/frameworks/{key}/diff",
    summary="What changed in a framework between two days",
    response_class=Response,
    responses=declared("diff", 404, 422, 503),
)
async def compare_law(
    request: Request, service: ServiceOf, _: PrincipalOf, key: str, begin: Earlier, end: Later
) -> Response:
    """Return provisions, dates of application, requirements and mapping rows that changed."""
    _refuse_disorder(begin, end)
    knowledge = service.content.knowledge
    framework = find_framework(knowledge, key)

    def build() -> dict[str, Any]:
        return LawDiff(changes_between_days(knowledge, framework, begin, end)).document()

    return await computed(request, service, "diff", (framework.key, begin, end), build)


class RunsAsked(Model):
    """Two assessments that were kept."""

    before: dict[str, Any] = Field(description="The earlier one, as `…/coverage` answered or `assess` printed it.")
    after: dict[str, Any] = Field(description="The later one, likewise, of the same organisation.")


@router.post(
    "/coverage/diff",
    summary="What differs between two assessments that were kept",
    response_class=Response,
    responses={200: declared("diff")[200], **responses(422)},
)
def compare_kept(_: PrincipalOf, asked: RunsAsked) -> Response:
    """Return which results are in another state, and by what cause: law, records, content, policy or the day."""
    runs = (run_from(asked.before, FilePath("before")), run_from(asked.after, FilePath("after")))
    try:
        body = body_of("diff", runs_document(compare_runs(*runs)))
    except UnicodeEncodeError as error:
        detail = "the documents hold half a character; send them as they were answered"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-text", detail) from error
    return Response(body, media_type="application/json")


@own_router.get(
    "/frameworks/{key}/diff",
    summary="What changed in a framework, and what of the organisation rests on the old text",
    response_class=Response,
    responses=declared("diff", 404, 422, 503),
)
async def compare_law_for(
    request: Request, service: ServiceOf, organisation: Organisation, key: str, begin: Earlier, end: Later
) -> Response:
    """Return what changed between two days, with the records that it touches and by which way."""
    _refuse_disorder(begin, end)

    def build(view: View) -> dict[str, Any]:
        framework = find_framework(service.content.knowledge, key)
        changes = changes_between_days(view.opened.workspace.knowledge(end), framework, begin, end)
        records = view.organisation
        return LawDiff(changes, records, affected(changes, records)).document()

    return await about(request, view_of(service, organisation), "diff", (key, begin, end), build)


@own_router.get(
    "/coverage/diff",
    summary="What differs between the states of two days",
    response_class=Response,
    responses=declared("diff", 404, 422, 503),
)
async def compare_coverage(
    request: Request,
    service: ServiceOf,
    organisation: Organisation,
    begin: Earlier,
    end: Later,
    policy: PolicyOf,
) -> Response:
    """Return which results are in another state on a later day with the records as they are, and by what cause."""
    _refuse_disorder(begin, end)

    def run_on(view: View, day: date) -> Run:
        of_it = view.on(day)
        workspace = of_it.opened.workspace
        records = records_hash(workspace.quads)
        return run_of(of_it.assessment(policy), content=workspace.content.hash, records=records)

    def build(view: View) -> dict[str, Any]:
        return runs_document(compare_runs(run_on(view, begin), run_on(view, end)))

    return await about(request, view_of(service, organisation), "diff", ("runs", begin, end, policy), build)
