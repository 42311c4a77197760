from __future__ import annotations

import hmac
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from api.http import identity
from api.http.identity import Identities, parse_grants
from api.http.roles import Principal, Role
from api.http.sessions import csrf_token, is_csrf_token
from engine.errors import BadParameter, UnknownName, UnreadableFile
from engine.repository.databases import open_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GRANTS = parse_grants(["acme:editor"])
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PERSON = "Ann Lee <ann@example.org>"


@pytest.fixture
def identities(tmp_path: Path) -> Iterator[Identities]:
    found = Identities(tmp_path / "identity.sqlite")
    yield found
    found.close()


def test_a_key_opens_what_it_grants_and_its_secret_is_not_kept(identities: Identities, tmp_path: Path) -> None:
    key, text = identities.create("nightly", GRANTS, requests=60, most=1_000, person=PERSON)
    assert identities.principal(text) == Principal("key nightly", GRANTS, key.id, 60, 1_000, PERSON)
    secret = text.rpartition("_")[2]
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir() if path.stat().st_size} == {0}


def test_what_is_no_key_opens_nothing(identities: Identities) -> None:
    key, text = identities.create("nightly", GRANTS)
    other = identities.create("other", GRANTS)[1]
    secret = text.removeprefix(f"ngk_{key.id}_")
    foreign = f"ngk_{key.id}_{other.rpartition('_')[2]}"
    wrong = ["", "ngk", "ngk_", f"ngk_{key.id}", f"ngk_{key.id}_", f"{key.id}_{secret}", secret, text[:-1], text + "A"]
    wrong += [
        foreign,
        text.upper(),
        text.replace("ngk", "NGK"),
        f" {text}",
        f"ngk_' OR '1'='1_{secret}",
        "ngk_é_\udc80",
    ]
    for each in wrong:
        assert identities.principal(each) is None, each
    assert identities.principal(text) is not None


def test_a_key_expires_and_is_revoked_for_good(identities: Identities) -> None:
    assert identities.principal(identities.create("old", GRANTS, datetime.now(UTC) - HOUR)[1]) is None
    key, text = identities.create("new", GRANTS, datetime.now(UTC) + HOUR)
    assert identities.principal(text) is not None
    first = identities.revoke(key.id)
    assert identities.principal(text) is None
    assert identities.revoke(key.id).revoked == first.revoked
    with pytest.raises(UnknownName, match="no key “nothing”"):
        identities.revoke("nothing")


def test_another_process_makes_and_revokes_keys_and_it_shows_at_once(identities: Identities, tmp_path: Path) -> None:
    command = Identities(tmp_path / "identity.sqlite")
    assert identities.is_empty
    key, text = command.create("nightly", GRANTS)
    assert identities.principal(text) is not None
    command.revoke(key.id)
    assert identities.principal(text) is None
    assert not identities.is_empty
    command.close()


def test_the_last_day_of_use_is_known(identities: Identities) -> None:
    key, text = identities.create("nightly", GRANTS)
    identities.principal(text[:-1])
    assert identities.keys()[0].used is None
    identities.principal(text)
    (known,) = identities.keys()
    assert (known.id, known.used) == (key.id, datetime.now(UTC).date())


