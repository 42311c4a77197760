"""What cannot be done is refused: one message that says what is wrong and what to do, exit 2, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import cli
from engine.errors import EngineError

DATA = Path(__file__).parents[1] / "data"
SOUND = str(DATA / "bad" / "sound.ttl")


def refusal(*arguments: str) -> str:
    """Return the one message with which a command ends: that of click on the error stream, or that of the engine."""
    found = CliRunner().invoke(cli, arguments)
    assert found.stdout == ""
    if isinstance(found.exception, EngineError):
        assert "\n" not in str(found.exception)
        return str(found.exception)
    assert found.exit_code == 2, found.exception
    return found.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31", "3000-01-01"])
@pytest.mark.parametrize("command", ["assess", "calendar", "validate"])
def test_days_at_the_ends_of_the_calendar(command: str, day: str) -> None:
    told = refusal(command, SOUND, "--as-of", day)
    assert told.endswith(f"“{day}” is outside the years 1900 to 2999; name a day within them")


@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31"])
@pytest.mark.parametrize("arguments", [("assess",), ("calendar",), ("query", "evidence-that-expires", "--org")])
def test_the_first_and_the_last_day_are_answered(day: str, arguments: tuple[str, ...]) -> None:
    found = CliRunner().invoke(cli, [*arguments, SOUND, "--as-of", day, "--format", "json"])
    assert (found.exit_code, found.exception) == (0, None)


def test_a_moment_and_a_date_of_a_query_at_the_ends_of_the_calendar() -> None:
    late = "9999-12-31T23:00:00+00:00"
    told = refusal("incident", SOUND, "--type", "ransomware", "--aware-at", late)
    assert told == f"--aware-at: “{late}” is not a time that can be counted from: it is outside the years 1900 to 2999"
    told = refusal("query", "upcoming-applications", "-p", "asOf=0001-01-01")
    assert told.endswith("“0001-01-01” is not a date to ask about: it is outside the years 1900 to 2999")


def test_a_place_to_write_to_that_is_not_there(tmp_path: Path) -> None:
    act = str(DATA / "eurlex" / "lighthouse.html")
    place = tmp_path / "missing" / "act.ttl"
    told = refusal("import", "eurlex", act, "--framework", "gdpr", "-o", str(place))
    assert told == f"{place}: No such file or directory; check the folder and its rights"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["", "below"])
def test_a_store_that_is_a_file(below: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store").write_text("no store", encoding="utf-8")
    path = tmp_path / "store" / below
    monkeypatch.setenv("NORMGRAPH_STORE", str(path))
    told = refusal("import", "eurlex", str(DATA / "eurlex" / "lighthouse.html"), "--framework", "gdpr")
    assert told.startswith(f"{path}: is no folder that a store can be in (")
    assert told.endswith("; name another with NORMGRAPH_STORE")
    assert (tmp_path / "store").read_text(encoding="utf-8") == "no store"


def test_a_store_that_is_a_file_is_not_read_as_an_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store").write_text("no store", encoding="utf-8")
    monkeypatch.setenv("NORMGRAPH_STORE", str(tmp_path / "store"))
    told = refusal("show", "AI Act 15")
    assert told.startswith(f"{tmp_path / 'store'}: is no folder that a store can be in (")
