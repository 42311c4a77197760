"""Incident clocks of the bank: which run, which are displaced, and how limits are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from engine.clocks import Start, read_clocks
from engine.due import ClockStatus, Due, due_dates
from engine.errors import UnknownName
from engine.graph import Iri
from engine.incidents import event_types_of
from engine.vocabulary import NG
from engine.workspace import open_organisation
from tests.shipped import shipped

CONTENT = shipped()
BANK = open_organisation(CONTENT, "bank")
BRUSSELS = ZoneInfo("Europe/Brussels")
ASSET = "https://w3id.org/normgraph/example/bank/"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


def dues(
    asset: str | None = None, certain: tuple[str, ...] = ("major-ict-incident",), **moments: str
) -> dict[str, Due]:
    types = event_types_of(CONTENT.graph, "ransomware", certain=certain)
    known = {Start[name.upper()]: at(text) for name, text in moments.items()}
    scope = next((a for a in BANK.organisation.assets if asset and a.endswith(f"/{asset}")), None)
    found = due_dates(CONTENT.knowledge, BANK.organisation, read_clocks(CONTENT.graph), types, known, scope=scope)
    return {due.clock.iri.rpartition("clock/")[2]: due for due in found}


@pytest.mark.parametrize(
    ("aware", "classified", "expected"),
    [
        ("2026-11-27T16:30", "2026-11-27T18:00", "2026-11-27T22:00"),
        ("2026-11-27T16:30", "2026-11-28T15:00", "2026-11-28T16:30"),
        ("2026-11-27T16:30", "2026-11-28T16:31", "2026-11-28T20:31"),
    ],
)
def test_dora_counts_from_classification_and_caps_from_awareness(aware: str, classified: str, expected: str) -> None:
    due = dues(awareness=aware, classification=classified)["dora/19-4-a"]
    assert (due.status, due.due) == (ClockStatus.RUNS, at(expected))


def test_dora_chain_waits_for_what_was_sent_and_months_end_with_the_month() -> None:
    first = dues(awareness="2027-01-29T10:00", classification="2027-01-29T11:00")
    assert first["dora/19-4-b"].due is None
    assert "first notification" in first["dora/19-4-b"].questions[0]
    sent = {"initial": "2027-01-29T13:00", "intermediate": "2027-01-31T12:00"}
    later = dues(awareness="2027-01-29T10:00", classification="2027-01-29T11:00", **sent)
    assert later["dora/19-4-b"].due == at("2027-02-01T13:00")
    assert later["dora/19-4-c"].due == at("2027-02-28T12:00")


def test_hours_are_elapsed_hours_across_a_change_of_clocks() -> None:
    due = dues(certain=("personal-data-breach",), awareness="2026-10-24T12:00")["gdpr/33-1"]
    assert due.due == at("2026-10-27T11:00")


def test_nis2_gives_way_to_dora_for_the_bank() -> None:
    found = dues(awareness="2026-11-27T16:30")
    assert {found[f"nis2/23-4-{point}"].status for point in "abd"} == {ClockStatus.DISPLACED}


def test_the_ai_act_spares_the_old_system_and_asks_about_the_new_one() -> None:
    old = dues("credit-scoring-1", ("serious-incident",), awareness="2026-11-27T16:30")["eu-ai-act/73-2"]
    assert (old.status, old.because) == (ClockStatus.NOT_APPLICABLE, "legacy (AI Act 111(2), Annex III systems)")
    new = dues("credit-scoring-2", ("serious-incident",), awareness="2026-11-27T16:30")["eu-ai-act/73-2"]
    assert new.status is ClockStatus.MAY_RUN
    assert any("presupposes AI Act 6" in question for question in new.questions)
    assert new.due == at("2026-12-12T16:30")


def test_what_is_possible_is_asked_and_what_is_excluded_is_left_out() -> None:
    assert dues(awareness="2026-11-27T16:30")["gdpr/33-1"].status is ClockStatus.MAY_RUN
    types = event_types_of(
        CONTENT.graph, "ransomware", excluded=("personal-data-breach", "personal-data-breach-high-risk")
    )
    moments = {Start.AWARENESS: at("2026-11-27T16:30")}
    found = due_dates(CONTENT.knowledge, BANK.organisation, read_clocks(CONTENT.graph), types, moments)
    assert not [due for due in found if "gdpr" in due.clock.iri]


@pytest.mark.parametrize(
    ("duties", "status"),
    [((True,), ClockStatus.LIMITED), ((False,), ClockStatus.RUNS), ((), ClockStatus.MAY_RUN)],
)
def test_a_limitation_takes_a_clock_away_or_asks(duties: tuple[bool, ...], status: ClockStatus) -> None:
    activity, fact = Iri(f"{ASSET}processing/customer-service"), Iri(NG.hasEPrivacyBreachDuties.value)
    facts = {**BANK.organisation.facts, (activity, fact): duties}
    types = event_types_of(CONTENT.graph, "ransomware", certain=("personal-data-breach",))
    known = {Start.AWARENESS: at("2026-11-27T16:30")}
    organisation = replace(BANK.organisation, facts=facts)
    found = due_dates(CONTENT.knowledge, organisation, read_clocks(CONTENT.graph), types, known, scope=activity)
    due = next(due for due in found if due.clock.iri.endswith("clock/gdpr/33-1"))
    assert due.status is status
    assert (due.because == "by GDPR 95") is (status is ClockStatus.LIMITED)
    assert any("ePrivacy" in question for question in due.questions) is (status is ClockStatus.MAY_RUN)


def test_an_unknown_kind_is_refused_with_what_there_is() -> None:
    with pytest.raises(UnknownName, match="there is no incident kind or event type “flood”; known: ai-malfunction"):
        event_types_of(CONTENT.graph, "flood")
