"""The engine and the second reading agree on the bundled examples, result by result, on two days each."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest
from rdflib import URIRef

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.model import ReviewState
from engine.shacl.pyshacl_engine import graph_of
from engine.vocabulary import GRAPH
from engine.workspace import Workspace, open_organisation
from tests.engine.coverage.test_against_oracle import ours, theirs
from tests.oracle import plain
from tests.shipped import shipped

if TYPE_CHECKING:
    from rdflib import Graph

    from engine.content import Content
    from engine.coverage.values import Result

LAW = tuple(
    f"{GRAPH}{kind}/" for kind in ("framework", "requirements", "rules", "scheme", "mapping", "vocabulary", "reused")
)


CASES = [
    ("bank", date(2026, 11, 20), "proposed"),
    ("bank", date(2028, 8, 2), "proposed"),
    ("bank", date(2028, 8, 2), "expert-reviewed"),
    ("medical", date(2026, 11, 20), "proposed"),
    ("medical", date(2028, 9, 1), "proposed"),
]
FRAMEWORKS = ("dora", "eu-ai-act", "gdpr", "iso-27001", "iso-42001", "nis2")


@cache
def opened(name: str) -> tuple[Workspace, Graph]:
    """Return an example, and one graph of the law and its records for the second reading."""
    example = open_organisation(shipped(), name)
    content = [q for q in example.content.quads if getattr(q.graph_name, "value", "").startswith(LAW)]
    return example, graph_of([*content, *example.quads])


@cache
def both(name: str, day: date, least: str) -> tuple[plain.World, tuple[Result, ...]]:
    """Return what the second reading reads of a case, and what the engine found in it."""
    example, whole = opened(name)
    policy = Policy(ReviewState[least.upper().replace("-", "_")])
    found = assess(example.content.knowledge, example.organisation, day, policy)
    return plain.World(whole, URIRef(example.organisation.iri), day, plain.Policy(least)), found.results


def test_every_framework_with_requirements_is_read_twice(content: Content) -> None:
    knowledge = content.knowledge
    named = {knowledge.framework_of(iri) for iri in knowledge.requirements}
    assert sorted(framework.key for framework in named if framework) == list(FRAMEWORKS)
    assert None not in named


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize(("name", "day", "least"), CASES)
def test_every_result_of_an_example_is_the_same(name: str, day: date, least: str, framework: str) -> None:
    world, results = both(name, day, least)
    knowledge = shipped().knowledge
    (home,) = (one.iri for one in knowledge.frameworks.values() if one.key == framework)
    live = [one for one in plain.live_requirements(world) if URIRef(home) in plain.chain(world, one)]
    by_key = {(str(r["requirement"]), str(r["scope"])): r for one in live for r in plain.assess_requirement(world, one)}
    found = [r for r in results if (of := knowledge.framework_of(r.requirement)) is not None and of.iri == home]
    assert found
    assert {(r.requirement, r.scope) for r in found} == by_key.keys()
    for result in found:
        told = ours(result)
        assert told == theirs(by_key[result.requirement, result.scope], set(told)), (result.requirement, result.scope)
