"""The feed of changes: what was written to which organisation, by whom, one entry after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.http.access import PrincipalOf
from api.http.answers import Model
from api.http.identity import Permission, Principal
from api.http.problems import responses
from api.http.service import Service, ServiceOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.repository.journal import Entry

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["changes"])
_AT_ONCE, _LOOKED = 1_000, 10_000
"""How many entries are read at once, and how many are looked at for one answer."""


class ChangeModel(Model):
    """One change of an organisation's records."""

    number: int = Field(description="Its place in the journal.")
    at: str = Field(description="When, in UTC.")
    actor: str = Field(description="Who: the name of a key or a person.")
    action: str
    organisation: str
    version: int = Field(description="The version of the organisation after it.")
    detail: dict[str, Any]
    removed: str | None = Field(
        None, description="What was taken away, as N-Quads; none where not asked for or erased."
    )
    added: str | None = Field(None, description="What was added, as N-Quads; none where not asked for or erased.")


class Changes(Model):
    """A part of the feed."""

    items: list[ChangeModel]
    after: int = Field(description="What to ask for next as `after`: everything up to there was looked at.")
    more: bool = Field(description="Whether there is more already.")


@router.get("/changes", summary="What changed", responses=responses(404, 422))
def read_changes(
    request: Request,
    response: Response,
    service: ServiceOf,
    principal: PrincipalOf,
    after: Annotated[int, Query(ge=0, lt=1 << 53, description="Only what came after this number.")] = 0,
    organisation: Annotated[str | None, Query(max_length=64, description="Only of this organisation.")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000, description="How many changes at most.")] = 100,
    statements: Annotated[bool, Query(description="With the statements, where you may ask queries.")] = False,  # noqa: FBT002 - a query parameter
) -> Changes:
    """Return the changes of the organisations that you may read, in order; ask again with `after` for what follows."""
    last = service.repository.journal.number
    items: list[ChangeModel] = []
    seen = after
    for looked, entry in enumerate(_entries(service, after, last, organisation)):
        if len(items) == limit or looked == _LOOKED:
            break
        seen = entry.number
        if _is_change(entry) and principal.may(Permission.READ, entry.organisation):
            items.append(_told(service, principal, entry, statements=statements))
    else:
        seen = max(after, last)
    more = seen < last
    if more:
        response.headers["Link"] = f'<{request.url.include_query_params(after=seen)}>; rel="next"'
    return Changes(items=items, after=seen, more=more)


def _entries(service: Service, after: int, last: int, organisation: str | None) -> Iterator[Entry]:
    """Yield the entries up to the last one there was when the request came, some at a time."""
    while found := service.repository.journal.entries(after, _AT_ONCE, organisation):
        for entry in found:
            if entry.number > last:
                return
            yield entry
        after = found[-1].number


def _is_change(entry: Entry) -> bool:
    return bool(entry.organisation and (entry.removed or entry.added))


def _told(service: Service, principal: Principal, entry: Entry, *, statements: bool) -> ChangeModel:
    allowed = statements and principal.may(Permission.ASK, entry.organisation)
    change = service.repository.journal.change(entry.number) if allowed else None
    return ChangeModel(
        number=entry.number,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        organisation=entry.organisation,
        version=entry.version,
        detail=dict(entry.detail),
        removed=change.removed.decode() if change else None,
        added=change.added.decode() if change else None,
    )
