"""After any write the states are those of a new assessment, though only what the write bears on was computed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from api.documents.assessment import assessment_document
from api.http.documents import body_of
from api.http.reading import view_of
from engine.coverage.values import Policy
from engine.live.live import Live

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from api.http.service import Service

BANK = "/v1/organisations/bank"


def computed(service: Service) -> bytes:
    """Return the document of a new assessment of what is there now."""
    opened = view_of(service, "bank").read().opened
    return body_of("assess", assessment_document(opened.workspace, opened.assessed(Policy()), (), None, []))


def first(client: httpx.Client, kind: str) -> dict[str, object]:
    found: dict[str, object] = client.get(f"{BANK}/{kind}", params={"limit": 1}).json()["items"][0]
    return found


def evidence_contradicts(client: httpx.Client) -> httpx.Response:
    return client.patch(f"{BANK}/evidence/{first(client, 'evidence')['key']}", json={"outcome": "Contradicts"})


def evidence_goes(client: httpx.Client) -> httpx.Response:
    return client.delete(f"{BANK}/evidence/{first(client, 'evidence')['key']}")


def control_is_planned(client: httpx.Client) -> httpx.Response:
    return client.patch(f"{BANK}/controls/{first(client, 'controls')['key']}", json={"status": "Planned"})


def finding_comes(client: httpx.Client) -> httpx.Response:
    against = [first(client, "controls")["iri"]]
    sent = {"label": "Logs can be altered", "against": against, "severity": "Major", "issued": "2026-02-01"}
    return client.post(f"{BANK}/findings", json=sent)


def asset_is_renamed(client: httpx.Client) -> httpx.Response:
    return client.patch(f"{BANK}/assets/{first(client, 'assets')['key']}", json={"label": "Under another name"})


def fact_changes(client: httpx.Client) -> httpx.Response:
    values = ["https://w3id.org/dpv/legal/eu/aiact#RiskLevelMinimal"]
    systems = client.get(f"{BANK}/facts", params={"limit": 200}).json()["items"]
    key = next(item["key"] for item in systems if item["fact"] == "riskClass")
    return client.put(f"{BANK}/facts/{key}/riskClass", json={"values": values})


def mapping_is_disputed(client: httpx.Client) -> httpx.Response:
    row = client.get(f"{BANK}/mappings", params={"source": "ISO 42001", "target": "AI Act", "limit": 1}).json()[
        "items"
    ][0]
    sent = {
        "decision": "dispute",
        "person": "Ann Lee <ann@example.org>",
        "reason": "Another notice.",
        "on": "2026-11-01",
    }
    return client.post(f"{BANK}/mappings/{row['record_id'].rpartition('/')[2]}/reviews", json=sent)


WRITES: tuple[Callable[[httpx.Client], httpx.Response], ...] = (
    evidence_contradicts,
    control_is_planned,
    finding_comes,
    evidence_goes,
    mapping_is_disputed,
    asset_is_renamed,
    fact_changes,
    evidence_goes,
)


def test_after_any_write_the_coverage_is_that_of_a_new_assessment(
    client: httpx.Client, service: Service, bank: str
) -> None:
    assert client.get(f"{bank}/coverage").content == computed(service)
    for write in WRITES:
        done = write(client)
        assert done.is_success, (write.__name__, done.text)
        told = client.get(f"{bank}/coverage")
        assert told.content == computed(service), write.__name__
        assert int(told.headers["x-organisation-version"]) == service.repository.version("bank")


def test_a_write_of_one_record_costs_what_it_bears_on(
    client: httpx.Client, bank: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    start = Live._start
    monkeypatch.setattr(Live, "_start", lambda self: (begun.append("whole"), start(self))[1])
    client.get(f"{bank}/coverage")
    whole = len(begun)
    before = json.loads(client.get(f"{bank}/coverage").content)
    assert evidence_goes(client).is_success
    after = json.loads(client.get(f"{bank}/coverage").content)
    assert (len(begun), after == before) == (whole, False)
    assert fact_changes(client).is_success
    client.get(f"{bank}/coverage")
    assert len(begun) <= whole + 1  # a fact may be there already


def test_what_goes_wrong_while_a_change_is_computed_is_not_gone_on_with(
    client: httpx.Client, service: Service, bank: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(f"{bank}/coverage")
    assert evidence_goes(client).is_success
    view = view_of(service, "bank").read()
    with monkeypatch.context() as broken:
        broken.setattr(Live, "become", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            view.assessment(Policy())
    assert client.get(f"{bank}/coverage").content == computed(service)


def test_nothing_that_was_computed_of_an_organisation_is_left_when_it_is_deleted(
    client: httpx.Client, service: Service
) -> None:
    assert client.post("/v1/organisations", json={"key": "brief", "label": "Brief"}).status_code == 201
    assert client.get("/v1/organisations/brief/coverage").status_code == 200
    caches = (service.cache, service.assessments, service.lives)
    assert all(any("brief" in str(key) for key in cache._kept) for cache in caches)
    assert client.delete("/v1/organisations/brief").status_code == 204
    assert not any(cache._kept for cache in caches)
    assert client.get("/v1/organisations/brief/coverage").status_code == 404
