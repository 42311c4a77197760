"""Names from records are printed as they stand: what looks like markup, or like an emoji, is neither."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from rich.console import Console

from api import console
from api.cli import cli
from api.commands.mapping import _print_row

if TYPE_CHECKING:
    from engine.content import Content

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ACME = "\n".join(re.findall(r"```turtle\n(.*?)```", README, re.DOTALL))
NAME = "Acme [/b] [group] :lock: AG"
BOT = "Bot [/x] [red] :key:"


@pytest.fixture
def acme(tmp_path: Path) -> str:
    named = ACME.replace('"Acme"', f'"{NAME}"').replace('"Help-desk bot"', f'"{BOT}"')
    assert NAME in named
    assert BOT in named
    path = tmp_path / "acme.ttl"
    path.write_text(named, encoding="utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")


def said(*arguments: str) -> str:
    found = CliRunner().invoke(cli, arguments)
    assert found.exit_code in {0, 1}, found.output
    assert found.exception is None or isinstance(found.exception, SystemExit)
    return found.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("assess", "{}", "--as-of", "2026-11-20"),
        ("statement", "{}", "-f", "iso-42001", "--as-of", "2026-11-20"),
    ],
)
def test_the_name_of_an_organisation_is_printed_as_it_stands(arguments: tuple[str, ...], acme: str) -> None:
    assert NAME in said(*(each.format(acme) for each in arguments))


@pytest.mark.parametrize(
    "arguments",
    [
        ("assess", "{}", "--state", "PartiallyCovered", "--as-of", "2026-11-20"),
        ("explain", "{}", "AI Act 50(1)", "--as-of", "2026-11-20"),
        ("calendar", "{}", "--as-of", "2026-11-20"),
    ],
)
def test_the_name_of_an_asset_is_printed_as_it_stands(arguments: tuple[str, ...], acme: str) -> None:
    assert BOT in said(*(each.format(acme) for each in arguments))


def test_the_words_of_a_mapping_row_are_printed_as_they_stand(
    content: Content, capsys: pytest.CaptureFixture[str]
) -> None:
    row = content.knowledge.rows[0]
    record = {
        "source": "A [/x]",
        "target": "B [bold]",
        "relationship": "intersects-with",
        "review_state": "proposed",
        "record_id": "id",
        "rationale": "because [/x] :lock:",
        "residual": "",
        "scope_qualifier": "",
        "exceptions": [],
        "author": "Ann [red]",
    }
    _print_row(content.knowledge, row, record)
    told = capsys.readouterr().out
    assert told.startswith("A [/x] intersects-with B [bold] (proposed)\n")
    assert "why: because [/x] :lock:\n" in told
    assert "by: Ann [red]\n" in told


def test_what_is_shown_is_bold_without_marks() -> None:
    told = said("show", "AI Act 15(4)")
    assert told.startswith("AI Act 15(4)")
    assert "[bold]" not in told + said("mapping", "sample", "--seed", "7", "--n", "1") + said("demo", "--help")


def test_a_table_and_what_is_being_done_take_words_as_they_stand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    console.out.print(console.table("[/b] :key:", ("[x] :key:",), [["[/y] :key:"]]))
    assert [line.strip() for line in capsys.readouterr().out.splitlines() if ":key:" in line] == [
        "[/b] :key:",
        "[x] :key:",
        "[/y] :key:",
    ]
    terminal = Console(force_terminal=True, width=200, markup=False, emoji=False, record=True, file=io.StringIO())
    monkeypatch.setattr(console, "_console", lambda **_: terminal)
    with console.progress("Reading [/x].ttl") as then:
        then("Compiling [/y] :lock:")
