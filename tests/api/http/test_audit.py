"""``normgraph audit`` and ``normgraph keys`` beside a server that runs on the same folder."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from api.documents.base import schema_of
from engine.errors import UnreadableFile
from engine.repository.journal import ORIGIN, Journal
from tests.api.http.servers import listening, opened
from tests.commands import in_process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.content import Content


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    written = Journal(tmp_path / "journal.sqlite")
    written.append("command line", "key made", detail={"key": "a", "grants": ["acme:editor"]})
    written.append("key a", "evidence added", "acme", 1)
    written.append("key a", "access denied", "beta", detail={"denied": "read", "path": "/v1/organisations/beta"})
    written.close()
    return tmp_path


def document(*arguments: str, code: int = 0) -> dict[str, Any]:
    done = in_process(*arguments, "--format", "json")
    assert (done.returncode, done.stderr) == (code, "")
    found: dict[str, Any] = json.loads(done.stdout)
    kind = "-".join(arguments[:2]) if arguments[0] == "audit" else arguments[0]
    assert found["schema"] == f"normgraph/{kind}/1"
    Draft202012Validator(schema_of(kind), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(found)
    return found


def edit(folder: Path, text: str) -> None:
    db = sqlite3.connect(folder / "journal.sqlite")
    db.execute(text)
    db.commit()
    db.close()


def test_a_journal_that_holds_says_how_far_it_has_come(journal: Path) -> None:
    found = document("audit", "verify", "--data", str(journal))
    assert (found["holds"], found["entries"], found["breaks"], found["head"]["number"]) == (True, 3, [], 3)
    told = in_process("audit", "verify", "--data", str(journal)).stdout
    assert told == f"3 entries; the chain holds. The last is entry 3:\n{found['head']['hash']}\n"


@pytest.mark.parametrize(
    ("edited", "number"),
    [
        ("UPDATE entry SET actor = 'eve' WHERE number = 2", 2),
        ("UPDATE entry SET detail = 'nothing' WHERE number = 1", 1),
        ("DELETE FROM entry WHERE number = 2", 2),
    ],
)
def test_a_break_is_found_and_told_by_the_exit(journal: Path, edited: str, number: int) -> None:
    edit(journal, edited)
    found = document("audit", "verify", "--data", str(journal), code=1)
    assert (found["holds"], found["breaks"][0]["number"]) == (False, number)
    assert "the chain does not hold" in in_process("audit", "verify", "--data", str(journal)).stdout


def test_an_end_that_was_cut_off_is_found_by_a_hash_kept_elsewhere(journal: Path) -> None:
    head = document("audit", "verify", "--data", str(journal))["head"]["hash"]
    Journal(journal / "journal.sqlite").append("key a", "evidence added", "acme", 2)
    assert document("audit", "verify", "--data", str(journal), "--head", head.upper())["holds"]
    edit(journal, "DELETE FROM entry WHERE number >= 3")
    assert document("audit", "verify", "--data", str(journal))["holds"], "the chain itself cannot tell"
    found = document("audit", "verify", "--data", str(journal), "--head", head, code=1)
    assert found["breaks"] == [{"number": 2, "problem": f"no entry up to here has the hash {head}"}]


def test_an_empty_journal_holds(tmp_path: Path) -> None:
    Journal(tmp_path / "journal.sqlite").close()
    assert document("audit", "verify", "--data", str(tmp_path))["head"] == {"number": 0, "hash": ORIGIN}
    assert document("audit", "list", "--data", str(tmp_path)) == {
        "schema": "normgraph/audit-list/1",
        "total": 0,
        "entries": [],
    }


def test_entries_are_listed_by_what_is_asked_for(journal: Path) -> None:
    def numbers(*arguments: str) -> list[int]:
        found = document("audit", "list", "--data", str(journal), *arguments)
        return [entry["number"] for entry in found["entries"]]

    assert numbers() == [1, 2, 3]
    assert numbers("--org", "acme") == [2]
    assert numbers("--actor", "key a") == [2, 3]
    assert numbers("--action", "access denied") == [3]
    assert numbers("--after", "1", "--last", "1") == [3]
    assert document("audit", "list", "--data", str(journal), "--last", "1")["total"] == 3
    told = in_process("audit", "list", "--data", str(journal), env={**os.environ, "COLUMNS": "200"}).stdout
    assert "access denied" in told
    assert "denied: read" in told


@pytest.mark.parametrize("command", ["verify", "list"])
def test_where_there_is_no_journal_none_is_made(tmp_path: Path, command: str) -> None:
    done = in_process("audit", command, "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("is not there; name the folder of the server with --data\n")
    assert [*tmp_path.iterdir()] == []


def test_a_damaged_file_is_told_in_one_message(journal: Path) -> None:
    path = journal / "journal.sqlite"
    data = path.read_bytes()
    path.write_bytes(data[:4_096] + b"\xff" * (len(data) - 4_096))
    done = in_process("audit", "verify", "--data", str(journal))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    path.write_bytes(b"something else that is long enough to be read as a file of something")
    with pytest.raises(UnreadableFile):
        Journal(path)
    assert in_process("audit", "list", "--data", str(journal)).returncode == 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("beside")


@pytest.fixture(scope="module")
def address(content: Content, folder: Path) -> Iterator[str]:
    with opened(content, folder) as service, listening(service) as address:
        yield address


def test_keys_are_made_and_revoked_beside_a_running_server_and_written_down(address: str, folder: Path) -> None:
    data = ("--data", str(folder))
    assert httpx.get(f"{address}/v1/frameworks").status_code == 200
    made = in_process("keys", "create", "nightly", "--grant", "acme:editor", "--requests", "600", *data)
    identifier, text = made.stdout.split()[1], made.stdout.split()[-1]
    bearer = {"Authorization": f"Bearer {text}"}
    assert httpx.get(f"{address}/v1/frameworks").status_code == 401, "from now on everybody must say who they are"
    assert httpx.get(f"{address}/session", headers=bearer).json()["name"] == "key nightly"
    listed = document("keys", "list", *data)["keys"]
    assert [(key["id"], key["requests"], key["revoked"]) for key in listed] == [(identifier, 600, None)]
    assert listed[0]["used"] is not None
    assert in_process("keys", "revoke", identifier, *data).returncode == 0
    assert httpx.get(f"{address}/session", headers=bearer).status_code == 401
    assert in_process("keys", "end-logins", "person ann", *data).stdout == "0 logins of person ann are over.\n"
    entries = document("audit", "list", *data)["entries"]
    told = [(entry["actor"], entry["action"]) for entry in entries]
    assert told == [
        ("command line", "key made"),
        ("nobody at 127.0.0.1", "access denied"),
        ("command line", "key revoked"),
        ("nobody at 127.0.0.1", "access denied"),
        ("command line", "logins ended"),
    ]
    assert entries[0]["detail"]["key"] == identifier
    assert text.rpartition("_")[2] not in json.dumps(entries)
    assert document("audit", "verify", *data)["holds"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("create", "x", "--grant", "acme:emperor"), "as acme:editor or *:reader"),
        (("create", " ", "--grant", "acme:editor"), "a key with a name"),
        (("revoke", "nothing"), "no key “nothing”"),
    ],
)
def test_what_cannot_be_is_refused_and_not_written_down(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = in_process("keys", *arguments, "--data", str(tmp_path))
    assert done.returncode == 2
    assert told in done.stderr
    assert not (tmp_path / "journal.sqlite").exists()
