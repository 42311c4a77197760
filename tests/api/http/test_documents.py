"""Every document route: what its schema says, refused where it cannot be, computed once, and only for those allowed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from api.documents.base import schema_of
from tests.commands import in_process

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from api.http.service import Service

BANK = "/v1/organisations/bank"
DAY = "2026-11-20"
DAYS = {"from": "2026-07-26", "to": "2026-07-28"}
DOCUMENTS: list[tuple[str, str, dict[str, object]]] = [
    ("assess", f"{BANK}/coverage", {}),
    (
        "assess",
        f"{BANK}/coverage",
        {
            "framework": ["nis2", "dora"],
            "state": ["NotCovered", "Covered"],
            "scope": "credit-scoring-1",
            "policy": "legal",
            "hops": 2,
            "as_of": "2028-08-02",
        },
    ),
    ("gaps", f"{BANK}/gaps", {}),
    ("gaps", f"{BANK}/gaps", {"framework": "eu-ai-act", "state": "PartiallyCovered"}),
    ("explain", f"{BANK}/explain", {"citation": "AI Act 15"}),
    ("explain", f"{BANK}/explain", {"citation": "eu-ai-act/art_15/par_4/req_1", "as_of": "2028-01-10"}),
    ("statement", f"{BANK}/statement", {"framework": "iso-42001"}),
    ("plan", f"{BANK}/plan", {"framework": ["iso-42001", "iso-27001"], "limit": 8}),
    ("plan", f"{BANK}/plan", {"citation": "DORA 9", "as_of": DAY}),
    ("plan", f"{BANK}/plan", {"what_if": "ISO/IEC 42001 A.6.2.4", "scope": "credit-scoring-2"}),
    ("validate", f"{BANK}/validation", {"profile": "strict"}),
    ("calendar", f"{BANK}/calendar", {}),
    ("calendar", f"{BANK}/calendar", {"date": "2026-12-02"}),
    ("evidence-expiring", f"{BANK}/evidence-expiring", {"within": 60}),
    ("incident", f"{BANK}/incident", {"kind": "ransomware", "aware_at": "2026-11-27T16:30+01:00"}),
    ("diff", f"{BANK}/frameworks/eu-ai-act/diff", DAYS),
    ("diff", f"{BANK}/coverage/diff", {"from": DAY, "to": "2027-12-03"}),
    ("query", f"{BANK}/queries/upcoming-applications/answer", {}),
    ("query", f"{BANK}/queries/most-used-evidence/answer", {"as_of": DAY}),
    ("show", "/v1/requirements/eu-ai-act/art_15/par_4/req_1", {}),
    ("mapping-show", "/v1/mappings/8ac325070615694c", {}),
    ("mapping-counts", "/v1/mapping-sets", {}),
    ("queries", "/v1/queries", {}),
    ("query", "/v1/queries/upcoming-applications/answer", {"until": "2027-12-31", "as_of": DAY}),
    ("calendar", "/v1/calendar", {"as_of": "2026-07-25"}),
    ("diff", "/v1/frameworks/eu-ai-act/diff", DAYS),
]
REFUSED: list[tuple[str, dict[str, object], int, str]] = [
    (f"{BANK}/coverage", {"framework": "gpdr"}, 404, "gdpr"),
    (f"{BANK}/coverage", {"scope": "nothing"}, 422, "scope: “nothing” is not the organisation or one of its assets"),
    (f"{BANK}/coverage", {"state": "Fine"}, 422, "query.state.0"),
    (f"{BANK}/coverage", {"hops": 3}, 422, "query.hops"),
    (f"{BANK}/coverage", {"as_of": "1899-12-31"}, 422, "outside the years"),
    (f"{BANK}/coverage", {"as_of": "0"}, 422, "write it as 2026-11-20"),
    (f"{BANK}/coverage", {"as_of": "20261120"}, 422, "write it as 2026-11-20"),
    (f"{BANK}/gaps", {"policy": "any"}, 422, "query.policy"),
    (f"{BANK}/explain", {}, 422, "query.citation"),
    (f"{BANK}/explain", {"citation": "AI Act"}, 422, "there are counts only"),
    (f"{BANK}/explain", {"citation": "10.2"}, 404, "names no framework"),
    (f"{BANK}/explain", {"citation": "AI Act 2(1)"}, 422, "look at what is modelled of it"),
    (f"{BANK}/statement", {"framework": "gdpr"}, 422, "is not a framework with controls"),
    (f"{BANK}/plan", {"citation": "DORA 9", "framework": "dora"}, 422, "needed beside framework"),
    (f"{BANK}/plan", {"what_if": "AI Act 15"}, 422, "what_if: “AI Act 15” is not a clause or control"),
    (f"{BANK}/plan", {"before": "2020-01-01"}, 422, "the day looked at, or a later one"),
    (f"{BANK}/plan", {"budget": "NaN"}, 422, "query.budget"),
    (f"{BANK}/validation", {"profile": "lax"}, 404, "starter"),
    (f"{BANK}/calendar", {"date": DAY, "from": DAY}, 422, "it names the one day"),
    (f"{BANK}/calendar", {"from": DAY, "until": "2026-01-01"}, 422, "a day on or after from"),
    (f"{BANK}/evidence-expiring", {"within": -1}, 422, "query.within"),
    (f"{BANK}/incident", {"kind": "party", "aware_at": "2026-11-27T16:30+01:00"}, 404, "there is no"),
    (f"{BANK}/incident", {"kind": "outage", "aware_at": "2026-11-27T16:30"}, 422, "name the zone with zone"),
    (f"{BANK}/incident", {"kind": "outage", "aware_at": "now"}, 422, "aware_at: “now” is not a time"),
    (f"{BANK}/incident", {"kind": "outage", "aware_at": ""}, 422, "aware_at: “” is not a time"),
    (f"{BANK}/coverage/diff", {"from": DAY, "to": DAY}, 422, "a day after from"),
    (f"{BANK}/frameworks/gpdr/diff", DAYS, 404, "gdpr"),
    (f"{BANK}/queries/nothing/answer", {}, 404, "there is no query “nothing”"),
    ("/v1/requirements/eu-ai-act/art_15", {}, 404, "there is no requirement"),
    ("/v1/mappings/zzzzzz", {}, 404, "there is no mapping row"),
    ("/v1/mapping-sets", {"set": "nothing"}, 404, "there is no mapping set"),
    ("/v1/queries/upcoming-applications/answer", {"wrong": "1"}, 422, "wrong: “1” is not asked for"),
    ("/v1/queries/upcoming-applications/answer", {"until": "soon"}, 422, "a date as 2026-11-20"),
    ("/v1/queries/upcoming-applications/answer", {"until": ["2027-01-01", "2028-01-01"]}, 422, "given once"),
    ("/v1/frameworks/eu-ai-act/diff", {"from": DAY}, 422, "query.to"),
    ("/v1/frameworks/eu-ai-act/diff", {"from": "2000-01-01", "to": DAY}, 422, "was law"),
]
pytestmark = pytest.mark.usefixtures("bank")


def name_of(case: tuple[str, str, dict[str, object]]) -> str:
    return f"{case[1]}?{'&'.join(case[2])}"


@pytest.mark.parametrize(("kind", "path", "parameters"), DOCUMENTS, ids=map(name_of, DOCUMENTS))
def test_a_document_is_what_its_schema_says_and_is_sent_once(
    client: httpx.Client, kind: str, path: str, parameters: dict[str, object]
) -> None:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.json()["schema"] == f"normgraph/{kind}/1"
    Draft202012Validator(schema_of(kind)).validate(answer.json())
    again = client.get(path, params=parameters, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])


@pytest.mark.parametrize(("path", "parameters", "status", "told"), REFUSED)
def test_what_cannot_be_is_refused_with_what_to_do(
    client: httpx.Client, path: str, parameters: dict[str, object], status: int, told: str
) -> None:
    answer = client.get(path, params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert told in answer.json()["detail"]


def test_filters_list_less_and_counts_stay_whole(client: httpx.Client) -> None:
    whole = client.get(f"{BANK}/coverage").json()
    some = client.get(f"{BANK}/coverage", params={"state": "NotCovered"}).json()
    assert some["counts"] == whole["counts"]
    assert some["results"] == [result for result in whole["results"] if result["state"] == "NotCovered"]
    rows = client.get(f"{BANK}/gaps", params={"state": "NotCovered"}).json()["rows"]
    assert rows
    assert {row["state"] for row in rows} == {"NotCovered"}


@pytest.mark.parametrize(
    ("arguments", "path", "parameters"),
    [
        (["assess", "bank", "-f", "dora", "--hops", "2"], "coverage", {"framework": "dora", "hops": 2}),
        (["explain", "bank", "AI Act 15"], "explain", {"citation": "AI Act 15"}),
        (["statement", "bank", "-f", "iso-42001"], "statement", {"framework": "iso-42001"}),
        (["plan", "bank", "DORA 9"], "plan", {"citation": "DORA 9"}),
        (["validate", "bank"], "validation", {}),
        (["calendar", "bank", "--until", "2027-01-31"], "calendar", {"until": "2027-01-31"}),
        (["evidence", "expiring", "bank", "--within", "30"], "evidence-expiring", {"within": 30}),
        (["query", "most-used-evidence", "--org", "bank"], "queries/most-used-evidence/answer", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_route_answers_what_the_command_prints(
    client: httpx.Client, arguments: list[str], path: str, parameters: dict[str, object]
) -> None:
    printed = json.loads(in_process(*arguments, "--format", "json").stdout)
    assert client.get(f"{BANK}/{path}", params=parameters).json() == printed


def test_the_gap_table_is_that_of_the_report() -> None:
    from engine.report.schema import report_schema  # noqa: PLC0415 - beside its one use

    drawn = report_schema()["$defs"]
    assert isinstance(drawn, dict)
    declared = schema_of("gaps")["$defs"]
    assert declared == {name: drawn[name] for name in declared}


def test_a_change_makes_another_answer(client: httpx.Client, service: Service) -> None:
    first = client.get(f"{BANK}/coverage")
    assert first.headers["x-organisation-version"] == str(service.repository.version("bank"))
    graphs = f"{BANK}/graphs/note"
    put = client.put(graphs, headers={"Content-Type": "text/turtle"}, content="<urn:x:a> <urn:x:b> 1 .")
    assert put.status_code == 201, put.text
    second = client.get(f"{BANK}/coverage", headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.headers["x-organisation-version"] == put.headers["x-organisation-version"]
    assert second.json()["records"] != first.json()["records"]
    assert client.delete(graphs).status_code == 204


OWN = sorted(
    {path.removeprefix(BANK): parameters for _, path, parameters in DOCUMENTS if path.startswith(BANK)}.items()
)


@pytest.mark.parametrize(("path", "parameters"), [*OWN, ("/reports", {})])
def test_an_organisation_that_is_not_there_or_not_yours_is_unknown(
    client: httpx.Client, as_bearer: Callable[..., dict[str, str]], path: str, parameters: dict[str, object]
) -> None:
    stranger, analyst = as_bearer("other:administrator"), as_bearer("bank:analyst", "nobody:analyst")
    any_tag = {"If-None-Match": "*"}
    for headers, key, status in ((stranger, "bank", 404), (analyst, "nobody", 404), (analyst, "bank", 200)):
        asked = {**headers, **(any_tag if status != 200 else {})}
        answer = client.get(f"/v1/organisations/{key}{path}", params=parameters, headers=asked)
        assert answer.status_code == status, (key, answer.text)
        if status == 404:
            assert answer.json()["detail"] == f"there is no organisation “{key}” for you"
    assert client.get(f"{BANK}{path}", params=parameters).status_code == 401


def test_questions_take_somebody_who_may_ask(client: httpx.Client, as_bearer: Callable[..., dict[str, str]]) -> None:
    path, reader = "queries/upcoming-applications/answer", as_bearer("bank:reader")
    assert client.get(f"{BANK}/{path}", headers=reader).status_code == 403
    assert client.get(f"{BANK}/coverage", headers=reader).status_code == 200
    assert client.get(f"/v1/{path}", headers=reader).status_code == 200
