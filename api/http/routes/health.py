"""Whether the server lives and is ready, and its figures."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response

from api.http.answers import Model
from api.http.problems import Problem, responses
from api.http.service import ServiceOf

__all__ = ["router"]

router = APIRouter(tags=["operation"])


class Health(Model):
    """That the server lives."""

    status: Literal["live"] = "live"


class Readiness(Model):
    """That the server can answer, and what with."""

    status: Literal["ready"] = "ready"
    content: str
    organisations: int
    journal: int


@router.get("/health", summary="Whether the process lives")
async def health() -> Health:
    """Answer as long as the process runs."""
    return Health()


@router.get("/ready", summary="Whether requests can be answered", responses=responses(503))
def ready(service: ServiceOf) -> Readiness:
    """Answer once the store and the journal do."""
    if not service.repository.backend.is_ready():
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "not-ready", "the store does not answer; look at its own log")
    repository = service.repository
    return Readiness(
        content=service.content.hash, organisations=len(repository.keys()), journal=repository.journal.number
    )


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response, responses=responses(404))
async def metrics(request: Request, service: ServiceOf) -> Response:
    """Return counts and times of requests."""
    if not service.settings.metrics:
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", "metrics are switched off by NORMGRAPH_METRICS")
    return Response(request.app.state.watching.figures(), media_type="text/plain; version=0.0.4; charset=utf-8")
