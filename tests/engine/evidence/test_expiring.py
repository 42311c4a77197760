"""What lapses and what falls with it, held against plain assessments of the two days, and against the named query."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from engine.coverage.assess import assess
from engine.coverage.evidence import EvidenceReader
from engine.coverage.values import Policy
from engine.evidence.expiring import Expiry, expiries
from engine.graph import Iri
from engine.model import State
from engine.queries import bind, find, run

if TYPE_CHECKING:
    from engine.model import Organisation
    from engine.workspace import Workspace

BEGIN, END = date(2026, 11, 20), date(2027, 2, 28)
ONE = timedelta(days=1)
ORDER = [State.NOT_COVERED, State.PARTIALLY, State.CLAIMED, State.REVIEW, State.COVERED]


def found_of(workspace: Workspace, organisation: Organisation | None = None, end: date = END) -> tuple[Expiry, ...]:
    return expiries(workspace.content.knowledge, organisation or workspace.organisation, BEGIN, end, Policy())


@pytest.fixture(scope="module")
def found(example: Workspace) -> tuple[Expiry, ...]:
    return found_of(example)


def states(workspace: Workspace, day: date) -> dict[tuple[str, str], State]:
    results = assess(workspace.content.knowledge, workspace.organisation, day).results
    return {(result.requirement, result.scope): result.state for result in results}


def test_what_falls_is_what_two_plain_assessments_say(example: Workspace, found: tuple[Expiry, ...]) -> None:
    assert found
    for expiry in found:
        before, after = states(example, expiry.last_day), states(example, expiry.last_day + ONE)
        lower = {
            key: (before[key], after[key])
            for key in before.keys() & after.keys()
            if before[key] is not after[key] and {before[key], after[key]} <= set(ORDER)
        }
        assert {(f.requirement, f.scope): (f.before, f.after) for f in expiry.falls} == lower
        assert all(ORDER.index(old) > ORDER.index(new) for old, new in lower.values())


def test_days_on_which_nothing_lapses_are_not_told(example: Workspace, found: tuple[Expiry, ...]) -> None:
    knowledge, organisation = example.content.knowledge, example.organisation
    told = {expiry.last_day for expiry in found}
    for number in range((END - BEGIN).days + 1):
        day = BEGIN + timedelta(days=number)
        today, then = (EvidenceReader(knowledge, organisation, d) for d in (day, day + ONE))
        falls = any(
            today.check(i, s).passes and not then.check(i, s).passes
            for i in organisation.implementations
            if i.status == "Implemented" and i.in_force(day)
            for s in i.scopes
        )
        assert day in told or not falls


def test_what_lapses_counts_on_its_last_day_and_no_longer_on_the_next(
    example: Workspace, found: tuple[Expiry, ...]
) -> None:
    knowledge, organisation = example.content.knowledge, example.organisation
    implementations = {i.iri: i for i in organisation.implementations}
    for expiry in found:
        for lapse in expiry.lapses:
            implementation = implementations[lapse.implementation]
            for day, counts in ((expiry.last_day, True), (expiry.last_day + ONE, False)):
                reader = EvidenceReader(knowledge, organisation, day)
                counted = {
                    iri
                    for scope in (*implementation.scopes, *organisation.assets)
                    for check in reader.check(implementation, scope).templates
                    if check.template == lapse.template
                    for iri in check.counted
                }
                assert (lapse.evidence in counted) is counts


def test_the_named_query_knows_all_that_lapses_by_its_own_date(example: Workspace, found: tuple[Expiry, ...]) -> None:
    query = find("evidence-that-expires")
    asked = bind(query, {"asOf": BEGIN.isoformat(), "until": END.isoformat()}, Iri)
    by_query = {(str(row[1]), str(row[0])) for row in run(example.store(), query, asked).rows}
    lapses = {(lapse.evidence, str(e.last_day)) for e in found for lapse in e.lapses if not lapse.by_age}
    assert lapses
    assert lapses <= by_query


def test_a_second_item_keeps_the_state(bank: Workspace) -> None:
    (first,) = (expiry for expiry in found_of(bank, end=date(2027, 1, 20)) if expiry.falls)
    (lapse,) = first.lapses
    item = next(e for e in bank.organisation.evidence if e.iri == lapse.evidence)
    twin = replace(item, iri=Iri(f"{item.iri}-again"), issued=BEGIN, valid_until=END + ONE)
    richer = replace(bank.organisation, evidence=(*bank.organisation.evidence, twin))
    again = found_of(bank, richer, first.last_day)[-1]
    assert [later.left for later in again.lapses if later.evidence == item.iri] == [True]
    assert again.falls == ()


def test_a_fall_names_the_items_that_lapsed(found: tuple[Expiry, ...]) -> None:
    for expiry in found:
        lapsed = {lapse.evidence for lapse in expiry.lapses}
        for fall in expiry.falls:
            assert fall.because
            assert set(fall.because) <= lapsed


@pytest.mark.parametrize("within", [0, 30])
def test_both_ends_of_the_span_belong_to_it(example: Workspace, found: tuple[Expiry, ...], within: int) -> None:
    day = found[0].last_day
    begin = day - timedelta(days=within)
    again = expiries(example.content.knowledge, example.organisation, begin, day, Policy())
    assert [expiry.last_day for expiry in again][-1:] == [day]
