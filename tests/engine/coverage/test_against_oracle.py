"""The engine and the second, slower reading of COVERAGE.md agree, result by result, on 200 random organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import RdfFormat, parse

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.graph import Graph, Iri
from engine.model import ReviewState
from engine.organisation import read_organisation
from engine.reading import read_knowledge
from tests.oracle.organisations import generate

if TYPE_CHECKING:
    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result
    from tests.oracle import plain

SEEDS = range(200)


def policy_of(policy: plain.Policy) -> Policy:
    return Policy(ReviewState[policy.least.upper().replace("-", "_")], policy.hops)


def assess_case(case: Any) -> Assessment:
    graph = Graph(parse(case.nquads(), format=RdfFormat.N_QUADS))
    knowledge = read_knowledge(graph)
    organisation = read_organisation(graph, Iri(str(case.organisation)), knowledge.fact_properties)
    return assess(knowledge, organisation, case.as_of, policy_of(case.policy))


def ours(result: Result) -> dict[str, Any]:
    basis = result.otherwise if result.otherwise is not None and not result.support else result
    told = {
        "state": result.state.value,
        "kind": result.kind.value if result.kind else None,
        "rule": result.rule,
        "if_applicable": result.if_applicable.value if result.if_applicable else None,
        "effective_from": result.effective_from,
        "computed": result.otherwise.state.value if result.rule == "R0" and result.otherwise else None,
    }
    deemed = result.rule == "R1c" or (result.otherwise is not None and result.otherwise.rule == "R1c")
    if result.state.value != "NotApplicable" and not deemed and result.rule != "R0":
        told |= {
            "missing": sorted(basis.missing),
            "assurance": basis.assurance.label if basis.assurance is not None else None,
            "first_expiry": basis.first_expiry,
        }
    return told


def theirs(result: plain.Result, keys: set[str]) -> dict[str, Any]:
    told = dict(result) | {"missing": sorted(map(str, result["missing"]))}
    told["computed"] = told["computed"] if told["rule"] == "R0" else None
    told["if_applicable"] = None if told["rule"] == "R0" else told["if_applicable"]
    return {key: told[key] for key in keys}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_result_is_the_same(seed: int) -> None:
    case = generate(seed)
    expected = {(str(r["requirement"]), str(r["scope"])): r for r in case.assess()}
    found = {(str(r.requirement), str(r.scope)): ours(r) for r in assess_case(case).results}
    assert found.keys() == expected.keys()
    for key, told in found.items():
        assert told == theirs(expected[key], set(told)), key
