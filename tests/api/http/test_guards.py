from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest

from api.http.app import create_app
from api.http.guards import Guards
from api.http.settings import ServerSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from starlette.types import Receive, Scope, Send

    from api.http.service import Service

NAMED = ServerSettings(base_url="https://grc.example.org", hosts=("other.example",))


@pytest.mark.parametrize(
    "host",
    ["evil.example", "[", "[::1", "]", "", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "2130706433"],
)
def test_a_host_that_is_not_ours_is_refused(client: httpx.Client, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code in {400, 421}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "[::1]", "[::1]:8042", "LOCALHOST"])
def test_loopback_by_any_name_is_ours(client: httpx.Client, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://[", "file://", "http://127.0.0.1:1"])
def test_a_page_of_another_origin_changes_nothing(client: httpx.Client, origin: str) -> None:
    answer = client.post("/logout", headers={"Origin": origin})
    assert (answer.status_code, answer.json()["title"]) == (403, "Foreign origin")
    assert client.get("/health", headers={"Origin": origin}).status_code == 200


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _status(guards: Guards, service: Service, method: str, address: str, headers: dict[str, str]) -> int:
    told: list[int] = []

    async def send(message: dict[str, int]) -> None:
        told.append(message.get("status", 0))

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    app = create_app(service.settings, service)
    scope = {"type": "http", "method": method, "path": "/", "headers": given, "client": (address, 1), "app": app}
    await guards(scope, receive, send)  # type: ignore[arg-type]
    return told[0]


@pytest.fixture
def status(service: Service) -> Callable[..., int]:
    def run(guards: Guards, method: str = "GET", address: str = "192.0.2.1", **headers: str) -> int:
        return anyio.run(_status, guards, service, method, address, headers)

    return run


def test_the_names_of_the_settings_are_ours(status: Callable[..., int]) -> None:
    guards = Guards(_answer, NAMED)
    assert {status(guards, host=name) for name in ("grc.example.org", "grc.example.org:443", "other.example")} == {200}
    assert status(guards, host="example.org") == 421
    ours = {"host": "grc.example.org", "origin": "https://grc.example.org"}
    assert status(guards, "POST", **ours) == 200
    assert status(guards, "POST", **{**ours, "origin": "https://other.grc.example.org"}) == 403


def test_addresses_have_rates_of_their_own_and_networks_of_ipv6_have_one(status: Callable[..., int]) -> None:
    guards = Guards(_answer, ServerSettings(requests_a_minute=1))

    def asked(*addresses: str) -> list[int]:
        return [status(guards, address=address, host="localhost") for address in addresses]

    assert asked(*["192.0.2.1"] * 12)[-1] == 429
    assert asked("192.0.2.2") == [200]
    assert asked(*(f"2001:db8:1:2::{number:x}" for number in range(12)))[-1] == 429
    assert asked("2001:db8:1:3::1", "fe80::1%eth0") == [200, 200]


def test_what_is_foreign_is_written_down(client: httpx.Client, service: Service) -> None:
    service.denials.close()
    before = service.repository.journal.number
    client.get("/health", headers={"Host": "evil.example"})
    client.post("/logout", headers={"Origin": "https://evil.example"})
    told = [(entry.actor, entry.detail) for entry in service.repository.journal.entries(before)]
    assert told == [
        ("nobody at 127.0.0.1", {"denied": "foreign host", "path": "/health"}),
        ("nobody at 127.0.0.1", {"denied": "foreign origin", "path": "/logout"}),
    ]
