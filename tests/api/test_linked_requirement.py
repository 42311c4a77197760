from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyoxigraph import RdfFormat, parse

from engine.coverage.assess import assess
from engine.coverage.run import run_quads
from engine.workspace import open_organisation
from tests.commands import in_process
from tests.shipped import shipped

if TYPE_CHECKING:
    from pyoxigraph import Triple

REQUIREMENT = "AI Act 15(4) no. 1"
AS_JSON_LD = ("--format", "json-ld")


def shown(*options: str) -> dict[str, Any]:
    done = in_process("show", REQUIREMENT, *options, *AS_JSON_LD)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert isinstance(document, dict)
    return document


def triples(document: dict[str, Any]) -> set[Triple]:
    return {quad.triple for quad in parse(json.dumps(document).encode(), format=RdfFormat.JSON_LD)}


def test_as_rdf_it_says_what_is_in_the_graph() -> None:
    document = shown("--org", "bank")
    workspace = open_organisation(shipped(), "bank")
    day = workspace.organisation.example_date
    assert day is not None
    assessment = assess(workspace.knowledge(day), workspace.organisation, day)
    known = {quad.triple for quad in shipped().store()}
    known |= {quad.triple for quad in run_quads(assessment, document["run"])}
    said = triples(document)
    assert len(said) >= 100
    assert said - known == set()


def test_states_are_told_with_an_organisation_only() -> None:
    assert shown()["states"] == []
    assert {state["state"].rpartition("#")[2] for state in shown("--org", "bank")["states"]} == {
        "NotApplicable",
        "NotYetApplicable",
    }


def test_the_version_is_another_when_the_day_or_the_records_are() -> None:
    versions = [
        shown(*options)["version"]
        for options in ((), ("--as-of", "2026-11-20"), ("--org", "bank"), ("--org", "bank", "--as-of", "2028-01-10"))
    ]
    assert len(set(versions)) == len(versions)
    assert shown("--org", "bank")["version"] == versions[2]


def test_what_is_no_single_requirement_is_refused() -> None:
    done = in_process("show", "AI Act 15(4)", *AS_JSON_LD)
    assert done.returncode == 2
    assert REQUIREMENT in done.stderr
    assert "Traceback" not in done.stderr


def test_states_are_no_part_of_the_other_forms() -> None:
    done = in_process("show", REQUIREMENT, "--org", "bank")
    assert done.returncode == 2
    assert "json-ld" in done.stderr
