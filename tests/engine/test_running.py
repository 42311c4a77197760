"""Which clocks run, for whom, to whom and for how long: the AI Act read paragraph by paragraph, and NIS2 23(4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from engine.clocks import Start, read_clocks
from engine.due import Due, due_dates
from engine.graph import Iri
from engine.incidents import event_types_of
from engine.model import RoleAssignment
from engine.running import ClockStatus
from engine.vocabulary import ID, NG, PREFIXES
from engine.workspace import open_organisation
from tests.engine.values import a, recorded
from tests.shipped import shipped

if TYPE_CHECKING:
    from engine.kleene import Truth
    from engine.model import Organisation

CONTENT = shipped()
BANK = open_organisation(CONTENT, "bank").organisation
MEDICAL = open_organisation(CONTENT, "medical").organisation
SCORING, OLD_SCORING = (Iri(f"https://w3id.org/normgraph/example/bank/credit-scoring-{n}") for n in (2, 1))
FINDER, ASSISTANT = (
    Iri(f"https://w3id.org/normgraph/example/medical/{name}") for name in ("fracture-finder", "service-assistant")
)
ANNEX_I, ANNEX_III = (Iri(f"{PREFIXES['eu-aiact']}RiskLevelHigh-A6-{n}") for n in (1, 2))
AWARE = datetime(2028, 9, 1, 10, tzinfo=ZoneInfo("Europe/Brussels"))
RUNS, MAY_RUN, REPLACED = ClockStatus.RUNS, ClockStatus.MAY_RUN, ClockStatus.REPLACED
LIMITED, NOT_MODELLED, GONE = ClockStatus.LIMITED, ClockStatus.NOT_MODELLED, ClockStatus.NOT_APPLICABLE
SERIOUS = ["death", "two-day", "fundamental-rights", "provider-unreachable", "in-testing"]


def scoring(**facts: Any) -> Organisation:
    """Return the bank with other facts about a high-risk system that it put on the market after all cut-offs."""
    usual = {"riskClass": ANNEX_III, "marketDate": date(2028, 8, 3), "isPlacedOnUnionMarket": True}
    return recorded(BANK, SCORING, {**usual, **facts})


def clocks(
    organisation: Organisation, *certain: str, scope: Iri | None = SCORING, open_yet: tuple[str, ...] = ()
) -> dict[str, Due]:
    """Return what clocks say of a serious incident that is certainly of some kinds and, unless open, of no other."""
    others = [f"serious-incident-{kind}" for kind in SERIOUS if kind not in {*certain, *open_yet}]
    named = [f"serious-incident-{kind}" for kind in certain]
    types = event_types_of(CONTENT.graph, "serious-incident", certain=named, excluded=others)
    return told(organisation, types, scope)


def told(organisation: Organisation, types: dict[Iri, Truth], scope: Iri | None) -> dict[str, Due]:
    found = due_dates(
        CONTENT.knowledge, organisation, read_clocks(CONTENT.graph), types, {Start.AWARENESS: AWARE}, scope=scope
    )
    return {due.clock.iri.removeprefix(f"{ID}clock/"): due for due in found}


def states(found: dict[str, Due], *status: ClockStatus, act: str = "eu-ai-act") -> set[str]:
    return {name.removeprefix(f"{act}/") for name, due in found.items() if due.status in status and act in name}


DEVICE = {"isMedicalDeviceSystem": True}
AI_OFFICE = {"isUnderAIOfficeCompetence": True}


@pytest.mark.parametrize(
    ("facts", "kinds", "owed", "days"),
    [
        ({}, (), "73-2", 15),
        ({}, ("two-day",), "73-3", 2),
        ({}, ("death",), "73-4", 10),
        (AI_OFFICE, (), "75-1a", 15),
        (AI_OFFICE, ("two-day",), "75-1a-two-day", 2),
        (AI_OFFICE, ("death",), "75-1a-death", 10),
        ({**AI_OFFICE, **DEVICE}, ("death",), "75-1a-death", 10),
        ({**AI_OFFICE, "isPlacedOnUnionMarket": False}, (), "75-1a", 15),
        (DEVICE, ("fundamental-rights",), "73-2-device", 15),
        (DEVICE, ("fundamental-rights", "two-day"), "73-3-device", 2),
        (DEVICE, ("fundamental-rights", "death"), "73-4-device", 10),
    ],
)
def test_one_limit_of_article_73_runs_for_the_provider(
    facts: dict[str, object], kinds: tuple[str, ...], owed: str, days: int
) -> None:
    found = clocks(scoring(**facts), *kinds)
    assert states(found, RUNS, MAY_RUN) == {owed, "26-5"}
    assert found[f"eu-ai-act/{owed}"].status is RUNS
    assert found[f"eu-ai-act/{owed}"].due == AWARE + timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "owed", "words"),
    [
        ({}, "73-2", "market surveillance authority of each Member State"),
        (DEVICE, "73-2-device", "national competent authority that each Member State"),
        (AI_OFFICE, "75-1a", "AI Office"),
    ],
)
def test_the_report_goes_to_whom_the_paragraph_names(facts: dict[str, object], owed: str, words: str) -> None:
    found = clocks(scoring(**facts), "fundamental-rights")[f"eu-ai-act/{owed}"]
    assert (found.status, found.clock.recipient.startswith(words)) == (RUNS, True)
    assert "where applicable, the deployer" in found.clock.note


def test_a_system_that_is_not_on_the_union_market_starts_no_clock_of_article_73() -> None:
    found = clocks(scoring(isPlacedOnUnionMarket=False), "death")
    assert {found[f"eu-ai-act/73-{n}"].status for n in (2, 4)} == {GONE}
    found = clocks(scoring(isPlacedOnUnionMarket=None), "death")
    assert found["eu-ai-act/73-4"].status is MAY_RUN
    assert any("placed on the Union market" in question for question in found["eu-ai-act/73-4"].questions)


@pytest.mark.parametrize(
    ("kinds", "of_this_act"), [(("death",), LIMITED), (("fundamental-rights",), RUNS), (("two-day",), LIMITED)]
)
@pytest.mark.parametrize("equivalent", [False, True])
def test_other_law_keeps_its_own_clock_whatever_limits_this_one(
    kinds: tuple[str, ...],
    of_this_act: ClockStatus,
    equivalent: bool,  # noqa: FBT001 - a column of the table
) -> None:
    organisation = scoring(**({} if equivalent else DEVICE))
    organisation = recorded(organisation, organisation.iri, {"subjectToEquivalentIncidentReporting": equivalent})
    found = clocks(organisation, *kinds)
    variant, other = ("", "73-9-other-law") if equivalent else ("-device", "73-10-device-law")
    paragraph = {"death": 4, "two-day": 3}.get(kinds[0], 2)
    assert found[f"eu-ai-act/73-{paragraph}{variant}"].status is of_this_act
    assert states(found, NOT_MODELLED) == {other}


def test_neither_the_ai_office_nor_grandfathering_takes_the_clock_of_the_device_law() -> None:
    assert states(clocks(scoring(**DEVICE, **AI_OFFICE), "death"), NOT_MODELLED) == {"73-10-device-law"}
    old = recorded(BANK, OLD_SCORING, DEVICE)
    found = clocks(old, "death", scope=OLD_SCORING)
    assert found["eu-ai-act/73-4-device"].because == "legacy (AI Act 111(2), Annex III systems)"
    assert states(found, NOT_MODELLED) == {"73-10-device-law"}


@pytest.mark.parametrize(
    ("facts", "equivalent", "kinds", "owed"),
    [
        (AI_OFFICE, True, ("death",), set()),
        (AI_OFFICE, True, ("fundamental-rights",), {"75-1a"}),
        ({}, True, ("death", "provider-unreachable"), set()),
        ({}, True, ("fundamental-rights", "provider-unreachable"), {"73-2", "26-5-in-place-of-provider"}),
        (DEVICE, False, ("death", "provider-unreachable"), set()),
        (DEVICE, False, ("fundamental-rights", "provider-unreachable"), {"73-2-device", "26-5-in-place-of-provider"}),
    ],
)
def test_what_takes_article_73_over_takes_its_limits_over(
    facts: dict[str, object],
    equivalent: bool,  # noqa: FBT001 - a column of the table
    kinds: tuple[str, ...],
    owed: set[str],
) -> None:
    organisation = scoring(**facts)
    organisation = recorded(organisation, organisation.iri, {"subjectToEquivalentIncidentReporting": equivalent})
    assert states(clocks(organisation, *kinds), RUNS, MAY_RUN) == {*owed, "26-5"}


@pytest.mark.parametrize(
    ("kinds", "suffix", "days"), [((), "", 15), (("two-day",), "-two-day", 2), (("death",), "-death", 10)]
)
def test_a_deployer_who_cannot_reach_the_provider_reports_itself(
    kinds: tuple[str, ...], suffix: str, days: int
) -> None:
    due = clocks(scoring(), "provider-unreachable", *kinds)[f"eu-ai-act/26-5-in-place-of-provider{suffix}"]
    assert (due.status, due.due) == (RUNS, AWARE + timedelta(days=days))
    unreachable_or_not = clocks(scoring(), *kinds, open_yet=("provider-unreachable",))
    assert unreachable_or_not[due.clock.iri.removeprefix(f"{ID}clock/")].status is MAY_RUN
    assert not states(clocks(scoring(), *kinds), *ClockStatus) & {f"26-5-in-place-of-provider{suffix}"}


@pytest.mark.parametrize(
    ("kinds", "suffix", "days"), [((), "", 15), (("two-day",), "-two-day", 2), (("death",), "-death", 10)]
)
def test_an_incident_in_real_world_testing_is_reported_before_the_system_is_on_the_market(
    kinds: tuple[str, ...], suffix: str, days: int
) -> None:
    testing = scoring(testedInRealWorldConditions=True, isPlacedOnUnionMarket=False)
    found = clocks(testing, "in-testing", *kinds)
    assert states(found, RUNS, MAY_RUN) == {f"60-7{suffix}", "26-5"}
    assert found[f"eu-ai-act/60-7{suffix}"].due == AWARE + timedelta(days=days)


def test_a_model_with_systemic_risk_has_a_report_without_a_limit() -> None:
    model = next(iri for iri, asset in BANK.assets.items() if NG.AIModel.value in asset.classes)
    role = a(
        RoleAssignment,
        iri=Iri(f"{model}/role"),
        role=Iri(NG.SystemicRiskGPAIProvider.value),
        respects=(model,),
        holds=True,
        valid_from=date(2026, 1, 1),
    )
    kept = tuple(r for r in BANK.roles if "GPAIProvider" not in r.role)
    types = event_types_of(CONTENT.graph, "gpai-serious-incident")
    due = told(replace(BANK, roles=(*kept, role)), types, model)["eu-ai-act/55-1-c"]
    assert (due.status, due.due, due.start) == (RUNS, None, AWARE)
    assert due.clock.recipient.startswith("AI Office")
    assert told(BANK, types, model)["eu-ai-act/55-1-c"].status is GONE
    assert told(BANK, types, OLD_SCORING)["eu-ai-act/55-1-c"].because.find("legacy") == -1
    unconcerned = next(iri for iri, asset in BANK.assets.items() if NG.Policy.value in asset.classes)
    assert told(replace(BANK, roles=(*kept, role)), types, unconcerned)["eu-ai-act/55-1-c"].status is not RUNS


@pytest.mark.parametrize(
    ("kinds", "aside", "because"),
    [
        (("death",), {"73-2"}, "by AI Act 73(4), Report of a death"),
        (("two-day",), {"73-2"}, "by AI Act 73(3), Report of a widespread infringement"),
        ((), set(), ""),
    ],
)
def test_a_shorter_limit_replaces_the_general_one_and_says_so(
    kinds: tuple[str, ...], aside: set[str], because: str
) -> None:
    found = clocks(scoring(), *kinds)
    assert states(found, REPLACED) == aside
    general = found["eu-ai-act/73-2"]
    assert general.due is None or not aside
    assert general.because.startswith(because)
    assert (general.status is RUNS) is not bool(aside)


def test_two_limits_that_set_the_general_one_aside_both_run() -> None:
    found = clocks(scoring(), "death", "two-day")
    assert states(found, RUNS) == {"73-3", "73-4", "26-5"}
    assert found["eu-ai-act/73-2"].because.count("by AI Act 73(") == 2


def test_what_may_replace_a_clock_leaves_it_running() -> None:
    found = clocks(scoring(), open_yet=("death",))
    assert states(found, RUNS) == {"73-2", "26-5"}
    assert found["eu-ai-act/73-4"].questions == ("Is the incident of this kind: Serious incident with a death?",)


def test_what_is_open_of_both_keeps_no_clock_from_being_replaced() -> None:
    found = clocks(scoring(isPlacedOnUnionMarket=None), "death")
    assert (found["eu-ai-act/73-2"].status, found["eu-ai-act/73-4"].status) == (REPLACED, MAY_RUN)


@pytest.mark.parametrize(
    ("provides", "excluded", "general", "special"),
    [
        (True, (), REPLACED, RUNS),
        (None, (), RUNS, MAY_RUN),
        (False, (), RUNS, GONE),
        (True, ("significant-incident-trust-service",), RUNS, None),
    ],
)
def test_the_day_of_a_trust_service_provider_replaces_three_days(
    provides: bool | None,  # noqa: FBT001 - a column of the table
    excluded: tuple[str, ...],
    general: ClockStatus,
    special: ClockStatus | None,
) -> None:
    organisation = recorded(MEDICAL, MEDICAL.iri, {"isTrustServiceProvider": provides})
    kind = "significant-incident" if excluded else "significant-incident-trust-service"
    found = told(organisation, event_types_of(CONTENT.graph, kind, excluded=excluded), None)
    assert found["nis2/23-4-b"].status is general
    assert found["nis2/23-4-a"].status is RUNS
    due = found.get("nis2/23-4-trust-services")
    assert (due and due.status) is special
    if special is RUNS:
        assert due is not None
        assert due.due == AWARE + timedelta(hours=24)


def test_without_an_asset_systems_are_read_one_by_one() -> None:
    """A device beside a system that is none: each clock may run, and says for which of them."""
    organisation = recorded(
        MEDICAL, FINDER, {"riskClass": ANNEX_I, "marketDate": date(2028, 8, 3), "isPlacedOnUnionMarket": True}
    )
    organisation = recorded(
        organisation, ASSISTANT, {"riskClass": ANNEX_III, "marketDate": date(2028, 8, 3), "isPlacedOnUnionMarket": True}
    )
    found = clocks(organisation, "fundamental-rights", scope=None)
    plain, device = found["eu-ai-act/73-2"], found["eu-ai-act/73-2-device"]
    assert (plain.status, device.status) == (MAY_RUN, MAY_RUN)
    assert plain.questions[-1] == f"Did it hit {organisation.labels[ASSISTANT]}?"
    assert organisation.labels[FINDER] in device.questions[-1]


def test_every_clock_that_is_replaced_is_one_and_belongs_to_the_same_act() -> None:
    known = {clock.iri: clock for clock in read_clocks(CONTENT.graph)}
    pairs = [(clock, known[other]) for clock in known.values() for other in clock.replaces]
    assert len(pairs) == 11
    assert all(set(one.bearers) == set(other.bearers) and one.starts_at is other.starts_at for one, other in pairs)


@pytest.mark.parametrize(("told_of", "status"), [(False, RUNS), (None, MAY_RUN), (True, ClockStatus.DISPLACED)])
def test_whether_sector_law_takes_the_clock_over_is_asked_where_it_is_open(
    told_of: bool | None,  # noqa: FBT001 - a column of the table
    status: ClockStatus,
) -> None:
    facts = {"isUnderEquivalentSectorMeasures": told_of, "isUnderEquivalentSectorNotification": told_of}
    organisation = recorded(MEDICAL, MEDICAL.iri, facts)
    (due,) = (
        due
        for name, due in told(organisation, event_types_of(CONTENT.graph, "significant-incident"), None).items()
        if name == "nis2/23-4-a"
    )
    assert due.status is status
    assert any("sector-specific" in question for question in due.questions) is (status is MAY_RUN)


@pytest.mark.parametrize(
    ("market", "status"),
    [(date(2028, 8, 3), RUNS), (None, MAY_RUN), (date(2026, 9, 1), MAY_RUN), (date(2025, 1, 1), GONE)],
)
def test_whether_a_system_is_spared_as_an_old_one_is_asked_where_it_is_open(
    market: date | None, status: ClockStatus
) -> None:
    """Between the two readings of the cut-off of 111(2), and without a market date, the clock may run."""
    due = clocks(scoring(marketDate=market))["eu-ai-act/73-2"]
    assert due.status is status
    assert bool(due.questions) is (status is MAY_RUN)
