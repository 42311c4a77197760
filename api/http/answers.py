"""How answers are shaped: bodies with entity tags, and lists a page at a time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from fastapi import Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import Request

__all__ = [
    "Model",
    "Page",
    "Paging",
    "PagingOf",
    "entity_tag",
    "expected_version",
    "is_current",
    "knows",
    "page",
    "tagged",
]

_Item = TypeVar("_Item")
MOST = 1_000
"""How many things a page may hold."""
_VERSION = re.compile(r"[0-9]{1,18}")


class Model(BaseModel):
    """What all bodies have in common: nothing beside the fields that are declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(Model, Generic[_Item]):
    """A part of a list, and where the next part begins."""

    total: int = Field(description="How many there are in all.")
    items: list[_Item] = Field(description="Those of this page, in the order of the list.")
    next: str | None = Field(None, description="The cursor of the next page; none on the last.")


class Paging(Model):
    """Which part of a list is asked for."""

    limit: int
    cursor: str | None

    @property
    def start(self) -> int:
        """The place in the list at which the page begins.

        :raises Problem: if the cursor is none of ours.
        """
        if self.cursor is None:
            return 0
        try:
            text = base64.urlsafe_b64decode(self.cursor.encode() + b"==").decode("ascii").removeprefix("from ")
            return range(int(text) + 1)[-1]  # not below the first
        except (ValueError, IndexError, OverflowError) as error:
            detail = "the cursor is none that was given out; begin again without it"
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-cursor", detail) from error


def _paging(
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many things a page holds at most.")] = 100,
    cursor: Annotated[str | None, Query(max_length=100, description="Where the page begins, from `next`.")] = None,
) -> Paging:
    return Paging(limit=limit, cursor=cursor)


PagingOf = _paging
"""The paging of a request, as a route depends on it."""


def page(request: Request, response: Response, items: Sequence[Any], paging: Paging) -> dict[str, Any]:
    """Return a page of a list, and say in a Link header where the next and the first are."""
    start = paging.start
    end = start + paging.limit
    following = base64.urlsafe_b64encode(f"from {end}".encode()).decode().rstrip("=") if end < len(items) else None
    links = [f'<{request.url.remove_query_params("cursor")}>; rel="first"']
    if following:
        links.append(f'<{request.url.include_query_params(cursor=following)}>; rel="next"')
    response.headers["Link"] = ", ".join(links)
    return {"total": len(items), "items": list(items[start:end]), "next": following}


def entity_tag(*parts: object) -> str:
    """Return a strong entity tag of what an answer is computed from."""
    return '"' + hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:32] + '"'


def is_current(request: Request, tag: str) -> bool:
    """Tell whether the caller has the answer of this tag already, or would take any (RFC 9110 §13.1.2)."""
    return request.headers.get("if-none-match", "").strip() == "*" or knows(request, tag)


def knows(request: Request, tag: str) -> bool:
    """Tell whether the caller names this tag: then there is such an answer, and it need not be computed again."""
    asked = request.headers.get("if-none-match", "")
    return tag in {each.strip().removeprefix("W/") for each in asked.split(",")}


def tagged(
    request: Request, body: bytes, tag: str, media: str = "application/json", headers: Mapping[str, str] | None = None
) -> Response:
    """Return a body with its tag, or that nothing has changed."""
    told = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Authorization, Cookie",
        **(headers or {}),
    }
    if is_current(request, tag):
        return Response(None, HTTPStatus.NOT_MODIFIED, told)
    return Response(body, HTTPStatus.OK, told, media)


def expected_version(request: Request) -> int | None:
    """Return the version that ``If-Match`` names; nothing where it names none.

    :raises Problem: if it is no version of ours.
    """
    asked = request.headers.get("if-match")
    if asked is None or asked.strip() == "*":
        return None
    text = asked.strip().strip('"')
    if not _VERSION.fullmatch(text):
        detail = "If-Match takes the version of the organisation, as its ETag has it"
        raise Problem(HTTPStatus.PRECONDITION_FAILED, "bad-version", detail)
    return int(text)
