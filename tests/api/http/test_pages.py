"""Pages: without script, readable by everybody, and showing no more than whoever looks may read."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from api.http.identity import Principal, parse_grants
from api.http.pages.environment import static
from engine.coverage.assess import assess
from engine.workspace import open_organisation
from tests.api.http.servers import listening, opened

if TYPE_CHECKING:
    from pathlib import Path

    from api.http.service import Service
    from engine.content import Content

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = (
    "/",
    "/organisations",
    "/organisations/bank",
    "/organisations/bank/coverage/eu-ai-act",
    "/organisations/bank/coverage/gdpr?state=NotCovered&policy=expert",
    "/organisations/bank/explain?citation=AI+Act+15",
    "/organisations/bank/explain?citation=GDPR+35(1)+no.+1",
    "/doc/eu-ai-act",
    "/doc/iso-42001",
    "/doc/eu-ai-act/art_4",
    "/doc/eu-ai-act/ch_III",
    "/doc/eu-ai-act/art_4/par_1/req_1",
    "/doc/iso-42001/A.6.2.4",
    "/doc/condition/acts-for-public-authority",
    "/about?iri=https%3A%2F%2Fw3id.org%2Fnormgraph%2Fexample%2Fbank%2Fcredit-scoring-2",
    "/ns",
    "/g/prov",
    "/query",
    "/query?query=SELECT+%3Fs+WHERE+%7B+%3Fs+a+%3Chttps%3A%2F%2Fw3id.org%2Fnormgraph%2Fns%23Framework%3E+%7D",
    "/go/10.2",
)
HOUR = timedelta(hours=1)
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Page(HTMLParser):
    """What a page is made of; it complains of elements that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module", autouse=True)
def bank(service: Service, content: Content) -> None:
    quads = open_organisation(content, "bank").quads
    service.repository.change("bank", "test", "imported", lambda _: ((), quads))


@pytest.fixture(scope="module")
def a_row(service: Service) -> str:
    return "/doc/" + service.content.knowledge.rows[0].iri.partition("/id/")[2]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_and_runs_nothing(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers=HTML)
    assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    page = Page(answer.text)
    assert not page.all("script", "iframe", "object", "embed", "style")
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not [1 for _, attributes in page.elements if "style" in attributes]
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("main")) == len(page.all("h1")) == len(page.all("title")) == 1
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_by_everybody(client: httpx.Client, path: str) -> None:
    page = Page(client.get(path, headers=HTML).text)
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    identifiers = {attributes.get("id") for _, attributes in page.elements}
    labelled = {attributes.get("for") for attributes in page.all("label")}
    for field in page.all("input", "select", "textarea"):
        assert field.get("type") == "hidden" or field["id"] in labelled
    for reference in ("aria-labelledby", "aria-describedby"):
        named = {attributes[reference] for _, attributes in page.elements if reference in attributes}
        assert named <= identifiers
    assert all("scope" in attributes for attributes in page.all("th"))
    assert len(page.all("table")) == len(page.all("caption"))
    assert page.all("a")[0]["href"] == "#content"


def test_a_page_names_its_other_forms(client: httpx.Client) -> None:
    page = Page(client.get("/doc/eu-ai-act/art_4", headers=HTML).text)
    links = {link.get("type"): link["href"] for link in page.all("link") if link["rel"] == "alternate"}
    assert links["text/turtle"] == "/doc/eu-ai-act/art_4.ttl"
    assert len(links) == 4


def test_links_of_pages_lead_somewhere(client: httpx.Client, a_row: str) -> None:
    found: set[str] = set()
    for path in (
        "/",
        "/doc/eu-ai-act/art_4",
        a_row,
        "/organisations/bank",
        "/organisations/bank/explain?citation=AI Act 4",
    ):
        hrefs = {attributes["href"] or "" for attributes in Page(client.get(path, headers=HTML).text).all("a", "link")}
        found |= {href for href in hrefs if href.startswith("/")}
    assert len(found) > 60
    for href in sorted(found):
        answer = client.get(href, headers={"Accept": "*/*"}, follow_redirects=True)
        assert answer.status_code == 200, href


