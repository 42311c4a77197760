from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from engine.errors import BadInput, Busy, OverLimit
from engine.sandbox.pool import Pool
from engine.sandbox.tasks import Answered, Ask, Limits, Parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JSON = "application/sparql-results+json"
HOME, OTHER = "urn:x:home", "urn:x:other"
EXPLODES = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
BRIEF = Limits(seconds=1.0)


def ask(text: str, limits: Limits | None = None, *, form: str = JSON, graphs: tuple[str, ...] = (HOME,)) -> Ask:
    return Ask(text, graphs, graphs, form, limits or Limits())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store")
    store = Store(str(path))
    names = [(f"urn:x:{n}", Literal(n), HOME) for n in range(300)] + [("urn:x:secret", Literal("secret"), OTHER)]
    store.extend(Quad(NamedNode(s), NamedNode("urn:x:p"), o, NamedNode(g)) for s, o, g in names)
    store.flush()
    return path


@pytest.fixture(scope="module")
def pool(folder: Path) -> Iterator[Pool]:
    with Pool(folder, 2, waiting=4) as pool:
        yield pool


def rows(answer: Answered) -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = json.loads(answer.body)["results"]["bindings"]
    return found


def test_a_query_is_answered_in_the_form_asked_for(pool: Pool) -> None:
    answer = pool.run(ask("SELECT ?o WHERE { <urn:x:7> <urn:x:p> ?o }"))
    assert [row["o"]["value"] for row in rows(answer)] == ["7"]
    assert pool.run(ask("ASK { ?s ?p 7 }", form="text/csv")).body.strip() == b"true"
    turtle = pool.run(ask("CONSTRUCT WHERE { <urn:x:7> ?p ?o }", form="text/turtle")).body.decode()
    assert "<urn:x:7> <urn:x:p>" in turtle


def test_a_worker_that_takes_too_long_is_killed_and_another_takes_its_place(pool: Pool) -> None:
    start = time.monotonic()
    for _ in range(3):
        with pytest.raises(OverLimit, match=r"took longer than 1 s.*ask for less"):
            pool.run(ask(EXPLODES, BRIEF))
    assert time.monotonic() - start < 6
    assert len(rows(pool.run(ask("SELECT * WHERE { ?s ?p ?o }")))) == 300


@pytest.mark.parametrize(
    "text", ["SELECT * WHERE " + "{" * 9_000 + "}" * 9_000, "SELECT (" + "(" * 9_000 + "1" + ")" * 9_000 + " AS ?x) {}"]
)
def test_a_query_that_crashes_the_engine_ends_only_its_worker(pool: Pool, text: str) -> None:
    with pytest.raises(OverLimit, match="ended the worker"):
        pool.run(ask(text))
    assert rows(pool.run(ask("SELECT * WHERE { <urn:x:1> ?p ?o }")))


