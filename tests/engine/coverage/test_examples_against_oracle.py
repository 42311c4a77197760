"""The engine and the second reading agree on the example bank, requirement by requirement, on both of its days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from rdflib import URIRef

from engine.content import load_content
from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.model import ReviewState
from engine.validation import graph_of
from engine.vocabulary import GRAPH
from engine.workspace import Workspace, open_organisation
from tests.engine.coverage.test_against_oracle import ours, theirs
from tests.oracle import plain

if TYPE_CHECKING:
    from rdflib import Graph

LAW = tuple(
    f"{GRAPH}{kind}/" for kind in ("framework", "requirements", "rules", "scheme", "mapping", "vocabulary", "reused")
)


@pytest.fixture(scope="module")
def bank() -> Workspace:
    return open_organisation(load_content(), "bank")


@pytest.fixture(scope="module")
def whole(bank: Workspace) -> Graph:
    content = [q for q in bank.content.quads if getattr(q.graph_name, "value", "").startswith(LAW)]
    return graph_of([*content, *bank.quads])


@pytest.mark.parametrize(
    ("day", "least"),
    [(date(2026, 11, 20), "proposed"), (date(2028, 8, 2), "proposed"), (date(2028, 8, 2), "expert-reviewed")],
)
def test_every_result_of_the_bank_is_the_same(bank: Workspace, whole: Graph, day: date, least: str) -> None:
    organisation = bank.organisation
    expected = plain.assess(whole, URIRef(organisation.iri), day, plain.Policy(least))
    policy = Policy(ReviewState[least.upper().replace("-", "_")])
    found = assess(bank.content.knowledge, organisation, day, policy).results
    by_key = {(str(r["requirement"]), str(r["scope"])): r for r in expected}
    assert {(r.requirement, r.scope) for r in found} == by_key.keys()
    for result in found:
        told = ours(result)
        assert told == theirs(by_key[result.requirement, result.scope], set(told)), (result.requirement, result.scope)