@pytest.mark.parametrize(
    ("citation", "place"),
    [
        ("AI Act 15(4)", "/doc/eu-ai-act/art_15/par_4"),
        ("Art. 35(1) GDPR", "/doc/gdpr/art_35/par_1"),
        ("ISO/IEC 42001 A.6.2.4", "/doc/iso-42001/A.6.2.4"),
        ("AI Act 4(1) no. 1", "/doc/eu-ai-act/art_4/par_1/req_1"),
        ("DORA", "/doc/dora"),
    ],
)
def test_a_citation_leads_to_its_page(client: httpx.Client, citation: str, place: str) -> None:
    for answer in (client.get(f"/go/{quote(citation)}"), client.get("/go", params={"citation": citation})):
        assert (answer.status_code, answer.headers["location"]) == (303, place)
    assert client.get(place, headers=HTML).status_code == 200


@pytest.mark.parametrize("citation", ["10.2", "AI Act 999", "", "nothing at all", "<script>"])
def test_a_citation_that_names_nothing_is_refused_with_candidates(client: httpx.Client, citation: str) -> None:
    plain = client.get("/go", params={"citation": citation})
    assert (plain.status_code, plain.headers["content-type"]) == (404, "application/problem+json")
    page = client.get("/go", params={"citation": citation}, headers=HTML)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<script" not in page.text
    for candidate in plain.json().get("candidates", ()):
        assert f'href="/go/{quote(candidate)}"' in page.text


def test_a_bare_number_has_candidates(client: httpx.Client) -> None:
    assert client.get("/go/10.2").json()["candidates"] == ["ISO/IEC 27001 10.2", "ISO/IEC 42001 10.2"]


def test_the_counts_of_an_organisation_are_those_of_an_assessment(client: httpx.Client, service: Service) -> None:
    workspace = service.repository.held("bank").workspace
    day = workspace.organisation.example_date
    assert day is not None
    assessment = assess(workspace.knowledge(day), workspace.organisation, day)
    text = client.get("/organisations/bank", headers=HTML).text
    rows = re.findall(r"<tr><th scope=\"row\"><a href=\"/organisations/bank/coverage/([^?]+).*?</tr>", text, re.DOTALL)
    assert rows == [framework.key for framework in assessment.frameworks]
    for framework in assessment.frameworks:
        counts = assessment.counts(framework)
        page = Page(client.get(f"/organisations/bank/coverage/{framework.key}", headers=HTML).text)
        assert f"{counts.total} requirements, each counted once" in page.text
        for number in counts.states.values():
            assert f"{number} of {counts.total}" in page.text
        of_it = [r for r in assessment.results if assessment.knowledge.framework_of(r.requirement) == framework]
        assert f"{len(of_it)} in all" in page.text


def test_coverage_comes_in_parts_that_make_the_whole(client: httpx.Client) -> None:
    place, seen = "/organisations/bank/coverage/eu-ai-act", 0
    following: str | None = place
    while following:
        page = Page(client.get(following, headers=HTML).text)
        told = re.search(r"(\d+) to (\d+) of (\d+) results", page.text)
        assert told is not None
        assert int(told[1]) == seen + 1
        seen, total = int(told[2]), int(told[3])
        following = next((a["href"] for a in page.all("a") if a.get("rel") == "next"), None)
    assert seen == total


def test_a_proof_is_nested_lists_down_to_the_records(client: httpx.Client) -> None:
    page = Page(client.get("/organisations/bank/explain", params={"citation": "AI Act 15"}, headers=HTML).text)
    assert "Credit Scoring 2" in page.text
    assert [a for a in page.all("a") if "example%2Fbank%2F" in (a["href"] or "")]
    whole = client.get("/organisations/bank/explain", params={"citation": "AI Act"}, headers=HTML)
    assert (whole.status_code, "there are counts only" in whole.text) == (422, True)


