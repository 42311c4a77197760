"""What strangers send to a server: each is refused with a clear problem, and others are answered meanwhile."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from api.http.identity import Identities, parse_grants
from tests.api.http.served import new_key, served
from tests.commands import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.api.http.served import Served

OURS, THEIRS = "acme", "rival"
GRAPHS = "https://w3id.org/normgraph/g/org/"
ORGANISATION = "http://www.w3.org/ns/org#FormalOrganization"
TOLD = "Rival secret plan"
TURTLE = {"Content-Type": "text/turtle"}
DIRECT = {"Content-Type": "application/sparql-query"}
TABLE = {"Accept": "application/sparql-results+json"}
SECONDS = "4"
REFUSALS = {400, 408, 413, 503}
"""What a query may come to that is not answered: malformed, too long, too much, or too many at once."""


def described(name: str, text: str) -> str:
    return f"""@prefix org: <http://www.w3.org/ns/org#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/{name}> a org:FormalOrganization ; rdfs:label "{text}"@en ."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, str]:
    return {name: new_key(folder, name, f"{name}:administrator") for name in (OURS, THEIRS)}


@pytest.fixture(scope="module")
def server(folder: Path, keys: dict[str, str]) -> Iterator[Served]:
    assert keys
    with served(folder, query_seconds=SECONDS, workers="2", requests_a_minute="100000") as running:
        yield running
    assert "Traceback" not in running.log.read_text()


@pytest.fixture(scope="module")
def client(server: Served, keys: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, timeout=60) as client:
        for name, text in ((OURS, "Acme"), (THEIRS, TOLD)):
            who = {"Authorization": f"Bearer {keys[name]}"}
            path = f"/v1/organisations/{name}/graphs?default"
            answer = client.put(path, headers={**who, **TURTLE}, content=described(name, text))
            assert answer.status_code == 201, answer.text
        client.headers["Authorization"] = f"Bearer {keys[OURS]}"
        yield client


