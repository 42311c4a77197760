from __future__ import annotations

from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from api.documents.base import schema_of

if TYPE_CHECKING:
    import httpx


def test_a_provision_is_read_by_its_citation_as_the_command_shows_it(client: httpx.Client) -> None:
    answer = client.get("/v1/provisions", params={"citation": "AI Act 15(4)", "as_of": "2026-11-20"})
    assert answer.status_code == 200
    Draft202012Validator(schema_of("show")).validate(answer.json())
    assert answer.json()["citation"] == "AI Act 15(4)"
    again = client.get(answer.request.url, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_bare_number_is_refused_with_its_candidates(client: httpx.Client) -> None:
    answer = client.get("/v1/provisions", params={"citation": "10.2"})
    assert answer.status_code == 404
    assert answer.json()["candidates"]


def test_the_parts_of_a_framework_come_in_order(client: httpx.Client) -> None:
    found = client.get("/v1/frameworks/iso-42001/provisions", params={"limit": 1000}).json()
    assert found["total"] == len(found["items"]) == 96
    known = {"https://w3id.org/normgraph/id/iso-42001"}
    for part in found["items"]:
        assert part["parent"] in known, part
        known.add(part["iri"])


def test_the_openapi_document_names_every_schema_it_refers_to(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    text = client.get("/openapi.json").text
    assert document["openapi"].startswith("3.1")
    named = set(document["components"]["schemas"])
    import re  # noqa: PLC0415 - beside its one use

    assert set(re.findall(r"#/components/schemas/([\w.-]+)", text)) <= named
