from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Any

from engine import lift
from engine.coverage.assess import Assessment, assess
from engine.coverage.values import Candidate, Result
from engine.explain import Input, ProofNode, explain, explain_all, explain_provision, prose, to_json
from engine.graph import Iri
from engine.lift import smallest_change
from engine.model import ReviewState, State
from engine.vocabulary import ID
from engine.workspace import Workspace, open_organisation

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from engine.content import Content

ARTICLE_15 = Iri(f"{ID}eu-ai-act/art_15")


def walk(node: ProofNode) -> Iterator[ProofNode]:
    yield node
    for child in node.children:
        yield from walk(child)


def lacking(missing: set[str], offers: dict[str, set[str]], rule: str = "R5") -> Result:
    candidates = tuple(
        Candidate((), Iri(c), "subset-of", ReviewState.PROPOSED, rule, "why", tuple(map(Iri, sorted(covers))))
        for c, covers in sorted(offers.items())
    )
    result = Result(Iri("r"), Iri("s"), State.PARTIALLY, "R7", "", missing=tuple(map(Iri, sorted(missing))))
    object.__setattr__(result, "candidates", candidates)
    return result


def fewest(missing: set[str], offers: dict[str, set[str]]) -> int:
    reachable = set().union(*offers.values()) & missing if offers else set()
    for size in range(len(offers) + 1):
        for chosen in combinations(offers, size):
            if reachable <= set().union(set(), *(offers[c] for c in chosen)):
                return size
    raise AssertionError


def test_the_smallest_change_is_the_smallest() -> None:
    dice = Random(11)  # noqa: S311 - dice, not secrets
    for _ in range(300):
        missing = set("abcdefgh"[: dice.randint(1, 8)])
        offers = {f"c{n}": set(dice.sample("abcdefgh", dice.randint(0, 4))) for n in range(dice.randint(0, 6))}
        chosen = smallest_change(lacking(missing, offers))
        assert len(chosen) == fewest(missing, offers)
        gained = set().union(set(), *(offers[c] for c in chosen))
        assert gained & missing == (set().union(set(), *offers.values()) & missing)
        assert list(chosen) == sorted(chosen)


def test_beyond_twelve_elements_greedily_and_never_less(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = Random(12)  # noqa: S311 - dice, not secrets
    for _ in range(200):
        missing = set("abcdefgh")
        offers = {f"c{n}": set(dice.sample("abcdefgh", dice.randint(1, 4))) for n in range(dice.randint(1, 6))}
        exact = smallest_change(lacking(missing, offers))
        monkeypatch.setattr(lift, "_MOST_EXACT", 0)
        greedy = smallest_change(lacking(missing, offers))
        monkeypatch.undo()
        reach = [set().union(*(offers[c] for c in chosen)) & missing for chosen in (exact, greedy)]
        assert reach[0] == reach[1]
        assert len(exact) <= len(greedy) <= 2 * len(exact)
        if len(exact) == 1:
            assert len(greedy) == 1


def test_only_what_fails_for_want_of_an_implementation_is_offered() -> None:
    assert smallest_change(lacking({"a"}, {"c": {"a"}}, rule="R3")) == ()
    assert smallest_change(lacking({"a"}, {"c": {"b"}})) == ()
    assert smallest_change(lacking({"a"}, {"c": {"a"}})) == ("c",)


NODE = ProofNode(
    "whole",
    "R8",
    (Input(Iri("x"), "g"),),
    (ProofNode("part", "R7", missing=("an element",), rejected=("a row",), state="PartiallyCovered", lift="do it"),),
)


def test_prose() -> None:
    assert prose(NODE) == (
        "whole [R8]\n  part [R7]\n    missing: an element\n    not counted: a row\n    smallest change: do it"
    )


def test_json_leaves_out_what_is_empty() -> None:
    assert to_json(NODE) == {
        "conclusion": "whole",
        "rule": "R8",
        "inputs": [{"iri": "x", "graph": "g"}],
        "children": [
            {
                "conclusion": "part",
                "rule": "R7",
                "state": "PartiallyCovered",
                "missing": ["an element"],
                "rejected": ["a row"],
                "smallest_change": "do it",
            }
        ],
    }


def test_every_input_of_every_proof_is_stated_somewhere(example: Workspace, example_assessed: Assessment) -> None:
    homes = {quad.graph_name.value for quad in [*example.content.quads, *example.quads]}
    records = {quad.subject.value for quad in example.quads}
    for proof in explain_all(example_assessed).values():
        for node in walk(proof):
            for given in node.inputs:
                assert given.iri in example.content.graph or given.iri in records
                assert given.graph in homes, given
            assert node.children or node.inputs or node.missing


def test_one_proof_is_among_all(example_assessed: Assessment) -> None:
    proofs = explain_all(example_assessed)
    for result in example_assessed.results[::40]:
        assert explain(example_assessed, result) == proofs[result.requirement, result.scope]
        json.dumps(to_json(proofs[result.requirement, result.scope]))


def trees(assessment: Assessment) -> dict[str, ProofNode]:
    return {node.conclusion: node for node in explain_provision(assessment, ARTICLE_15)}


def found(nodes: dict[str, ProofNode], *words: str) -> Any:
    (node,) = (node for title, node in nodes.items() if all(word in title for word in words))
    return node


def test_article_15_of_the_bank_once_it_applies(bank_assessed: Assessment) -> None:
    nodes = trees(bank_assessed)
    assert all(node.rule == "R8" for node in nodes.values())
    old = found(nodes, "Credit Scoring 1")
    assert old.state == "NotApplicable"
    assert "111(2)" in old.conclusion
    new = found(nodes, "Credit Scoring 2")
    assert new.state == bank_assessed.state_of_provision(ARTICLE_15, scope_of(bank_assessed, "Credit Scoring 2")).value
    rules = {node.rule for node in walk(new)}
    assert {"R1", "R2", "R4", "R5", "R6", "R7", "R8"} <= rules


def scope_of(assessment: Assessment, label: str) -> Iri:
    return next(iri for iri, asset in assessment.organisation.assets.items() if asset.label == label)


def test_article_15_of_the_bank_before(bank: Workspace) -> None:
    before = assess(bank.content.knowledge, bank.organisation, date(2026, 11, 20))
    new = found(trees(before), "Credit Scoring 2")
    assert new.state == "NotYetApplicable"
    assert new.conclusion.endswith("applies from 2027-12-02")
    assert any(node.conclusion.startswith("if it applied now: ") for node in walk(new))
    assert "111(2)" in found(trees(before), "Credit Scoring 1").conclusion


def test_a_provision_without_requirements_has_no_proof(bank_assessed: Assessment) -> None:
    assert explain_provision(bank_assessed, Iri(f"{ID}eu-ai-act/art_113")) == ()


def test_article_9_of_the_maker_of_imaging_ai(content: Content) -> None:
    maker = open_organisation(content, "medical")
    assessed = assess(content.knowledge, maker.organisation, date(2028, 9, 1))
    nodes = {node.conclusion: node for node in explain_provision(assessed, Iri(f"{ID}eu-ai-act/art_9"))}
    old, open_, new = (found(nodes, name) for name in ("Chest CT Reader", "Stroke Triage", "Fracture Finder"))
    assert old.state == "NotApplicable"
    assert "AI Act 111(2), Annex I systems" in old.conclusion
    assert open_.state == "NeedsLegalReview"
    assert new.state == "PartiallyCovered"
    assert any(node.conclusion == "applies from 2028-08-02" for node in walk(new))
