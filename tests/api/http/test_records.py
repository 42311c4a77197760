"""Records over HTTP: what is written reads back, once, whole, by whoever may, and never over somebody else's change."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from api.http.service import Service

HOME = "https://acme.example/org/"
ME = "/v1/organisations/acme"
REQUIREMENT = "https://w3id.org/normgraph/id/eu-ai-act/art_14/par_4/req_1"
REPORT = b"all tests passed"
SHA = hashlib.sha256(REPORT).hexdigest()
BODIES: dict[str, dict[str, Any]] = {
    "agents": {"types": ["Role"], "label": "Head of validation"},
    "assets": {"types": ["AISystem"], "label": "Scoring", "uses": [f"{HOME}data"], "owned_by": f"{HOME}role/head"},
    "roles": {
        "role": "https://w3id.org/dpv/legal/eu/aiact#AIDeployer",
        "in_respect_of": [f"{HOME}scoring"],
        "ground": "It uses the system in its own name.",
        "valid_from": "2026-01-01",
        "holds": True,
    },
    "controls": {
        "label": "Tests before release",
        "control": "https://w3id.org/normgraph/id/iso-42001/A.6.2.4",
        "status": "Planned",
        "has_scope": [f"{HOME}acme"],
        "accountable": [f"{HOME}role/head"],
    },
    "evidence": {
        "label": "Test report",
        "evidences": [f"{HOME}control/tests"],
        "evidence_type": "TestResult",
        "outcome": "Supports",
        "issued": "2026-03-03",
        "valid_until": "2027-03-02",
        "location": "reports/1.pdf",
        "sha256": SHA,
        "collected_by": [f"{HOME}role/tester"],
    },
    "findings": {
        "label": "Logs can be altered",
        "against": [f"{HOME}control/tests"],
        "severity": "Minor",
        "issued": "2026-02-01",
    },
    "judgements": {
        "requirement": REQUIREMENT,
        "in_respect_of": [f"{HOME}scoring"],
        "conclusion": "Sufficient",
        "judged_by": f"{HOME}role/head",
        "issued": "2026-02-01",
        "valid_until": "2027-02-01",
        "reason": "Read with the overseers.",
    },
    "overrides": {
        "requirement": REQUIREMENT,
        "in_respect_of": [f"{HOME}scoring"],
        "state": "NotCovered",
        "judged_by": f"{HOME}role/head",
        "issued": "2026-02-01",
        "valid_until": "2027-02-01",
        "reason": "On paper only.",
    },
}


@pytest.fixture(scope="module", autouse=True)
def acme(client: httpx.Client) -> None:
    sent = {"key": "acme", "iri": f"{HOME}acme", "label": "Acme", "has_none": ["AIModel"]}
    made = client.post("/v1/organisations", json=sent)
    assert (made.status_code, made.headers["location"]) == (201, ME), made.text
    for kind, name, body in (
        ("agents", "head", BODIES["agents"]),
        ("agents", "tester", {"types": ["Role"], "label": "Tester"}),
        ("assets", "data", {"types": ["Dataset"], "label": "Applications"}),
        ("assets", "scoring", BODIES["assets"]),
        ("controls", "tests", {**BODIES["controls"], "status": "Implemented"}),
    ):
        made = client.post(f"{ME}/{kind}", json={**body, "name": name})
        assert made.status_code == 201, made.text


def test_an_organisation_goes_with_all_it_has(client: httpx.Client, service: Service) -> None:
    assert client.post("/v1/organisations", json={"key": "brief", "label": "Brief"}).status_code == 201
    place = "/v1/organisations/brief"
    assert client.get(place).json()["iri"] == "https://w3id.org/normgraph/id/org/brief/organisation"
    assert client.put(f"{place}/files/{SHA}", content=REPORT).status_code == 201
    assert client.post(f"{place}/agents", json=BODIES["agents"], headers={"Idempotency-Key": "k"}).status_code == 201
    assert client.delete(place, headers={"If-Match": '"1"'}).status_code == 412
    assert client.delete(place, headers={"If-Match": '"2"'}).status_code == 204
    assert [client.get(place).status_code, client.delete(place).status_code] == [404, 404]
    assert service.files.stored("brief") == ()
    entries = service.repository.journal.entries(organisation="brief")
    assert [entry.action for entry in entries][-1] == "organisation deleted"
    assert all(service.repository.journal.change(entry.number) is None for entry in entries)
    assert service.repository.journal.answered("local", "k") is None


def test_an_organisation_is_listed_and_described(client: httpx.Client) -> None:
    assert "acme" in {item["key"] for item in client.get("/v1/organisations").json()["items"]}
    found = client.get(ME).json()
    assert (found["iri"], found["label"], found["has_none"]) == (f"{HOME}acme", "Acme", ["AIModel"])
    assert found["counts"]["assets"] == 2
    again = client.put(ME, json={"label": "Acme Bank", "has_none": []})
    assert (again.json()["label"], again.json()["has_none"]) == ("Acme Bank", [])
    assert client.post("/v1/organisations", json={"key": "acme", "label": "A"}).status_code == 409


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_a_record_comes_changes_and_goes(client: httpx.Client, kind: str) -> None:
    made = client.post(f"{ME}/{kind}", json={**BODIES[kind], "name": "passing"})
    assert made.status_code == 201, made.text
    where, version = made.headers["location"], made.headers["etag"]
    read = client.get(where)
    assert read.headers["etag"] == version
    assert client.get(where, headers={"If-None-Match": version}).status_code == 304
    found = read.json()
    assert {name: found[name] for name in BODIES[kind]} == BODIES[kind]
    assert {k: v for k, v in made.json().items() if k != "to_do"} == found
    assert found["iri"] in {item["iri"] for item in client.get(f"{ME}/{kind}").json()["items"]}
    body = {**BODIES[kind], **({"label": "Another"} if "label" in found else {"valid_until": "2028-01-01"})}
    put = client.put(where, json=body, headers={"If-Match": version})
    assert put.status_code == 200, put.text
    assert {name: put.json()[name] for name in body} == body
    late = client.put(where, json=BODIES[kind], headers={"If-Match": version})
    assert (late.status_code, late.headers["content-type"]) == (412, "application/problem+json")
    assert client.delete(where, headers={"If-Match": version}).status_code == 412
    assert client.delete(where, headers={"If-Match": put.headers["etag"]}).status_code == 204
    assert client.get(where).status_code == 404
    assert client.delete(where).status_code == 404


def test_what_is_written_counts_like_a_file(client: httpx.Client, service: Service) -> None:
    made = client.post(f"{ME}/evidence", json={**BODIES["evidence"], "name": "counted"})
    organisation = service.repository.held("acme").workspace.organisation
    found = next(item for item in organisation.evidence if item.iri == made.json()["iri"])
    assert (found.outcome, str(found.issued), found.implementations) == (
        "Supports",
        "2026-03-03",
        (f"{HOME}control/tests",),
    )
    assert made.json()["to_do"] == ["Have the artefact approved and add ng:approvedBy; until then it does not count."]
    same = client.post(f"{made.headers['location']}/approvals", json={"by": f"{HOME}role/tester"})
    assert (same.status_code, "somebody other than the collector" in same.json()["detail"]) == (422, True)
    approved = client.post(f"{made.headers['location']}/approvals", json={"by": f"{HOME}role/head"})
    assert (approved.status_code, approved.json()["to_do"]) == (201, [])
    assert client.get(made.headers["location"]).json()["approved_by"] == [f"{HOME}role/head"]
    later = client.post(f"{made.headers['location']}/successors", json={**BODIES["evidence"], "label": "Newer"})
    assert later.json()["supersedes"] == [made.json()["iri"]]
    kept = client.delete(made.headers["location"])
    assert (kept.status_code, "there is no evidence" in kept.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"evidences": [f"{HOME}control/none"]}, "record the control implementation"),
        ({"evidence_type": "NoSuchType"}, "no term ng:NoSuchType"),
        ({"evidences": ["not an IRI"]}, "pattern"),
        ({"evidences": []}, "at least 1"),
        ({"sha256": "abc"}, "pattern"),
        ({"issued": "2026-02-30"}, "valid date"),
        ({"issued": 5}, "no day"),
        ({"issued": "0999-01-01"}, "outside the years"),
        ({"outcome": "Good"}, "Supports"),
        ({"valid_until": "2026-01-01"}, "cannot stand as evidence"),
        ({"approved_by": [f"{HOME}role/tester"]}, "somebody other than the collector"),
        ({"location": None}, "put it under /files/"),
        ({"shape": 1}, "Extra inputs"),
        ({"name": "../../etc"}, "pattern"),
        ({"label": " "}, "pattern"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    client: httpx.Client, service: Service, change: dict[str, Any], told: str
) -> None:
    before = service.repository.version("acme")
    answer = client.post(f"{ME}/evidence", json={**BODIES["evidence"], **change})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    assert told in answer.json()["detail"]
    torn = {"items": [{**BODIES["evidence"], "label": f"E{n}"} for n in range(3)] + [{**BODIES["evidence"], **change}]}
    answer = client.post(f"{ME}/bulk/evidence", json=torn)
    assert answer.status_code == 422, answer.text
    assert service.repository.version("acme") == before


def test_many_are_one_change(client: httpx.Client, service: Service) -> None:
    number, version = service.repository.journal.number, service.repository.version("acme")
    items = [{**BODIES["evidence"], "label": f"Report {n}"} for n in range(20)]
    made = client.post(f"{ME}/bulk/evidence", json={"items": items})
    assert made.status_code == 201, made.text
    assert [item["label"] for item in made.json()["items"]] == [item["label"] for item in items]
    assert service.repository.version("acme") == version + 1 == made.json()["version"]
    (entry,) = service.repository.journal.entries(after=number)
    assert (entry.action, entry.actor, len(entry.detail["records"])) == ("evidence added", "local", 20)
    twice = client.post(f"{ME}/bulk/evidence", json={"items": [items[0] | {"name": "a"}, items[1] | {"name": "a"}]})
    assert (twice.status_code, twice.json()["detail"].startswith("items[1]")) == (409, True)
    first = client.get(f"{ME}/evidence", params={"limit": 7}).json()
    assert (len(first["items"]), first["next"] is not None) == (7, True)


def test_the_same_request_is_carried_out_once(client: httpx.Client, service: Service) -> None:
    key = {"Idempotency-Key": "a-key-of-mine"}
    body = {**BODIES["findings"], "label": "Only once"}
    first = client.post(f"{ME}/findings", json=body, headers=key)
    version = service.repository.version("acme")
    again = client.post(f"{ME}/findings", json=body, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert (again.headers["location"], again.headers["etag"]) == (first.headers["location"], first.headers["etag"])
    assert service.repository.version("acme") == version
    other = client.post(f"{ME}/findings", json={**body, "label": "Other"}, headers=key)
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (422, "idempotency-key-reused")
    elsewhere = client.post(f"{ME}/assets", json=BODIES["assets"], headers=key)
    assert elsewhere.status_code == 422
    without = client.post(f"{ME}/findings", json=body)
    assert (without.status_code, "already" in without.json()["detail"]) == (409, True)


def test_many_writers_lose_nothing(client: httpx.Client, service: Service) -> None:
    before = service.repository.version("acme")

    def add(number: int) -> httpx.Response:
        body = {**BODIES["findings"], "label": f"By writer {number}", "name": f"writer-{number}"}
        return client.post(f"{ME}/findings", json=body, headers={"Idempotency-Key": f"writer-{number % 24}"})

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(add, [*range(24), *range(24)]))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.headers["etag"] for answer in answers}) == 24
    assert service.repository.version("acme") == before + 24
    found = client.get(f"{ME}/findings", params={"limit": 1000}).json()["items"]
    assert {f"By writer {n}" for n in range(24)} <= {item["label"] for item in found}


def test_some_fields_are_changed_and_others_stay(client: httpx.Client) -> None:
    body = {**BODIES["controls"], "justification": "Not yet.", "name": "patched"}
    made = client.post(f"{ME}/controls", json=body)
    where, known = made.headers["location"], {"If-Match": made.headers["etag"]}
    kind = {"Content-Type": "application/merge-patch+json"}
    patch = {"status": "InProgress", "justification": None}
    now = client.patch(where, content=json.dumps(patch), headers={**known, **kind})
    assert now.status_code == 200, now.text
    assert (now.json()["status"], now.json()["justification"]) == ("InProgress", None)
    assert now.json() == client.get(where).json() == {**made.json(), **patch}
    assert client.patch(where, json=patch, headers=known).status_code == 412
    for wrong, told in (({"label": None}, "body.label: Field required"), ({"status": "Good"}, "Planned")):
        refused = client.patch(where, json=wrong)
        assert (refused.status_code, told in refused.json()["detail"]) == (422, True), refused.text
    assert client.patch(f"{ME}/controls/nothing", json={}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b'{"label": "\\ud800", "types": ["Role"]}',
        b'{"\\ud800": 1, "label": "A", "types": ["Role"]}',
        b'{"label": "\xff", "types": ["Role"]}',
        b'{"label": "A", "types": ["Role"]',
        b"[" * 50_000,
        b'{"label": ' + b"9" * 10_000 + b', "types": ["Role"]}',
        b'{"label": NaN, "types": ["Role"]}',
    ],
)
def test_broken_json_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post(f"{ME}/agents", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) in {
        (422, "application/problem+json"),
        (400, "application/problem+json"),
    }, answer.text


def test_every_character_comes_back(client: httpx.Client) -> None:
    label = "".join(map(chr, range(1, 0x180))) + "\u2028\U0001f511 = =cmd|x"
    made = client.post(f"{ME}/agents", json={"types": ["Role"], "label": label, "name": "odd"})
    assert made.status_code == 201, made.text
    assert client.get(made.headers["location"]).json()["label"] == label
    assert client.post(f"{ME}/agents", json={"types": ["Role"], "label": "nul \x00 in it"}).status_code in {201, 422}


def test_facts_are_recorded_and_taken_back(client: httpx.Client) -> None:
    place = f"{ME}/facts/scoring/riskClass"
    high = "https://w3id.org/dpv/legal/eu/aiact#RiskLevelHigh-A6-2"
    put = client.put(place, json={"values": [high]})
    assert put.status_code == 200, put.text
    assert (
        client.get(place).json()
        == put.json()
        == {
            "about": f"{HOME}scoring",
            "key": "scoring",
            "fact": "riskClass",
            "values": [high],
        }
    )
    assert put.json() in client.get(f"{ME}/facts", params={"about": f"{HOME}scoring"}).json()["items"]
    for values, told in (([True], "a concept"), (["Nonsense"], "no term"), ([], "at least 1"), ([1], "bool")):
        refused = client.put(place, json={"values": values})
        assert (refused.status_code, told in refused.json()["detail"]) == (422, True), refused.text
    assert client.put(f"{ME}/facts/scoring/noSuchFact", json={"values": [True]}).status_code == 404
    assert client.put(f"{ME}/facts/nothing/riskClass", json={"values": [high]}).status_code == 404
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404


def test_a_file_is_kept_by_its_hash(client: httpx.Client, service: Service) -> None:
    place = f"{ME}/files/{SHA}"
    assert client.get(place).status_code == 404
    wrong = client.put(place, content=b"something else")
    assert (wrong.status_code, "send it again" in wrong.json()["detail"]) == (422, True)
    assert (client.put(place, content=REPORT).status_code, client.put(place, content=REPORT).status_code) == (201, 204)
    got = client.get(place)
    assert (got.content, got.headers["content-type"]) == (REPORT, "application/octet-stream")
    assert got.headers["repr-digest"].startswith("sha-256=:")
    assert {"sha256": SHA, "size": len(REPORT)} in client.get(f"{ME}/files").json()["items"]
    body = {k: v for k, v in BODIES["evidence"].items() if k != "location"} | {"label": "With a file"}
    made = client.post(f"{ME}/evidence", json=body)
    assert made.json()["location"] == f"{SHA[:2]}/{SHA}"
    folder = service.files.folder("acme")
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == [f"{SHA[:2]}/{SHA}"]
    (folder / SHA[:2] / SHA).write_bytes(b"tampered")
    assert client.get(place).status_code == 400
    (folder / SHA[:2] / SHA).write_bytes(REPORT)
    for name in ("..%2f..%2fjournal.sqlite", "../journal.sqlite", SHA.upper(), "a" * 63):
        assert client.put(f"{ME}/files/{name}", content=b"x").status_code in {404, 405, 422}


def test_an_upload_that_breaks_off_leaves_nothing(client: httpx.Client, service: Service) -> None:
    data = b"x" * 300_000

    def pieces() -> Iterator[bytes]:
        yield data
        raise InterruptedError

    sha256 = hashlib.sha256(data).hexdigest()
    with pytest.raises(InterruptedError):
        client.put(f"{ME}/files/{sha256}", content=pieces())
    folder = service.files.folder("acme")
    deadline = time.monotonic() + 20
    while any(folder.glob(".incoming-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(folder.glob(".incoming-*")) == []
    assert not service.files.holds("acme", sha256)


def test_everything_is_exported(client: httpx.Client, service: Service) -> None:
    client.put(f"{ME}/files/{SHA}", content=REPORT)
    answer = client.get(f"{ME}/archive")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["version"] == int(answer.headers["x-organisation-version"])
        assert (
            archive.read("statements.nq").count(b"\n")
            == manifest["statements"]
            == len(service.repository.quads("acme"))
        )
        assert archive.read(f"files/{SHA}") == REPORT
        entries = [json.loads(line) for line in archive.read("journal.ndjson").splitlines()]
        assert entries[0]["action"] == "organisation created"
    assert service.repository.journal.entries()[-1].action == "organisation exported"


def test_mappings_are_reviewed_disputed_and_added(
    client: httpx.Client, as_bearer: Callable[..., dict[str, str]]
) -> None:
    listed = client.get(f"{ME}/mappings", params={"source": "ISO 42001", "target": "AI Act", "limit": 5})
    assert listed.status_code == 200, listed.text
    row = listed.json()["items"][0]
    assert row["review_state"] == "proposed"
    place = f"{ME}/mappings/{row['record_id'].rpartition('/')[2]}"
    ann, bob, eve = "Ann Lee <ann@example.org>", "Bob Roy <bob@example.org>", "Eve Sun <eve@example.org>"
    signed = client.post(f"{place}/reviews", json={"decision": "sign", "person": ann})
    assert signed.status_code == 201, signed.text
    assert (signed.json()["schema"], signed.json()["review_state"]) == ("normgraph/mapping-show/1", "expert-reviewed")
    assert client.get(place).json()["review_state"] == "expert-reviewed"
    no_reason = client.post(f"{place}/reviews", json={"decision": "dispute", "person": bob})
    assert (no_reason.status_code, "reason" in no_reason.json()["detail"]) == (422, True)
    legal = {"decision": "sign-legally", "person": bob}
    by_reviewer = client.post(f"{place}/reviews", json=legal, headers=as_bearer("acme:reviewer", person=bob))
    assert by_reviewer.status_code == 403
    lawyer = as_bearer("acme:legal-reviewer", person=bob)
    assert client.post(f"{place}/reviews", json=legal, headers=lawyer).json()["review_state"] == "legally-reviewed"
    disputed = {"decision": "dispute", "reason": "It is another notice."}
    by_eve = client.post(f"{place}/reviews", json=disputed, headers=as_bearer("acme:reviewer", person=eve))
    assert by_eve.json()["review_state"] == "disputed"
    assert "Eve Sun" in by_eve.text
    own = {
        "source": "ISO 42001 A.6.2.4",
        "target": REQUIREMENT,
        "relationship": "intersects-with",
        "rationale": "Both ask for tests before use.",
        "residual": "Oversight in use.",
        "person": ann,
        "on": "2026-11-20",
    }
    reviewer = as_bearer("acme:reviewer", person="Ann Maria Lee <ANN@example.org>")
    added = client.post(f"{ME}/mappings", json=own, headers=reviewer)
    assert added.status_code == 201, added.text
    assert (added.json()["set"], added.json()["review_state"]) == ("org/acme", "proposed")
    assert client.get(added.headers["location"], headers=reviewer).json()["record_id"] == added.json()["record_id"]
    signs_own = {"decision": "sign", "person": ann, "on": "2026-11-20"}
    assert client.post(f"{added.headers['location']}/reviews", json=signs_own, headers=reviewer).status_code == 422
    bad = client.post(f"{ME}/mappings", json={**own, "residual": ""}, headers=reviewer)
    assert (bad.status_code, "what is left" in bad.json()["detail"]) == (422, True)


def test_nobody_decides_in_the_name_of_another(client: httpx.Client, as_bearer: Callable[..., dict[str, str]]) -> None:
    asked = {"source": "ISO 42001", "target": "AI Act", "state": "proposed", "limit": "1"}
    (row,) = client.get(f"{ME}/mappings", params=asked, headers=as_bearer("acme:reader")).json()["items"]
    place = f"{ME}/mappings/{row['record_id'].rpartition('/')[2]}/reviews"
    sent = {"decision": "sign", "person": "Ann Lee <ann@example.org>"}
    nameless = client.post(place, json=sent, headers=as_bearer("acme:reviewer"))
    assert (nameless.status_code, nameless.json()["type"].rpartition("/")[2]) == (403, "not-a-person")
    bob = as_bearer("acme:reviewer", person="Bob Roy <bob@example.org>")
    other = client.post(place, json=sent, headers=bob)
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (403, "not-yourself")
    assert client.post(place, json={"decision": "sign"}, headers=bob).json()["review_state"] == "expert-reviewed"
    nobody = client.post(place, json={"decision": "sign"}, headers=as_bearer("acme:administrator"))
    assert nobody.status_code == 403


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("reader", set()),
        ("analyst", set()),
        ("editor", {"agents", "assets", "roles", "controls", "evidence", "findings"}),
        ("reviewer", {"judgements", "overrides"}),
        ("administrator", set(BODIES)),
    ],
)
def test_a_role_writes_what_it_may(
    client: httpx.Client, as_bearer: Callable[..., dict[str, str]], role: str, allowed: set[str]
) -> None:
    who = as_bearer(f"acme:{role}")
    for kind, body in BODIES.items():
        name = f"by-{role}"
        status = client.post(f"{ME}/{kind}", json={**body, "name": name}, headers=who).status_code
        assert status == (201 if kind in allowed else 403), (role, kind)
        assert client.get(f"{ME}/{kind}", headers=who).status_code == 200
    if role == "editor":
        approved = {**BODIES["evidence"], "name": "self-approved", "approved_by": [f"{HOME}role/head"]}
        assert client.post(f"{ME}/evidence", json=approved, headers=who).status_code == 403
    if role != "administrator":
        assert client.delete(ME, headers=who).status_code == 403
        assert client.get(f"{ME}/archive", headers=who).status_code == 403
        assert client.post("/v1/organisations", json={"key": "mine", "label": "M"}, headers=who).status_code == 403


def test_strangers_see_nothing(client: httpx.Client, as_bearer: Callable[..., dict[str, str]]) -> None:
    stranger = as_bearer("other:administrator")
    assert "acme" not in client.get("/v1/organisations", headers=stranger).text
    for path in ("", "/archive", "/facts", "/files", "/mappings", *(f"/{kind}" for kind in BODIES)):
        assert client.get(f"{ME}{path}", headers=stranger).status_code == 404, path
    for kind, body in BODIES.items():
        assert client.post(f"{ME}/{kind}", json=body, headers=stranger).status_code == 404
