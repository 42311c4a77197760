from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from api.http.denials import Denial, Denials
from api.http.identity import parse_grants
from api.http.rates import Rates
from tests.api.http.servers import listening, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.http.service import Service
    from engine.content import Content
    from engine.repository.journal import Entry


@pytest.fixture(scope="module")
def slow(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Open a server that a key may ask ten times a minute, and an address a hundred times."""
    with opened(content, tmp_path_factory.mktemp("slow"), requests_a_minute=10, body_bytes=4_096) as service:
        yield service


@pytest.fixture
def at(slow: Service) -> Iterator[str]:
    with listening(slow) as address:
        yield address


@pytest.fixture
def bearer(slow: Service) -> Callable[..., dict[str, str]]:
    def make(requests: int | None = None, most: int | None = None) -> dict[str, str]:
        text = slow.identities.create("test", parse_grants(["acme:editor"]), requests=requests, most=most)[1]
        return {"Authorization": f"Bearer {text}"}

    return make


def test_each_key_has_its_own_rate(at: str, bearer: Callable[..., dict[str, str]]) -> None:
    first, second, fewer = bearer(), bearer(), bearer(requests=3)
    asked = [httpx.get(f"{at}/v1/frameworks", headers=first).status_code for _ in range(12)]
    assert asked[:10] == [200] * 10
    assert 429 in asked[10:]
    assert httpx.get(f"{at}/v1/frameworks", headers=second).status_code == 200
    answers = [httpx.get(f"{at}/session", headers=fewer) for _ in range(5)]
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    assert answers[4].status_code == 429
    assert int(answers[4].headers["retry-after"]) >= 1
    assert "you may send 3 requests a minute" in answers[4].json()["detail"]


def test_an_address_has_a_rate_before_anybody_is_known(at: str, bearer: Callable[..., dict[str, str]]) -> None:
    bearer()
    forged = ({"Authorization": f"Bearer ngk_{number:016x}_x"} for number in range(130))
    asked = [httpx.get(f"{at}/v1/frameworks", headers=headers).status_code for headers in forged]
    assert {*asked[:80]} == {401}
    assert asked[-1] == 429


def test_each_key_may_send_so_much(at: str, bearer: Callable[..., dict[str, str]]) -> None:
    path = f"{at}/v1/organisations/acme/graphs?default"
    small, plain = bearer(most=100) | {"Content-Type": "text/turtle"}, bearer() | {"Content-Type": "text/turtle"}
    body = "# " + "x" * 200

    def in_pieces() -> Iterator[bytes]:
        yield from (b"#" * 50 for _ in range(4))

    assert httpx.put(path, headers=small, content=body).status_code == 413
    assert httpx.put(path, headers=small, content=in_pieces()).status_code == 413
    assert httpx.put(path, headers=plain, content=body).status_code in {201, 204}
    assert httpx.put(path, headers=plain, content="#" * 5_000).status_code == 413


def test_callers_are_not_remembered_by_what_they_present() -> None:
    rates = Rates(10)
    rates.seconds_to_wait("a secret")
    assert "a secret" not in repr(vars(rates))


def test_a_bucket_holds_the_requests_of_a_minute_and_each_caller_has_one() -> None:
    rates = Rates(60)
    assert [rates.seconds_to_wait("ann") == 0 for _ in range(60)] == [True] * 60
    assert 0 < rates.seconds_to_wait("ann") <= 1
    assert rates.seconds_to_wait("bob") == 0


def denied(service: Service) -> list[Entry]:
    return [entry for entry in service.repository.journal.entries() if entry.action.startswith("access denied")]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_flood_of_denials_is_two_entries_a_minute(slow: Service) -> None:
    clock, before = Clock(), len(denied(slow))
    denials = Denials(slow.repository, clock)
    for _ in range(10_000):
        denials.tell(Denial("key mallory", "acme", "write"), "/" + "x" * 9_000)
    (first,) = denied(slow)[before:]
    assert (first.actor, first.organisation, first.action) == ("key mallory", "acme", "access denied")
    assert (first.detail["denied"], len(first.detail["path"])) == ("write", 200)
    denials.end_minute()
    assert len(denied(slow)) == before + 1
    clock.now = 61.0
    denials.end_minute()
    again = denied(slow)[-1]
    assert (again.action, again.detail) == ("access denied again", {"denied": "write", "times": 9_999})
    denials.tell(Denial("key mallory", "acme", "write"))
    assert denied(slow)[-1].action == "access denied"


def test_what_was_counted_is_written_at_the_end(slow: Service) -> None:
    denials = Denials(slow.repository)
    for _ in range(3):
        denials.tell(Denial("key eve", "acme", "read"))
    denials.close()
    assert denied(slow)[-1].detail["times"] == 2
    denials.close()
    assert denied(slow)[-1].detail["times"] == 2


def test_many_organisations_and_many_callers_do_not_fill_the_journal(slow: Service) -> None:
    before = len(denied(slow))
    denials = Denials(slow.repository, Clock())
    for number in range(1_000):
        denials.tell(Denial("key mallory", f"acme-{number}", "read"))
    assert len(denied(slow)) - before == 11
    for number in range(1_000):
        denials.tell(Denial(f"nobody at 2001:db8::{number:x}", "", "bad bearer"))
    denials.close()
    found = denied(slow)[before:]
    assert len(found) <= 2 * 52
    assert sum(entry.detail.get("times", 1) for entry in found) == 2_000
    assert {entry.actor for entry in found} >= {"key mallory", "nobody at 2001:db8::0", "others"}
    assert list(slow.repository.journal.breaks()) == []


def test_denied_requests_over_http_are_counted(slow: Service, at: str) -> None:
    slow.denials.close()
    before = len(denied(slow))
    slow.identities.create("any", parse_grants(["acme:editor"]))
    for _ in range(5):
        assert httpx.get(f"{at}/v1/frameworks").status_code == 401
    slow.denials.close()
    first, again = denied(slow)[before:]
    assert (first.actor, first.detail) == ("nobody at 127.0.0.1", {"denied": "says not who", "path": "/v1/frameworks"})
    assert (again.action, again.detail["times"]) == ("access denied again", 4)
