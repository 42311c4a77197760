"""Lists of requirements and mappings, and the feed of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from api.http.service import Service

BANK = "/v1/organisations/bank"


def listed(client: httpx.Client, path: str, **parameters: Any) -> list[dict[str, Any]]:
    answer = client.get(path, params={"limit": 1000, **parameters})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_requirements_are_those_in_force_and_the_counted_make_the_denominator(
    client: httpx.Client, service: Service
) -> None:
    from datetime import date  # noqa: PLC0415 - beside its one use

    found = listed(client, "/v1/requirements", framework="gdpr", as_of="2026-11-20")
    knowledge = service.content.knowledge
    gdpr = next(f for f in knowledge.frameworks.values() if f.key == "gdpr")
    live = [r for r in knowledge.live_requirements(date(2026, 11, 20)) if knowledge.framework_of(r.iri) == gdpr]
    assert sorted(r["iri"] for r in found if r["counted"]) == sorted(r.iri for r in live)
    assert {r["framework"] for r in found} == {"gdpr"}


def test_requirements_are_filtered(client: httpx.Client) -> None:
    article = listed(client, "/v1/requirements", provision="AI Act 15")
    assert article
    assert all("/art_15" in r["provision"] for r in article)
    prohibited = listed(client, "/v1/requirements", framework="eu-ai-act", modality="Prohibition")
    assert prohibited
    assert {r["modality"] for r in prohibited} == {"Prohibition"}
    role = article[0]["bearers"][0]
    assert article[0] in listed(client, "/v1/requirements", provision="AI Act 15", role=role)


@pytest.mark.parametrize(
    ("path", "parameters", "status", "told"),
    [
        ("/v1/requirements", {"modality": "Wish"}, 422, "one of"),
        ("/v1/requirements", {"role": "nobody"}, 404, "there is no role"),
        ("/v1/requirements", {"framework": "gpdr"}, 404, "gdpr"),
        ("/v1/requirements", {"provision": "15"}, 404, "names no framework"),
        ("/v1/mappings", {"set": "nothing"}, 404, "there is no mapping set"),
        ("/v1/mappings", {"relationship": "like"}, 422, "query.relationship"),
        ("/v1/mappings", {"review": "signed"}, 422, "query.review"),
        ("/v1/mappings", {"source": "15"}, 404, "names no framework"),
        ("/v1/changes", {"after": -1}, 422, "query.after"),
    ],
)
def test_what_cannot_be_is_refused(
    client: httpx.Client, path: str, parameters: dict[str, Any], status: int, told: str
) -> None:
    answer = client.get(path, params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert told in answer.json()["detail"]


def test_mappings_are_filtered(client: httpx.Client) -> None:
    rows = listed(client, "/v1/mappings", set="iso-42001--nis2")
    assert rows
    assert {row["set"] for row in rows} == {"iso-42001--nis2"}
    for name, wanted in (("relationship", "no-counterpart"), ("rationale_type", rows[0]["rationale_type"])):
        some = listed(client, "/v1/mappings", set="iso-42001--nis2", **{name: wanted})
        assert some == [row for row in rows if row[name] == wanted]
    assert listed(client, "/v1/mappings", set="iso-42001--nis2", policy="legal") == [
        row for row in rows if row["review_state"] == "legally-reviewed"
    ]
    target = listed(client, "/v1/mappings", target="AI Act 15", source="ISO/IEC 42001 A.6.2.4")
    assert all("AI Act 15" in row["target"] and row["source"] == "ISO/IEC 42001 A.6.2.4" for row in target)


def test_the_feed_tells_each_change_once(
    client: httpx.Client, service: Service, as_bearer: Callable[..., dict[str, str]], bank: str
) -> None:
    del bank
    start = service.repository.journal.number
    turtle = {"Content-Type": "text/turtle"}
    for number in range(3):
        content = f"<urn:x:a> <urn:x:b> {number} ."
        assert client.put(f"{BANK}/graphs/feed", headers=turtle, content=content).status_code in {201, 204}
    service.repository.record("somebody", "access denied", "bank")
    seen, after, more = [], start, True
    while more:
        answer = client.get("/v1/changes", params={"after": after, "limit": 2})
        assert ('rel="next"' in answer.headers.get("link", "")) == answer.json()["more"]
        seen += answer.json()["items"]
        after, more = answer.json()["after"], answer.json()["more"]
    assert [(each["action"], each["organisation"]) for each in seen] == [("graph put", "bank")] * 3
    assert [each["version"] for each in seen] == list(range(seen[0]["version"], seen[0]["version"] + 3))
    assert {(each["added"], each["removed"]) for each in seen} == {(None, None)}
    assert after == service.repository.journal.number
    told = client.get("/v1/changes", params={"after": start, "statements": True}).json()["items"]
    assert "urn:x:b" in told[0]["added"]
    reader, stranger, analyst = as_bearer("bank:reader"), as_bearer("other:administrator"), as_bearer("bank:analyst")
    asked = {"after": start, "statements": True}
    kept = client.get("/v1/changes", params=asked, headers=reader).json()["items"]
    assert [each["added"] for each in kept] == [None] * 3
    assert client.get("/v1/changes", params=asked, headers=analyst).json()["items"] == told
    nothing = client.get("/v1/changes", params=asked, headers=stranger).json()
    assert (nothing["items"], nothing["more"]) == ([], False)
    assert client.get("/v1/changes").status_code == 401


def test_the_feed_looks_at_some_entries_at_a_time(
    client: httpx.Client, service: Service, as_bearer: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.http.routes import changes  # noqa: PLC0415 - beside its one use

    monkeypatch.setattr(changes, "_LOOKED", 2)
    stranger, after, asked = as_bearer("other:reader"), 0, 0
    while True:
        answer = client.get("/v1/changes", params={"after": after}, headers=stranger).json()
        after, asked = answer["after"], asked + 1
        assert answer["items"] == []
        if not answer["more"]:
            break
    assert after == service.repository.journal.number
    assert asked == -(-service.repository.journal.number // 2)
