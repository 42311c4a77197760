"""Scope limitations, each sentence of record 22 in a small table; then the limitations of the four acts on the bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.applicability import Applicability
from engine.coverage.states import StateReader
from engine.coverage.values import Policy
from engine.graph import Iri
from engine.kleene import Truth
from engine.model import Condition, Event, Provision, Requirement, RoleAssignment
from engine.rulebook import accompanying_on
from engine.rules import AccompanyingRule, DisplacementRule, ScopeLimitationRule, Window
from engine.vocabulary import ID, NG, PREFIXES
from tests.engine.values import DAY, ORG, SERVICE, SYSTEM, a, knowledge, organisation, recorded

if TYPE_CHECKING:
    from engine.coverage.values import Result
    from engine.model import Organisation
    from engine.workspace import Workspace

F, U, T = Truth.FALSE, Truth.UNDETERMINED, Truth.TRUE
TRUTHS: dict[Truth, bool | None] = {T: True, F: False, U: None}
DAYS = timedelta(days=1)
LAW, ARTICLE, PARAGRAPH, ELSEWHERE, REQUIREMENT = (
    Iri(f"https://example.org/{name}") for name in ("law", "law/art", "law/art/par", "law/other", "law/art/par/req")
)
PROVISIONS = {
    ARTICLE: a(Provision, iri=ARTICLE, framework=LAW, parent=LAW),
    PARAGRAPH: a(Provision, iri=PARAGRAPH, framework=LAW, parent=ARTICLE),
    ELSEWHERE: a(Provision, iri=ELSEWHERE, framework=LAW, parent=LAW),
}
USER, INCIDENT, RIGHTS, CHILD_RIGHTS, OUTAGE, LEAK = (
    Iri(f"https://example.org/{name}") for name in ("user", "incident", "rights", "child-rights", "outage", "leak")
)
NARROWER = {
    RIGHTS: frozenset({INCIDENT}),
    OUTAGE: frozenset({INCIDENT}),
    CHILD_RIGHTS: frozenset({RIGHTS, INCIDENT}),
}
DEVICE, SMALL = (
    a(Condition, iri=Iri(NG(name).value), label=name, kind="fact", fact=Iri(NG(name).value), fact_of=of, expects=True)
    for name, of in (("device", Iri(NG.AISystem.value)), ("small", Iri(NG.Organisation.value)))
)
NORM = a(
    Requirement, iri=REQUIREMENT, provision=PARAGRAPH, bearers=(USER,), events=(INCIDENT,), assessed_per="PerSystem"
)
ON_RECORD = a(RoleAssignment, role=USER, respects=(SYSTEM,), holds=True)
NOT_COVERED, REVIEW, NOT_APPLICABLE = "NotCovered", "NeedsLegalReview", "NotApplicable"


def limitation(**given: Any) -> ScopeLimitationRule:
    common = {
        "iri": Iri("https://example.org/rule"),
        "limits": (ARTICLE,),
        "conditions": (DEVICE.iri,),
        "label": "Rule",
    }
    found: ScopeLimitationRule = a(ScopeLimitationRule, **{**common, **given})
    return found


def event(kind: Iri, **given: Any) -> Event:
    iri = Iri(f"{kind}/{len(given)}")
    found: Event = a(Event, **{"iri": iri, "event_type": kind, "respects": (SYSTEM,), "issued": DAY, **given})
    return found


def result(
    *rules: ScopeLimitationRule,
    device: Truth = T,
    small: Truth = F,
    roles: tuple[RoleAssignment, ...] = (ON_RECORD,),
    events: tuple[Event, ...] = (),
    **known: Any,
) -> Result:
    org = recorded(organisation(roles=roles, events=events), SYSTEM, {"device": TRUTHS[device]})
    org = recorded(org, ORG, {"small": TRUTHS[small]})
    conditions = {c.iri: c for c in (DEVICE, SMALL)}
    common = {"provisions": PROVISIONS, "conditions": conditions, "requirements": {REQUIREMENT: NORM}}
    told = knowledge(limitations=rules, ancestors_of_concept=NARROWER, **common, **known)
    return StateReader(told, org, DAY, Policy()).result(NORM, SYSTEM)


def told(found: Result) -> tuple[str, str]:
    return found.state.value, found.rule


@pytest.mark.parametrize(
    ("device", "given", "expected"),
    [
        (T, {}, (NOT_APPLICABLE, "R1")),
        (F, {}, (NOT_COVERED, "R7")),
        (U, {}, (REVIEW, "R2b")),
        (T, {"question": "How far?"}, (REVIEW, "R2b")),
        (U, {"question": "How far?"}, (REVIEW, "R2b")),
        (F, {"question": "How far?"}, (NOT_COVERED, "R7")),
        (T, {"limited_to_events": (RIGHTS,)}, (NOT_COVERED, "R7")),
        (U, {"limited_to_events": (RIGHTS,)}, (NOT_COVERED, "R7")),
        (F, {"limited_to_events": (RIGHTS,)}, (NOT_COVERED, "R7")),
    ],
)
def test_a_limitation_takes_away_asks_or_leaves_events(
    device: Truth, given: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert told(result(limitation(**given), device=device)) == expected


def test_what_is_taken_away_is_told_by_kind_rule_and_what_applies_instead() -> None:
    found = result(limitation(applies_instead=(ELSEWHERE,)))
    assert found.kind is not None
    assert found.kind.value == "role-or-class"
    assert found.inputs == ("https://example.org/rule", ELSEWHERE)
    assert "limited by Rule" in found.reason


def test_the_question_of_the_rule_is_asked() -> None:
    assert "How far?" in result(limitation(question="How far?")).questions


def test_what_may_be_taken_away_says_what_it_would_be() -> None:
    found = result(limitation(), device=U).if_applicable
    assert found is not None
    assert found.value == NOT_COVERED


@pytest.mark.parametrize(
    ("limits", "except_for", "expected"),
    [
        ((LAW,), (), NOT_APPLICABLE),
        ((ARTICLE,), (), NOT_APPLICABLE),
        ((PARAGRAPH,), (), NOT_APPLICABLE),
        ((REQUIREMENT,), (), NOT_APPLICABLE),
        ((ELSEWHERE,), (), NOT_COVERED),
        ((ELSEWHERE, PARAGRAPH), (), NOT_APPLICABLE),
        ((LAW,), (ARTICLE,), NOT_COVERED),
        ((LAW,), (PARAGRAPH,), NOT_COVERED),
        ((LAW,), (REQUIREMENT,), NOT_COVERED),
        ((LAW,), (ELSEWHERE,), NOT_APPLICABLE),
    ],
)
def test_what_a_limitation_reaches(limits: tuple[Iri, ...], except_for: tuple[Iri, ...], expected: str) -> None:
    assert result(limitation(limits=limits, except_for=except_for)).state.value == expected


@pytest.mark.parametrize(
    ("device", "small", "expected"),
    [(T, T, NOT_APPLICABLE), (T, F, NOT_COVERED), (T, U, REVIEW), (U, F, NOT_COVERED), (U, U, REVIEW)],
)
def test_all_conditions_have_to_hold(device: Truth, small: Truth, expected: str) -> None:
    both = limitation(conditions=(DEVICE.iri, SMALL.iri))
    assert result(both, device=device, small=small).state.value == expected


@pytest.mark.parametrize(
    ("device", "small", "expected"),
    [(T, U, NOT_APPLICABLE), (U, T, NOT_APPLICABLE), (U, F, REVIEW), (F, F, NOT_COVERED)],
)
def test_one_of_several_limitations_is_enough(device: Truth, small: Truth, expected: str) -> None:
    two = limitation(), limitation(iri=Iri("https://example.org/rule-2"), conditions=(SMALL.iri,))
    assert result(*two, device=device, small=small).state.value == expected


@pytest.mark.parametrize(
    ("device", "roles", "expected"),
    [
        (T, (), (NOT_APPLICABLE, "R1")),
        (U, (), (REVIEW, "R2b")),
        (U, (replace(ON_RECORD, holds=False),), (NOT_APPLICABLE, "R1")),
    ],
)
def test_a_limitation_stands_beside_the_requirement_s_own_bearer(
    device: Truth, roles: tuple[RoleAssignment, ...], expected: tuple[str, str]
) -> None:
    assert told(result(limitation(), device=device, roles=roles)) == expected


DISPLACED = a(DisplacementRule, iri=Iri("https://example.org/displaced"), displaces=(LAW,), label="Displacement")


@pytest.mark.parametrize(("device", "expected"), [(T, "R1"), (U, "R1b"), (F, "R1b")])
def test_a_limitation_that_fires_comes_before_displacement(device: Truth, expected: str) -> None:
    assert told(result(limitation(), device=device, displacements=(DISPLACED,))) == (NOT_APPLICABLE, expected)


@pytest.mark.parametrize("given", [{}, {"question": "How far?"}])
def test_before_the_date_nothing_is_asked(given: dict[str, Any]) -> None:
    windows = (a(Window, governs=(LAW,), applies_from=DAY + DAYS),)
    assert told(result(limitation(**given), device=U, windows=windows)) == ("NotYetApplicable", "R2")


TO_RIGHTS = limitation(limited_to_events=(RIGHTS,))
TO_OUTAGES = limitation(iri=Iri("https://example.org/rule-2"), limited_to_events=(OUTAGE,), conditions=(SMALL.iri,))


@pytest.mark.parametrize(
    ("events", "device", "set_going", "expected"),
    [
        ([], T, 0, NOT_COVERED),
        ([event(RIGHTS)], T, 1, NOT_COVERED),
        ([event(CHILD_RIGHTS)], T, 1, NOT_COVERED),
        ([event(OUTAGE)], T, 0, NOT_COVERED),
        ([event(INCIDENT)], T, 0, NOT_COVERED),
        ([event(OUTAGE), event(RIGHTS)], T, 1, NOT_COVERED),
        ([event(OUTAGE), event(RIGHTS)], F, 2, NOT_COVERED),
        ([event(OUTAGE)], F, 1, NOT_COVERED),
        ([], U, 0, NOT_COVERED),
        ([event(RIGHTS)], U, 1, NOT_COVERED),
        ([event(CHILD_RIGHTS)], U, 1, NOT_COVERED),
        ([event(OUTAGE)], U, 1, REVIEW),
        ([event(OUTAGE), event(RIGHTS)], U, 2, REVIEW),
        ([event(LEAK)], U, 0, NOT_COVERED),
        ([event(OUTAGE, issued=DAY + DAYS)], U, 0, NOT_COVERED),
        ([event(OUTAGE, respects=(SERVICE,))], U, 0, NOT_COVERED),
        ([event(OUTAGE, respects=(ORG,))], U, 1, REVIEW),
    ],
)
def test_only_events_of_these_types_set_it_going(
    events: list[Event], device: Truth, set_going: int, expected: str
) -> None:
    found = result(TO_RIGHTS, device=device, events=tuple(events))
    assert found.state.value == expected
    performed = found if found.otherwise is None else found.otherwise
    assert len(performed.inputs) == set_going


@pytest.mark.parametrize(
    ("device", "small", "set_going", "expected"),
    [(T, T, 0, NOT_COVERED), (T, U, 0, NOT_COVERED), (U, F, 1, REVIEW), (U, T, 1, REVIEW), (F, T, 1, NOT_COVERED)],
)
def test_an_event_that_is_left_aside_anyway_opens_nothing(
    device: Truth, small: Truth, set_going: int, expected: str
) -> None:
    found = result(TO_RIGHTS, TO_OUTAGES, device=device, small=small, events=(event(OUTAGE),))
    assert found.state.value == expected
    assert len((found.otherwise or found).inputs) == set_going


@pytest.mark.parametrize("kind", ["IntegrationRule", "ReuseRule", "RecordKeepingRule", "SupplementRule"])
@pytest.mark.parametrize("device", Truth)
def test_accompanying_rules_change_no_state(kind: str, device: Truth) -> None:
    beside = a(AccompanyingRule, kind=kind, concerns=(LAW,), refers_to=(ELSEWHERE,), conditions=(DEVICE.iri,))
    assert result(device=device, accompanying=(beside,)) == result(device=device)


SCORING = Iri("https://w3id.org/normgraph/example/bank/credit-scoring-2")
AI_ACT = PREFIXES["eu-aiact"]
ANNEX_III, ANNEX_I = (Iri(f"{AI_ACT}RiskLevelHigh-A6-{n}") for n in (2, 1))
LATE = date(2028, 8, 2)
WITHOUT = ("NotApplicable", "NotYetApplicable", "NeedsLegalReview")


def of_bank(bank: Workspace, **facts: Any) -> Organisation:
    """Return the bank with other facts about the credit scoring it provides, put on the market after all cut-offs."""
    return recorded(
        bank.organisation, SCORING, {"riskClass": ANNEX_III, "marketDate": LATE, "isPlacedOnUnionMarket": True, **facts}
    )


def live(bank: Workspace, org: Organisation, requirement: str, scope: Iri = SCORING) -> tuple[str, str]:
    """Return the state with its rule; any state of a requirement that applies is told as that."""
    known = bank.content.knowledge
    found = StateReader(known, org, LATE, Policy()).result(known.requirements[Iri(f"{ID}{requirement}")], scope)
    return (found.state.value if found.state.value in WITHOUT else "applies"), found.rule


APPLIES, GONE, OPEN = ("applies", "R7"), ("NotApplicable", "R1"), ("NeedsLegalReview", "R2b")
SERIOUS = {
    "serious-incident": (False, "art_73/par_2"),
    "serious-incident-death": (False, "art_73/par_4"),
    "serious-incident-two-day": (False, "art_73/par_3"),
    "serious-incident-fundamental-rights": (True, "art_73/par_2"),
    "serious-incident-in-testing": (False, "art_73/par_2"),
    "serious-incident-provider-unreachable": (False, "art_73/par_2"),
}


def after(bank: Workspace, kind: str, *, reports_elsewhere: bool | None, **facts: Any) -> tuple[bool, tuple[str, str]]:
    """Return whether an incident of a kind sets its paragraph of Article 73 going, and what the paragraph is then."""
    happened = a(Event, iri=Iri("https://example.org/event"), event_type=Iri(f"{ID}event/{kind}"), respects=(SCORING,))
    org = replace(of_bank(bank, **facts), events=(replace(happened, issued=LATE),))
    org = recorded(org, org.iri, {"subjectToEquivalentIncidentReporting": reports_elsewhere})
    known = bank.content.knowledge
    requirement = known.requirements[Iri(f"{ID}eu-ai-act/{SERIOUS[kind][1]}/req_1")]
    set_going = StateReader(known, org, LATE, Policy()).addressed.limits.events(requirement, SCORING)
    return bool(set_going), live(bank, org, f"eu-ai-act/{SERIOUS[kind][1]}/req_1")


@pytest.mark.parametrize("kind", SERIOUS)
@pytest.mark.parametrize(
    ("device", "reports_elsewhere", "risk", "fires"),
    [
        (True, False, ANNEX_III, T),
        (False, False, ANNEX_III, F),
        (None, False, ANNEX_III, U),
        (False, True, ANNEX_III, T),
        (False, None, ANNEX_III, U),
        (None, True, ANNEX_III, T),
        (None, None, ANNEX_III, U),
        (False, True, ANNEX_I, F),
        (False, None, ANNEX_I, F),
        (True, None, ANNEX_I, T),
    ],
)
def test_incidents_under_73_9_and_73_10(
    bank: Workspace,
    kind: str,
    device: bool | None,  # noqa: FBT001 - a column of the table
    reports_elsewhere: bool | None,  # noqa: FBT001 - as above
    risk: Iri,
    fires: Truth,
) -> None:
    of_rights = SERIOUS[kind][0]
    facts = {"isMedicalDeviceSystem": device, "riskClass": risk}
    set_going, found = after(bank, kind, reports_elsewhere=reports_elsewhere, **facts)
    assert set_going is (of_rights or fires is not T)
    assert found == (OPEN if fires is U and not of_rights else APPLIES)


@pytest.mark.parametrize(
    ("product", "reached", "expected"),
    [(True, True, OPEN), (True, None, OPEN), (None, True, OPEN), (True, False, APPLIES), (False, True, APPLIES)],
)
def test_delegated_acts_under_2_13_leave_the_extent_open(
    bank: Workspace,
    product: bool | None,  # noqa: FBT001 - a column of the table
    reached: bool | None,  # noqa: FBT001 - as above
    expected: tuple[str, str],
) -> None:
    org = of_bank(bank, riskClass=ANNEX_I, isAnnexISectionAProduct=product, isReachedByDelegatedAct=reached)
    assert live(bank, org, "eu-ai-act/art_15/par_1/req_1") == expected
    assert live(bank, org, "eu-ai-act/art_16/pnt_b/req_1") == APPLIES


@pytest.mark.parametrize(
    ("product", "other", "own"), [(True, GONE, APPLIES), (False, APPLIES, GONE), (None, OPEN, OPEN)]
)
def test_conformity_of_annex_i_section_a_products_under_43_3(
    bank: Workspace,
    product: bool | None,  # noqa: FBT001 - a column of the table
    other: tuple[str, str],
    own: tuple[str, str],
) -> None:
    facts = {"isAnnexIIIPoints2To8System": True, "isReachedByDelegatedAct": False}
    org = of_bank(bank, isAnnexISectionAProduct=product, **facts)
    assert live(bank, org, "eu-ai-act/art_43/par_2/req_1") == other
    assert live(bank, org, "eu-ai-act/art_43/par_3/req_1") == own


@pytest.mark.parametrize(
    ("simplified", "full", "own"), [(True, GONE, APPLIES), (False, APPLIES, GONE), (None, OPEN, OPEN)]
)
def test_the_simplified_framework_of_dora_16_1(
    bank: Workspace,
    simplified: bool | None,  # noqa: FBT001 - a column of the table
    full: tuple[str, str],
    own: tuple[str, str],
) -> None:
    bank_iri = bank.organisation.iri
    org = recorded(bank.organisation, bank_iri, {"usesSimplifiedICTFramework": simplified})
    for requirement in ("dora/art_5/par_1/req_1", "dora/art_6/par_1/req_1"):
        assert live(bank, org, requirement, bank_iri) == full
    assert live(bank, org, "dora/art_16/par_1/pnt_a/req_1", bank_iri) == own
    assert live(bank, org, "dora/art_17/par_1/req_1", bank_iri) == APPLIES


SENSITIVE = (
    "isMoreThanOccasional",
    "isLikelyToResultInRisk",
    "processesSpecialCategories",
    "processesCriminalOffenceData",
)


@pytest.mark.parametrize(
    ("fewer", "sensitive", "expected"),
    [
        (True, False, GONE),
        (True, True, APPLIES),
        (True, None, OPEN),
        (False, False, APPLIES),
        (False, None, APPLIES),
        (None, False, OPEN),
        (None, True, APPLIES),
    ],
)
@pytest.mark.parametrize("circumstance", SENSITIVE)
def test_records_of_small_organisations_under_gdpr_30_5(
    bank: Workspace,
    circumstance: str,
    fewer: bool | None,  # noqa: FBT001 - a column of the table
    sensitive: bool | None,  # noqa: FBT001 - as above
    expected: tuple[str, str],
) -> None:
    org = recorded(bank.organisation, bank.organisation.iri, {"employsFewerThan250": fewer})
    activities = [x.iri for x in org.assets.values() if Iri(NG.ProcessingActivity.value) in x.classes]
    for activity in activities:
        org = recorded(org, activity, {**dict.fromkeys(SENSITIVE, False), circumstance: False})
    org = recorded(org, activities[0], {circumstance: sensitive})
    assert live(bank, org, "gdpr/art_30/par_1/req_1", org.iri) == expected
    assert live(bank, org, "gdpr/art_32/par_1/req_1", org.iri)[0] != "NotApplicable"


def beside(bank: Workspace, requirement: str, **facts: Any) -> set[str]:
    """Return the accompanying rules whose conditions hold for the credit scoring."""
    known = bank.content.knowledge
    notes = accompanying_on(known, known.requirements[Iri(f"{ID}eu-ai-act/{requirement}")], LATE)
    applicability = Applicability(known, of_bank(bank, **facts), LATE)
    return {note.label for note in notes if applicability.hold(note.conditions, SCORING).truth is T}


@pytest.mark.parametrize(("point_5", "told"), [(True, {"AI Act 72(4), second subparagraph"}), (False, set())])
def test_a_financial_institution_may_integrate_the_monitoring_of_point_5_systems(
    bank: Workspace,
    point_5: bool,  # noqa: FBT001 - a column of the table
    told: set[str],
) -> None:
    facts = {"hasSectoralMonitoring": True, "isAnnexIIIPoint5System": point_5}
    assert beside(bank, "art_72/par_1/req_1", **facts) == told


@pytest.mark.parametrize(("risk", "told"), [(ANNEX_III, {"AI Act 27(4)"}), (ANNEX_I, set())])
def test_an_impact_assessment_is_reused_for_annex_iii_systems(bank: Workspace, risk: Iri, told: set[str]) -> None:
    assert beside(bank, "art_27/par_1/req_1", riskClass=risk) == told
