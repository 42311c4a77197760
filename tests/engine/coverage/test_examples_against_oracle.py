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


@cache
def opened(name: str) -> tuple[Workspace, Graph]:
    """Return an example, and one graph of the law and its records for the second reading."""
    example = open_organisation(shipped(), name)
    content = [q for q in example.content.quads if getattr(q.graph_name, "value", "").startswith(LAW)]
    return example, graph_of([*content, *example.quads])


@pytest.mark.parametrize(("name", "day", "least"), CASES)
def test_every_result_of_an_example_is_the_same(name: str, day: date, least: str) -> None:
    example, whole = opened(name)
    organisation = example.organisation
    expected = plain.assess(whole, URIRef(organisation.iri), day, plain.Policy(least))
    policy = Policy(ReviewState[least.upper().replace("-", "_")])
    found = assess(example.content.knowledge, organisation, day, policy).results
    by_key = {(str(r["requirement"]), str(r["scope"])): r for r in expected}
    assert {(r.requirement, r.scope) for r in found} == by_key.keys()
    for result in found:
        told = ours(result)
        assert told == theirs(by_key[result.requirement, result.scope], set(told)), (result.requirement, result.scope)
