from __future__ import annotations

import dataclasses
import time
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pyoxigraph import NamedNode, Quad

from api.http.access import ViewerOf  # noqa: TC001 - FastAPI reads the annotations of routes at run time
from api.http.app import create_app
from api.http.identity import parse_grants
from api.http.sessions import csrf_token
from engine.repository.organisations import home
from engine.vocabulary import PREFIXES
from tests.api.http.issuer import AUDIENCE, CLIENT, SECRET, TestIssuer, key_of
from tests.api.http.servers import listening, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.http.service import Service
    from engine.content import Content
    from engine.repository.journal import Entry

TURTLE = {"Content-Type": "text/turtle"}
STORE = "/v1/organisations/people/graphs"


@pytest.fixture(scope="module")
def issuer() -> Iterator[TestIssuer]:
    found = TestIssuer()
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def service(content: Content, tmp_path_factory: pytest.TempPathFactory, issuer: TestIssuer) -> Iterator[Service]:
    told = {"oidc_issuer": issuer.name, "oidc_audience": AUDIENCE, "oidc_client_id": CLIENT}
    with opened(content, tmp_path_factory.mktemp("login"), **told, oidc_client_secret=SECRET) as service:
        kind, formal = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["org"] + "FormalOrganization")
        described = Quad(NamedNode("https://example.org/people"), kind, formal, home("people"))
        service.repository.change("people", "test", "organisation added", lambda _: ((), (described,)))
        yield service


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    with listening(service) as address:
        yield address


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    """Start a browser that keeps cookies and follows nothing by itself."""
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


def begin(browser: httpx.Client, following: str = "/v1/frameworks") -> str:
    """Begin a login, and return the address at which the issuer sends the browser back."""
    sent = browser.get("/login", params={"next": following})
    assert sent.status_code == 303, sent.text
    return httpx.get(sent.headers["location"]).headers["location"]


def log_in(browser: httpx.Client, following: str = "/v1/frameworks") -> httpx.Response:
    return browser.get(begin(browser, following))


def secret_of(browser: httpx.Client) -> str:
    return browser.cookies["normgraph-session"]


def token_of(browser: httpx.Client) -> dict[str, str]:
    return {"X-CSRF-Token": browser.get("/session").json()["csrf_token"]}


def entries(service: Service, action: str) -> list[Entry]:
    return [entry for entry in service.repository.journal.entries() if entry.action == action]


def test_somebody_logs_in_and_out(browser: httpx.Client, service: Service) -> None:
    assert browser.get("/session").status_code == 401
    answer = log_in(browser, "/v1/frameworks?limit=3")
    assert (answer.status_code, answer.headers["location"]) == (303, "/v1/frameworks?limit=3")
    secret = secret_of(browser)
    assert [*browser.cookies] == ["normgraph-session"], "what began the login is gone"
    who = browser.get("/session")
    assert who.json() == {"name": "person ann", "grants": ["people:editor"], "csrf_token": csrf_token(secret)}
    assert who.headers["cache-control"] == "no-store"
    last = entries(service, "logged in")[-1]
    assert (last.actor, last.detail) == ("person ann", {"grants": ["people:editor"]})
    assert secret not in str(service.repository.journal.entries())
    assert browser.get("/v1/frameworks").status_code == 200
    assert browser.post("/logout", headers=token_of(browser)).status_code == 303
    assert [*browser.cookies] == []
    assert entries(service, "logged out")[-1].actor == "person ann"
    browser.cookies["normgraph-session"] = secret
    assert browser.get("/session").status_code == 401, "the session is over here too, not only in the browser"


def test_the_issuer_is_asked_for_a_code_with_all_that_binds_it_to_this_login(browser: httpx.Client) -> None:
    sent = urlsplit(browser.get("/login").headers["location"])
    asked = {name: values[0] for name, values in parse_qs(sent.query).items()}
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid")
    assert asked["redirect_uri"] == f"{str(browser.base_url).rstrip('/')}/login/callback"
    again = parse_qs(urlsplit(browser.get("/login").headers["location"]).query)
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 43
        assert again[name] != [asked[name]]


