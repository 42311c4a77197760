"""The Graph Store Protocol, step by step as the W3C's suite has it (its manifest is prose), and what is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from engine.repository.organisations import home
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from api.http.service import Service

STORE = "/v1/organisations/people/graphs"
PERSON = f"{STORE}/person/1.ttl"
TURTLE = {"Content-Type": "text/turtle; charset=utf-8"}
FOAF = "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix v: <http://www.w3.org/2006/vcard/ns#> .\n"
JOHN = FOAF + '<http://example.org/1> a foaf:Person ; foaf:businessCard [ a v:VCard ; v:fn "John Doe" ] .'
JANE = JOHN.replace("John", "Jane")
ALICE = FOAF + '[] a foaf:Person ; foaf:businessCard [ a v:VCard ; v:given-name "Alice" ] .'


@pytest.fixture(scope="module", autouse=True)
def organisation(service: Service) -> None:
    kind, formal = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["org"] + "FormalOrganization")
    described = Quad(NamedNode("https://example.org/people"), kind, formal, home("people"))
    service.repository.change("people", "test", "organisation added", lambda _: ((), (described,)))


def same(one: str, other: str) -> bool:
    from rdflib import Graph  # noqa: PLC0415 - compares with blank nodes
    from rdflib.compare import isomorphic  # noqa: PLC0415 - as above

    return bool(isomorphic(Graph().parse(data=one), Graph().parse(data=other)))


def test_the_steps_of_the_suite(client: httpx.Client) -> None:
    assert client.put(PERSON, headers=TURTLE, content=JOHN).status_code == 201
    read = client.get(STORE, params={"graph": "https://w3id.org/normgraph/g/org/people/person/1.ttl"})
    assert same(read.text, JOHN)
    assert read.headers["content-type"] == "text/turtle; charset=utf-8"
    assert client.put(PERSON, headers=TURTLE, content=JANE).status_code == 204
    assert same(client.get(PERSON).text, JANE)
    more = FOAF + '<http://example.org/1> foaf:name "Jane Doe" .'
    assert client.post(PERSON, headers=TURTLE, content=more).status_code in {200, 204}
    assert same(client.get(PERSON).text, JANE + more.removeprefix(FOAF))
    parts = {
        name: (name, FOAF + f'<http://example.org/1> foaf:{label} "{text}" .', "text/turtle; charset=utf-8")
        for name, label, text in (("a.ttl", "familyName", "Doe"), ("b.ttl", "givenName", "Jane"))
    }
    assert client.post(PERSON, files=parts).status_code in {200, 204}
    assert "familyName" in client.get(PERSON).text
    assert "givenName" in client.get(PERSON).text
    before = client.get(PERSON).headers["x-organisation-version"]
    assert client.post(PERSON, headers=TURTLE, content="").status_code in {200, 204}
    assert client.get(PERSON).headers["x-organisation-version"] == before
    created = client.post(STORE, headers=TURTLE, content=ALICE)
    assert created.status_code == 201
    assert same(client.get(created.headers["location"]).text, ALICE)
    assert client.head(PERSON).status_code == 200
    assert client.delete(PERSON).status_code in {200, 204}
    assert client.get(PERSON).status_code == 404
    assert client.head(PERSON).status_code == 404
    assert client.delete(PERSON).status_code == 404


def test_the_own_graph_stands_for_the_default_graph(client: httpx.Client) -> None:
    described = client.get(f"{STORE}?default").text
    assert "FormalOrganization" in described
    answer = client.put(
        f"{STORE}?default", headers=TURTLE, content=described + "<https://example.org/people> <urn:x:a> 1 ."
    )
    assert answer.status_code == 204
    assert "urn:x:a" in client.get(f"{STORE}?default").text


@pytest.mark.parametrize("form", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"])
def test_a_graph_comes_and_goes_in_every_form(client: httpx.Client, form: str) -> None:
    text = client.get(f"{STORE}?default", headers={"Accept": form})
    assert text.headers["content-type"].startswith(form)
    sent = client.put(f"{STORE}/copy", headers={"Content-Type": form}, content=text.content)
    assert sent.status_code in {201, 204}, sent.text
    expected = set(parse(text.content, format=RdfFormat.from_media_type(form)))
    back = client.get(f"{STORE}/copy", headers={"Accept": form}).content
    assert {Triple(q.subject, q.predicate, q.object) for q in parse(back, format=RdfFormat.from_media_type(form))} == {
        Triple(q.subject, q.predicate, q.object) for q in expected
    }


@pytest.mark.parametrize(
    ("path", "kind", "text", "status", "told"),
    [
        (f"{STORE}/x", "text/turtle", "<a> <b>", 422, "mend"),
        (f"{STORE}/x", "text/html", "<p>", 415, "no form of RDF"),
        (f"{STORE}/x", "application/ld+json", '{"@context": "http://127.0.0.1/"}', 422, "would have to be fetched"),
        (f"{STORE}/x", "application/rdf+xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>', 422, "document type"),
        (
            f"{STORE}?graph=https://w3id.org/normgraph/g/org/other",
            "text/turtle",
            "",
            400,
            "no graph of this organisation",
        ),
        (f"{STORE}?graph=https://w3id.org/normgraph/g/framework/gdpr", "text/turtle", "", 400, "no graph of this"),
        (f"{STORE}?default&graph=https://w3id.org/normgraph/g/org/people/x", "text/turtle", "", 400, "name one graph"),
        (
            f"{STORE}/x",
            "text/turtle",
            "<urn:x:e> <https://w3id.org/normgraph/ns#evidences> <urn:x:nothing> .",
            422,
            "record the control implementation",
        ),
        (f"{STORE}/x", "text/turtle", "<urn:x:e> <https://w3id.org/normgraph/ns#evidencs> 1 .", 422, "did you mean"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    client: httpx.Client, service: Service, path: str, kind: str, text: str, status: int, told: str
) -> None:
    before = service.repository.version("people")
    answer = client.put(path, headers={"Content-Type": kind}, content=text)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert told in answer.json()["detail"]
    assert service.repository.version("people") == before


def test_a_lost_update_is_refused(client: httpx.Client) -> None:
    first = client.put(f"{STORE}/race", headers=TURTLE, content="<urn:x:a> <urn:x:b> 1 .")
    known = {"If-Match": first.headers["etag"], **TURTLE}
    assert client.put(f"{STORE}/race", headers=known, content="<urn:x:a> <urn:x:b> 2 .").status_code == 204
    late = client.put(f"{STORE}/race", headers=known, content="<urn:x:a> <urn:x:b> 3 .")
    assert (late.status_code, "read it again" in late.json()["detail"]) == (412, True)
    assert "2" in client.get(f"{STORE}/race").text


def test_others_cannot_read_or_write_and_readers_cannot_write(
    client: httpx.Client, as_bearer: Callable[..., dict[str, str]], service: Service
) -> None:
    stranger, reader = as_bearer("other:administrator"), as_bearer("people:reader")
    assert client.get(f"{STORE}?default", headers=stranger).status_code == 404
    assert client.get(f"{STORE}?default", headers=reader).status_code == 200
    answer = client.put(f"{STORE}/x", headers={**reader, **TURTLE}, content="")
    assert answer.status_code == 403
    denied = service.repository.journal.entries()[-1]
    assert (denied.action, denied.organisation, denied.actor) == ("access denied", "people", "key test")
