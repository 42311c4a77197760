"""Requirements: the atomic norms, by framework, provision, modality and role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.documents.provision import provision_document, requirement_entry
from api.http.access import PrincipalOf
from api.http.answers import Model, Page, Paging, PagingOf, page
from api.http.documents import answered, declared
from api.http.parameters import AsOf, Named
from api.http.problems import responses
from api.http.service import ServiceOf
from api.opened import find_framework, named
from api.shared import today
from engine.errors import BadParameter, UnknownName
from engine.graph import Iri
from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.knowledge import Knowledge
    from engine.model import Requirement

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["requirements"])


class ElementModel(Model):
    """A part of what a requirement demands."""

    text: str
    conditions: list[str]


class RequirementModel(Model):
    """An atomic norm in our own words."""

    iri: str
    framework: str
    provision: str
    citation: str
    label: str
    text: str
    bearers: list[str]
    modality: str
    conditions: list[str]
    elements: list[ElementModel]
    elements_complete: bool
    requires_human_judgement: bool
    qualifiers: list[str]
    assessed_per: str
    counted: bool


@router.get(
    "/requirements", summary="Requirements", response_model=Page[RequirementModel], responses=responses(404, 422)
)
def list_requirements(
    request: Request,
    response: Response,
    service: ServiceOf,
    _: PrincipalOf,
    paging: Annotated[Paging, Depends(PagingOf)],
    framework: Annotated[Named, Query(description="Only of this framework, by key.")] = None,
    provision: Annotated[Named, Query(description="Only of this provision and below, by citation.")] = None,
    modality: Annotated[Named, Query(description="Only of this modality.", examples=["Obligation"])] = None,
    role: Annotated[Named, Query(description="Only those that bind this role, by name.")] = None,
    as_of: AsOf = None,
) -> dict[str, Any]:
    """Return the requirements of the texts in force on a day, by framework and in document order.

    `counted` tells those that bind organisations and demand something: what a denominator counts.
    """
    knowledge, day = service.content.knowledge, as_of or today()
    wholes = [find_framework(knowledge, framework).iri] if framework else sorted(knowledge.frameworks)
    below = service.citations.resolve(provision) if provision else None
    listed = [
        found
        for whole in wholes
        for found in knowledge.requirements_below(whole, day)
        if below is None or knowledge.within(found.provision, [below])
    ]
    chosen = _with_role(knowledge, _with_modality(knowledge, listed, modality), role)
    entries = [{**_entry(knowledge, each), "counted": knowledge.is_live(each, day)} for each in chosen]
    return page(request, response, entries, paging)


def _with_modality(knowledge: Knowledge, listed: list[Requirement], modality: str | None) -> list[Requirement]:
    if modality is None:
        return listed
    known = sorted({each.modality for each in knowledge.requirements.values()})
    if modality not in known:
        raise BadParameter("modality", modality, f"one of {', '.join(known)}")
    return [each for each in listed if each.modality == modality]


def _with_role(knowledge: Knowledge, listed: list[Requirement], role: str | None) -> list[Requirement]:
    if role is None:
        return listed
    found = named(role, _roles(knowledge.requirements.values()), knowledge.labels)
    if not found:
        known = [iri.rpartition("/")[2] for iri in sorted(_roles(knowledge.requirements.values()))]
        raise UnknownName("role", role, known)
    return [each for each in listed if set(found) & set(each.bearers)]


def _roles(requirements: Iterable[Requirement]) -> set[Iri]:
    return {role for each in requirements for role in each.bearers}


def _entry(knowledge: Knowledge, requirement: Requirement) -> dict[str, Any]:
    framework = knowledge.framework_of(requirement.iri)
    told = {"framework": framework.key if framework else "", "provision": requirement.provision}
    return {**requirement_entry(knowledge, requirement), **told}


@router.get(
    "/requirements/{identifier:path}",
    summary="One requirement",
    response_class=Response,
    responses=declared("show", 404, 422),
)
def read_requirement(
    request: Request,
    service: ServiceOf,
    _: PrincipalOf,
    identifier: Annotated[str, Path(max_length=300, description="As eu-ai-act/art_15/par_4/req_1, or its IRI.")],
    as_of: AsOf = None,
) -> Response:
    """Return a requirement with its elements, the rules that reach it, and the mappings that lead to it."""
    knowledge, day = service.content.knowledge, as_of or today()
    iri = Iri(identifier if identifier in knowledge.requirements else f"{ID}{identifier}")
    if iri not in knowledge.requirements:
        raise UnknownName("requirement", identifier, [each.removeprefix(ID) for each in sorted(knowledge.requirements)])

    def build() -> dict[str, Any]:
        return {**provision_document(knowledge, iri, day), "official_text": []}

    return answered(request, service, "show", (iri, day), build)