def test_a_public_client_has_no_secret(service: Service, issuer: TestIssuer) -> None:
    settings = service.settings.model_copy(update={"oidc_client_secret": ""})
    issuer.is_public = True
    with listening(dataclasses.replace(service, settings=settings)) as address, httpx.Client(base_url=address) as other:
        assert log_in(other).status_code == 303
        assert other.get("/session").json()["name"] == "person ann"
    issuer.is_public = False


@pytest.mark.parametrize("following", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""])
def test_nobody_is_led_elsewhere_after_a_login(browser: httpx.Client, following: str) -> None:
    assert log_in(browser, following).headers["location"] == "/"


def test_a_login_is_ended_only_by_the_browser_that_began_it(browser: httpx.Client, address: str) -> None:
    back = begin(browser)
    with httpx.Client(base_url=address) as victim:
        assert victim.get(back).status_code == 401, "a browser that began none"
        begin(victim)
        answer = victim.get(back)
        assert (answer.status_code, answer.json()["title"]) == (401, "Login failed")
        assert "normgraph-session" not in victim.cookies
    assert browser.get(back.replace("state=", "state=x")).status_code == 401
    assert browser.get(back.replace("iss=http", "iss=https")).status_code == 401
    assert browser.get(back).status_code == 303


def test_a_code_is_of_use_once(browser: httpx.Client) -> None:
    begun = browser.get("/login")
    cookie = browser.cookies["normgraph-login"]
    back = httpx.get(begun.headers["location"]).headers["location"]
    assert browser.get(back).status_code == 303
    browser.cookies["normgraph-login"] = cookie
    assert browser.get(back).status_code == 401


def test_what_the_issuer_refuses_is_told(browser: httpx.Client, service: Service) -> None:
    state = parse_qs(urlsplit(browser.get("/login").headers["location"]).query)["state"][0]
    answer = browser.get("/login/callback", params={"state": state, "error": "access_denied<script>"})
    assert (answer.status_code, "script" in answer.text) == (401, False)
    service.denials.close()
    assert entries(service, "access denied")[-1].detail["denied"].startswith("login: ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "that of another login"},
        {"nonce": None},
        {"nonce": 7},
        {"aud": AUDIENCE},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_of_this_login_lets_nobody_in(
    browser: httpx.Client, issuer: TestIssuer, wrong: dict[str, object]
) -> None:
    issuer.wrong = wrong
    back = begin(browser)
    answer = browser.get(back)
    issuer.wrong = {}
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert "normgraph-session" not in browser.cookies


def test_a_session_cannot_be_fixed_before_the_login(address: str) -> None:
    with httpx.Client(base_url=address) as mallory, httpx.Client(base_url=address) as victim:
        log_in(mallory)
        known = secret_of(mallory)
        victim.cookies["normgraph-session"] = known
        log_in(victim)
        fresh = victim.cookies.get("normgraph-session", domain="127.0.0.1")
        assert fresh != known
        assert mallory.get("/session").status_code == 401, "the session that was there before the login is over"
    with httpx.Client(base_url=address) as victim:
        victim.cookies["normgraph-session"] = "chosen-by-mallory"
        log_in(victim)
        answer = httpx.get(f"{address}/session", headers={"Cookie": "normgraph-session=chosen-by-mallory"})
        assert answer.status_code == 401


def test_of_two_cookies_of_the_name_none_is_taken(browser: httpx.Client, address: str) -> None:
    log_in(browser)
    secret = secret_of(browser)
    for cookie, status in (
        (f"a=b; normgraph-session={secret}", 200),
        (f"normgraph-session={secret}; normgraph-session=x", 401),
        (f"normgraph-session=x; normgraph-session={secret}", 401),
        (f"Normgraph-Session={secret}", 401),
        (f"__Host-normgraph-session={secret}", 401),
    ):
        assert httpx.get(f"{address}/session", headers={"Cookie": cookie}).status_code == status, cookie


def test_what_a_session_changes_needs_the_token_of_its_pages(
    browser: httpx.Client, address: str, service: Service
) -> None:
    log_in(browser)
    with httpx.Client(base_url=address) as other:
        log_in(other)
        foreign = token_of(other)
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "é".encode("latin-1")}, foreign):
        answer = browser.put(f"{STORE}/x", headers={**TURTLE, **headers}, content="<urn:x:a> <urn:x:b> 1 .")
        assert (answer.status_code, answer.json()["title"]) == (403, "No csrf token")
        assert browser.delete(f"{STORE}/x", headers=headers).status_code == 403
        assert browser.post("/logout", headers=headers).status_code == 403
    denied = [entry.detail["denied"] for entry in entries(service, "access denied") if entry.actor == "person ann"]
    assert "no token of a page" in denied
    own = token_of(browser)
    written = browser.put(f"{STORE}/x", headers={**TURTLE, **own}, content="<urn:x:a> <urn:x:b> 1 .")
    assert written.status_code == 201
    assert browser.get(f"{STORE}/x").status_code == 200


