"""The register: freshness is that of the assessment and of the report, and what does not count says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from engine.coverage.evidence import EvidenceReader
from engine.coverage.values import EXPIRING_DAYS, Freshness
from engine.evidence.register import Register, freshness
from engine.graph import Iri
from engine.model import Evidence, Implementation, Template
from engine.report.evidence import evidence_register
from engine.report.names import Names
from tests.engine.values import CONTROL, DAY, ORG, SYSTEM, TYPE, a

if TYPE_CHECKING:
    from engine.coverage.assess import Assessment
    from engine.workspace import Workspace

SOON = timedelta(days=EXPIRING_DAYS)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, Freshness.UNKNOWN),
        (DAY - timedelta(days=1), Freshness.EXPIRED),
        (DAY, Freshness.EXPIRING),
        (DAY + SOON, Freshness.EXPIRING),
        (DAY + SOON + timedelta(days=1), Freshness.FRESH),
    ],
)
def test_freshness_turns_on_the_last_day(last: date | None, expected: Freshness) -> None:
    assert Freshness.on(DAY, last) is expected


@pytest.mark.parametrize("lacking", ["issued", "valid_until"])
def test_what_lacks_a_day_without_which_it_never_counts_is_unknown(lacking: str) -> None:
    item = replace(a(Evidence, issued=DAY, valid_until=DAY), **{lacking: None})
    assert freshness(item, DAY, DAY) is Freshness.UNKNOWN


def test_the_report_says_the_same(example_assessed: Assessment) -> None:
    found = example_assessed
    told = {item.iri: (item.current_until, item.freshness) for item in evidence_register(Names(found), ())}
    listed = Register(found.knowledge, found.organisation, found.day).items
    assert {item.evidence.iri: (item.until, item.freshness) for item in listed} == told
    assert {state for _, state in told.values()} > {Freshness.EXPIRED}


def test_an_item_counts_where_the_assessment_counts_it(example: Workspace) -> None:
    knowledge, organisation = example.content.knowledge, example.organisation
    day = organisation.example_date or DAY
    reader = EvidenceReader(knowledge, organisation, day)
    counted = {
        iri
        for implementation in organisation.implementations
        for scope in implementation.scopes
        for check in reader.check(implementation, scope).templates
        for iri in check.counted
    }
    items = Register(knowledge, organisation, day).items
    assert {item.evidence.iri for item in items if item.counts} == counted
    assert all(item.counts != bool(item.why_not) for item in items)
    assert len(items) == len(organisation.evidence)


def test_it_is_said_why_an_item_does_not_count(bank: Workspace) -> None:
    organisation, day = bank.organisation, date(2026, 11, 20)
    counting = next(i for i in Register(bank.content.knowledge, organisation, day).items if i.counts).evidence
    cases = {
        "not approved": replace(counting, approved_by=()),
        "approved by nobody but its collector": replace(counting, approved_by=counting.collected_by),
        "outcome is neutral": replace(counting, outcome="Neutral"),
        f"issued only on {day + timedelta(1)}": replace(counting, issued=day + timedelta(1)),
        "without a date of issue or of validity": replace(counting, valid_until=None),
        "no template asks for it": replace(counting, implementations=()),
        "of a type that no template of its control asks for": replace(counting, evidence_type=None),
    }
    for reason, item in cases.items():
        richer = replace(organisation, evidence=(item,))
        assert Register(bank.content.knowledge, richer, day).items[0].why_not == (reason,)


def test_items_are_found_by_control_and_by_asset(bank: Workspace) -> None:
    register = Register(bank.content.knowledge, bank.organisation, date(2026, 11, 20))
    area, leaf = (bank.citations.resolve(f"ISO/IEC 42001 {number}") for number in ("A.6.2", "A.6.2.4"))
    below, exact = register.about([area]), register.about([leaf])
    assert set(exact) < set(below) < set(register.items)
    assert {control for item in exact for control in item.controls} >= {leaf}
    one = next(iri for iri in bank.organisation.assets if iri.endswith("credit-scoring-1"))
    about = register.about(asset=one)
    assert 0 < len(about) < len(register.items)
    assert all(one in item.evidence.respects or not item.evidence.respects for item in about)
    assert set(register.about([leaf], one)) == set(exact) & set(about)


def test_what_is_in_respect_of_nothing_speaks_for_what_its_implementation_has_in_scope(bank: Workspace) -> None:
    implementation = a(Implementation, iri=Iri("i"), control=CONTROL, status="Implemented", scopes=(SYSTEM,))
    silent = a(Evidence, iri=Iri("e"), implementations=(Iri("i"),), evidence_type=TYPE)
    organisation = replace(bank.organisation, implementations=(implementation,), evidence=(silent,))
    register = Register(replace(bank.content.knowledge, templates={CONTROL: (a(Template),)}), organisation, DAY)
    assert [item.evidence for item in register.about(asset=SYSTEM)] == [silent]
    assert register.about(asset=ORG) == ()