@pytest.mark.parametrize("form", [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
def test_an_answer_of_too_many_rows_is_refused_whole(pool: Pool, form: str) -> None:
    text = "SELECT * WHERE { ?s ?p ?o }"
    with pytest.raises(OverLimit, match="more than 100 rows"):
        pool.run(ask(text, Limits(rows=100), form=form))
    assert pool.run(ask(f"{text} LIMIT 100", Limits(rows=100), form=form)).body


def test_an_answer_of_too_many_bytes_or_statements_is_refused_whole(pool: Pool) -> None:
    with pytest.raises(OverLimit, match="larger than 1,000 bytes"):
        pool.run(ask("SELECT * WHERE { ?s ?p ?o }", Limits(size=1000)))
    with pytest.raises(OverLimit, match="more than 10 statements"):
        pool.run(ask("CONSTRUCT WHERE { ?s ?p ?o }", Limits(rows=10), form="text/turtle"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { GRAPH <urn:x:other> { ?s ?p ?o } }",
        "SELECT * WHERE { GRAPH ?g { <urn:x:secret> ?p ?o } }",
        "SELECT * WHERE { <urn:x:secret> ?p ?o }",
        "SELECT * WHERE { <urn:x:secret> (!<urn:x:q>)* ?o FILTER(isLiteral(?o)) }",
    ],
)
def test_what_stands_in_other_graphs_cannot_be_seen(pool: Pool, text: str) -> None:
    assert rows(pool.run(ask(text))) == []
    assert rows(pool.run(ask("SELECT * WHERE { <urn:x:secret> ?p ?o }", graphs=(OTHER,))))


def test_nothing_is_reached_outside(pool: Pool) -> None:
    text = "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    with pytest.raises((BadInput, OverLimit)):
        pool.run(ask(text, Limits(seconds=3)))


def test_a_query_that_is_none_is_told_with_its_place(pool: Pool) -> None:
    with pytest.raises(BadInput, match="query"):
        pool.run(ask("SELECT ?s WHERE { ?s ?p }"))


def test_a_generation_is_seen_once_it_is_asked_for(folder: Path) -> None:
    store = Store(str(folder))
    with Pool(folder, 1) as pool:
        asked = ask("SELECT * WHERE { <urn:x:new> ?p ?o }")
        assert rows(pool.run(asked, 1)) == []
        store.add(Quad(NamedNode("urn:x:new"), NamedNode("urn:x:p"), Literal(1), NamedNode(HOME)))
        assert rows(pool.run(asked, 1)) == []
        assert len(rows(pool.run(asked, 2))) == 1
        store.remove(Quad(NamedNode("urn:x:new"), NamedNode("urn:x:p"), Literal(1), NamedNode(HOME)))


def test_too_many_questions_are_sent_away_and_told_when_to_come_back(folder: Path) -> None:
    with Pool(folder, 1, waiting=1) as pool:
        told: list[Exception] = []

        def hold() -> None:
            with pytest.raises((OverLimit, Busy)) as caught:
                pool.run(ask(EXPLODES, Limits(seconds=1.5)))
            told.append(caught.value)

        threads = [threading.Thread(target=hold) for _ in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        with pytest.raises(Busy, match=r"ask again in 10 s"):
            pool.run(ask("ASK {}"))
        for thread in threads:
            thread.join()
        assert any(isinstance(error, OverLimit) for error in told)


def test_documents_are_parsed_and_those_that_would_do_harm_refused(pool: Pool) -> None:
    found = pool.run(Parse(b"<urn:x:a> <urn:x:p> 1 .", "text/turtle", HOME))
    assert found.body.strip().endswith(b"<urn:x:home> .")
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    with pytest.raises(BadInput, match="document type declaration"):
        pool.run(Parse(bomb, "application/rdf+xml", HOME))
    with pytest.raises(BadInput, match="would have to be fetched"):
        pool.run(Parse(b'{"@context": "http://127.0.0.1/c"}', "application/ld+json", HOME))
    with pytest.raises(BadInput, match="line 2"):
        pool.run(Parse(b"<urn:x:a> <urn:x:p>\n nonsense", "text/turtle", HOME))


def test_a_store_that_is_written_to_meanwhile_is_opened_all_the_same(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    store.extend(
        Quad(NamedNode(f"urn:x:{n}"), NamedNode("urn:x:p"), Literal(n), NamedNode(HOME)) for n in range(20_000)
    )
    store.flush()
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            old = f"DELETE WHERE {{ GRAPH <{OTHER}> {{ ?s <urn:x:n> ?o }} }}"
            new = f"INSERT DATA {{ GRAPH <{OTHER}> {{ <urn:x:{number}> <urn:x:n> '{number:0200}' }} }}"
            store.update(f"{old} ; {new}")
            if number % 100 == 0:
                store.flush()
            time.sleep(0.001)  # a thread that never rests leaves the others none of the interpreter

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with Pool(tmp_path, 1) as pool:
            for generation in range(1, 31):
                answer = pool.run(ask("ASK { <urn:x:7> <urn:x:p> 7 }"), generation)
                assert json.loads(answer.body)["boolean"]
    finally:
        done.set()
        writer.join()
