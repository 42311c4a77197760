"""What is covered, what is missing, and why: assessment, gap table, proofs, statement of applicability."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.documents.assessment import assessment_document
from api.documents.explanation import explanation_document, proofs_of, refuse_wholes
from api.documents.gaps import gaps_document
from api.documents.statement import statement_document
from api.http.access import may
from api.http.documents import declared
from api.http.identity import Permission
from api.http.parameters import Citation, Frameworks, PolicyOf, Scope, States
from api.http.reading import View, ViewOf, about
from engine.model import State
from engine.report.gaps import gap_rows
from engine.report.names import Names
from engine.report.penalties import read_penalties
from engine.statement import statement_of_applicability

__all__ = ["router"]

router = APIRouter(
    prefix="/v1/organisations/{organisation}", tags=["coverage"], dependencies=[Depends(may(Permission.READ))]
)


@router.get(
    "/coverage",
    summary="The state of every requirement",
    response_class=Response,
    responses=declared("assess", 404, 422, 503),
)
async def read_coverage(
    request: Request,
    view: ViewOf,
    policy: PolicyOf,
    frameworks: Frameworks,
    states: States,
    scope: Scope = None,
) -> Response:
    """Return counts per framework, then every requirement with its state and what is missing."""
    listed = [state.value for state in states]

    def build(view: View) -> dict[str, Any]:
        assessment = view.assessment(policy, frameworks, scope)
        opened = view.opened
        return assessment_document(opened.workspace, assessment, frameworks, opened.scope(scope, "scope"), listed)

    return await about(request, view, "assess", (frameworks, listed, scope, policy), build)


@router.get("/gaps", summary="The gap table", response_class=Response, responses=declared("gaps", 404, 422, 503))
async def read_gaps(
    request: Request,
    view: ViewOf,
    policy: PolicyOf,
    frameworks: Frameworks,
    states: States,
    scope: Scope = None,
) -> Response:
    """Return the rows of the gap table: what each requirement rests on, what is missing, and who acts next."""

    def build(view: View) -> dict[str, Any]:
        assessment = view.assessment(policy, frameworks, scope)
        rows = gap_rows(Names(assessment), read_penalties(view.service.content.graph), {})
        return gaps_document(assessment, [row for row in rows if not states or row.state in states])

    return await about(request, view, "gaps", (frameworks, [*map(State, states)], scope, policy), build)


@router.get(
    "/explain",
    summary="The proof behind a state",
    response_class=Response,
    responses=declared("explain", 404, 422, 503),
)
async def explain(
    request: Request,
    view: ViewOf,
    policy: PolicyOf,
    citation: Citation,
    scope: Scope = None,
) -> Response:
    """Return why a provision or requirement has its state: a tree for each requirement and scope."""

    def build(view: View) -> dict[str, Any]:
        cited = view.opened.workspace.citations.resolve(citation)
        refuse_wholes(view.service.content.knowledge, cited)
        assessment = view.assessment(policy, (), scope)
        return explanation_document(assessment, cited, proofs_of(assessment, cited))

    return await about(request, view, "explain", (citation, scope, policy), build)


@router.get(
    "/statement",
    summary="The statement of applicability of a standard",
    response_class=Response,
    responses=declared("statement", 404, 422, 503),
)
async def read_statement(
    request: Request,
    view: ViewOf,
    policy: PolicyOf,
    framework: Annotated[str, Query(max_length=100, description="A standard with controls.", examples=["iso-42001"])],
) -> Response:
    """Return which controls of a standard are in and which are out, why, and how far they have come."""

    def build(view: View) -> dict[str, Any]:
        standard = view.service.content.knowledge.frameworks[view.opened.framework(framework)]
        assessment = view.assessment(policy)
        return statement_document(assessment, standard, statement_of_applicability(assessment, standard))

    return await about(request, view, "statement", (framework, policy), build)
