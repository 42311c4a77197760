from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from engine.errors import BadInput, BadParameter, Busy, OverLimit, UnreadableFile
from engine.repository.addresses import Addresses
from engine.repository.backend import CONTENT, FORM, say
from engine.repository.embedded import Embedded
from engine.repository.journal import Change, Journal
from engine.repository.organisations import Repository
from engine.repository.remote import Remote
from engine.sandbox.tasks import Ask, Limits
from engine.vocabulary import PREFIXES, graph

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from engine.content import Content

    Serving = Callable[..., AbstractContextManager[subprocess.Popen[bytes]]]

JSON = "application/sparql-results+json"
ACME, OTHER = graph("org/acme"), graph("org/other")
ME = NamedNode("https://example.org/acme")
TYPE = NamedNode(PREFIXES["rdf"] + "type")
LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
FORMAL = Quad(ME, TYPE, NamedNode(PREFIXES["org"] + "FormalOrganization"), ACME)


def many(number: int, home: NamedNode = ACME) -> list[Quad]:
    return [Quad(ME, LABEL, Literal(f"name {n}"), home) for n in range(number)]


def change_of(removed: list[Quad], added: list[Quad]) -> Change:
    forms = (serialize(quads, format=RdfFormat.N_QUADS) or b"" for quads in (removed, added))
    return Change(*forms)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def remote(oxigraph: str) -> Iterator[Remote]:
    found = Remote(Addresses.of(oxigraph), 1)
    found.apply(1, found.quads(found.graphs()), ())
    yield found
    found.close()


def asked(text: str, *names: NamedNode, form: str = JSON, limits: Limits | None = None) -> Ask:
    seen = tuple(name.value for name in names)
    return Ask(text, seen, seen, form, limits or Limits(), "http://127.0.0.1:8042/sparql")


@pytest.mark.parametrize(
    ("query", "update", "graphs"),
    [
        ("http://h:7878", "http://h:7878/update", "http://h:7878/store"),
        ("http://h/db/query", "http://h/db/update", ""),
        ("https://h:7200/repositories/ng", "https://h:7200/repositories/ng/statements", ""),
        ("http://h:8890/sparql", "http://h:8890/sparql", ""),
    ],
)
def test_the_addresses_beside_that_of_queries(query: str, update: str, graphs: str) -> None:
    found = Addresses.of(query)
    assert (found.update, found.graphs) == (update, graphs)


@pytest.mark.parametrize("address", ["ftp://h/sparql", "http://", "h:80", "http://h/a b", "http://u:secret@h/sparql"])
def test_an_address_that_cannot_be_called_is_refused(address: str) -> None:
    with pytest.raises(BadParameter) as refused:
        Addresses.of(address)
    assert "secret" not in str(refused.value)


