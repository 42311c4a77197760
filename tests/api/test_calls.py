"""A call of the catalogue is a command as it is typed, and says exactly this about a bundled example."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

import click
import pytest

from api.cli import cli
from api.documents.competency import competency_page
from api.shared import POLICIES, DateType
from engine.competency import Call, calls, competency_questions
from engine.queries import catalogue
from tests.commands import ROOT, in_process

if TYPE_CHECKING:
    from pathlib import Path

PATH = ROOT / "tests" / "data" / "competency" / "calls.toml"
CASES: dict[str, dict[str, Any]] = tomllib.loads(PATH.read_text(encoding="utf-8"))
TYPED = {"date": DateType, "integer": click.IntRange, "file": click.Path, "folder": click.Path}
CHOSEN = {"policy", "state", "freshness", "form"}
OTHERS = {"organisation", "citation", "framework", "asset", "control", "evidence", "event", "set"} | {
    *("moment", "zone", "days", "flag")
}


def command_of(call: Call) -> click.Command:
    found: click.Command = cli
    for word in call.command.split():
        assert isinstance(found, click.Group)
        inside = found.get_command(click.Context(found), word)
        assert inside is not None, call.command
        found = inside
    return found


def parameter(command: click.Command, name: str) -> click.Parameter:
    return next(p for p in command.params if name in p.opts or name in re.findall(r"\w+", p.human_readable_name))


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.name)
def test_parameters_are_those_of_the_command(call: Call) -> None:
    command = command_of(call)
    for told in call.parameters:
        found = parameter(command, told.name)
        assert told.required or not found.required, told.name
        assert told.kind in TYPED or told.kind in CHOSEN or told.kind in OTHERS, told.kind
        assert not found.required or told.required, told.name
        if told.kind in {"date", "integer"} or (told.kind in TYPED and found.name != "things"):
            assert isinstance(found.type, TYPED[told.kind]), told.name
        if told.kind in CHOSEN:
            assert isinstance(found.type, click.Choice), told.name
        if told.kind == "policy":
            assert list(found.type.choices) == list(POLICIES)
        assert (told.kind == "flag") == bool(getattr(found, "is_flag", False))
        if told.default is not None:
            default = found.default
            assert told.default in (default if isinstance(default, tuple) else (str(default),)), told.name


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.name)
def test_a_call_tells_all_that_a_command_asks_for(call: Call) -> None:
    told = {name.name for name in (parameter(command_of(call), p.name) for p in call.parameters)}
    assert {p.name for p in command_of(call).params if p.required} <= told
    assert call.asked_by
    assert set(call.asked_by) <= {"analyst", "GRC tool", "legal"}
    assert set(call.competency) <= {question.number for question in competency_questions()}


def test_names_are_names_of_one_catalogue() -> None:
    names = Counter([*(query.name for query in catalogue()), *(call.name for call in calls())])
    assert [name for name, number in names.items() if number > 1] == []
    assert sorted(CASES) == [call.name for call in calls()]


def at(document: Any, path: str) -> Any:
    """Return what stands at a path: keys and numbers of places, ``#`` for how many, ``*`` for each of a list."""
    head, _, rest = path.partition("/")
    if not head:
        return document
    if head == "#":
        return len(document)
    if head == "*":
        return [at(part, rest) for part in document]
    return at(document[int(head)] if isinstance(document, list) else document[head], rest)


@pytest.mark.parametrize("name", sorted(CASES))
def test_answer_about_an_example(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    (call,) = (call for call in calls() if call.name == name)
    words = [*call.command.split(), *(word.format(root=ROOT, folder=tmp_path) for word in case["given"])]
    form = [] if "--format" in words else ["--format", "json"]
    done = in_process(*words, *form, cwd=tmp_path)
    assert done.returncode == case.get("code", 0), done.stderr
    document = json.loads(done.stdout)
    assert {path: at(document, path) for path in case["says"]} == case["says"]


def test_a_query_by_the_name_of_a_call_is_told_the_command() -> None:
    done = in_process("query", "proof-of-state")
    assert done.returncode == 2
    assert "normgraph explain ORG CITATION" in done.stderr


def test_the_page_is_what_the_catalogue_says() -> None:
    page = (ROOT / "docs" / "competency.md").read_text(encoding="utf-8")
    assert page == competency_page(), "write it anew: normgraph queries --competency --format markdown"
    assert in_process("queries", "--competency", "--format", "markdown").stdout == page


def test_markdown_is_a_form_of_the_questions_only() -> None:
    done = in_process("queries", "--format", "markdown")
    assert done.returncode == 2
    assert "--competency" in done.stderr
