"""Ask a real server with 32 clients: ``python -m benchmarks.server [--seconds 60] [--clients 32] [--path PATH]``.

Reads of an organisation's coverage are compared with a route that returns as many static bytes, turn by turn in one
run (the rate of a thousand static bytes is told too). Then the same reads go on while others write: each writer counts
up in one graph with If-Match, so a lost update shows in the sum; each write states the number twice, so a torn read
shows in two numbers that differ.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import re
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.records import Measurement, as_json, peak_mb

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

__all__ = ["measure"]

_BANK = Path(__file__).parents[1] / "ontology" / "examples" / "bank"
_ORGANISATION = "/v1/organisations/bank"
_COVERAGE = f"{_ORGANISATION}/coverage"
_STATIC = "/static"
_COUNTED = f"{_ORGANISATION}/graphs/counted"
_LITTLE = 1_000
_WRITERS = 4
_TURN = 1.0
"""How many seconds one kind of request is made before the other has its turn."""
_NUMBERS = re.compile(rb"urn:x:n> \"?(\d+)")


def _serve(pipe: Connection, folder: str) -> None:
    """Run the server with a route of static bytes, and tell its address and a key."""
    from starlette.responses import Response  # noqa: PLC0415 - only the process of the server needs it
    from starlette.routing import Route  # noqa: PLC0415 - as above

    from api.http.identity import Identities, parse_grants  # noqa: PLC0415 - as above
    from api.http.serving import run_server  # noqa: PLC0415 - as above
    from api.http.settings import read_settings  # noqa: PLC0415 - as above

    identities = Identities(Path(folder) / "identity.sqlite")
    key = identities.create("benchmark", parse_grants(["bank:administrator"]))[1]
    identities.close()
    running = run_server(read_settings(data=Path(folder), port=0, requests_a_minute=10**9, log_level="warning"))

    sizes = {size: b"x" * size for size in (_LITTLE,)}

    async def static(request: Any) -> Response:
        size = int(request.query_params["size"])
        return Response(sizes.setdefault(size, b"x" * size), media_type="application/json")

    app: Any = running.server.config.app
    app.router.routes.insert(0, Route(_STATIC, static))
    pipe.send((running.address, key))
    running.run()


@dataclass(slots=True)
class _Seen:
    """What clients saw of one kind of request."""

    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """How many a second."""
        return len(self.took) / self.seconds

    @property
    def p99(self) -> float:
        """The seconds that 99 of a hundred stay below."""
        return statistics.quantiles(self.took, n=100)[98]


@dataclass(slots=True)
class _Client:
    """One connection that is kept open."""

    host: str
    port: int
    key: str
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, path: str, method: str = "GET", body: bytes = b"", headers: str = ""
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        """Return status, headers and body of an answer."""
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAuthorization: Bearer {self.key}\r\n"
        writer.write(f"{head}{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        told = {name.lower(): value for name, _, value in (line.partition(b": ") for line in lines if line)}
        return int(first.split()[1]), told, await reader.readexactly(int(told.get(b"content-length", b"0")))

    def close(self) -> None:
        """Close the connection."""
        if self.streams is not None:
            self.streams[1].close()


async def _read(client: _Client, path: str, end: float, seen: _Seen, check: Callable[[bytes], str]) -> None:
    while perf_counter() < end:
        start = perf_counter()
        status, _, body = await client.ask(path)
        seen.took.append(perf_counter() - start)
        problem = check(body) if status == 200 else f"{status} {body[:200]!r}"  # noqa: PLR2004 - HTTP
        if problem:
            seen.errors.append(problem)


def _fine(_: bytes) -> str:
    return ""


def _whole(body: bytes) -> str:
    """Return what is wrong with a read of the graph that is counted in: both numbers are the same."""
    numbers = _NUMBERS.findall(body)
    return "" if len(numbers) == 2 and len(set(numbers)) == 1 else f"torn: {numbers}"  # noqa: PLR2004 - written twice


async def _turn(clients: list[_Client], path: str, seen: _Seen, seconds: float = _TURN) -> None:
    start = perf_counter()
    await asyncio.gather(*(_read(client, path, start + seconds, seen, _fine) for client in clients))
    seen.seconds += perf_counter() - start


async def _count(client: _Client, end: float) -> int:
    """Count up as often as there is time for, and return how often that was acknowledged."""
    done = 0
    headers = "Content-Type: text/turtle\r\n"
    while perf_counter() < end:
        _, told, body = await client.ask(_COUNTED, headers="Accept: application/n-triples\r\n")
        number = int(_NUMBERS.findall(body)[0]) + 1
        version = told[b"x-organisation-version"].decode()
        sent = f'<urn:x:a> <urn:x:n> "{number}" . <urn:x:b> <urn:x:n> "{number}" .'.encode()
        status, _, answer = await client.ask(_COUNTED, "PUT", sent, f'{headers}If-Match: "{version}"\r\n')
        assert status in {204, 412}, answer  # noqa: S101 - a benchmark
        done += status == 204  # noqa: PLR2004 - HTTP
    return done


async def _mixed(clients: list[_Client], path: str, seconds: float) -> tuple[_Seen, int, int]:
    """Read while others write; return what readers saw, how many writes were acknowledged, and what they came to."""
    writers, checkers, readers = clients[:_WRITERS], clients[_WRITERS : 2 * _WRITERS], clients[2 * _WRITERS :]
    seen, start = _Seen(), perf_counter()
    first = b'<urn:x:a> <urn:x:n> "0" . <urn:x:b> <urn:x:n> "0" .'
    await clients[0].ask(_COUNTED, "PUT", first, "Content-Type: text/turtle\r\n")
    end = start + seconds
    watched = [_read(client, _COUNTED, end, seen, _whole) for client in checkers]
    reads = [_read(client, path, end, seen, _fine) for client in readers]
    counted, *_ = await asyncio.gather(
        asyncio.gather(*(_count(client, end) for client in writers)), asyncio.gather(*watched, *reads)
    )
    seen.seconds = perf_counter() - start
    _, _, body = await clients[0].ask(_COUNTED, headers="Accept: application/n-triples\r\n")
    return seen, sum(counted), int(_NUMBERS.findall(body)[0])


async def _begin(client: _Client, path: str) -> str:
    """Send the bank, and return the path that is read: another where this server has no coverage yet."""
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="f"; filename="{file.name}"\r\n'
        f"Content-Type: text/turtle\r\n\r\n{file.read_text(encoding='utf-8')}\r\n"
        for file in sorted(_BANK.glob("*.ttl"))
    )
    sent = f"{parts}--b--\r\n".encode()
    kind = "Content-Type: multipart/form-data; boundary=b\r\n"
    status, _, body = await client.ask(f"{_ORGANISATION}/graphs?default", "POST", sent, kind)
    assert status in {201, 204}, body  # noqa: S101 - a benchmark
    known = json.loads((await client.ask("/openapi.json"))[2])["paths"]
    if path == _COVERAGE and _COVERAGE.replace("/bank/", "/{organisation}/") not in known:
        return "/v1/provisions?citation=AI%20Act%2015(4)"
    return path


async def _compared(address: str, key: str, path: str, seconds: float, clients: int) -> list[Measurement]:
    host, port = address.removeprefix("http://").rsplit(":", 1)
    callers = [_Client(host, int(port), key) for _ in range(clients)]
    path = await _begin(callers[0], path)
    size = len((await callers[0].ask(path))[2])
    await _turn(callers, path, _Seen())
    little, static, read = _Seen(), _Seen(), _Seen()
    for _ in range(max(1, round(seconds / 4 / _TURN))):
        await _turn(callers, f"{_STATIC}?size={_LITTLE}", little)
        await _turn(callers, f"{_STATIC}?size={size}", static)
        await _turn(callers, path, read)
    mixed, acknowledged, counted = await _mixed(callers, path, seconds / 4)
    for caller in callers:
        caller.close()
    errors = [*static.errors, *read.errors]
    typical = statistics.median(read.took)
    unharmed = "no lost update, no torn read"
    said = f"{len(errors)} errors {errors[:1]}; {path}"
    alike = f"static bytes, {size:,} as well: {static.rate:,.0f}, {_LITTLE:,}: {little.rate:,.0f}"
    told = f"{read.rate:,.0f} a second; {alike}; {said}"
    both = f"{mixed.rate:,.0f} reads a second; {acknowledged} writes, counted {counted}; {len(mixed.errors)} errors"
    memory = peak_mb()
    return [
        Measurement(
            "reads-vs-static", len(read.took), typical, memory, read.rate / static.rate, bar=">= 0.15", told=told
        ),
        Measurement("p99-vs-static", len(read.took), read.p99, memory, read.p99 / static.p99, bar="<= 10"),
        Measurement(
            "reads-with-writes", len(mixed.took), mixed.p99, memory, bar=unharmed, told=f"{both} {mixed.errors[:1]}"
        ),
    ]


def measure(seconds: float = 60, clients: int = 32, path: str = _COVERAGE) -> list[Measurement]:
    """Return how fast a server answers reads, compared with static bytes, and with writes among them."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, folder))
        process.start()
        try:
            address, key = ours.recv()
            return asyncio.run(_compared(address, key, path, seconds, clients))
        finally:
            process.terminate()
            process.join()


def _main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--path", default=_COVERAGE)
    chosen = parser.parse_args()
    found = as_json(measure(chosen.seconds, chosen.clients, chosen.path))
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    _main()
