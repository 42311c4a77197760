"""How a write is answered: with the version it led to, and the same again where an idempotency key is sent again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Header, Request, Response

from api.documents.base import written
from api.http.problems import Problem, responses
from engine.repository.organisations import Repeated

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CREATED", "IdempotencyKey", "IfMatch", "Said", "Told", "once", "versioned"]

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="A text of your choice: the same request sent again with it is not carried out again.",
    ),
]
"""The header by which a request can be sent again without harm, as a route takes it."""
IfMatch = Annotated[
    str | None,
    Header(
        pattern=r'^(\*|"[0-9]{1,18}"|[0-9]{1,18})$',
        description="The version of the organisation that you know, from an ETag; another one there is refused.",
    ),
]
"""The header against lost updates, as a route declares it; ``expected_version`` reads it."""
CREATED: dict[str, Any] = {
    "Location": {"description": "Where it is now.", "schema": {"type": "string"}},
    "ETag": {"description": "The version of the organisation after it.", "schema": {"type": "string"}},
}
"""The headers of an answer to what made something new."""
Said = tuple[str, str, Callable[[int], str]]
"""What :meth:`Repository.change` takes to remember an answer."""


@dataclass(frozen=True)
class Told:
    """An answer to a write.

    :ivar version: of the organisation after it.
    """

    version: int
    body: Mapping[str, Any] | None = None
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)

    def kept(self) -> str:
        """Return the answer as it is kept for an idempotency key."""
        return json.dumps([self.version, self.body, int(self.status), dict(self.headers)])

    def response(self) -> Response:
        """Return the answer."""
        headers = {"ETag": f'"{self.version}"', "X-Organisation-Version": str(self.version), **self.headers}
        if self.body is None:
            return Response(None, HTTPStatus.NO_CONTENT, headers)
        return Response(written(self.body, None), self.status, headers, "application/json")


def once(
    request: Request,
    key: str | None,
    asked: str,
    told: Callable[[int], Told],
    act: Callable[[Said | None], int],
) -> Response:
    """Carry out a write and answer; or answer as before, where the same was asked with the same key.

    :param asked: the body of the request, in one form.
    :param told: what is answered at a version.
    :param act: carries it out, and returns the version.
    :raises Problem: if something else was asked with the key before.
    """
    if key is None:
        return told(act(None)).response()
    told_apart = json.dumps([request.method, request.url.path, request.url.query, asked])
    fingerprint = hashlib.sha256(told_apart.encode()).hexdigest()
    try:
        return told(act((key, fingerprint, lambda version: told(version).kept()))).response()
    except Repeated as before:
        if before.asked != fingerprint:
            detail = "this idempotency key was used for another request; take a new one for each"
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail) from before
        version, body, status, headers = json.loads(before.body)
        return Told(version, body, HTTPStatus(status), headers).response()


def versioned(model: Any, *statuses: int, status: int = 200, what: str = "As it is now.") -> dict[int | str, Any]:
    """Return the declaration of a write that answers with a body of a model, or with some problems."""
    headers = CREATED if status == HTTPStatus.CREATED else {"ETag": CREATED["ETag"]}
    return {status: {"model": model, "description": what, "headers": headers}, **responses(*statuses)}
