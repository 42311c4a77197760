from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.repository.backend import MARK
from engine.repository.embedded import Embedded
from engine.sandbox.tasks import Ask
from engine.vocabulary import graph

if TYPE_CHECKING:
    from pathlib import Path

ME, NOTE = NamedNode("https://example.org/me"), NamedNode("https://example.org/note")
HOME = graph("org/acme")
GRAPHS = (HOME.value, MARK)
TEXT = f"""
SELECT (COUNT(?note) AS ?notes) (SAMPLE(?applied) AS ?mark) {{
    ?me <{NOTE.value}> ?note . ?state <urn:normgraph:state:applied> ?applied
}}
"""


def seen(store: Embedded) -> tuple[int, int]:
    answer = store.ask(Ask(TEXT, GRAPHS, GRAPHS, "application/sparql-results+json"))
    (row,) = json.loads(answer.body)["results"]["bindings"]
    return int(row["notes"]["value"]), int(row["mark"]["value"])


def test_a_query_sees_each_change_whole_or_not_at_all(tmp_path: Path) -> None:
    store, stop = Embedded(tmp_path / "store", 1), threading.Event()
    done = 0

    def write() -> None:
        nonlocal done
        while not stop.is_set():
            store.apply(done + 1, (), [Quad(ME, NOTE, Literal(done + 1), HOME)])
            done += 1
            store._store.flush()
            stop.wait(0.001)

    store.apply(1, (), [Quad(ME, NOTE, Literal(1), HOME)])
    done = 1
    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(40):
        before = done
        notes, mark = seen(store)
        assert notes == mark >= before
    stop.set()
    writer.join()
    assert seen(store) == (done, done)
    assert len(list((tmp_path / "store.snapshots").iterdir())) <= 3
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