def test_a_form_without_scripts_has_the_token_as_a_field(browser: httpx.Client) -> None:
    log_in(browser)
    token = token_of(browser)["X-CSRF-Token"]
    question = {"query": "ASK {}"}
    assert browser.post("/sparql", data=question).status_code == 403
    assert browser.post("/sparql", data={**question, "csrf_token": token[:-1]}).status_code == 403
    answer = browser.post("/sparql", data={**question, "csrf_token": token})
    assert (answer.status_code, answer.json()["boolean"]) == (200, True)
    many = "&".join(f"f{number}=1" for number in range(2_000)) + f"&csrf_token={token}"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post("/sparql", content=many, headers=form).status_code == 403
    large = f"csrf_token={token}&x=" + "x" * (2 << 20)
    assert browser.post("/sparql", content=large, headers=form).status_code == 403


def test_a_form_that_is_larger_than_a_request_may_be_is_refused_as_such(service: Service) -> None:
    settings = service.settings.model_copy(update={"body_bytes": 2_048})

    def in_pieces() -> Iterator[bytes]:
        yield from (b"x=" + b"1" * 1_000 for _ in range(4))

    with listening(dataclasses.replace(service, settings=settings)) as address, httpx.Client(base_url=address) as some:
        log_in(some)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert some.post("/logout", content=in_pieces(), headers=form).status_code == 413