def is_problem(answer: httpx.Response, *statuses: int) -> bool:
    """Tell whether an answer is a problem of ours that says what to do."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert len(told["detail"]) > 20
    return True


def by_hand(server: Served, request: str, headers: str = "", body: bytes = b"") -> bytes:
    """Send a request that a client would put in order, or refuse to send, and return the whole answer."""
    where = urlsplit(server.address)
    standard = f"Host: {where.netloc}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    head = f"{request} HTTP/1.1\r\n{standard}{headers}\r\n"
    told = b""
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection, suppress(ConnectionError):
        connection.sendall(head.encode() + body)
        while piece := connection.recv(1 << 16):
            told += piece
    return told


def ask(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/sparql", headers={**TABLE, **DIRECT}, content=text)


def nested(opening: str, closing: str, size: int) -> str:
    return opening * (size // 2) + closing * (size // 2)


CARTESIAN = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PATHS = "SELECT (COUNT(*) AS ?n) WHERE { ?s (<urn:p>|!<urn:p>)* ?o . ?o (<urn:p>|!<urn:p>)* ?z }"
REGEX = 'SELECT ?x WHERE { ?s ?p ?o . FILTER regex("' + "a" * 30_000 + '!", "^(a+)+(a+)+(a+)+$") }'
VALUES = "SELECT * WHERE { VALUES ?x { " + " ".join(str(n) for n in range(11_000)) + " } }"
CROSSED = (
    "SELECT (COUNT(*) AS ?n) WHERE { " + " ".join(f"VALUES ?x{n} {{ 1 2 3 4 5 6 7 8 9 }}" for n in range(12)) + " }"
)

TOO_MUCH = {
    "10 kB of braces": "SELECT * WHERE " + nested("{", "}", 10_000),
    "60 kB of braces": "SELECT * WHERE " + nested("{", "}", 60_000),
    "10 kB of parentheses": "SELECT (" + nested("(", ")", 10_000).replace("()", "(1)") + " AS ?x) {}",
    "60 kB of parentheses": "SELECT (" + nested("(", ")", 60_000).replace("()", "(1)") + " AS ?x) {}",
    "60 kB of open brackets": "SELECT * WHERE { ?s ?p " + "[" * 60_000,
    "9,000 unions": "SELECT * WHERE { " + "{} UNION " * 9_000 + "{} }",
    "20,000 additions": "SELECT (1" + "+1" * 20_000 + " AS ?x) {}",
    "15,000 conjunctions": "SELECT * WHERE { FILTER(1" + "&&1" * 15_000 + ") }",
    "more than a query may have": "SELECT * WHERE { } #" + "x" * 70_000,
    "a megabyte more than that": "SELECT * WHERE { } #" + "x" * (2 << 20),
    "a cartesian product": CARTESIAN,
    "a product of VALUES": CROSSED,
    "paths over everything": PATHS,
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_query_of_too_much_is_refused_and_the_next_is_answered(client: httpx.Client, name: str) -> None:
    assert is_problem(ask(client, TOO_MUCH[name]), *REFUSALS)
    assert ask(client, "ASK { }").json()["boolean"]


@pytest.mark.parametrize("text", [REGEX, VALUES])
def test_what_looks_hostile_and_is_not_is_answered_whole(client: httpx.Client, text: str) -> None:
    answer = ask(client, text)
    assert answer.status_code == 200 or is_problem(answer, *REFUSALS)
    if text == VALUES and answer.status_code == 200:
        assert len(answer.json()["results"]["bindings"]) == 11_000


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { sErViCe <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { SERVICE#\n<http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { ?s ?p '#' . SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "PREFIX e: <http://127.0.0.1:> SELECT * WHERE { SERVICE e:9 { ?s ?p ?o } }",
        r"SELECT * WHERE { \u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        r"SELECT * WHERE { S\U00000045RVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { FILTER(?a<?b) SERVICE<http://127.0.0.1:9/> { ?s ?p ?o } FILTER(?c>?d) }",
        "SELECT * WHERE { BIND(<http://127.0.0.1:9/> AS ?e) SERVICE ?e { ?s ?p ?o } }",
        "LOAD <file:///etc/passwd>",
        "LOAD <http://127.0.0.1:9/>",
        "SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://127.0.0.1:9/> WHERE { GRAPH ?g { ?s ?p ?o } }",
        "INSERT DATA { <urn:x:a> <urn:x:b> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "SELECT * WHERE { } ; DROP ALL",
        "PREFIX x: <urn:x:> CLEAR ALL",
    ],
)
def test_nothing_in_a_query_reaches_outside_or_writes(client: httpx.Client, text: str) -> None:
    assert is_problem(ask(client, text), 400)


def test_there_is_no_update_by_any_route(client: httpx.Client) -> None:
    update = "INSERT DATA { <urn:x:a> <urn:x:b> 1 }"
    assert is_problem(client.post("/sparql", data={"update": update}), 403)
    assert is_problem(client.get("/sparql", params={"update": update}), 403)
    sent = {"Content-Type": "application/sparql-update"}
    assert is_problem(client.post("/sparql", headers=sent, content=update), 403)
    assert is_problem(client.post("/sparql", params={"query": update}, content=""), 403, 415)
    for path in ("/update", "/sparql/update"):
        assert is_problem(client.post(path, headers=sent, content=update), 404)
    for method in ("PUT", "PATCH", "DELETE"):
        assert is_problem(client.request(method, "/sparql", content=update), 405)


def rows(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


FOREIGN = f"{GRAPHS}{THEIRS}"


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * WHERE {{ GRAPH ?g {{ ?s a <{ORGANISATION}> }} FILTER(STRSTARTS(STR(?g), '{FOREIGN}')) }}",
        f"SELECT * WHERE {{ GRAPH <{FOREIGN}> {{ ?s ?p ?o }} }}",
        f"SELECT * FROM <{FOREIGN}> WHERE {{ ?s ?p ?o }}",  # noqa: S608 - no SQL
        f"SELECT * FROM NAMED <{FOREIGN}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",  # noqa: S608 - no SQL
        "SELECT * WHERE { <https://example.org/rival> ?p ?o }",
        "SELECT * WHERE { <https://example.org/rival> (<urn:x:p>|!<urn:x:p>)+ ?o }",
        "SELECT * WHERE { ?o ^(<urn:x:p>|!<urn:x:p>) <https://example.org/rival> }",
        "SELECT ?o WHERE { { SELECT ?o WHERE { GRAPH ?g { <https://example.org/rival> ?p ?o } } } }",
    ],
)
def test_no_query_sees_the_graphs_of_others(client: httpx.Client, text: str) -> None:
    assert json.loads(rows(ask(client, text)))["results"]["bindings"] == []


@pytest.mark.parametrize(
    "text",
    [
        "DESCRIBE <https://example.org/rival>",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{FOREIGN}> {{ ?s ?p ?o }} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} FROM <{FOREIGN}> WHERE {{ ?s ?p ?o }}",
    ],
)
def test_no_description_tells_of_others(client: httpx.Client, text: str) -> None:
    answer = client.get("/sparql", params={"query": text}, headers={"Accept": "application/n-triples"})
    assert rows(answer).strip() == ""


def test_no_parameter_opens_the_graphs_of_others(client: httpx.Client) -> None:
    for name in ("default-graph-uri", "named-graph-uri"):
        text = "SELECT * WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        answer = client.get("/sparql", params={"query": text, name: FOREIGN}, headers=TABLE)
        assert json.loads(rows(answer))["results"]["bindings"] == []
    assert is_problem(client.get(f"/v1/organisations/{THEIRS}/graphs?default"), 404)
    assert is_problem(client.get(f"/v1/organisations/{OURS}/graphs", params={"graph": FOREIGN}), 400)
    assert is_problem(client.put(f"/v1/organisations/{THEIRS}/graphs?default", headers=TURTLE, content=""), 404)
    for path in ("/sparql", "/.well-known/void"):
        assert THEIRS not in rows(client.get(path, headers={"Accept": "text/turtle"}))


def test_one_s_own_graph_is_seen(client: httpx.Client) -> None:
    own = f"SELECT ?o WHERE {{ GRAPH <{GRAPHS}{OURS}> {{ ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o }} }}"
    assert "Acme" in rows(ask(client, own))


def test_pages_elsewhere_and_foreign_names_are_refused(client: httpx.Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for origin in ("https://evil.example", "null", "http://[", "http://127.0.0.1.evil.example"):
        answer = client.post("/sparql", headers={**form, "Origin": origin}, content="query=ASK%20%7B%7D")
        assert is_problem(answer, 403)
    for host in (
        "evil.example",
        "127.0.0.1.evil.example",
        "[",
        "[::1",
        "localhost:80 x",
        "a@localhost",
        "localhost:999999",
    ):
        assert is_problem(client.get("/health", headers={"Host": host}), 421)


BOMB = (
    "<!DOCTYPE b [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    + "<r:Description r:about='urn:x' xmlns:y='urn:y'><y:z>&j;</y:z></r:Description></r:RDF>"
)
OUTSIDE = "<!DOCTYPE b [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><b>&a;</b>"
DEEP = "[" * 50_000 + "]" * 50_000


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("application/rdf+xml", BOMB),
        ("application/rdf+xml", OUTSIDE),
        ("application/rdf+xml", "<a>" * 100_000),
        ("application/ld+json", '{"@context": "http://127.0.0.1:9/context", "a": 1}'),
        ("application/ld+json", '{"@context": {"@import": "http://127.0.0.1:9/context"}, "a": 1}'),
        ("application/ld+json", '{"@id": "urn:x:a", "urn:x:b": {"@context": "file:///etc/passwd", "@value": 1}}'),
        ("application/ld+json", DEEP),
        ("text/turtle", "<urn:x:a> <urn:x:b> " + "[ <urn:x:c> " * 50_000),
        ("text/turtle", f'<urn:x:a> <urn:x:b> "{"x" * (2 << 20)}" .'),
        ("application/trig", f"<{FOREIGN}> {{ <urn:x:a> <urn:x:b> " + "[" * 50_000),
        ("text/turtle", "\0"),
        ("text/turtle", "@base <file:///etc/> . @import <passwd> ."),
    ],
)
def test_an_upload_that_would_do_harm_is_refused_whole(client: httpx.Client, kind: str, text: str) -> None:
    path = f"/v1/organisations/{OURS}/graphs/uploaded"
    assert is_problem(client.put(path, headers={"Content-Type": kind}, content=text), 408, 413, 422)
    assert is_problem(client.get(path), 404)


def test_lists_in_lists_are_taken_whole_or_not_at_all(client: httpx.Client) -> None:
    path = f"/v1/organisations/{OURS}/graphs/deep"
    text = "<urn:x:a> <urn:x:b> " + "(" * 50_000 + ")" * 50_000 + " ."
    answer = client.put(path, headers=TURTLE, content=text)
    if answer.status_code == 201:
        statements = client.get(path, headers={"Accept": "application/n-triples"}).text
        assert statements.count("\n") == 2 * 50_000 - 1
        assert client.delete(path).status_code == 204
    else:
        assert is_problem(answer, 408, 413, 422)
    assert is_problem(client.get(path), 404)


def test_a_quad_of_another_s_graph_lands_in_one_s_own_or_nowhere(client: httpx.Client, keys: dict[str, str]) -> None:
    text = f'<urn:x:a> <urn:x:b> "planted" <{FOREIGN}> .'
    path = f"/v1/organisations/{OURS}/graphs/planted"
    client.put(path, headers={"Content-Type": "application/n-quads"}, content=text)
    theirs = {"Authorization": f"Bearer {keys[THEIRS]}", "Accept": "text/turtle"}
    assert "planted" not in rows(client.get(f"/v1/organisations/{THEIRS}/graphs?default", headers=theirs))
    client.delete(path)


def test_what_is_packed_is_refused(client: httpx.Client) -> None:
    bomb = gzip.compress(b"#" * (100 << 20))
    for encoding in ("gzip", "deflate", "br", "gzip, gzip"):
        headers = {**TURTLE, "Content-Encoding": encoding}
        assert is_problem(client.put(f"/v1/organisations/{OURS}/graphs/x", headers=headers, content=bomb), 415)
    for kind in ("application/gzip", "application/zip"):
        sent = {"Content-Type": kind}
        assert is_problem(client.put(f"/v1/organisations/{OURS}/graphs/x", headers=sent, content=bomb), 415)
    parts = {"file": ("x.zip", bomb, "application/zip")}
    assert is_problem(client.post(f"/v1/organisations/{OURS}/graphs/x", files=parts), 415)


def test_bodies_addresses_and_headers_have_their_limits(client: httpx.Client, server: Served) -> None:
    assert is_problem(client.post("/sparql", headers=DIRECT, content=b"a" * (2 << 20)), 413)
    pieces = (b"a" * (1 << 20) for _ in range(9))
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    assert is_problem(client.post("/sparql", headers=sent, content=pieces), 413)
    for length, status in ((62_000, b"414"), (100_000, b"400")):
        told = by_hand(server, f"GET /sparql?query={'x' * length}")
        assert told.split()[1] == status
        assert b"application/problem+json" in told
    endless = by_hand(server, "GET /health", f"X-Long: {'x' * 500_000}\r\n")
    assert endless.split()[1:2] in ([b"431"], [])  # closed before all was sent: the answer can be lost on the way
    assert b"application/problem+json" in by_hand(server, "NONSENSE")
    assert by_hand(
        server, "POST /sparql", "Content-Type: application/json\r\nContent-Length: 1000000000000\r\n"
    ).split()[1] in {b"400", b"413"}
    assert is_problem(client.get("/health", headers={"X-Long": "x" * 70_000}), 431)
    many = "&".join(f"a{n}=1" for n in range(2_000))
    assert is_problem(client.post("/sparql", headers=sent, content=many), 400)


@pytest.mark.parametrize(
    "body",
    [
        b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" * 3_000,
        b"".join(b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' for _ in range(2_000)) + b"--b--\r\n",
        b"--b\r\n" + b"X: y\r\n" * 100_000,
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
        b"\xff" * 1_000,
    ],
)
def test_parts_of_a_form_cannot_be_nested_or_without_end(client: httpx.Client, body: bytes) -> None:
    sent = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = client.post(f"/v1/organisations/{OURS}/graphs/parts", headers=sent, content=body)
    assert is_problem(answer, 400, 413, 415, 422)


@pytest.mark.parametrize(
    "name",
    [
        "../rival",
        "%2e%2e/rival",
        "..%2frival",
        "a/../../rival",
        "a%00b",
        "a%25b",
        "a%20b",
        "%3Crival%3E",
        "a%22b",
        "x" * 300,
        "a//b",
    ],
)
def test_a_name_leads_nowhere_else(client: httpx.Client, server: Served, name: str) -> None:
    headers = f"Authorization: {client.headers['Authorization']}\r\nContent-Type: text/turtle\r\n"
    request = f"PUT /v1/organisations/{OURS}/graphs/{name}"
    told = by_hand(server, request, headers, b"<urn:x:a> <urn:x:b> 1 .")
    assert told.split()[1] in {b"400", b"404"}, told
    assert b"application/problem+json" in told


@pytest.mark.parametrize("key", ["..", "ACME", "a b", "acme%2frival", "-", "a" * 65])
def test_the_key_of_an_organisation_is_one(client: httpx.Client, key: str) -> None:
    assert is_problem(client.get(f"/v1/organisations/{key}/graphs/x"), 404, 422)


def unsigned(**claims: object) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, {"sub": "mallory", "normgraph_roles": ["*:administrator"], **claims})
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."


def test_forged_and_expired_keys_and_tokens_open_nothing(
    client: httpx.Client, keys: dict[str, str], folder: Path
) -> None:
    with closing(Identities(folder / "identity.sqlite")) as identities:
        late = identities.create("late", parse_grants(["*:reader"]), datetime.now(UTC) - timedelta(seconds=1))[1]
        gone, revoked = identities.create("gone", parse_grants(["*:reader"]))
        identities.revoke(gone.id)
    ours = keys[OURS]
    forged = [
        late,
        revoked,
        ours[:-1],
        ours + "a",
        ours.upper(),
        f"{ours[:20]}_{keys[THEIRS][21:]}",
        "ngk__",
        "ngk_' OR 1=1 --_x",
    ]
    for text in (*forged, unsigned(), unsigned(exp=4e9), "a.b.c", "a" * 10_000, "é"):
        headers = {"Authorization": f"Bearer {text}".encode("latin-1")}
        assert is_problem(client.get("/v1/frameworks", headers=headers), 401)
    for scheme in ("Basic eDp5", "Bearer", f"Token {ours}", f"Bearer {ours},Bearer {ours}"):
        assert is_problem(client.get("/v1/frameworks", headers={"Authorization": scheme}), 401)
    for method in ("GET", "PUT", "POST", "DELETE"):
        assert is_problem(client.request(method, f"/v1/organisations/{THEIRS}/graphs/x", headers=TURTLE), 404)


def test_a_value_that_a_spreadsheet_would_run_stays_a_value(client: httpx.Client) -> None:
    """SPARQL says what CSV is (§3.2), so it is not changed; a browser is told to save it and not to guess."""
    formula = "=HYPERLINK(1)"
    answer = client.get("/sparql", params={"query": f"SELECT ('{formula}' AS ?x) {{}}"}, headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.text) == (200, f"x\r\n{formula}\r\n")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == 'attachment; filename="results.csv"'


def test_callers_who_go_away_do_not_end_the_server(client: httpx.Client, server: Served) -> None:
    where = urlsplit(server.address)
    head = f"GET /openapi.json HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n"
    for _ in range(50):
        connection = socket.create_connection((where.hostname, where.port), timeout=30)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # closed by a reset
        connection.sendall(head.encode() * 20)
        connection.close()
    assert client.get("/health").status_code == 200
    assert server.process.poll() is None


def slowest(times: list[float]) -> float:
    """Return the time that 99 of a hundred stay below."""
    return statistics.quantiles(times, n=100)[98]


def light(client: httpx.Client, seconds: float) -> list[float]:
    """Read something small again and again, and return how long each took."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        answer = client.get("/v1/provisions", params={"citation": "AI Act 15(4)", "as_of": "2026-11-20"})
        times.append(time.perf_counter() - start)
        assert answer.status_code == 200
    return times