def test_a_page_changes_with_the_organisation_and_the_day(client: httpx.Client) -> None:
    first = client.get("/organisations/bank", headers=HTML)
    again = client.get("/organisations/bank", headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    later = client.get("/organisations/bank?as_of=2028-12-01", headers=HTML)
    assert later.headers["etag"] != first.headers["etag"]
    assert "1 December 2028" in later.text


def test_a_query_is_answered_within_its_limits(client: httpx.Client) -> None:
    def asked(query: str) -> str:
        return Page(client.get("/query", params={"query": query}, headers=HTML).text).text

    assert "8 rows." in asked("SELECT ?s WHERE { ?s ?p ?o } LIMIT 8")
    assert "True" in asked("ASK { ?s ?p ?o }")
    assert "1 row." in asked("SELECT (1 AS ?one) {}")
    assert "ng:Framework" in asked(
        "PREFIX ng: <https://w3id.org/normgraph/ns#> CONSTRUCT { ?s a ng:Framework } { ?s a ng:Framework }"
    )
    for query, told in (
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * WHERE {", "SPARQL cannot go on so at column 17"),
        ("DROP ALL", "line 1"),
    ):
        text = client.get("/query", params={"query": query}, headers=HTML).text
        alert = re.search(r'role="alert"><p>(.*?)</p>', text)
        assert alert is not None, query
        assert told in alert[1]


def test_problems_are_pages_for_browsers_only(client: httpx.Client) -> None:
    for path in ("/nothing", "/doc/nothing", "/organisations/nobody", "/static/nothing"):
        assert client.get(path, headers=HTML).headers["content-type"] == "text/html; charset=utf-8", path
        assert client.get(path).headers["content-type"] == "application/problem+json", path
    for path in ("/v1/frameworks/nothing", "/sparql?query=SELECT"):
        assert client.get(path, headers=HTML).headers["content-type"] == "application/problem+json", path
    assert client.get("/organisations", headers={"Accept": "application/json"}).status_code == 406
    assert client.get("/organisations/bank?as_of=never", headers=HTML).status_code == 422


def test_files_of_pages_are_served_and_no_others(client: httpx.Client) -> None:
    assert client.get("/static/pages.css").headers["content-type"] == "text/css; charset=utf-8"
    assert client.get("/static/icon.svg").headers["content-type"] == "image/svg+xml"
    for name in ("..%2Fenvironment.py", "%2E%2E/app.py", "environment.py"):
        assert client.get(f"/static/{name}").status_code == 404


def test_colours_have_contrast() -> None:
    css = static("pages.css").decode()
    paint = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", css))
    pairs = re.findall(r"background: (#[0-9a-f]{6}); color: (#[0-9a-f]{6})", css)
    assert len(pairs) == 7
    pairs += [(paint[ground], paint[ink]) for ground in ("paper", "faint") for ink in ("ink", "soft", "accent", "warn")]
    for ground, ink in pairs:
        assert contrast(ground, ink) >= 4.5, (ground, ink)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_pages_show_nobody_what_they_may_not_read(content: Content, tmp_path: Path) -> None:
    login = {"oidc_issuer": "https://issuer.example", "oidc_audience": "normgraph", "oidc_client_id": "pages"}
    quads = open_organisation(content, "bank").quads
    with opened(content, tmp_path, **login) as service, listening(service) as address:
        service.repository.change("bank", "test", "organisation added", lambda _: ((), quads))
        with httpx.Client(base_url=address, headers=HTML, timeout=60) as nobody:
            answer = nobody.get("/organisations/bank?as_of=2026-11-20")
            assert answer.status_code in {302, 303}
            assert answer.headers["location"].startswith("/login?next=%2Forganisations%2Fbank%3Fas_of")
            key = service.identities.create("key", parse_grants(["bank:reader"]))[1]
            assert nobody.get("/organisations", headers={"Authorization": f"Bearer {key}"}).status_code != 200
        with httpx.Client(base_url=address, headers=HTML, timeout=60) as stranger:
            secret = service.identities.sessions.begin(Principal("ann", parse_grants(["other:analyst"])), HOUR)
            stranger.cookies.set("normgraph-session", secret)
            _sees_nothing_of_the_bank(stranger)


def _sees_nothing_of_the_bank(stranger: httpx.Client) -> None:
    paths = ("", "/coverage/gdpr", "/explain?citation=GDPR+5")
    for answer in (stranger.get(f"/organisations/bank{path}") for path in paths):
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "Lindholt" not in answer.text
    for path in ("/", "/organisations"):
        answer = stranger.get(path)
        assert answer.status_code == 200
        assert "/organisations/bank" not in answer.text
    query = {"query": 'SELECT ?s WHERE { GRAPH ?g { ?s ?p "Lindholt Bank"@en } }'}
    assert "0 rows." in stranger.get("/query", params=query).text
