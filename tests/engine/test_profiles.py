"""Validation profiles: another severity for a check, and never another finding."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.errors import UnknownName
from engine.profiles import STANDARD, graded, profile_names
from engine.resources import content_files
from engine.shacl.terms import SH
from engine.validation import SHAPES, evidence_shapes, validate
from engine.vocabulary import GRAPH, NG

if TYPE_CHECKING:
    from engine.content import Content
    from engine.shacl.validator import Report
    from engine.workspace import Workspace

DAY = date(2026, 11, 20)


def severities(content: Content, profile: str) -> dict[str, str]:
    shapes = evidence_shapes(content, profile)
    return {str(q.subject): SH.local(str(q.object).strip("<>")) for q in shapes if q.predicate == SH.severity}


def what(report: Report) -> list[tuple[str, str, str]]:
    return sorted((str(r.shape), str(r.focus), r.message) for r in report.results)


def test_there_are_three_and_one_is_the_standard(content: Content) -> None:
    assert profile_names(content.graph) == (STANDARD, "starter", "strict")


def test_the_standard_leaves_each_check_as_grave_as_it_is(content: Content) -> None:
    homes = {GRAPH + name for name in SHAPES}
    own = [quad for quad in content.quads if getattr(quad.graph_name, "value", "") in homes]
    assert list(graded(own, content.graph, STANDARD)) == own == evidence_shapes(content)


def test_strict_makes_a_violation_of_every_warning(content: Content) -> None:
    assert "Warning" in severities(content, STANDARD).values()
    assert set(severities(content, "strict").values()) == {"Violation"}


def test_starter_is_never_graver_and_leaves_evidence_as_it_is(content: Content) -> None:
    rank = {"Violation": 2, "Warning": 1, "Info": 0}
    standard, starter = severities(content, STANDARD), severities(content, "starter")
    assert standard.keys() == starter.keys()
    assert all(rank[starter[shape]] <= rank[standard[shape]] for shape in standard)
    assert {"Violation", "Warning", "Info"} == set(starter.values())
    assert all(starter[shape] == "Violation" for shape in starter if "TemplateSatisfied" in shape or "Hash" in shape)


def test_a_profile_names_checks_that_exist_and_each_once(content: Content) -> None:
    known = {shape.strip("<>") for shape in severities(content, STANDARD)}
    for profile in content.graph.instances(NG.ValidationProfile):
        named = [s for p in (NG.violationFor, NG.warningFor, NG.infoFor) for s in content.graph.iris(profile, p)]
        assert len(set(named)) == len(named)
        assert set(named) <= known


@pytest.mark.parametrize("profile", ["starter", "strict"])
def test_every_profile_finds_the_same(bank: Workspace, profile: str) -> None:
    standard, other = validate(bank, DAY), validate(bank, DAY, profile)
    assert what(other) == what(standard)
    assert {r.severity for r in other.results} != {r.severity for r in standard.results}


def test_an_unknown_profile_is_refused_with_those_there_are(bank: Workspace) -> None:
    with pytest.raises(UnknownName, match=r"no validation profile “lenient”; known: standard, starter, strict"):
        validate(bank, DAY, "lenient")


def test_every_file_of_shapes_is_run_but_those_about_what_is_shipped() -> None:
    files = {file.graph.removeprefix(GRAPH) for file in content_files() if file.graph.startswith(f"{GRAPH}shapes/")}
    assert files - set(SHAPES) == {"shapes/content", "shapes/ontology-style"}
    assert set(SHAPES) <= files
