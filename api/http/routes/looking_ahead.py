"""What comes, and what to do: plan, validation, calendar, evidence that lapses, incident clocks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.calendars import calendar_document, make_calendar
from api.diffs.names import Names
from api.documents.expiring import expiring_days, expiring_document
from api.documents.incident import clocks_of, incident_document, moment
from api.documents.plan import imagined_document, plan_document
from api.documents.validation import validation_document
from api.http.access import Organisation, PrincipalOf, may
from api.http.computing import computed
from api.http.documents import declared
from api.http.identity import Permission
from api.http.parameters import AsOf, Day, Frameworks, Named, PolicyOf, Scope
from api.http.reading import View, ViewOf, about, view_of
from api.http.service import ServiceOf
from api.plans.asking import Asked, Spelling
from api.shared import today
from engine.clocks import Start
from engine.coverage.values import Policy
from engine.days import LAST
from engine.errors import BadParameter
from engine.evidence.expiring import expiries
from engine.plan.actions import Efforts
from engine.profiles import STANDARD
from engine.validation import validate

__all__ = ["law_router", "router"]

router = APIRouter(
    prefix="/v1/organisations/{organisation}", tags=["looking ahead"], dependencies=[Depends(may(Permission.READ))]
)
law_router = APIRouter(prefix="/v1", tags=["looking ahead"])

_SPELLING = Spelling(
    frameworks="framework",
    before="before",
    effort="effort",
    budget="budget",
    limit="limit",
    elements="elements",
    controls="what_if",
    evidenced="what_if_evidence",
    scope="scope",
)
From = Annotated[Day | None, Query(alias="from", description="The first day.")]
Until = Annotated[Day | None, Query(alias="until", description="The last day; all that is known where none is given.")]
_Names = Annotated[list[str], Query(default_factory=list, max_length=50, description="May be repeated.")]


@router.get(
    "/plan",
    summary="What to do next, or what would change if it were done",
    response_class=Response,
    responses=declared("plan", 404, 422, 503),
)
async def make_plan(
    request: Request,
    view: ViewOf,
    policy: PolicyOf,
    frameworks: Frameworks,
    what_if: _Names,
    what_if_evidence: _Names,
    citation: Named = None,
    before: Annotated[Day | None, Query(description="Lift what is in force and current on this day.")] = None,
    budget: Annotated[Decimal | None, Query(gt=0, le=1_000_000, max_digits=12, description="Days at most.")] = None,
    limit: Annotated[int | None, Query(ge=1, le=10_000, description="Steps at most.")] = None,
    elements: Annotated[bool, Query(description="Address elements too where no state rises.")] = False,  # noqa: FBT002 - a query parameter
    scope: Scope = None,
) -> Response:
    """Return the fewest actions that lift most states, or what changes once `what_if` controls are in operation."""
    asked = Asked(
        citation=citation or "",
        frameworks=tuple(frameworks),
        budget=Fraction(budget) if budget is not None else None,
        limit=limit,
        elements=elements,
        controls=tuple(what_if),
        evidenced=tuple(what_if_evidence),
        scope=scope,
        spelling=_SPELLING,
    )

    def build(view: View) -> dict[str, Any]:
        asked.refuse_both()
        opened, asked_on = asked.then(view.opened, before), view.opened.day
        assessment = opened.assessed(policy)
        if asked.imagines:
            return imagined_document(asked.imagined(opened, assessment), asked_on)
        plan, wish, aim = asked.planned(opened, assessment, Efforts())
        return plan_document(plan, wish, aim, asked_on)

    return await about(request, view, "plan", (asked, before, policy), build)


@router.get(
    "/validation",
    summary="What is missing before controls count as evidenced",
    response_class=Response,
    responses=declared("validate", 404, 422, 503),
)
async def read_validation(
    request: Request,
    view: ViewOf,
    profile: Annotated[str, Query(max_length=100, description="How grave each check is.")] = STANDARD,
) -> Response:
    """Return what the evidence shapes find in the records."""

    def build(view: View) -> dict[str, Any]:
        opened = view.opened
        found = validate(opened.workspace, opened.day, profile)
        return validation_document(opened.workspace, opened.day, profile, found)

    return await about(request, view, "validate", (profile,), build)


def _refuse_disorder(begin: Day | None, end: Day | None) -> None:
    if begin is not None and end is not None and end < begin:
        raise BadParameter("until", str(end), f"a day on or after from ({begin})")


@law_router.get(
    "/calendar", summary="What becomes applicable", response_class=Response, responses=declared("calendar", 422, 503)
)
async def read_law_calendar(
    request: Request,
    service: ServiceOf,
    _: PrincipalOf,
    begin: From = None,
    end: Until = None,
    as_of: AsOf = None,
) -> Response:
    """Return what becomes applicable, whose grace ends and which text changes, as adopted by a day."""
    _refuse_disorder(begin, end)
    day, law = as_of or today(), service.content.knowledge

    def build() -> dict[str, Any]:
        return calendar_document(make_calendar(law, None, day, (begin, end), Policy()))

    return await computed(request, service, "calendar", (day, begin, end), build)


@router.get(
    "/calendar",
    summary="What becomes applicable, and whom it concerns",
    response_class=Response,
    responses=declared("calendar", 404, 422, 503),
)
async def read_calendar(
    request: Request,
    view: ViewOf,
    policy: PolicyOf,
    begin: From = None,
    end: Until = None,
    only: Annotated[
        Day | None, Query(alias="date", description="Only this day, with the states before and after.")
    ] = None,
) -> Response:
    """Return what becomes applicable, and for each entry which scopes it concerns, in which state they are."""
    if only is not None and (begin or end):
        raise BadParameter("date", str(only), "used with from or until: it names the one day")
    _refuse_disorder(begin, end)

    def build(view: View) -> dict[str, Any]:
        opened, span = view.opened, (only or begin, only or end)
        law = opened.workspace.knowledge(opened.day)
        return calendar_document(make_calendar(law, view.organisation, opened.day, span, policy, ahead=only))

    return await about(request, view, "calendar", (begin, end, only, policy), build)


@router.get(
    "/evidence-expiring",
    summary="Which evidence lapses, and what falls with it",
    response_class=Response,
    responses=declared("evidence-expiring", 404, 422, 503),
)
async def read_expiring(
    request: Request,
    view: ViewOf,
    policy: PolicyOf,
    within: Annotated[int, Query(ge=0, le=9999, description="How many days to look ahead.")] = 90,
) -> Response:
    """Return which evidence lapses, on which day, and which states fall with it if nothing is added."""

    def build(view: View) -> dict[str, Any]:
        opened, organisation = view.opened, view.organisation
        end = min(opened.day + timedelta(days=within), LAST - timedelta(days=1))
        knowledge = opened.workspace.knowledge(opened.day)
        found = expiries(knowledge, organisation, opened.day, end, policy)
        days = expiring_days(Names(knowledge, organisation), found)
        return expiring_document(organisation, (opened.day, end), policy, days)

    return await about(request, view, "evidence-expiring", (within, policy), build)


_Moment = Annotated[str | None, Query(max_length=40, description="A time, as 2026-11-20T16:30+01:00; escape the +.")]


@router.get(
    "/incident",
    summary="Which notifications an incident starts",
    response_class=Response,
    responses=declared("incident", 404, 422, 503),
)
async def read_incident(
    request: Request,
    service: ServiceOf,
    organisation: Organisation,
    kind: Annotated[str, Query(max_length=100, description="What it is called.", examples=["ransomware", "outage"])],
    aware_at: Annotated[str, Query(max_length=40, description="When the organisation became aware of it.")],
    certain: Annotated[
        list[str],
        Query(default_factory=list, alias="is", max_length=50, description="An event type it certainly is."),
    ],
    excluded: Annotated[
        list[str], Query(default_factory=list, alias="is_not", max_length=50, description="One it certainly is not.")
    ],
    asset: Scope = None,
    classified_at: _Moment = None,
    initial_sent_at: _Moment = None,
    intermediate_sent_at: _Moment = None,
    zone: Annotated[str | None, Query(max_length=60, description="Times are in this zone: Europe/Brussels.")] = None,
) -> Response:
    """Return for an incident which notifications are owed, from which event, to whom and until when."""
    given = {
        Start.AWARENESS: ("aware_at", aware_at),
        Start.CLASSIFICATION: ("classified_at", classified_at),
        Start.INITIAL: ("initial_sent_at", initial_sent_at),
        Start.INTERMEDIATE: ("intermediate_sent_at", intermediate_sent_at),
    }

    def build(view: View) -> dict[str, Any]:
        moments = {start: moment(name, text, zone) for start, (name, text) in given.items() if text is not None}
        where, workspace = view.opened.scope(asset, "asset"), view.opened.workspace
        found = clocks_of(workspace, kind, moments, where, certain=certain, excluded=excluded)
        return incident_document(workspace, kind, found)

    parameters = (kind, certain, excluded, asset, zone, *given.values())
    return await about(request, view_of(service, organisation), "incident", parameters, build)
