"""The server is killed while it is written to, again and again; and backed up while it is written to."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from engine.repository.folder import Reader
from engine.repository.journal import Journal
from tests.commands import ROOT, as_process

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = int(os.environ.get("NORMGRAPH_SOAK", "2"))
"""How often the server is killed; ``make soak`` does it 50 times."""
WRITERS, TRIPLES = 3, 12
GRAPHS = "/v1/organisations/acme/graphs"
TURTLE = {"Content-Type": "text/turtle"}
ORGANISATION = "<https://example.org/acme> a <http://www.w3.org/ns/org#FormalOrganization> ."


@contextmanager
def server(data: Path, store: str = "") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server of its own, and return it with its address once it answers."""
    settings = {
        "NORMGRAPH_DATA": str(data),
        "NORMGRAPH_WORKERS": "1",
        "NORMGRAPH_STORE": store,
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **settings}) as process:
        assert process.stderr is not None
        try:
            told = next((found for line in process.stderr if (found := re.search(r"http://[\d.]+:\d+", line))), None)
            assert told is not None
            drain = threading.Thread(target=process.stderr.read, daemon=True)
            drain.start()
            until_ready(told.group())
            yield process, told.group()
        finally:
            process.kill()
            drain.join()


def until_ready(address: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"{address}/ready", timeout=30).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(address)


def document(writer: int, number: int) -> str:
    node = f"<https://example.org/{writer}/{number}>"
    lines = [f'{node} <https://example.org/part> "{number} {part}" .' for part in range(TRIPLES - 1)]
    return "\n".join([*lines, f"{node} <https://example.org/note> [] ."])


def write(address: str, writer: int, start: int, acknowledged: set[str], asked: set[str]) -> None:
    """Put one graph after the other until nobody answers."""
    number = start
    with httpx.Client(base_url=address, timeout=30) as client:
        while True:
            name = f"w{writer}-{number}"
            asked.add(name)
            try:
                answer = client.put(f"{GRAPHS}/{name}", content=document(writer, number), headers=TURTLE)
            except httpx.TransportError:
                return
            assert answer.status_code == httpx.codes.CREATED, answer.text
            acknowledged.add(name)
            number += 1


def held(address: str, name: str) -> int:
    """Return how many statements a graph has."""
    answer = httpx.get(f"{address}{GRAPHS}/{name}", headers={"Accept": "application/n-triples"}, timeout=30)
    return len(list(parse(answer.content, format=RdfFormat.N_TRIPLES))) if answer.status_code == httpx.codes.OK else 0


@pytest.fixture(params=["embedded", "endpoint"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return what NORMGRAPH_STORE says."""
    if request.param == "embedded":
        yield ""
        return
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    oxigraph = Path(sys.executable).with_name("oxigraph")
    command = [oxigraph, "serve", "--bind", f"127.0.0.1:{port}", "--location", tmp_path / "elsewhere"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        process.kill()


def test_a_server_that_is_killed_keeps_what_it_acknowledged_and_nothing_by_half(
    cache: Path, store: str, tmp_path: Path
) -> None:
    assert cache.is_dir()
    acknowledged: set[str] = set()
    asked: set[str] = set()
    for number in range(ROUNDS):
        with server(tmp_path / "data", store) as (process, address):
            if not number:
                assert httpx.put(f"{address}{GRAPHS}?default", content=ORGANISATION, headers=TURTLE).is_success
            writers = [
                threading.Thread(target=write, args=(address, writer, number * 1_000, acknowledged, asked))
                for writer in range(WRITERS)
            ]
            before = len(acknowledged)
            for writer in writers:
                writer.start()
            while len(acknowledged) < before + 3 + 5 * (number % 3):
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
            for writer in writers:
                writer.join()
    with server(tmp_path / "data", store) as (_, address):
        sizes = {name: held(address, name) for name in sorted(asked)}
    assert {name: sizes[name] for name in acknowledged} == dict.fromkeys(acknowledged, TRIPLES)
    assert set(sizes.values()) <= {0, TRIPLES}
    with closing(Journal(tmp_path / "data" / "journal.sqlite")) as journal:
        assert list(journal.breaks()) == []
        written = {
            entry.detail["graph"].rpartition("/")[2] for entry in journal.entries() if entry.action == "graph put"
        }
    assert written - {"acme"} == {name for name, size in sizes.items() if size}


def test_a_running_server_is_backed_up_and_restored_while_it_is_written_to(cache: Path, tmp_path: Path) -> None:
    assert cache.is_dir()
    acknowledged: set[str] = set()
    data, backup, again = tmp_path / "data", tmp_path / "backup", tmp_path / "again"
    with server(data) as (process, address):
        assert httpx.put(f"{address}{GRAPHS}?default", content=ORGANISATION, headers=TURTLE).is_success
        writer = threading.Thread(target=write, args=(address, 0, 0, acknowledged, set()))
        writer.start()
        while len(acknowledged) < 3:
            time.sleep(0.01)
        before = set(acknowledged)
        done = as_process("backup", str(backup), "--data", str(data))
        assert (done.returncode, done.stderr) == (0, "")
        assert process.poll() is None
        process.kill()
        writer.join()
    done = as_process("restore", str(backup), "--data", str(again))
    assert done.returncode == 0, done.stderr
    assert "statements" in done.stdout
    store = Reader.at(again / "store")
    graphs = [name for name in store.graphs() if "/w0-" in name]
    assert before <= {name.rpartition("/")[2] for name in graphs}
    assert {len(store.quads([name])) for name in graphs} == {TRIPLES}
    with closing(Journal(again / "journal.sqlite")) as journal:
        assert (list(journal.breaks()), store.applied()) == ([], journal.number)
    done = as_process("restore", str(backup), "--data", str(again))
    assert (done.returncode, "an empty folder" in done.stderr) == (2, True)