def test_as_much_is_compared_where_there_is_no_such_key(
    identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = identities.create("nightly", GRANTS)[1]
    compared: list[tuple[int, int]] = []

    def counted(left: str, right: str) -> bool:
        compared.append((len(left), len(right)))
        return hmac.compare_digest(left, right)

    monkeypatch.setattr(identity, "hmac", type("Counted", (), {"compare_digest": staticmethod(counted)}))
    for each in (text, text[:-1] + "x", f"ngk_0000000000000000_{text.rpartition('_')[2]}", "x", "ngk"):
        identities.principal(each)
    assert compared == [(64, 64)] * 5


@pytest.mark.parametrize(("name", "grants"), [(" ", GRANTS), ("a\nb", GRANTS), ("a\x1b[31m", GRANTS), ("a", ())])
def test_a_key_has_a_name_and_grants_something(identities: Identities, name: str, grants: tuple[()]) -> None:
    with pytest.raises(BadParameter):
        identities.create(name, grants)


@pytest.mark.parametrize("person", ["Ann", "ann@example.org", "<ann@example.org>", "Ann Lee <ann>"])
def test_a_key_is_a_persons_with_name_and_address_or_nobodys(identities: Identities, person: str) -> None:
    with pytest.raises(BadParameter, match="Jane Doe"):
        identities.create("ann", GRANTS, person=person)
    assert identities.is_empty


def test_keys_and_sessions_of_before_persons_had_names_open_what_they_opened(tmp_path: Path) -> None:
    path = tmp_path / "identity.sqlite"
    open_database(path, identity._MIGRATIONS[:1], "is none").close()
    old = sqlite3.connect(path)
    secret, made = "s" * 43, "2026-11-01T00:00:00+00:00"
    told = ("0" * 16, "old", '[["acme", "editor"]]', made, None, None, None, None, None, identity._digest(secret))
    old.execute("INSERT INTO key VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", told)
    old.commit()
    old.close()
    with closing(Identities(path)) as found:
        principal = found.principal(f"ngk_{'0' * 16}_{secret}")
        assert principal == Principal("key old", GRANTS, "0" * 16)
        assert found.sessions.find(found.sessions.begin(ANN, HOUR), HOUR) is not None


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "identity.sqlite").write_text("something else, and long enough to be no empty database")
    with pytest.raises(UnreadableFile, match="holds no identities"):
        Identities(tmp_path / "identity.sqlite")


ANN = Principal("person ann", (("acme", Role.EDITOR),), "person ann", person=PERSON)


def test_a_session_is_over_after_a_while_without_a_request_and_in_any_case_at_its_end(identities: Identities) -> None:
    sessions = identities.sessions
    secret = sessions.begin(ANN, 3 * HOUR, NOW)
    found = sessions.find(secret, HOUR, NOW + 0.9 * HOUR)
    assert found is not None
    assert (found.principal, found.ends) == (ANN, NOW + 3 * HOUR)
    assert sessions.find(secret, HOUR, NOW + 1.8 * HOUR) is not None
    assert sessions.find(secret, HOUR, NOW + 2.7 * HOUR) is not None
    assert sessions.find(secret, HOUR, NOW + 3.0 * HOUR) is None
    assert sessions.find(secret, HOUR, NOW + 2.8 * HOUR) is None, "what is over does not come back"
    idle = sessions.begin(ANN, 3 * HOUR, NOW)
    assert sessions.find(idle, HOUR, NOW + HOUR) is None


def test_a_session_is_ended_alone_or_with_all_of_its_person(identities: Identities) -> None:
    sessions = identities.sessions
    first, second, third = (sessions.begin(ANN, HOUR) for _ in range(3))
    bob = sessions.begin(Principal("person bob", (), "person bob"), HOUR)
    assert (sessions.end(first), sessions.end(first), sessions.end("x")) == (True, False, False)
    assert sessions.find(first, HOUR) is None
    assert sessions.find(second, HOUR) is not None
    assert sessions.end_all("person ann") == 2
    assert sessions.find(third, HOUR) is None
    assert sessions.find(bob, HOUR) is not None


def test_sessions_are_kept_without_their_secrets_and_forgotten_when_over(
    identities: Identities, tmp_path: Path
) -> None:
    secret = identities.sessions.begin(ANN, HOUR, NOW)
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    identities.sessions.begin(ANN, HOUR, NOW + 2 * HOUR)
    with sqlite3.connect(tmp_path / "identity.sqlite") as db:
        assert db.execute("SELECT count(*) FROM session").fetchone() == (1,)
    db.close()


def test_a_token_of_pages_is_of_one_session() -> None:
    assert is_csrf_token("one", csrf_token("one"))
    for text in (csrf_token("two"), "", "one", csrf_token("one")[:-1], "\udc80"):
        assert not is_csrf_token("one", text)
