from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx


def test_health_readiness_and_figures(client: httpx.Client) -> None:
    assert client.get("/health").json() == {"status": "live"}
    assert client.get("/ready").json()["status"] == "ready"
    assert 'normgraph_requests_total{method="GET",route="/health",status="200"}' in client.get("/metrics").text


def test_frameworks_come_a_page_at_a_time(client: httpx.Client) -> None:
    whole = client.get("/v1/frameworks").json()
    first = client.get("/v1/frameworks?limit=3")
    assert (first.json()["total"], len(first.json()["items"])) == (whole["total"], 3)
    assert 'rel="next"' in first.headers["link"]
    seen, cursor = [], first.json()["next"]
    while cursor:
        following = client.get("/v1/frameworks", params={"limit": 3, "cursor": cursor}).json()
        seen += following["items"]
        cursor = following["next"]
    assert first.json()["items"] + seen == whole["items"]


def test_a_framework_is_read_again_only_when_it_changed(client: httpx.Client) -> None:
    first = client.get("/v1/frameworks/eu-ai-act")
    assert [v["name"] for v in first.json()["versions"]] == ["2024-07-12", "2026-07-27"]
    again = client.get("/v1/frameworks/eu-ai-act", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_every_error_is_a_problem_that_says_what_to_do(client: httpx.Client) -> None:
    for path, status, told in (
        ("/v1/frameworks/gpdr", 404, "there is no framework “gpdr”; known: "),
        ("/v1/nothing", 404, "/openapi.json"),
        ("/v1/frameworks?limit=0", 422, "greater than or equal to 1"),
        ("/v1/frameworks?cursor=x", 422, "begin again without it"),
        ("/v1/frameworks/gdpr/census?as_of=tomorrow", 422, "query.as_of"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), path
        assert told in answer.json()["detail"]
        assert answer.json()["type"].startswith("https://w3id.org/normgraph/problems/")


def test_who_asks_must_say_so_once_there_is_a_key(
    client: httpx.Client, as_bearer: Callable[..., dict[str, str]]
) -> None:
    reader = as_bearer("acme:reader")
    assert client.get("/v1/frameworks").status_code == 401
    assert client.get("/v1/frameworks", headers=reader).status_code == 200
    forged = {"Authorization": reader["Authorization"][:-1] + ("a" if reader["Authorization"][-1] != "a" else "b")}
    answer = client.get("/v1/frameworks", headers=forged)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="normgraph"')
    assert client.get("/v1/frameworks", headers={"Authorization": "Basic eDp5"}).status_code == 401
    assert client.get("/health").status_code == 200


def test_foreign_hosts_and_origins_are_refused(client: httpx.Client) -> None:
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 421
    assert client.post("/health", headers={"Origin": "https://evil.example"}).json()["title"] == "Foreign origin"
    assert client.post("/health", headers={"Origin": str(client.base_url).rstrip("/")}).status_code == 405
