"""Gap reports as jobs: begun, looked at, and their files fetched once they are done."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field

from api.http.access import Organisation, PrincipalOf, may
from api.http.answers import Model, Page, Paging, PagingOf, entity_tag, page, tagged
from api.http.identity import Permission
from api.http.jobs import Job, Stage
from api.http.parameters import Day, Least, policy_of
from api.http.problems import Problem, responses
from api.http.reading import View, view_of
from api.http.service import ServiceOf
from engine.report.compose import compose_report
from engine.report.values import Imprint
from engine.report.write import FORMATS, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["router"]

router = APIRouter(
    prefix="/v1/organisations/{organisation}/reports", tags=["reports"], dependencies=[Depends(may(Permission.READ))]
)
JobName = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="The job, as it was told when it was begun.")]
_MEDIA = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Format(StrEnum):
    """A form of the report."""

    HTML = "html"
    CSV = "csv"
    JSON = "json"


class ReportAsked(Model):
    """What a report is to be about."""

    formats: list[Format] = Field(list(Format), min_length=1, max_length=len(Format))
    frameworks: list[str] = Field([], max_length=50, description="Only these, by key; all where none is named.")
    as_of: Day | None = Field(None, description="The day to look at; today where none is given.")
    policy: Least = Field(Least.PROPOSED, description="The least review state of a mapping that counts.")
    hops: int = Field(1, ge=1, le=2, description="The longest chain of mappings.")
    author: str = Field("", max_length=200, description="Who answers for the report.")
    marking: str = Field("Confidential", max_length=200, description="How far it may be passed on.")


class FileModel(Model):
    """A file of a report."""

    name: str
    size: int
    href: str


class JobModel(Model):
    """A report that is made, or was."""

    id: str
    state: Stage
    begun: str = Field(description="When, in UTC.")
    by: str
    step: str = Field(description="What is being done.")
    done: int = Field(description="How many steps are done.")
    of: int = Field(description="How many there are.")
    problem: str = Field(description="Why it failed, and what to do.")
    files: list[FileModel]


def _told(request: Request, job: Job) -> JobModel:
    place = f"{_base(request)}/{job.id}/files"
    files = [FileModel(name=name, size=len(data), href=f"{place}/{name}") for name, data in job.files.items()]
    told: dict[str, Any] = {name: getattr(job, name) for name in ("id", "begun", "by", "step", "done", "of", "problem")}
    return JobModel(**told, state=job.stage, files=files)


def _base(request: Request) -> str:
    return f"{request.url.path.partition('/reports')[0]}/reports"


@router.post("", status_code=202, summary="Begin a report", responses=responses(404, 409, 422, 503))
def begin_report(
    request: Request,
    response: Response,
    service: ServiceOf,
    principal: PrincipalOf,
    organisation: Organisation,
    asked: ReportAsked,
) -> JobModel:
    """Begin a report, and tell where it can be looked at; the same asked again meanwhile is the same job."""
    view = view_of(service, organisation, asked.as_of).read()
    for name in asked.frameworks:
        view.opened.framework(name)
    told = {**asked.model_dump(mode="json"), "version": view.version, "day": view.opened.day.isoformat()}
    job = service.jobs.begin(organisation, principal.name, told, lambda tell: _made(view, asked, tell))
    response.headers["Location"] = f"{_base(request)}/{job.id}"
    response.headers["Retry-After"] = "1"
    return _told(request, job)


def _made(view: View, asked: ReportAsked, tell: Callable[[str, int, int], None]) -> Mapping[str, bytes]:
    """Return the files of a report, telling how far they are."""
    steps = 2 + len(asked.formats)
    tell("assessing", 0, steps)
    assessment = view.assessment(policy_of(asked.policy, asked.hops), asked.frameworks)
    tell("proving", 1, steps)
    imprint = Imprint(author=asked.author, marking=asked.marking)
    report = compose_report(view.opened.workspace, assessment, imprint)
    files: dict[str, bytes] = {}
    for place, form in enumerate(dict.fromkeys(asked.formats), 2):
        tell(f"writing {form}", place, steps)
        files |= rendered(report, [form])
    return files


@router.get("", summary="The reports of the organisation", response_model=Page[JobModel], responses=responses(404, 422))
def list_reports(
    request: Request,
    response: Response,
    service: ServiceOf,
    organisation: Organisation,
    paging: Annotated[Paging, Depends(PagingOf)],
) -> dict[str, Any]:
    """Return the reports that are made or kept, the latest first."""
    view_of(service, organisation).read()
    return page(request, response, [_told(request, job) for job in service.jobs.of(organisation)], paging)


@router.get("/{job}", summary="How far a report is", responses=responses(404, 422))
def read_report(
    request: Request, response: Response, service: ServiceOf, organisation: Organisation, job: JobName
) -> JobModel:
    """Return the state of a job: waiting, running, done or failed, with its steps and its files."""
    found = service.jobs.get(organisation, job)
    response.headers["Cache-Control"] = "no-store"
    return _told(request, found)


def _over(service: ServiceOf, organisation: str, job: str) -> Job:
    found = service.jobs.get(organisation, job)
    if found.stage is Stage.DONE:
        return found
    if found.stage is Stage.FAILED:
        raise Problem(HTTPStatus.CONFLICT, "job-failed", found.problem)
    detail = f"the report is {found.stage}; look at the job until it is done"
    raise Problem(HTTPStatus.CONFLICT, "job-running", detail, headers={"Retry-After": "1"})


@router.get(
    "/{job}/result",
    summary="All files of a report, packed",
    response_class=Response,
    responses={
        200: {"description": "The files.", "content": {"application/zip": {"schema": {"type": "string"}}}},
        304: {"description": "As you have them."},
        **responses(404, 409, 422),
    },
)
def fetch_report(
    request: Request, service: ServiceOf, principal: PrincipalOf, organisation: Organisation, job: JobName
) -> Response:
    """Return the files of a report as one archive."""
    found = _over(service, organisation, job)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in found.files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    service.repository.record(principal.name, "report fetched", organisation, {"job": job})
    return _file(request, packed.getvalue(), (job, "result"), "application/zip", f"report-{organisation}.zip")


@router.get(
    "/{job}/files/{name}",
    summary="One file of a report",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {kind.partition(";")[0]: {"schema": {}} for kind in _MEDIA.values()},
        },
        304: {"description": "As you have it."},
        **responses(404, 409, 422),
    },
)
def fetch_report_file(
    request: Request,
    service: ServiceOf,
    principal: PrincipalOf,
    organisation: Organisation,
    job: JobName,
    name: Annotated[str, Path(max_length=100, description="As the job lists it.", examples=["gap-report.html"])],
) -> Response:
    """Return one file of a report."""
    found = _over(service, organisation, job)
    if name not in found.files:
        detail = f"the report has no file “{name}”; it has {', '.join(found.files)}"
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-file", detail)
    form = next(form for form, (file, _) in FORMATS.items() if file == name)
    service.repository.record(principal.name, "report fetched", organisation, {"job": job, "file": name})
    return _file(request, found.files[name], (job, name), _MEDIA[form], name)


def _file(request: Request, data: bytes, key: tuple[str, str], media: str, name: str) -> Response:
    safe = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return tagged(request, data, entity_tag(*key), media, safe)
