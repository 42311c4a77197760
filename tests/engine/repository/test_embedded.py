from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.repository.backend import MARK
from engine.repository.embedded import Embedded
from engine.sandbox.tasks import Ask, Limits
from engine.vocabulary import graph
from tests.meanwhile import meanwhile

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
    task = Ask(TEXT, GRAPHS, GRAPHS, "application/sparql-results+json", Limits(seconds=60))  # other tests may run too
    answer = store.ask(task)
    (row,) = json.loads(answer.body)["results"]["bindings"]
    return int(row["notes"]["value"]), int(row["mark"]["value"])


def test_a_query_sees_each_change_whole_or_not_at_all(tmp_path: Path) -> None:
    store, done = Embedded(tmp_path / "store", 1), 1
    store.apply(1, (), [Quad(ME, NOTE, Literal(1), HOME)])

    def write(number: int) -> None:
        nonlocal done
        store.apply(number + 1, (), [Quad(ME, NOTE, Literal(number + 1), HOME)])
        done += 1
        store._store.flush()
        time.sleep(0.001)  # a thread that never rests leaves the others none of the interpreter

    with meanwhile(write):
        for _ in range(40):
            before = done
            notes, mark = seen(store)
            assert notes == mark >= before
    assert seen(store) == (done, done)
    assert len(list((tmp_path / "store.snapshots").iterdir())) <= 3
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
