"""Reports as jobs: begun, looked at, fetched; one at a time for an organisation."""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from engine.report.schema import report_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from api.http.service import Service

REPORTS = "/v1/organisations/bank/reports"
pytestmark = pytest.mark.usefixtures("bank")


def finished(client: httpx.Client, place: str) -> dict[str, Any]:
    for _ in range(600):
        job: dict[str, Any] = client.get(place).json()
        if job["state"] in {"done", "failed"}:
            return job
        time.sleep(0.1)
    raise AssertionError(job)


def test_a_report_is_begun_and_fetched(client: httpx.Client, service: Service) -> None:
    asked = {"frameworks": ["nis2"], "formats": ["csv", "json"], "author": "A. Analyst", "as_of": "2026-11-20"}
    begun = client.post(REPORTS, json=asked)
    assert begun.status_code == 202, begun.text
    job = finished(client, begun.headers["location"])
    assert (job["state"], job["problem"]) == ("done", "")
    assert [file["name"] for file in job["files"]] == ["gap-table.csv", "gap-report.json"]
    report = client.get(job["files"][1]["href"])
    assert report.headers["content-disposition"] == 'attachment; filename="gap-report.json"'
    Draft202012Validator(report_schema()).validate(report.json())
    again = client.get(job["files"][1]["href"], headers={"If-None-Match": report.headers["etag"]})
    assert again.status_code == 304
    packed = client.get(f"{begun.headers['location']}/result")
    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.namelist() == ["gap-table.csv", "gap-report.json"]
        assert json.loads(archive.read("gap-report.json")) == report.json()
    assert service.repository.journal.entries()[-1].action == "report fetched"
    assert begun.json()["id"] in {each["id"] for each in client.get(REPORTS).json()["items"]}


def test_one_at_a_time_and_the_same_again_is_the_same(client: httpx.Client, service: Service) -> None:
    held = threading.Event()
    blocking = service.jobs.begin("other", "test", {}, lambda _: {"x": str(held.wait(60)).encode()})
    try:
        first = client.post(REPORTS, json={"formats": ["csv"]})
        assert first.json()["state"] == "waiting"
        assert client.post(REPORTS, json={"formats": ["csv"]}).json()["id"] == first.json()["id"]
        other = client.post(REPORTS, json={"formats": ["html"]})
        assert (other.status_code, other.json()["job"]) == (409, first.json()["id"])
        early = client.get(f"{first.headers['location']}/result")
        assert (early.status_code, early.headers["retry-after"]) == (409, "1")
    finally:
        held.set()
    assert finished(client, first.headers["location"])["state"] == "done"
    assert service.jobs.get("other", blocking.id).files == {"x": b"True"}


def test_a_failed_job_says_so(client: httpx.Client, service: Service) -> None:
    def broken(_: object) -> dict[str, bytes]:
        raise RuntimeError("secret path /etc")

    job = service.jobs.begin("bank", "test", {"broken": True}, broken)
    told = finished(client, f"{REPORTS}/{job.id}")
    assert told["state"] == "failed"
    assert "secret" not in told["problem"]
    assert client.get(f"{REPORTS}/{job.id}/result").status_code == 409


def test_the_oldest_are_forgotten() -> None:
    from api.http.jobs import Jobs  # noqa: PLC0415 - beside its one use

    kept = Jobs()
    for number in range(60):
        job = kept.begin(f"o{number}", "test", {}, lambda _: {"x": b""})
        while not kept.get(f"o{number}", job.id).is_over:
            time.sleep(0.001)
    assert sum(bool(kept.of(f"o{number}")) for number in range(60)) == 50
    kept.close()


def test_what_cannot_be_is_refused(client: httpx.Client, as_bearer: Callable[..., dict[str, str]]) -> None:
    for asked, status, told in (
        ({"formats": []}, 422, "body.formats"),
        ({"formats": ["pdf"]}, 422, "body.formats.0"),
        ({"frameworks": ["gpdr"]}, 404, "gdpr"),
        ({"as_of": "soon"}, 422, "write it as 2026-11-20"),
        ({"folder": "/etc"}, 422, "body.folder"),
    ):
        answer = client.post(REPORTS, json=asked)
        assert (answer.status_code, told in answer.json()["detail"]) == (status, True), answer.text
    unknown = f"{REPORTS}/{'0' * 32}"
    assert client.get(unknown).json()["title"] == "Unknown job"
    assert client.get(f"{unknown}/result").status_code == 404
    assert client.get(f"{unknown}/files/gap-table.csv").status_code == 404
    assert client.get(f"{REPORTS}/nothing").status_code == 422
    assert client.post("/v1/organisations/nobody/reports", json={}).status_code == 404
    stranger = as_bearer("other:administrator")
    assert client.post(REPORTS, json={}, headers=stranger).status_code == 404
    assert client.get(REPORTS, headers=stranger).status_code == 404