def test_a_time_limit_without_a_place_for_it_is_refused() -> None:
    with pytest.raises(BadParameter, match="NORMGRAPH_STORE_TIME_LIMIT"):
        Addresses.of("http://h/sparql", time_limit="timeout=5")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?o WHERE { ?s skos:prefLabel ?o } ORDER BY ?o",
        "SELECT ?g ?o WHERE { GRAPH ?g { ?s skos:prefLabel ?o } } ORDER BY ?g ?o",
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> ASK { ?s skos:prefLabel 'name 1' }",
        "SELECT (<relative> AS ?iri) WHERE { }",
        "SELECT ?s WHERE { ?s a <https://example.org/nothing> }",
    ],
)
@pytest.mark.parametrize("form", [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
def test_tables_are_those_of_the_embedded_store(remote: Remote, tmp_path: Path, query: str, form: str) -> None:
    embedded = Embedded(tmp_path / "store", 1)
    for store in (remote, embedded):
        store.apply(1, (), [*many(3), *many(3, OTHER)])
    assert remote.ask(asked(query, ACME, form=form)).body == embedded.ask(asked(query, ACME, form=form)).body
    embedded.close()


@pytest.mark.parametrize("form", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"])
def test_graphs_come_in_every_form(remote: Remote, form: str) -> None:
    remote.apply(1, (), [*many(3), FORMAL, *many(5, OTHER)])
    answer = remote.ask(asked("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", ACME, form=form))
    assert {quad.triple for quad in parse(answer.body, format=RdfFormat.from_media_type(form))} == {
        quad.triple for quad in (*many(3), FORMAL)
    }


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { ?s ?p ?o }",
        "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * WHERE { GRAPH <https://w3id.org/normgraph/g/org/other> { ?s ?p ?o } }",
        "SELECT * FROM <https://w3id.org/normgraph/g/org/other> WHERE { ?s ?p ?o }",
        "SELECT * FROM NAMED <https://w3id.org/normgraph/g/org/other> WHERE { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_another_organisation_is_not_seen(remote: Remote, query: str) -> None:
    remote.apply(1, (), many(5, OTHER))
    for task in (asked(query), asked(query, ACME)):
        assert [*parse_query_results(remote.ask(task).body, format=QueryResultsFormat.JSON)] == []


def test_what_the_store_refuses_is_bad_input(remote: Remote) -> None:
    with pytest.raises(BadInput, match="the store refuses it"):
        remote.ask(asked("SELECT * WHERE {"))


@pytest.mark.parametrize("form", [JSON, "text/turtle"])
def test_an_answer_that_is_cut_off_inside_a_200_is_no_answer(remote: Remote, form: str) -> None:
    remote.apply(1, (), many(3_000))
    where = "WHERE { ?a ?b ?c . ?d ?e ?f }"
    query = f"SELECT * {where}" if form == JSON else f"CONSTRUCT {{ ?a ?b ?f }} {where}"
    with pytest.raises(OverLimit) as refused:
        remote.ask(asked(query, ACME, form=form, limits=Limits(seconds=60, size=1 << 30, rows=1 << 30)))
    assert refused.value.late
    assert "before it was whole" in str(refused.value)


def test_limits_hold_here_too(remote: Remote) -> None:
    remote.apply(1, (), many(2_000))
    query = "SELECT ?o WHERE { ?s ?p ?o }"
    assert remote.ask(asked(query, ACME, limits=Limits(rows=2_000))).body
    with pytest.raises(OverLimit, match="more than 1,000 rows"):
        remote.ask(asked(query, ACME, limits=Limits(rows=1_000)))
    with pytest.raises(OverLimit, match="larger than"):
        remote.ask(asked(query, ACME, limits=Limits(size=2_000)))
    with pytest.raises(OverLimit, match=r"longer than 0\.3 s"):
        remote.ask(asked("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f }", ACME, limits=Limits(seconds=0.3)))


def test_content_that_was_put_in_part_is_put_to_its_end(remote: Remote, content: Content, oxigraph: str) -> None:
    remote.put_content(content.data, content.hash)
    whole = remote.ask(asked("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", *homes(content))).body
    assert f'"{len(content.quads)}"'.encode() in whole
    channel = Remote(Addresses.of(f"{oxigraph}/query"), 1)
    first = f"DROP GRAPH <{homes(content)[0].value}> ;\nDROP GRAPH <{homes(content)[-1].value}>"
    channel._update(f"{first} ;\n{say(CONTENT, content.hash + ' 0')}")
    assert channel.content_hash() != content.hash
    channel.put_content(content.data, content.hash)
    assert channel.ask(asked("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", *homes(content))).body == whole
    channel.close()


def homes(content: Content) -> list[NamedNode]:
    return [NamedNode(name) for name in sorted({str(quad.graph_name)[1:-1] for quad in content.quads})]


def test_graphs_that_are_not_ours_stay(remote: Remote) -> None:
    theirs = Quad(ME, LABEL, Literal("theirs"), NamedNode("https://example.org/g"))
    remote._update(f"INSERT DATA {{ GRAPH {theirs.graph_name} {{ {theirs.triple} }} }}")
    remote.put_content(b"<a:a> <a:b> <a:c> <https://w3id.org/normgraph/g/x> .\n", "one")
    remote.put_content(b"<a:a> <a:b> <a:c> <https://w3id.org/normgraph/g/y> .\n", "two")
    assert remote._names("") == [
        "https://example.org/g",
        "https://w3id.org/normgraph/g/state",
        "https://w3id.org/normgraph/g/y",
    ]
    remote._update("DROP GRAPH <https://example.org/g>")


def test_very_many_statements_go_in_several_requests(remote: Remote) -> None:
    quads = many(120_000)
    remote.apply(7, (), quads)
    assert len(remote.quads([ACME.value])) == 120_000
    remote.apply(8, quads, [FORMAL])
    assert (remote.quads([ACME.value]), remote.applied()) == ([FORMAL], 8)


def test_blank_nodes_come_back_as_they_went(remote: Remote) -> None:
    note = Quad(ME, LABEL, BlankNode("b"), ACME)
    about = Quad(BlankNode("b"), LABEL, Literal("note"), OTHER)
    remote.apply(1, (), [note, about])
    assert {*remote.quads(remote.graphs())} == {note, about}
    remote.apply(2, [note], ())
    assert remote.graphs() == (OTHER.value,)


def test_a_store_that_goes_away_and_comes_back(content: Content, serving: Serving, tmp_path: Path) -> None:
    port = free_port()
    before, after, last = (Quad(ME, LABEL, Literal(text), ACME) for text in ("Acme", "Acme AG", "Acme SE"))
    with serving(tmp_path / "there", port):
        backend = Remote(Addresses.of(f"http://127.0.0.1:{port}"), 1)
        repository = Repository(content, backend, Journal(tmp_path / "journal.sqlite"))
        repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, before)))
        read = repository.quads("acme")
    assert not backend.is_ready()
    with pytest.raises(Busy, match="does not answer"):
        repository.change("acme", "ann", "renamed", lambda _: ((before,), (after,)))
    journal = Journal(tmp_path / "journal.sqlite")
    journal.append("ann", "renamed", "acme", 2, change=change_of([before], [after]))
    journal.close()
    assert set(read) == {FORMAL, before}
    with serving(tmp_path / "there", port):
        again = Repository(content, backend, Journal(tmp_path / "journal.sqlite"))
        assert again.held("acme").workspace.organisation.label == "Acme AG"
        again.change("acme", "ann", "renamed", lambda _: ((after,), (last,)), expected=2)
        assert (again.version("acme"), backend.applied(), backend.is_ready()) == (3, 3, True)
        again.close()


