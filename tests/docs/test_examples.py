"""The Turtle that the README and the guide show is an organisation that the product takes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from engine.coverage.assess import assess
from engine.errors import BadInput
from engine.workspace import open_organisation
from tests.shipped import shipped

ROOT = Path(__file__).parents[2]
CONTENT = shipped()
BLOCK = re.compile(r"```turtle\n(.*?)```", re.DOTALL)


def shown(name: str) -> str:
    return "\n".join(BLOCK.findall((ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["README.md", "docs/organisation-file.md"])
def test_the_example_can_be_assessed(name: str, tmp_path: Path) -> None:
    file = tmp_path / "example.ttl"
    file.write_text(shown(name), encoding="utf-8")
    workspace = open_organisation(CONTENT, str(file))
    assert assess(CONTENT.knowledge, workspace.organisation, date(2026, 11, 20)).results


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("RiskLevelTransparencyRequired", "RiskLevelTransparencyRequireds", "there is no concept"),
        ("ng:Implemented", "ng:Implmented", "there is no term ng:Implmented; did you mean ng:Implemented"),
        ("ng:Implemented", '"implemented"', "there is no concept implemented"),
        ("ng:approvedBy <", "ng:approvedBy <nobody-", "there is no agent"),
        ("risk-type/unreliable-output", "risk-type/unreliable-outputs", "there is no risk type"),
    ],
)
def test_a_slip_in_the_example_is_refused(right: str, wrong: str, problem: str, tmp_path: Path) -> None:
    text = shown("docs/organisation-file.md")
    assert right in text
    file = tmp_path / "slip.ttl"
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(BadInput, match=re.escape(problem)) as refused:
        open_organisation(CONTENT, str(file))
    assert refused.value.line


def test_a_file_cannot_speak_in_the_graphs_of_the_content(tmp_path: Path) -> None:
    file = tmp_path / "spoof.trig"
    triple = "<https://w3id.org/normgraph/id/gdpr> a <https://w3id.org/normgraph/ns#Framework>"
    file.write_text(f"<https://w3id.org/normgraph/g/framework/gdpr/2016-05-04> {{ {triple} }}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="is one of the shipped content"):
        open_organisation(CONTENT, str(file))
