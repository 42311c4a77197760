"""Mapping rows and sets, as shipped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.documents.mappings import NO_COUNTERPART, row_document, row_entries, set_entries
from api.http.access import PrincipalOf
from api.http.answers import Model, Page, Paging, PagingOf, page
from api.http.computing import computed
from api.http.documents import answered, declared
from api.http.parameters import AsOf, Least, Named
from api.http.problems import responses
from api.http.service import ServiceOf
from api.opened import POLICIES
from api.shared import today
from engine.citations import CitationIndex
from engine.mapping.register import Filter, find_row, matching, set_names
from engine.mapping.rows import RELATIONSHIPS
from engine.mapping.sssom import RATIONALE_TYPES
from engine.model import ReviewState

if TYPE_CHECKING:
    from engine.knowledge import Knowledge

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["mappings"])
Relationship = StrEnum("Relationship", {name: name for name in (*RELATIONSHIPS, NO_COUNTERPART)})  # type: ignore[misc]
Rationale = StrEnum("Rationale", {name: name for name in sorted(RATIONALE_TYPES)})  # type: ignore[misc]
Review = StrEnum("Review", {state.label: state.label for state in sorted(ReviewState)})  # type: ignore[misc]
_STATES = {state.label: state for state in ReviewState}
RowName = Annotated[
    str,
    Path(max_length=300, description="The identifier of a row, its last part, or at least six characters of that."),
]
"""A mapping row in the path of a route."""


class MappingModel(Model):
    """A row of a mapping set."""

    record_id: str
    set: str
    source: str
    relationship: str
    rationale_type: str
    target: str
    covers: list[str]
    strength: int | None
    confidence: float | None
    rationale: str
    residual: str
    scope_qualifier: str
    exceptions: list[str]
    review_state: str
    author: str
    reviewer: str
    stale_signatures: list[str]


@dataclass(frozen=True)
class _Wanted:
    """The filters of a list of rows, as a request has them."""

    set_id: str | None
    source: str | None
    target: str | None
    relationship: str | None
    rationale_type: str | None
    review: str | None
    policy: Least | None

    def of(self, index: CitationIndex) -> Filter:
        """Return them as the engine takes them."""
        return Filter(
            self.set_id,
            index.resolve(self.source) if self.source else None,
            index.resolve(self.target) if self.target else None,
            self.relationship,
            _STATES[self.review] if self.review else None,
            self.rationale_type,
            POLICIES[self.policy] if self.policy else None,
        )


async def _wanted(
    set_id: Annotated[
        Named, Query(alias="set", description="Only this set.", examples=["iso-42001--eu-ai-act"])
    ] = None,
    source: Annotated[Named, Query(description="Only from this framework, clause or control.")] = None,
    target: Annotated[Named, Query(description="Only to this framework, provision or requirement.")] = None,
    relationship: Relationship | None = None,
    rationale_type: Rationale | None = None,
    review: Annotated[Review | None, Query(description="Only in this review state.")] = None,
    policy: Annotated[Least | None, Query(description="Only in this review state or a better one.")] = None,
) -> _Wanted:
    return _Wanted(set_id, source, target, relationship, rationale_type, review, policy)


WantedOf = Annotated[_Wanted, Depends(_wanted)]


@router.get("/mappings", summary="Mapping rows", response_model=Page[MappingModel], responses=responses(404, 422))
def list_mappings(
    request: Request,
    response: Response,
    service: ServiceOf,
    _: PrincipalOf,
    wanted: WantedOf,
    paging: Annotated[Paging, Depends(PagingOf)],
) -> dict[str, Any]:
    """Return the shipped rows that pass every filter, by set, source and target."""
    knowledge = service.content.knowledge
    found = matching(knowledge, wanted.of(service.citations))
    return page(request, response, row_entries(knowledge, None, found, today()), paging)


@router.get(
    "/mappings/{row:path}",
    summary="One mapping row",
    response_class=Response,
    responses=declared("mapping-show", 404, 422),
)
def read_mapping(request: Request, service: ServiceOf, _: PrincipalOf, row: RowName, as_of: AsOf = None) -> Response:
    """Return a row with its argument, what it does not give, and the hash that a signature covers."""
    knowledge, day = service.content.knowledge, as_of or today()
    found = find_row(knowledge.rows, row)
    return answered(
        request, service, "mapping-show", (found.iri, day), lambda: row_document(knowledge, None, found, day)
    )


@router.get(
    "/mapping-sets",
    summary="The mapping sets",
    response_class=Response,
    responses=declared("mapping-counts", 404, 422, 503),
)
async def list_mapping_sets(
    request: Request,
    service: ServiceOf,
    _: PrincipalOf,
    set_id: Annotated[Named, Query(alias="set", description="Only this set.")] = None,
    as_of: AsOf = None,
) -> Response:
    """Return per set its rows by relationship, what has no counterpart, and what is open."""
    knowledge, day = service.content.knowledge, as_of or today()
    return await computed(request, service, "mapping-counts", (set_id, day), lambda: _counts(knowledge, set_id, day))


def _counts(knowledge: Knowledge, set_id: str | None, day: Any) -> dict[str, Any]:
    names = [set_id] if set_id else set_names(knowledge)
    return {"as_of": day, "sets": set_entries(knowledge, names, day)}