def test_a_change_that_the_store_could_not_take_is_made_up_for(
    content: Content, serving: Serving, tmp_path: Path
) -> None:
    """The store goes away between the moment it is read and the moment it is to be changed."""
    port = free_port()
    before, after = (Quad(ME, LABEL, Literal(text), ACME) for text in ("Acme", "Acme AG"))
    with serving(tmp_path / "there", port) as process:
        backend = Remote(Addresses.of(f"http://127.0.0.1:{port}"), 1)
        repository = Repository(content, backend, Journal(tmp_path / "journal.sqlite"))
        repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, before)))

        def step(_: object) -> tuple[list[Quad], list[Quad]]:
            process.kill()
            process.wait()
            return [before], [after]

        with pytest.raises(Busy, match="does not answer"):
            repository.change("acme", "ann", "renamed", step)
    with pytest.raises(Busy):
        repository.held("acme")
    with serving(tmp_path / "there", port):
        assert repository.held("acme").workspace.organisation.label == "Acme AG"
        repository.change("acme", "ann", "renamed", lambda _: ((after,), (before,)), expected=2)
        assert (repository.version("acme"), backend.applied()) == (3, 3)
        repository.close()


@contextmanager
def one_answer(answer: bytes, to_find: bytes | None = None) -> Iterator[str]:
    """Answer every request with the same bytes, or those that look for anything with others."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    request = b""
                    while b"query=" not in request and b"update=" not in request:
                        request += connection.recv(1 << 16)
                    connection.sendall(to_find if to_find and b"LIMIT" in request else answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def http(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    told = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    return "\r\n".join([*told, *headers, "", ""]).encode() + body


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (http("302 Found", b"", "Location: http://127.0.0.1:1/"), "does not let itself be asked"),
        (http("401 Unauthorized", b"who?"), "401: who"),
        (http("200 OK", b'{"head":{"vars":["o"]},"results":{"bindings":[]}}', "X-SQL-State: S1TAT"), "whole"),
        (http("200 OK", b'{"head":{"vars":["o"]},"results":{"bin'), "whole"),
        (http("200 OK", b'{"head":{"vars":["o"]},"results":{"bindings":[]}}', length=900), "whole"),
        (http("200 OK", b"<html>"), "whole"),
        (b"nothing of the kind", "does not answer"),
        (b"", "does not answer"),
    ],
    ids=["redirect", "identity", "anytime", "cut", "short", "page", "no-http", "silence"],
)
def test_what_is_no_endpoint_is_refused_at_the_start(answer: bytes, problem: str) -> None:
    with one_answer(answer) as address, pytest.raises(UnreadableFile, match=problem):
        Remote(Addresses.of(address), 1)


def test_an_endpoint_that_ignores_which_graphs_are_asked_for_is_refused() -> None:
    nothing = http("200 OK", b'{"head":{"vars":["o"]},"results":{"bindings":[]}}')
    row = b'{"s":{"type":"uri","value":"urn:s"}}'
    always = http("200 OK", b'{"head":{"vars":["s"]},"results":{"bindings":[' + row + b"]}}")
    with one_answer(nothing, always) as address, pytest.raises(UnreadableFile, match="takes no notice"):
        Remote(Addresses.of(address), 1)


def test_a_store_of_a_later_release_is_refused(remote: Remote, oxigraph: str) -> None:
    remote._update(say(FORM, "9"))
    with pytest.raises(UnreadableFile, match="later release"):
        Remote(Addresses.of(oxigraph), 1)
    remote._update(say(FORM, "1"))
