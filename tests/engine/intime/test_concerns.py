"""What the calendar means for an organisation: the bank on its own day, and small cases of certainty and lapsing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.graph import Iri
from engine.intime.concerns import Concern, concerns
from engine.intime.upcoming import Entry, Event, law_calendar
from engine.kleene import Truth
from engine.model import State
from engine.organisation import LEGACY_FACTS
from engine.vocabulary import ID
from engine.workspace import Workspace, open_organisation
from tests.engine.coverage.test_against_oracle import assess_case, policy_of
from tests.engine.values import recorded
from tests.oracle.organisations import generate

if TYPE_CHECKING:
    from engine.content import Content
    from engine.coverage.values import Result
    from engine.knowledge import Knowledge
    from engine.model import Organisation

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
    assert found["2026-12-02", "marking-grace"] == {}  # the chatbot was put into service, never placed on the market
    assert set(found["2027-12-02", "high-risk-annex-iii"]) == {
        "credit-scoring-1",
        "credit-scoring-2",
        "organisation",
        "recruitment-screener",
    }
    for nobody in (("2027-08-02", "legacy-models"), ("2028-08-02", "high-risk-annex-i")):
        assert found[nobody] == {}


def applies(result: Result | None) -> Truth:
    """Tell whether a result says that its requirement applies; what was set by hand aside."""
    if result is not None and result.rule == "R0":
        return applies(result.otherwise)
    if result is None or result.state in {State.NOT_YET, State.NOT_APPLICABLE}:
        return Truth.FALSE
    return Truth.UNDETERMINED if result.if_applicable else Truth.TRUE


def agree_with_assessments(known: Knowledge, organisation: Organisation, begin: date, policy: Policy) -> int:
    """Compare what the calendar says of a day with the assessments of its eve and itself; count what began."""
    entries = law_calendar(known, begin)
    told = dict(zip(entries, concerns(known, organisation, entries, begin, policy), strict=True))
    results = cache(lambda day: {(r.requirement, r.scope): r for r in assess(known, organisation, day, policy).results})
    now, begun = results(begin), 0
    for day in sorted({entry.day for entry in entries}):
        eve, then = results(day - timedelta(days=1)), results(day)
        of_day = [(entry, c) for entry, found in told.items() if entry.day == day for c in found]
        for entry, concern in of_day:
            key = (concern.requirement, concern.scope)
            today = now.get(key)
            assert concern.then is then[key].state
            assert concern.today is (today and (today.if_applicable or today.state))
            before, after = applies(eve.get(key)), applies(then[key])
            if entry.event is not Event.TEXT_CHANGES:
                assert before is not Truth.TRUE, (entry.rule, key, "applied the day before")
                assert not concern.certain or before is Truth.FALSE, (entry.rule, key, "open the day before")
            assert after >= (Truth.TRUE if concern.certain else Truth.UNDETERMINED), (entry.rule, key)
        waited = {key for key, r in eve.items() if r.state is State.NOT_YET and r.rule not in {"R0", "R1c"}}
        began = {key for key in waited & then.keys() if then[key].rule != "R0" and applies(then[key]) is Truth.TRUE}
        assert began <= {(c.requirement, c.scope) for _, c in of_day}, day
        begun += len(began)
    return begun


def test_the_calendar_of_an_example_agrees_with_its_assessments(example: Workspace) -> None:
    assert agree_with_assessments(example.content.knowledge, example.organisation, TODAY, Policy())


@pytest.mark.parametrize("seed", range(40))
def test_the_calendar_of_random_law_agrees_with_the_assessments(seed: int) -> None:
    case = generate(seed)
    found = assess_case(case)
    agree_with_assessments(found.knowledge, found.organisation, date(2020, 1, 1), policy_of(case.policy))


def test_a_norm_that_arises_from_several_assets_comes_with_the_first(bank: Workspace, content: Content) -> None:
    """The bank's systems of Annex III come in 2027; one of Annex I added to them brings nothing to Article 17."""
    other = open_organisation(content, "medical").organisation
    added = next(asset for asset in other.assets if asset.endswith("stroke-triage"))
    facts = {key: values for key, values in other.facts.items() if key[0] == added}
    both = replace(
        bank.organisation,
        assets={**bank.organisation.assets, added: other.assets[added]},
        facts={**bank.organisation.facts, **facts, (added, LEGACY_FACTS[0]): (date(2030, 1, 1),)},
        roles=bank.organisation.roles + tuple(role for role in other.roles if added in role.respects),
    )
    entries = law_calendar(content.knowledge, TODAY)
    told = [
        (entry.day, entry.event, concern.certain)
        for entry, found in zip(entries, concerns(content.knowledge, both, entries, TODAY, Policy()), strict=True)
        for concern in found
        if concern.requirement == f"{ID}eu-ai-act/art_17/par_2/req_1"
    ]
    assert told == [(date(2027, 12, 2), Event.APPLIES, True)]


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
    assert {c.certain for c in touched(bank)["2026-12-02", "new-prohibitions"][1]} == {True}
    chatbot = Iri("https://w3id.org/normgraph/example/bank/customer-chatbot")
    sold = recorded(bank.organisation, chatbot, {"isPlacedOnUnionMarket": None})
    assert {c.certain for c in touched(replace(bank, organisation=sold))["2026-12-02", "marking-grace"][1]} == {False}


@pytest.mark.parametrize("day", [date(2026, 7, 26)])
def test_a_text_that_is_not_in_force_has_no_state_today(bank: Workspace, day: date) -> None:
    entry, of_it = touched(bank, day)["2026-07-27", "2026-07-27"]
    assert entry.event is Event.TEXT_CHANGES
    assert {c.today for c in of_it} == {None}
    assert "art_4/par_1/req_1" in "".join(c.requirement for c in of_it)
