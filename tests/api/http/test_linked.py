"""Linked data: every IRI we mint answers, in exactly the form that is asked for, to those who may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from api.http.linked.places import FORMS, address_of
from engine.repository.organisations import home
from engine.vocabulary import BASE, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from api.http.service import Service
    from engine.content import Content

THING = "eu-ai-act/art_15/par_4"
IRI = f"{BASE}id/{THING}"
RDF_FORMS = [form for form in FORMS.values() if form != "text/html"]
LABEL, TYPE = NamedNode(PREFIXES["skos"] + "prefLabel"), NamedNode(PREFIXES["rdf"] + "type")
HIDDEN = "https://example.org/acme/secret"


@pytest.fixture(scope="module", autouse=True)
def organisation(service: Service) -> None:
    formal = NamedNode(PREFIXES["org"] + "FormalOrganization")
    acme = NamedNode("https://example.org/acme")
    quads = [
        Quad(acme, TYPE, formal, home("acme")),
        Quad(acme, LABEL, Literal("Acme <script>alert(1)</script>", language="en"), home("acme")),
        Quad(NamedNode(HIDDEN), LABEL, Literal("A secret", language="en"), home("acme")),
        Quad(NamedNode(HIDDEN), NamedNode(PREFIXES["dcterms"] + "relation"), acme, home("acme")),
        Quad(acme, NamedNode(PREFIXES["dcterms"] + "relation"), NamedNode(IRI), home("acme")),
    ]
    service.repository.change("acme", "test", "organisation added", lambda _: ((), quads))


def read(answer: httpx.Response, form: str) -> set[str]:
    """Return the statements without blank nodes: their names are of one document."""
    quads = parse(answer.content, format=RdfFormat.from_media_type(form))
    return {line for line in (f"{q.subject} {q.predicate} {q.object}" for q in quads) if "_:" not in line}


def test_a_thing_leads_to_its_document_and_a_document_answers(client: httpx.Client) -> None:
    first = client.get(f"/id/{THING}?as_of=2026-11-20", headers={"Accept": "text/turtle"})
    assert (first.status_code, first.headers["location"]) == (303, f"/doc/{THING}?as_of=2026-11-20")
    document = client.get(f"/doc/{THING}", headers={"Accept": "text/turtle"})
    assert (document.status_code, document.headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    assert "Accept" in document.headers["vary"]
    assert document.headers["content-location"] == f"/doc/{THING}.ttl"
    links = document.headers["link"]
    assert f'</doc/{THING}.jsonld>; rel="alternate"; type="application/ld+json"' in links
    assert f'<{IRI}>; rel="describes"' in links
    assert f"</doc/{THING}.ttl>" not in links
    assert client.head(f"/id/{THING}").status_code == 303
    assert client.head(f"/doc/{THING}").status_code == 200


@pytest.mark.parametrize(("suffix", "form"), FORMS.items())
def test_exactly_the_form_that_is_asked_for_comes(client: httpx.Client, suffix: str, form: str) -> None:
    for path in (f"/doc/{THING}", "/ns", "/ns/core", "/g/prov"):
        asked = client.get(path, headers={"Accept": f"{form}, */*;q=0.1"})
        fixed = client.get(path + suffix, headers={"Accept": "image/png"})
        for answer in (asked, fixed):
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].partition(";")[0] == form
        assert asked.headers["etag"] == fixed.headers["etag"]
    assert client.get(f"/id/{THING}{suffix}").headers["location"] == f"/doc/{THING}{suffix}"


@pytest.mark.parametrize("form", RDF_FORMS)
def test_all_forms_say_the_same(client: httpx.Client, form: str) -> None:
    expected = read(client.get(f"/doc/{THING}.nt"), "application/n-triples")
    assert len(expected) > 20
    assert read(client.get(f"/doc/{THING}", headers={"Accept": form}), form) == expected


def test_no_other_form_is_sent(client: httpx.Client) -> None:
    for path in (f"/doc/{THING}", "/ns", "/g/prov"):
        answer = client.get(path, headers={"Accept": "image/png, text/*;q=0"})
        assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
        assert "text/turtle" in answer.json()["offers"]


def test_a_document_tells_labels_what_points_to_it_and_where_it_comes_from(client: httpx.Client) -> None:
    told = read(client.get(f"/doc/{THING}.nt"), "application/n-triples")
    framework = f"{BASE}g/framework/eu-ai-act/2024-07-12"
    for line in (
        f'<{IRI}> <{PREFIXES["skos"]}notation> "AI Act 15(4)"',
        f"<{IRI}/req_1> <{PREFIXES['ng']}derivedFrom> <{IRI}>",
        f'<{BASE}id/eu-ai-act/art_15> <{PREFIXES["skos"]}prefLabel> "Accuracy, robustness and cybersecurity"@en',
        f"<{BASE}doc/{THING}> <http://xmlns.com/foaf/0.1/primaryTopic> <{IRI}>",
        f"<{BASE}doc/{THING}> <{PREFIXES['prov']}wasDerivedFrom> <{framework}>",
        f'<{framework}> <{PREFIXES["dcterms"]}source> "ontology/frameworks/eu-ai-act/2024-07-12.ttl"',
    ):
        assert line in told


def test_what_points_to_a_thing_is_bounded_and_the_document_says_so(client: httpx.Client) -> None:
    text = client.get("/doc/eu-ai-act.nt").text
    assert "200 of the " in text
    assert text.count(f"<{BASE}id/eu-ai-act> .") <= 201


def test_nameless_parts_come_with_the_whole(client: httpx.Client, content: Content) -> None:
    nameless = next(q for q in content.quads if str(q.object).startswith("_:") and "/id/shape/" in str(q.subject))
    path = nameless.subject.value.removeprefix(f"{BASE}id/")
    quads = list(parse(client.get(f"/doc/{path}.nt").content, format=RdfFormat.N_TRIPLES))
    parts = {str(q.object) for q in quads if str(q.object).startswith("_:")}
    assert parts
    assert parts <= {str(q.subject) for q in quads}


def test_every_iri_we_mint_answers(client: httpx.Client, service: Service) -> None:
    named = {
        node.value
        for quad in service.content.quads
        for node in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(node, NamedNode) and node.value.startswith(BASE)
    }
    by_kind: dict[str, list[str]] = {}
    for iri in sorted(named):
        path = iri.removeprefix(BASE).partition("#")[0]
        whole = not path.startswith("id/") and not path.startswith("ns#")
        by_kind.setdefault(path if whole else "/".join(path.split("/")[:2]), []).append(iri)
    assert len(by_kind) > 150
    for iris in by_kind.values():
        for iri in {iris[0], iris[-1]}:
            path = iri.removeprefix(BASE.rstrip("/")).partition("#")[0]
            answer = client.head(quote(path), headers={"Accept": "text/turtle"}, follow_redirects=True)
            assert answer.status_code == 200, iri


def test_a_version_and_a_module_are_documents(client: httpx.Client) -> None:
    module = read(client.get("/ns/core.nt"), "application/n-triples")
    assert read(client.get("/ns/0.1.0/core.nt"), "application/n-triples") == module
    structure = client.get("/g/framework/gdpr/2016-05-04.nt").content
    assert client.get("/0.1.0/framework/gdpr/2016-05-04.nt").content == structure
    assert f"<{PREFIXES['ng']}Requirement>" in client.get("/ns.nt").text


def test_what_is_unknown_is_a_problem(client: httpx.Client) -> None:
    for path in (
        "/id/eu-ai-act/art_999",
        "/doc/eu-ai-act/art_999.ttl",
        "/doc/a b",
        "/ns/nothing",
        "/g/nothing",
        "/example/bank/nothing",
        "/0.1.0/nothing",
        "/about?iri=https://example.org/nothing",
        "/about?iri=nothing",
        "/about?iri=x%3E%20%7D%20%23",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path
        assert "nothing is known here" in answer.json()["detail"]


def test_a_document_is_read_again_only_when_it_changed(client: httpx.Client) -> None:
    first = client.get(f"/doc/{THING}.jsonld")
    again = client.get(f"/doc/{THING}.jsonld", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/doc/{THING}.ttl").headers["etag"] != first.headers["etag"]


def test_a_record_tells_what_points_to_it_within_what_may_be_read(client: httpx.Client) -> None:
    answer = client.get("/about", params={"iri": "https://example.org/acme"}, headers={"Accept": "text/turtle"})
    assert f"<{HIDDEN}>" in answer.text
    assert "AI Act 15(4)" in answer.text
    page = client.get("/about", params={"iri": "https://example.org/acme"}, headers={"Accept": "text/html"}).text
    assert "<script" not in page
    assert "Acme &lt;script&gt;" in page
    assert address_of(HIDDEN) in page


def test_a_requirement_comes_as_json_ld_with_its_states(client: httpx.Client, service: Service) -> None:
    place = "/v1/organisations/acme/requirement"
    asked = {"citation": "AI Act 4(1) no. 1", "as_of": "2026-11-20"}
    first = client.get(place, params=asked)
    assert (first.status_code, first.headers["content-type"]) == (200, "application/ld+json")
    told = read(first, "application/ld+json")
    requirement = f"{BASE}id/eu-ai-act/art_4/par_1/req_1"
    assert f"<{requirement}> <{PREFIXES['ng']}modality> <{PREFIXES['ng']}Obligation>" in told
    states = [line for line in told if f"<{PREFIXES['ng']}coverageState>" in line]
    of_it = [line for line in told if line.endswith(f"<{PREFIXES['ng']}ofRequirement> <{requirement}>")]
    assert len(states) == len(of_it) == 1
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get(place, params=asked, headers=tag).status_code == 304
    more = Quad(NamedNode(HIDDEN), TYPE, NamedNode(PREFIXES["prov"] + "Entity"), home("acme"))
    service.repository.change("acme", "test", "changed", lambda _: ((), (more,)))
    assert client.get(place, params=asked, headers=tag).status_code == 200
    refused = client.get(place, params={"citation": "AI Act 4"})
    assert (refused.status_code, "a requirement, as" in refused.json()["detail"]) == (422, True)


def test_things_of_organisations_are_told_to_their_readers_only(
    client: httpx.Client, as_bearer: Callable[..., dict[str, str]]
) -> None:
    reader, stranger = as_bearer("acme:reader"), as_bearer("other:administrator")
    graph = "/g/org/acme"
    about = {"iri": HIDDEN}
    for accept in ("text/turtle", "text/html"):
        for_reader, for_stranger = {**reader, "Accept": accept}, {**stranger, "Accept": accept}
        assert "A secret" in client.get("/about", params=about, headers=for_reader).text
        assert client.get(graph, headers=for_reader).status_code == 200
        for answer in (
            client.get("/about", params=about, headers=for_stranger),
            client.get(graph, headers=for_stranger),
            client.get(f"/doc/{THING}", headers=for_stranger),
        ):
            assert "acme" not in answer.text.replace("/g/org/acme", "").replace("“acme”", "").replace(HIDDEN, "")
            assert "A secret" not in answer.text
        assert client.get("/about", params=about, headers=for_stranger).status_code == 404
        assert client.get(graph, headers=for_stranger).status_code == 404
    shared = client.get(f"/doc/{THING}.nt", headers=reader)
    assert shared.text == client.get(f"/doc/{THING}.nt", headers=stranger).text
    assert client.get(f"/doc/{THING}").status_code == 401