def test_others_are_answered_while_hostile_queries_are_tried(
    client: httpx.Client, server: Served, keys: dict[str, str]
) -> None:
    """Other work on the machine can only make it look worse: what is reached in one of three runs is reached."""
    texts = [*TOO_MUCH.values(), REGEX, VALUES, *[CARTESIAN] * 5]
    assert len(texts) == 20
    runs = (attacked(client, server, keys[THEIRS], texts) for _ in range(3))
    assert any(meanwhile <= 5 * quiet for quiet, meanwhile in runs)


def attacked(client: httpx.Client, server: Served, key: str, texts: list[str]) -> tuple[float, float]:
    """Return the p99 of a light request while nobody else asks, and while hostile queries are asked again and again."""
    light(client, 1)
    quiet = slowest(light(client, 5))
    command = [sys.executable, "-m", "tests.api.http.attacking", server.address, key]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as attackers:
        assert attackers.stdin
        attackers.stdin.write(json.dumps(texts) + "\n")
        attackers.stdin.flush()
        light(client, 2)
        meanwhile = slowest(light(client, 8))
        found = Counter({int(status): n for status, n in json.loads(attackers.communicate()[0]).items()})
    print(f"p99 quiet {quiet * 1000:.1f} ms, meanwhile {meanwhile * 1000:.1f} ms; hostile answers: {found}")  # noqa: T201
    assert set(found) <= REFUSALS | {200}
    assert found.total() >= 60
    return quiet, meanwhile
