from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from engine.intake import read_quads
from engine.queries import Violation, checks, violations
from engine.resources import folder
from engine.vocabulary import ID, NG, graph
from tests.shipped import shipped

DATA = Path(__file__).parents[1] / "data" / "queries" / "hygiene"
EXPECTED = {
    "condition-without-question": [("condition/a", "question", "missing")],
    "condition-without-use": [
        ("condition/a", "appliesWhen", "ng:FactCondition"),
        ("condition/b", "appliesWhen", "ng:Negation"),
        ("condition/d", "appliesWhen", "ng:Disjunction"),
    ],
    "contradictory-rows": [("row", "relationship", "ng:EqualTo"), ("row-2", "relationship", "ng:SubsetOf")],
    "dangling-mapping-end": [("row", "annotatedSource", "std/A.9")],
    "dangling-tension-end": [("tension/a", "source", "law/art_8"), ("tension/a", "otherSide", "law/art_9")],
    "duplicate-pair": [("row-2", "annotatedTarget", "law/req_1")],
    "element-of-another-requirement": [
        ("row", "coversElement", "law/req_2/el_1"),
        ("row", "touchesElement", "law/req_2/el_2"),
    ],
    "empty-rationale": [("row", "rationale", "  "), ("row-without", "rationale", "")],
    "flag-on-unknown-slot": [
        ("law/art_1", "decompositionComplete", "true"),
        ("law/art_2", "provisionClass", "ng:Definition"),
    ],
    "management-clause-gives-product-requirement": [
        ("row", "relationship", "ng:SupersetOf"),
        ("row-article", "relationship", "ng:EqualTo"),
    ],
    "part-without-notation": [("law/art_1", "notation", "ng:Provision")],
    "partial-row-naming-every-element": [("row", "relationship", "ng:SubsetOf")],
    "partial-row-without-residual": [("row", "residual", "ng:IntersectsWith")],
    "penalty-tier-without-use": [
        ("penalty/a", "penaltyTier", "ng:PenaltyTier"),
        ("penalty/c", "penaltyTier", "ng:PenaltyTier"),
    ],
    "plain-match": [("std/A.1", "exactMatch", "law/art_1")],
    "requirement-of-foreign-version": [
        ("law/art_1/req_1", "derivedFromVersion", "law/art_1/v/9"),
        ("law/art_2/req_1", "derivedFromVersion", "law/art_1/v/2"),
    ],
    "requirement-without-essentials": [("law/req_1", "bearer", "missing"), ("law/req_1", "hasElement", "missing")],
    "requirement-without-version": [("law/art_1/req_1", "derivedFromVersion", "law/art_1")],
    "residual-on-full-row": [("row", "residual", "Robustness.")],
    "review-without-reviewer": [
        ("row", "reviewState", "ng:ExpertReviewed"),
        ("tension/a", "reviewState", "ng:LegallyReviewed"),
    ],
    "template-for-unknown-control": [("template/1", "forControl", "std/A")],
    "tension-on-former-text": [("tension/a", "oneSide", "law/art_1"), ("tension/b", "otherSide", "law/art_1/req_1")],
    "tension-without-answer": [("tension/a", "proposedResolution", ""), ("tension/b", "whatTextsSay", "  ")],
    "touched-element-covered-or-unrelated": [
        ("row", "touchesElement", "law/req_1/el_1"),
        ("row-none", "touchesElement", "law/req_1/el_3"),
        ("row-semantic", "touchesElement", "law/req_1/el_4"),
    ],
    "unknown-condition": [
        ("condition/b", "operand", "condition/a"),
        ("law/req_1", "appliesWhen", "condition/c"),
        ("window/1", "underCondition", "condition/d"),
    ],
    "unknown-end-of-risk-type": [
        ("risk-type/a", "addressedByControl", "std/7"),
        ("risk-type/a", "addressedByControl", "std/A.9"),
        ("risk-type/a", "lifecycleStage", "stride/tampering"),
        ("risk-type/a", "threatensRequirement", "law/art_1"),
    ],
    "unknown-part-of-topic": [("topic/a", "dealtWithIn", "law/art_9")],
    "wrong-version-name": [("row", "subject_source_version", "2023")],
}


def found(name: str, kind: str) -> list[Violation]:
    store = Store()
    store.extend(read_quads(DATA / f"{name}.{kind}.ttl", graph("test")))
    return [violation for violation in violations(store) if violation.check == name]


def short(violation: Violation) -> tuple[str, str, str]:
    value = violation.value.removeprefix(ID).replace(NG.base, "ng:")
    return violation.entity.removeprefix(ID), violation.property.replace("#", "/").rpartition("/")[2], value


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_violating_fixture(name: str) -> None:
    assert [short(violation) for violation in found(name, "violating")] == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_conforming_fixture(name: str) -> None:
    assert found(name, "conforming") == []


def test_profile_names_every_check_and_every_check_is_tested() -> None:
    files = sorted(path.name for path in folder("queries/hygiene").glob("*.rq"))
    assert files == [f"{name}-violation.rq" for name in sorted(EXPECTED)]
    assert sorted(query.name for _, query in checks()) == [f"hygiene/{name}-violation" for name in sorted(EXPECTED)]


def test_checks_have_one_form() -> None:
    for _, query in checks():
        assert "SELECT ?entity ?property ?value" in query.text, query.name
        assert query.text.rstrip().endswith("ORDER BY ?entity ?property ?value"), query.name
        assert not query.parameters


def test_shipped_content_has_no_errors() -> None:
    found = violations(shipped().store())
    assert [violation for violation in found if violation.severity == "ERROR"] == []
