"""Every error as ``application/problem+json`` (RFC 9457): what is wrong, where, and what to do."""

from __future__ import annotations

import json
import logging
import math
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from engine.errors import (
    BadInput,
    BadParameter,
    Busy,
    Conflict,
    EngineError,
    IllFormedShape,
    OverLimit,
    UnknownCitation,
    UnknownName,
    UnreadableFile,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import FastAPI, Request

__all__ = ["Problem", "ProblemModel", "answers_problems", "problem", "responses"]

_TYPES = "https://w3id.org/normgraph/problems/"
_STATUS: tuple[tuple[type[EngineError], HTTPStatus], ...] = (
    (UnknownCitation, HTTPStatus.NOT_FOUND),
    (UnknownName, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.PRECONDITION_FAILED),
    (OverLimit, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (Busy, HTTPStatus.SERVICE_UNAVAILABLE),
    (BadParameter, HTTPStatus.UNPROCESSABLE_ENTITY),
    (IllFormedShape, HTTPStatus.UNPROCESSABLE_ENTITY),
    (UnreadableFile, HTTPStatus.BAD_REQUEST),
    (BadInput, HTTPStatus.UNPROCESSABLE_ENTITY),
)
_log = logging.getLogger("normgraph")


class ProblemModel(BaseModel):
    """A problem as RFC 9457 has it."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="What kind of problem it is; the same for the same kind.")
    title: str = Field(description="The kind in a few words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong here, where, and what to do.")
    instance: str | None = Field(None, description="The request it is about; logs have it too.")


class Problem(HTTPException):
    """A refusal that is a matter of HTTP, not of the engine; the framework lets it pass where it reads a body."""

    def __init__(
        self, status: HTTPStatus, kind: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.status = status
        self.kind = kind
        self.more = more

    def answer(self) -> Response:
        """Return it as an answer."""
        return problem(self.status, self.kind, self.detail, headers=self.headers, **self.more)


def problem(
    status: HTTPStatus, kind: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """Return a problem as an answer."""
    body = {"type": f"{_TYPES}{kind}", "title": kind.replace("-", " ").capitalize(), "status": int(status)}
    text = json.dumps({**body, "detail": detail, **more}, ensure_ascii=False)
    return Response(text.encode("utf-8", "replace"), status, headers, "application/problem+json")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the declaration of the problems that a route may answer with, for the OpenAPI document."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemModel"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in sorted(statuses)}


def _of_engine(_: Request, error: Exception) -> Response:
    assert isinstance(error, EngineError)  # noqa: S101 - registered for these only
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    if isinstance(error, OverLimit) and error.late:
        status = HTTPStatus.REQUEST_TIMEOUT
    kind = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in type(error).__name__).lstrip("-")
    headers = {"Retry-After": str(math.ceil(error.after))} if isinstance(error, Busy) else {}
    more = {name: list(value) if isinstance(value, tuple) else value for name, value in _told(error)}
    return problem(status, kind, str(error), headers=headers, **more)


def _told(error: EngineError) -> list[tuple[str, Any]]:
    names = ("line", "candidates", "known", "name", "version")
    return [(name, value) for name in names if (value := getattr(error, name, None)) not in {None, ()}]


def _of_http(_: Request, error: Exception) -> Response:
    if isinstance(error, Problem):
        return error.answer()
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for these only
    status = HTTPStatus(error.status_code)
    kind = status.phrase.lower().replace(" ", "-")
    detail = _DETAILS.get(status, error.detail)
    return problem(status, kind, detail, headers=error.headers)


_DETAILS = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address; /openapi.json lists what there is",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not know that method; the Allow header lists those it knows",
}


def _of_validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for these only
    errors = [{"where": ".".join(map(str, e["loc"])), "problem": str(e["msg"])} for e in error.errors()]
    detail = "; ".join(f"{e['where']}: {e['problem']}" for e in errors[:3])
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-request-values", detail, errors=errors)


def _of_anything(request: Request, error: Exception) -> Response:
    _log.error("unexpected", exc_info=error, extra={"path": request.url.path})
    detail = "something went wrong here that is not your fault; the log of the server has it under this instance"
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", detail)


def answers_problems(app: FastAPI, shown: Callable[[Request, Response], Response] = lambda _, answer: answer) -> None:
    """Make an application answer every error with a problem.

    :param shown: how a problem is shown to whoever asked: to browsers as a page.
    """
    for kind, told in (
        (EngineError, _of_engine),
        (Problem, _of_http),
        (HTTPException, _of_http),
        (RequestValidationError, _of_validation),
        (Exception, _of_anything),
    ):
        app.add_exception_handler(kind, partial(_answered, told, shown))


def _answered(
    told: Callable[[Request, Exception], Response],
    shown: Callable[[Request, Response], Response],
    request: Request,
    error: Exception,
) -> Response:
    return shown(request, told(request, error))