def test_a_page_elsewhere_changes_nothing_even_with_the_token(browser: httpx.Client) -> None:
    log_in(browser)
    own = token_of(browser)
    for elsewhere in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        answer = browser.post("/logout", headers={**own, **elsewhere})
        assert (answer.status_code, answer.json()["title"]) == (403, "Foreign origin"), elsewhere
    here = {"Origin": str(browser.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/logout", headers={**own, **here}).status_code == 303


def flags(answer: httpx.Response, name: str) -> dict[str, object]:
    cookies = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        cookies.load(line)
    return {key: value for key, value in cookies[name].items() if value != ""}


def test_the_flags_of_cookies(browser: httpx.Client) -> None:
    begun = browser.get("/login")
    assert flags(begun, "normgraph-login") == {"path": "/", "max-age": "600", "httponly": True, "samesite": "lax"}
    answer = browser.get(httpx.get(begun.headers["location"]).headers["location"])
    assert flags(answer, "normgraph-session") == {
        "path": "/",
        "max-age": "43200",
        "httponly": True,
        "samesite": "lax",
    }


def test_by_https_cookies_are_of_this_host_alone(service: Service) -> None:
    settings = service.settings.model_copy(update={"base_url": "https://grc.example.org"})
    secured = dataclasses.replace(service, settings=settings)
    ours = {"Host": "grc.example.org"}
    with listening(secured) as address:
        begun = httpx.get(f"{address}/login", headers=ours)
        assert flags(begun, "__Host-normgraph-login")["secure"] is True
        cookie = begun.headers["set-cookie"].partition(";")[0]
        back = httpx.get(begun.headers["location"]).headers["location"]
        assert back.startswith("https://grc.example.org/login/callback?")
        here = back.replace("https://grc.example.org", address)
        answer = httpx.get(here, headers={**ours, "Cookie": cookie})
        told = flags(answer, "__Host-normgraph-session")
        assert (told["secure"], told["httponly"], told["samesite"], told["path"]) == (True, True, "lax", "/")
        assert "domain" not in told
        secret = next(c for c in answer.headers.get_list("set-cookie") if "session" in c).partition(";")[0]
        assert httpx.get(f"{address}/session", headers={**ours, "Cookie": secret}).status_code == 200
        plain = secret.removeprefix("__Host-")
        assert httpx.get(f"{address}/session", headers={**ours, "Cookie": plain}).status_code == 401


def test_pages_are_for_sessions_and_not_for_keys(service: Service, issuer: TestIssuer) -> None:
    app = create_app(service.settings, service)

    @app.get("/page")
    def page(viewer: ViewerOf) -> str:
        return viewer.name

    with listening(service, app) as address, httpx.Client(base_url=address) as browser:
        bearer = {"Authorization": f"Bearer {issuer.token()}"}
        for headers in ({}, bearer):
            answer = browser.get("/page?a=b", headers=headers)
            assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fpage%3Fa%3Db")
        log_in(browser, "/page")
        assert browser.get("/page").json() == "person ann"


def test_a_bearer_goes_before_a_cookie(browser: httpx.Client, issuer: TestIssuer) -> None:
    log_in(browser)
    bob = {"Authorization": f"Bearer {issuer.token(sub='bob', normgraph_roles=['people:reader'])}"}
    assert browser.get("/session", headers=bob).json() == {
        "name": "person bob",
        "grants": ["people:reader"],
        "csrf_token": None,
    }
    assert browser.get("/session", headers={"Authorization": "Bearer x"}).status_code == 401
    assert browser.get("/session", headers={"Authorization": "Basic eDp5"}).status_code == 401
    assert browser.post("/logout", headers=bob).status_code == 303


def test_a_token_opens_what_its_roles_grant_and_nothing_of_others(address: str, issuer: TestIssuer) -> None:
    body = "<urn:x:a> <urn:x:b> 1 ."
    with httpx.Client(base_url=address, timeout=60) as client:

        def put(*roles: str) -> int:
            bearer = {"Authorization": f"Bearer {issuer.token(normgraph_roles=[*roles])}"}
            return client.put(f"{STORE}/tokens", headers={**TURTLE, **bearer}, content=body).status_code

        assert put("people:editor") in {201, 204}
        assert put("people:reader") == 403
        assert put("other:administrator") == 404
        assert put() == 404


def test_a_forged_token_is_told_no_more_than_that(address: str, issuer: TestIssuer) -> None:
    good = issuer.token().split(".")
    unsigned = f"eyJhbGciOiJub25lIn0.{good[1]}."
    expired = issuer.token(exp=int(time.time()) - 3_600)
    another = issuer.token(key_of("RS256", "one"))
    said = set()
    for text in (unsigned, expired, another, "x", "ngk_0000000000000000_x"):
        answer = httpx.get(f"{address}/v1/frameworks", headers={"Authorization": f"Bearer {text}"})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="normgraph"')
        said.add(answer.text)
    assert len(said) == 1


def test_an_api_key_is_good_beside_an_issuer_also_one_that_is_silent(service: Service, issuer: TestIssuer) -> None:
    key, text = service.identities.create("nightly", parse_grants(["people:reader"]))
    lonely = dataclasses.replace(service)
    issuer.is_silent = True
    with listening(lonely) as address:
        token = httpx.get(f"{address}/session", headers={"Authorization": f"Bearer {issuer.token()}"})
        assert (token.status_code, token.headers["retry-after"]) == (503, "60")
        assert httpx.get(f"{address}/login").status_code == 503
        assert httpx.get(f"{address}/session", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    issuer.is_silent = False
    service.identities.revoke(key.id)


def test_without_an_issuer_nobody_logs_in(service: Service, browser: httpx.Client) -> None:
    log_in(browser)
    cookie = {"Cookie": f"normgraph-session={secret_of(browser)}"}
    settings = service.settings.model_copy(update={"oidc_issuer": "", "require_authentication": True})
    with listening(dataclasses.replace(service, settings=settings)) as address:
        for path in ("/login", "/login/callback"):
            assert httpx.get(f"{address}{path}").status_code == 404
        assert httpx.get(f"{address}/session", headers=cookie).status_code == 401, "who logged in before is out"
