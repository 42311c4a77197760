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
    from collections.abc import Callable, Iterator
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


class Asking(Pool):
    """A pool whose questions are about one folder, unless another is named."""

    def __init__(self, folder: Path, workers: int, waiting: int = 64) -> None:
        super().__init__(workers, waiting=waiting)
        self.folder = folder

    def run(self, task: Ask | Parse, snapshot: Callable[[], Path] | None = None) -> Answered:
        return super().run(task, snapshot or (lambda: self.folder))


@pytest.fixture(scope="module")
def pool(folder: Path) -> Iterator[Pool]:
    with Asking(folder, 2, waiting=4) as pool:
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


def test_a_worker_goes_on_to_another_snapshot_when_one_is_named(folder: Path, tmp_path: Path) -> None:
    store = Store(str(folder))
    asked = ask("SELECT * WHERE { <urn:x:new> ?p ?o }")
    with Asking(folder, 1) as pool:
        assert rows(pool.run(asked)) == []
        store.add(Quad(NamedNode("urn:x:new"), NamedNode("urn:x:p"), Literal(1), NamedNode(HOME)))
        store.backup(str(tmp_path / "2"))
        assert rows(pool.run(asked)) == []
        assert len(rows(pool.run(asked, lambda: tmp_path / "2"))) == 1
        with pytest.raises(OverLimit, match="ask again"):
            pool.run(asked, lambda: tmp_path / "3")
    store.remove(Quad(NamedNode("urn:x:new"), NamedNode("urn:x:p"), Literal(1), NamedNode(HOME)))


def test_too_many_questions_are_sent_away_and_told_when_to_come_back(folder: Path) -> None:
    with Asking(folder, 1, waiting=1) as pool:
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


def test_a_store_of_very_many_files_is_asked_whole(tmp_path: Path) -> None:
    """The engine opens sixteen files of a store at once, and the others while it answers."""
    store = Store(str(tmp_path / "store"))
    for number in range(40):
        for place in range(4):  # each as a file of its own in every index: a backup is taken before they are merged
            store.add(Quad(NamedNode(f"urn:x:{number}"), NamedNode("urn:x:p"), Literal(place), NamedNode(HOME)))
        store.flush()
        store.backup(str(tmp_path / f"{number}"))
    sizes = {path.name: sum(1 for _ in path.glob("*.sst")) for path in tmp_path.iterdir() if path.name != "store"}
    assert max(sizes.values()) > 16
    with Pool(1) as pool:
        for number in range(40):
            answer = pool.run(ask("SELECT * WHERE { ?s ?p ?o }"), lambda: tmp_path / f"{number}")  # noqa: B023 - called at once
            assert len(rows(answer)) == 4 * (number + 1)
