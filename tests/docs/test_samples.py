"""The samples of output that the documentation shows are what the commands print."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import cli
from tests.shipped import shipped

ROOT = Path(__file__).parents[2]
CONTENT = shipped()
CONTROL = re.compile(r"├── (ISO/IEC \d+ [A-Z0-9.]+) intersects-with")


def printed(*arguments: str) -> str:
    found = CliRunner().invoke(cli, arguments, env={"COLUMNS": "200"})
    assert found.exit_code == 0
    return found.stdout


def sample(heading: str) -> Any:
    """Return the first JSON that a section of the guide to the command line shows."""
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {heading}\n.*?```json\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize(
    ("heading", "arguments", "rows"),
    [
        ("assess", ("assess", "bank", "-f", "dora"), "results"),
        ("frameworks", ("frameworks", "--as-of", "2026-11-20"), "frameworks"),
    ],
)
def test_a_sample_is_what_the_command_prints(heading: str, arguments: tuple[str, ...], rows: str) -> None:
    assert sample(heading) in json.loads(printed(*arguments, "--format", "json"))[rows]


def test_the_worked_example_names_the_controls_that_the_proof_names() -> None:
    text = (ROOT / "docs" / "concepts.md").read_text(encoding="utf-8")
    assert CONTROL.findall(text) == CONTROL.findall(printed("explain", "bank", "DORA 17(1)"))


def test_every_role_is_in_the_table_of_roles() -> None:
    text = (ROOT / "docs" / "organisation-file.md").read_text(encoding="utf-8")
    bearers = {role for r in CONTENT.knowledge.requirements.values() for role in r.bearers}
    names = {role.rpartition("#")[2] for role in bearers}
    assert {name for name in names if not re.search(rf"`[a-z-]+:{name}`", text)} == set()
    assert len(names) > 20


def test_every_document_that_is_printed_has_a_schema() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("api/**/*.py"))
    kinds = set(re.findall(r'emit_json\(\s*"([a-z-]+)"', sources))
    assert len(kinds) > 15
    assert {kind for kind in kinds if not (ROOT / "api" / "schemas" / f"{kind}.schema.json").is_file()} == set()
