"""A command in a process of its own, and in this one: the same code, the same bytes, and content as it was."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from api.shared import open_content
from engine.content import Content, load_content
from tests.commands import ROOT, as_process, in_process

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = {
    "assess": ["assess", "nowhere.ttl"],
    "calendar": ["calendar", "--from", "2027-01-01", "--until", "2026-01-01"],
    "check": ["check", "everything"],
    "demo": ["demo", "--as-of", "soon"],
    "diff": ["diff", "eu-ai-act", "gdpr"],
    "explain": ["explain", "bank"],
    "export": ["export", "mapping", "nothing", "-o", "made"],
    "frameworks": ["frameworks", "--format", "yaml"],
    "import": ["import", "mapping", "none.csv", "--org", "."],
    "incident": ["incident", "bank"],
    "mapping": ["mapping", "show", "ab"],
    "plan": ["plan", "bank", "-f", "cobit"],
    "queries": ["queries", "nonsense"],
    "query": ["query", "nonsense"],
    "report": ["report", "nowhere.ttl"],
    "show": ["show", "10.2"],
    "statement": ["statement", "bank"],
    "validate": ["validate", "nowhere.ttl"],
}


@pytest.mark.parametrize("command", REFUSED)
def test_a_refusal_of_each_command_is_the_same(command: str, cache: Path, tmp_path: Path) -> None:
    told = {**os.environ, "NORMGRAPH_CACHE": str(cache)}
    expected = as_process(*REFUSED[command], cwd=tmp_path, env=told)
    assert (expected.returncode, expected.stdout) == (2, "")
    assert "Traceback" not in expected.stderr
    here = in_process(*REFUSED[command], cwd=tmp_path, env=told)
    assert (here.returncode, here.stdout, here.stderr) == (expected.returncode, expected.stdout, expected.stderr)


@pytest.mark.parametrize("width", ["60", "150"])
def test_what_is_printed_is_the_same_at_every_width(width: str, cache: Path) -> None:
    told = {**os.environ, "NORMGRAPH_CACHE": str(cache), "COLUMNS": width}
    expected = as_process("validate", "bank", env=told)
    here = in_process("validate", "bank", env=told)
    assert (here.returncode, here.stdout, here.stderr) == (1, expected.stdout, expected.stderr)
    assert expected.returncode == 1
    assert max(map(len, here.stdout.splitlines())) <= int(width)


PENDING = ROOT / "tests" / "data" / "pending" / "example.ttl"
READING = [
    ["assess", "bank"],
    ["diff", "eu-ai-act", "--org", "bank", "--pending", str(PENDING)],
    ["plan", "bank", "--what-if", "ISO/IEC 42001 A.6.2.4", "--scope", "credit-scoring-2"],
    ["query", "notification-clocks", "-p", "eventType=event/personal-data-breach"],
]


def test_commands_leave_the_content_as_it_was(cache: Path) -> None:
    for arguments in READING:
        assert in_process(*arguments, "--format", "json").returncode == 0
    kept, fresh = open_content(), load_content(cache)
    assert kept is not fresh
    assert (kept.hash, kept.data, kept.quads) == (fresh.hash, fresh.data, fresh.quads)
    assert kept.knowledge == fresh.knowledge


def test_content_is_loaded_once_for_a_folder(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_content()
    assert open_content() is first
    monkeypatch.setenv("NORMGRAPH_CACHE", str(tmp_path))
    (tmp_path / f"content-{first.hash[:24]}.nq").write_bytes(first.data)
    assert open_content() is not first
    monkeypatch.setenv("NORMGRAPH_CACHE", str(cache))
    assert open_content().data == first.data


def test_content_of_before_is_no_longer_returned_where_the_files_say_something_else(cache: Path) -> None:
    old = Content("the hash of other files", b"")
    assert load_content(cache, known=old) is not old
