"""What the calendar means for an organisation: the bank on its own day, and small cases of certainty and lapsing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from engine.concerns import Concern, concerns
from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.model import State
from engine.upcoming import Entry, Event, law_calendar

if TYPE_CHECKING:
    from engine.workspace import Workspace

TODAY = date(2026, 11, 20)


def touched(bank: Workspace, today: date = TODAY) -> dict[tuple[str, str], tuple[Entry, tuple[Concern, ...]]]:
    entries = law_calendar(bank.content.knowledge, today)
    found = concerns(bank.content.knowledge, bank.organisation, entries, today, Policy())
    return {(str(e.day), e.rule.rpartition("/")[2]): (e, c) for e, c in zip(entries, found, strict=True)}


def scopes(found: tuple[Concern, ...]) -> dict[str, int]:
    return dict(Counter(concern.scope.rpartition("/")[2] for concern in found))


def test_whom_each_date_concerns(bank: Workspace) -> None:
    found = {key: scopes(of_it) for key, (_, of_it) in touched(bank).items()}
    assert found["2026-12-02", "new-prohibitions"] == {
        "credit-scoring-1": 4,
        "credit-scoring-2": 4,
        "customer-chatbot": 4,
        "recruitment-screener": 2,
    }
    assert found["2026-12-02", "marking-grace"] == {"customer-chatbot": 2}
    assert set(found["2027-12-02", "high-risk-annex-iii"]) == {
        "credit-scoring-1",
        "credit-scoring-2",
        "organisation",
        "recruitment-screener",
    }
    for nobody in (("2027-08-02", "legacy-models"), ("2028-08-02", "high-risk-annex-i")):
        assert found[nobody] == {}


def test_states_are_those_of_the_assessments_of_both_days(bank: Workspace) -> None:
    known, organisation = bank.content.knowledge, bank.organisation
    now = {(r.requirement, r.scope): r for r in assess(known, organisation, TODAY).results}
    for entry, of_it in touched(bank).values():
        then = {(r.requirement, r.scope): r.state for r in assess(known, organisation, entry.day).results}
        for concern in of_it:
            key = (concern.requirement, concern.scope)
            assert concern.then is then[key]
            assert concern.today is (now[key].if_applicable or now[key].state)


def test_every_result_that_begins_to_apply_on_a_date_is_a_concern_of_it(bank: Workspace) -> None:
    known, organisation = bank.content.knowledge, bank.organisation
    dates: dict[date, set[tuple[str, str]]] = {}
    for entry, of_it in touched(bank).values():
        dates.setdefault(entry.day, set()).update((c.requirement, c.scope) for c in of_it)
    for day, told in dates.items():
        eve, then = (assess(known, organisation, d).results for d in (day - timedelta(days=1), day))
        waiting = {(r.requirement, r.scope) for r in eve if r.state is State.NOT_YET}
        begun = {(r.requirement, r.scope) for r in then if r.state not in {State.NOT_YET, State.NOT_APPLICABLE}}
        assert waiting & begun <= told, day


def test_evidence_that_lapses_before_the_day_is_named_with_its_last_day(bank: Workspace) -> None:
    entry, of_it = touched(bank)["2027-12-02", "high-risk-annex-iii"]
    lapses = {lapse for concern in of_it for lapse in concern.lapses}
    assert lapses
    assert all(TODAY <= lapse.last_day < entry.day for lapse in lapses)
    items = {item.iri: item for item in bank.organisation.evidence}
    assert all(str(lapse.last_day) <= str(items[lapse.evidence].valid_until) for lapse in lapses)


@pytest.mark.parametrize(("last", "lapses"), [(date(2027, 12, 1), True), (date(2027, 12, 2), False)])
def test_evidence_counts_on_its_last_day_still(bank: Workspace, last: date, lapses: bool) -> None:  # noqa: FBT001
    entry, of_it = touched(bank)["2027-12-02", "high-risk-annex-iii"]
    assert entry.day == date(2027, 12, 2)
    shipped = bank.content.knowledge
    ageless = {c: tuple(replace(t, maximum_age=None) for t in found) for c, found in shipped.templates.items()}
    named = {lapse.evidence for concern in of_it for lapse in concern.lapses}
    moved = (replace(item, valid_until=last) if item.iri in named else item for item in bank.organisation.evidence)
    organisation = replace(bank.organisation, evidence=tuple(moved))
    (found,) = concerns(replace(shipped, templates=ageless), organisation, [entry], TODAY, Policy())
    told = {lapse.evidence for concern in found for lapse in concern.lapses}
    assert bool(told & named) is lapses


def test_what_a_missing_fact_leaves_open_is_not_certain(bank: Workspace) -> None:
    found = touched(bank)
    assert {c.certain for c in found["2026-12-02", "new-prohibitions"][1]} == {True}
    assert {c.certain for c in found["2026-12-02", "marking-grace"][1]} == {False}


@pytest.mark.parametrize("day", [date(2026, 7, 26)])
def test_a_text_that_is_not_in_force_has_no_state_today(bank: Workspace, day: date) -> None:
    entry, of_it = touched(bank, day)["2026-07-27", "2026-07-27"]
    assert entry.event is Event.TEXT_CHANGES
    assert {c.today for c in of_it} == {None}
    assert "art_4/par_1/req_1" in "".join(c.requirement for c in of_it)
