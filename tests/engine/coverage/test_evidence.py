"""Why an item of evidence counts or not: each reason, at its borders (COVERAGE §5 R6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.coverage.evidence import OTHER_TYPE, EvidenceReader, last_day
from engine.graph import Iri
from engine.model import Evidence, Finding, Implementation, Template
from tests.engine.values import CONTROL, DAY, ORG, SERVICE, SYSTEM, TYPE, a, knowledge, organisation

if TYPE_CHECKING:
    from engine.coverage.values import EvidenceCheck, TemplateCheck

TEMPLATE, DONE = Iri("https://example.org/template"), Iri("https://example.org/implementation")
NARROWER, OTHER = Iri("https://example.org/narrower"), Iri("https://example.org/other")
TESTER, AUDITOR = Iri("https://example.org/tester"), Iri("https://example.org/auditor")
DAYS = timedelta(days=1)


def template(**given: Any) -> Any:
    return a(Template, **{"iri": TEMPLATE, "control": CONTROL, "evidence_type": TYPE, "minimum": 1, **given})


def item(name: str = "item", **given: Any) -> Any:
    good = {
        "iri": Iri(f"https://example.org/{name}"),
        "implementations": (DONE,),
        "evidence_type": TYPE,
        "outcome": "Supports",
        "issued": DAY - 10 * DAYS,
        "valid_until": DAY + 10 * DAYS,
        "collected_by": (TESTER,),
        "approved_by": (AUDITOR,),
    }
    return a(Evidence, **{**good, **given})


def check(
    items: list[Any],
    *templates: Any,
    scope: Iri = ORG,
    scopes: tuple[Iri, ...] = (ORG,),
    findings: tuple[Any, ...] = (),
) -> EvidenceCheck:
    know = knowledge(
        templates={CONTROL: templates} if templates else {}, ancestors_of_concept={NARROWER: frozenset({TYPE})}
    )
    implementation = a(Implementation, iri=DONE, control=CONTROL, status="Implemented", scopes=scopes)
    found = organisation(implementations=(implementation,), evidence=tuple(items), findings=findings)
    return EvidenceReader(know, found, DAY).check(implementation, scope)


def only(found: EvidenceCheck) -> TemplateCheck:
    (one,) = found.templates
    return one


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"evidence_type": NARROWER},
        {"issued": DAY},
        {"valid_until": DAY},
        {"collected_by": ()},
        {"respects": (ORG,)},
        {"approved_by": (AUDITOR, Iri("https://example.org/board"))},
    ],
)
def test_what_counts(given: dict[str, Any]) -> None:
    found = check([item(**given)], template())
    assert only(found).counted == (item().iri,)
    assert found.passes


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"evidence_type": OTHER}, OTHER_TYPE),
        ({"evidence_type": None}, OTHER_TYPE),
        ({"respects": (SYSTEM,)}, "about another scope"),
        ({"outcome": "Contradicts"}, "outcome is contradicts"),
        ({"outcome": "Neutral"}, "outcome is neutral"),
        ({"outcome": ""}, "outcome is not recorded"),
        ({"issued": None}, "without a date of issue or of validity"),
        ({"valid_until": None}, "without a date of issue or of validity"),
        ({"issued": DAY + DAYS}, f"issued only on {DAY + DAYS}"),
        ({"valid_until": DAY - DAYS}, f"lapsed on {DAY - DAYS}"),
        ({"approved_by": ()}, "not approved"),
        ({"approved_by": (TESTER,)}, "approved by nobody but its collector"),
        ({"approved_by": (AUDITOR, TESTER)}, "approved by nobody but its collector"),
    ],
)
def test_what_does_not_count_and_why(given: dict[str, Any], reason: str) -> None:
    found = check([item(**given)], template())
    assert [r.reason for r in only(found).rejected] == [reason]
    assert only(found).counted == ()
    assert not found.passes


def test_evidence_of_another_implementation_is_not_even_looked_at() -> None:
    assert only(check([item(implementations=(OTHER,))], template())).rejected == ()


@pytest.mark.parametrize(("age", "counts"), [(9, False), (10, True), (11, True), (None, True)])
def test_the_greatest_age(age: int | None, counts: bool) -> None:  # noqa: FBT001 - a column of the table
    assert check([item()], template(maximum_age=age)).passes is counts


@pytest.mark.parametrize(("number", "needed", "passes"), [(1, 2, False), (2, 2, True), (3, 2, True)])
def test_the_least_number(number: int, needed: int, passes: bool) -> None:  # noqa: FBT001 - a column of the table
    found = check([item(str(n)) for n in range(number)], template(minimum=needed))
    assert found.passes is passes


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ({}, False),
        ({"issued": DAY}, False),
        ({"issued": DAY + DAYS}, True),
        ({"issued": None}, True),
        ({"approved_by": ()}, True),
        ({"approved_by": (TESTER,)}, True),
        ({"valid_until": DAY - DAYS}, False),
    ],
)
def test_superseded_once_its_successor_is_issued_and_approved(given: dict[str, Any], counts: bool) -> None:  # noqa: FBT001
    successor = item("successor", supersedes=(item().iri,), **given)
    found = only(check([item(), successor], template()))
    assert (item().iri in found.counted) is counts


@pytest.mark.parametrize(
    ("respects", "scope", "scopes", "passes"),
    [
        ((), SYSTEM, (ORG,), False),
        ((ORG,), SYSTEM, (ORG,), False),
        ((SYSTEM,), SYSTEM, (ORG,), True),
        ((SYSTEM,), SERVICE, (ORG,), False),
        ((), ORG, (ORG,), True),
        ((SYSTEM,), ORG, (ORG,), False),
        ((SYSTEM,), ORG, (SYSTEM, ORG), False),
        ((ORG, SYSTEM), ORG, (SYSTEM, ORG), True),
        ((SYSTEM,), ORG, (SERVICE, SYSTEM), False),
        ((SERVICE, SYSTEM), ORG, (SERVICE, SYSTEM), True),
    ],
)
def test_evidence_per_asset(
    respects: tuple[Iri, ...],
    scope: Iri,
    scopes: tuple[Iri, ...],
    passes: bool,  # noqa: FBT001 - a column of the table
) -> None:
    found = check([item(respects=respects)], template(per_asset=True), scope=scope, scopes=scopes)
    assert found.passes is passes


def test_every_template_must_pass_and_none_is_not_evidenced() -> None:
    both = template(), template(iri=OTHER, evidence_type=OTHER)
    assert not check([item()], *both).passes
    assert check([item(), item("other", evidence_type=OTHER)], *both).passes
    assert not check([item()]).passes


def test_a_template_that_demands_nothing_says_why() -> None:
    assert check([], template(demands_nothing=True, justification="a fact, not an activity")).passes
    assert not check([], template(demands_nothing=True)).passes


@pytest.mark.parametrize(
    ("given", "passes"),
    [
        ({}, False),
        ({"issued": DAY}, False),
        ({"issued": None}, False),
        ({"issued": DAY + DAYS}, True),
        ({"closed": DAY}, True),
        ({"closed": DAY + DAYS}, False),
        ({"severity": "Minor"}, True),
        ({"against": (OTHER,)}, True),
    ],
)
def test_an_open_major_finding(given: dict[str, Any], passes: bool) -> None:  # noqa: FBT001 - a column of the table
    default = {"iri": OTHER, "against": (DONE,), "severity": "Major", "issued": DAY - DAYS}
    found = check([item()], template(), findings=(a(Finding, **{**default, **given}),))
    assert found.passes is passes
    assert found.findings == (() if passes else (OTHER,))


@pytest.mark.parametrize(
    ("until", "age", "expected"),
    [
        (DAY, None, DAY),
        (DAY, 5, DAY - 5 * DAYS),
        (DAY, 50, DAY),
        (None, 5, DAY - 5 * DAYS),
        (None, None, None),
    ],
)
def test_the_last_day(until: date | None, age: int | None, expected: date | None) -> None:
    assert last_day(item(valid_until=until), template(maximum_age=age)) == expected


def test_the_first_expiry_is_of_what_counts() -> None:
    items = [item("a", valid_until=DAY + 5 * DAYS), item("b", valid_until=DAY + 3 * DAYS), item("c", outcome="Neutral")]
    assert check(items, template()).first_expiry == DAY + 3 * DAYS
    assert check([], template()).first_expiry is None
    assert [r.lapsed_on for r in only(check([item(valid_until=DAY - DAYS)], template())).rejected] == [DAY - DAYS]
