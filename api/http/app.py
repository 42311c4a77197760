"""The application: what it is made of, opened when it starts and closed when it ends."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.http.documents import schemas_of
from api.http.guards import Guards
from api.http.identifying import Identifying
from api.http.pages.errors import shown_problem
from api.http.problems import ProblemModel, answers_problems, responses
from api.http.routes import (
    changes,
    comparisons,
    coverage,
    decisions,
    evidence,
    facts,
    files,
    frameworks,
    graph_store,
    health,
    linked,
    login,
    looking_ahead,
    mappings,
    organisations,
    pages,
    provisions,
    queries,
    records,
    reports,
    requirements,
    sparql,
)
from api.http.service import open_service
from api.http.watching import Watching

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.http.service import Service
    from api.http.settings import ServerSettings

__all__ = ["create_app"]

_COUNTED = 10
"""How many seconds lie between two looks at the denied accesses."""
_DESCRIPTION = """
The mapping API of Normgraph: laws and standards, the mappings between them, an organisation's controls and evidence,
and what is covered, what is missing, since when, by whose word, and why.

Coverage is a statement about records, never about compliance. Every error is `application/problem+json` and says what
to do. Lists come a page at a time with a total and a cursor; entity tags make conditional requests.
"""

_ROUTERS = (
    health.router,
    login.router,
    frameworks.router,
    provisions.router,
    requirements.router,
    mappings.router,
    queries.router,
    queries.own_router,
    coverage.router,
    looking_ahead.law_router,
    looking_ahead.router,
    comparisons.router,
    comparisons.own_router,
    reports.router,
    changes.router,
    organisations.router,
    records.router,
    evidence.router,
    facts.router,
    files.router,
    decisions.router,
    graph_store.router,
    sparql.router,
    linked.router,
    pages.router,
)


def create_app(settings: ServerSettings, service: Service | None = None) -> FastAPI:
    """Return the application.

    :param service: what was opened already; opened when the application starts, and closed when it ends, otherwise.
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        opened = service or open_service(settings)
        app.state.service = opened
        minutes = asyncio.create_task(_count_denials(opened))
        try:
            yield
        finally:
            minutes.cancel()
            if service is None:
                opened.close()

    app = FastAPI(
        title="Normgraph",
        version=version("normgraph"),
        description=_DESCRIPTION,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_name,
        responses=responses(400, 401, 403, 413, 414, 415, 421, 429, 431, 500, 503),
        strict_content_type=False,
    )
    if service is not None:
        app.state.service = service
    answers_problems(app, shown_problem)
    for router in _ROUTERS:
        app.include_router(router)
    _document(app)
    watching = Watching(app.router)
    app.state.watching = watching
    app.add_middleware(Identifying, requests_a_minute=settings.requests_a_minute)
    app.add_middleware(Guards, settings=settings)
    app.add_middleware(_Watched, watching=watching)
    return app


async def _count_denials(service: Service) -> None:
    """Write down every now and then how often somebody was denied something in the minute before."""
    while True:
        await asyncio.sleep(_COUNTED)
        await to_thread.run_sync(service.denials.end_minute)


class _Watched:
    """Put the one that watches around the application."""

    def __init__(self, app: Any, watching: Watching) -> None:
        watching.app = app
        self.watching = watching

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.watching(scope, receive, send)


def _operation_name(route: APIRoute) -> str:
    return route.name


def _document(app: FastAPI) -> None:
    """Put the model of a problem, and the schemas of documents, into the OpenAPI document: routes refer to them."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            schema = ProblemModel.model_json_schema(ref_template="#/components/schemas/{model}")
            named = document.setdefault("components", {}).setdefault("schemas", {})
            named.update({"ProblemModel": schema, **schemas_of()})
            app.openapi_schema = document
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]
