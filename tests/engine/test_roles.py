"""Changes of role, each sentence of record 22 in a small table; then AI Act 25 on the bank's recruitment screener."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from engine.coverage.states import StateReader
from engine.coverage.values import Policy
from engine.graph import Iri
from engine.kleene import Truth, all_of
from engine.model import Asset, Condition, Provision, RoleAssignment
from engine.rules import RoleChangeRule, Window
from engine.vocabulary import ID, NG, PREFIXES
from tests.engine.values import DAY, ORG, SERVICE, SYSTEM, a, knowledge, organisation, recorded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.applicability import Applicability
    from engine.model import Organisation
    from engine.workspace import Workspace

F, U, T = Truth.FALSE, Truth.UNDETERMINED, Truth.TRUE
DAYS = timedelta(days=1)
OTHER_SYSTEM = Iri("https://example.org/system-2")
PROVIDER, USER, IMPORTER, DISTRIBUTOR, FIRST = (
    Iri(f"https://example.org/{name}") for name in ("provider", "user", "importer", "distributor", "first-provider")
)
ROLES, CHAIN = Iri("https://example.org/roles"), Iri("https://example.org/chain")
LAW, RULES, NORM = (Iri(f"https://example.org/{name}") for name in ("law", "law/rules", "law/norm"))
PROVISIONS = {iri: a(Provision, iri=iri, framework=LAW, parent=LAW) for iri in (RULES, NORM)}
KNOWN: dict[str, Any] = {
    "schemes": {**dict.fromkeys((PROVIDER, USER, IMPORTER, DISTRIBUTOR), ROLES), FIRST: CHAIN},
    "ancestors_of_concept": {IMPORTER: frozenset({DISTRIBUTOR})},
    "provisions": PROVISIONS,
}
CHANGED, ROUTE, ANSWERED = (
    a(Condition, iri=Iri(NG(name).value), label=name, kind="fact", fact=Iri(NG(name).value), fact_of=of, expects=True)
    for name, of in (
        ("changed", Iri(NG.AISystem.value)),
        ("route", Iri(NG.AISystem.value)),
        ("answered", Iri(NG.Organisation.value)),
    )
)
TRUTHS: dict[Truth, bool | None] = {T: True, F: False, U: None}


def rule(made: Iri | None = PROVIDER, **given: Any) -> RoleChangeRule:
    common = {"iri": Iri("https://example.org/rule"), "conditions": (CHANGED.iri,), "source": RULES, "label": "Rule"}
    found: RoleChangeRule = a(RoleChangeRule, **{**common, "makes_role": made, "ends_role": None, **given})
    return found


def role(name: Iri, **given: Any) -> RoleAssignment:
    iri = Iri(f"https://example.org/assignment/{name}/{len(given)}")
    found: RoleAssignment = a(
        RoleAssignment, **{"iri": iri, "role": name, "respects": (SYSTEM,), "holds": True, **given}
    )
    return found


def window(governs: Iri, start: int, **given: Any) -> Window:
    name = Iri(f"https://example.org/window/{governs}/{start}")
    found: Window = a(Window, **{"iri": name, "governs": (governs,), "applies_from": DAY + start * DAYS, **given})
    return found


def with_facts(org: Organisation, subject: Iri = SYSTEM, **truths: Truth) -> Organisation:
    return recorded(org, subject, {name: TRUTHS[truth] for name, truth in truths.items()})


def ask(
    rules: Iterable[RoleChangeRule], org: Organisation, day: date = DAY, windows: Iterable[Window] = ()
) -> Applicability:
    conditions = {c.iri: c for c in (CHANGED, ROUTE, ANSWERED)}
    known = knowledge(role_changes=tuple(rules), conditions=conditions, windows=tuple(windows), **KNOWN)
    return StateReader(known, org, day, Policy()).applicability


@pytest.mark.parametrize(
    ("assignments", "changed", "truth"),
    [
        ([], T, T),
        ([], F, U),
        ([], U, U),
        ([role(IMPORTER)], T, T),
        ([role(IMPORTER)], F, F),
        ([role(IMPORTER)], U, U),
        ([role(PROVIDER)], T, T),
        ([role(PROVIDER)], F, T),
        ([role(PROVIDER)], U, T),
        ([role(IMPORTER), role(PROVIDER, holds=False)], T, T),
        ([role(IMPORTER), role(PROVIDER, holds=False)], F, F),
        ([role(IMPORTER), role(PROVIDER, holds=False)], U, F),
        ([role(PROVIDER, holds=False)], U, F),
        ([role(IMPORTER), role(PROVIDER, holds=False, valid_until=DAY)], U, U),
        ([role(IMPORTER), role(PROVIDER, holds=False, valid_from=DAY)], U, F),
        ([role(IMPORTER), role(PROVIDER, holds=False, respects=(SERVICE,))], U, U),
        ([role(IMPORTER), role(PROVIDER, holds=False, respects=(ORG,))], U, U),
        ([role(PROVIDER, valid_until=DAY)], U, U),
        ([role(PROVIDER, valid_until=DAY)], F, F),
    ],
)
def test_a_rule_makes_a_role_and_silence_leaves_it_open(assignments: list[Any], changed: Truth, truth: Truth) -> None:
    org = with_facts(organisation(roles=tuple(assignments)), changed=changed)
    assert ask([rule()], org).bears([PROVIDER], SYSTEM).truth is truth


def test_what_silence_leaves_open_is_asked() -> None:
    found = ask([rule()], organisation(roles=(role(IMPORTER),))).bears([PROVIDER], SYSTEM)
    assert found.questions == ("changed (system)",)


def test_a_rule_makes_a_role_of_the_asset_it_is_about_only() -> None:
    org = with_facts(organisation(roles=(role(IMPORTER, respects=(SYSTEM, SERVICE)),)), changed=T)
    assert ask([rule()], org).bears([PROVIDER], SERVICE).truth is U
    assert ask([rule()], with_facts(org, SERVICE, changed=F)).bears([PROVIDER], SERVICE).truth is U


@pytest.mark.parametrize(
    ("made", "asked", "truth"),
    [(IMPORTER, IMPORTER, T), (IMPORTER, DISTRIBUTOR, T), (DISTRIBUTOR, IMPORTER, F), (None, IMPORTER, F)],
)
def test_a_rule_makes_a_role_and_every_broader_one(made: Iri | None, asked: Iri, truth: Truth) -> None:
    org = with_facts(organisation(roles=(role(PROVIDER),)), changed=T)
    assert ask([rule(made)], org).bears([asked], SYSTEM).truth is truth


@pytest.mark.parametrize(
    ("denied", "made", "asked", "truth"),
    [
        (DISTRIBUTOR, IMPORTER, IMPORTER, F),
        (DISTRIBUTOR, IMPORTER, DISTRIBUTOR, F),
        (IMPORTER, IMPORTER, IMPORTER, F),
        (IMPORTER, IMPORTER, DISTRIBUTOR, F),
        (IMPORTER, DISTRIBUTOR, DISTRIBUTOR, U),
    ],
)
def test_a_denial_of_the_role_that_silence_would_leave_open(denied: Iri, made: Iri, asked: Iri, truth: Truth) -> None:
    org = organisation(roles=(role(PROVIDER), role(denied, holds=False)))
    assert ask([rule(made)], org).bears([asked], SYSTEM).truth is truth


@pytest.mark.parametrize(
    ("before", "truth"),
    [
        ([], F),
        ([role(DISTRIBUTOR)], T),
        ([role(IMPORTER)], T),
        ([role(FIRST)], T),
        ([role(DISTRIBUTOR, holds=False)], F),
        ([role(DISTRIBUTOR, respects=(ORG,))], F),
        ([role(DISTRIBUTOR, respects=(SERVICE,))], F),
        ([role(DISTRIBUTOR, valid_until=DAY)], F),
        ([role(DISTRIBUTOR, valid_from=DAY + DAYS)], F),
    ],
)
@pytest.mark.parametrize("changed", [T, U])
def test_one_of_the_roles_before_has_to_be_on_record(before: list[Any], truth: Truth, changed: Truth) -> None:
    org = with_facts(organisation(roles=(role(USER), role(FIRST, holds=False), *before)), changed=changed)
    found = ask([rule(if_roles=(DISTRIBUTOR, FIRST))], org).bears([PROVIDER], SYSTEM)
    assert found.truth is all_of((truth, changed))


def test_a_role_before_of_which_nothing_is_recorded_is_not_on_record() -> None:
    org = with_facts(organisation(roles=(role(USER),)), changed=T)
    assert ask([rule(if_roles=(FIRST,))], org).bears([PROVIDER], SYSTEM).truth is F


def test_what_a_rule_makes_is_not_on_record_for_another() -> None:
    chain = [rule(IMPORTER), rule(PROVIDER, if_roles=(IMPORTER,))]
    org = with_facts(organisation(roles=(role(USER),)), changed=T)
    assert ask(chain, org).bears([IMPORTER], SYSTEM).truth is T
    assert ask(chain, org).bears([PROVIDER], SYSTEM).truth is F


def test_what_a_rule_makes_closes_no_scheme() -> None:
    assert ask([rule()], with_facts(organisation(), changed=T)).bears([IMPORTER], SYSTEM).truth is U


ENDS = rule(None, ends_role=PROVIDER)


@pytest.mark.parametrize(
    ("changed", "start", "truth"),
    [(T, -1, F), (T, 0, F), (T, 1, T), (F, 0, T), (U, 0, T), (U, 1, T)],
)
def test_a_rule_ends_a_role_once_that_is_known_and_it_applies(changed: Truth, start: int, truth: Truth) -> None:
    org = with_facts(organisation(roles=(role(PROVIDER),)), changed=changed)
    assert ask([ENDS], org, windows=[window(RULES, start)]).bears([PROVIDER], SYSTEM).truth is truth


def test_a_rule_that_perhaps_applies_ends_nothing() -> None:
    org = with_facts(organisation(roles=(role(PROVIDER),)), changed=T)
    open_dates = [window(RULES, -1), window(RULES, 1)]
    assert ask([ENDS], org, windows=open_dates).bears([PROVIDER], SYSTEM).truth is T


@pytest.mark.parametrize(
    ("rules", "held", "asked", "truth"),
    [
        ([rule(FIRST, ends_role=PROVIDER)], [PROVIDER], FIRST, T),
        ([rule(FIRST, ends_role=PROVIDER, if_roles=(PROVIDER,))], [PROVIDER], PROVIDER, F),
        ([rule(FIRST, ends_role=PROVIDER, if_roles=(PROVIDER,))], [PROVIDER], FIRST, T),
        ([rule(None, ends_role=PROVIDER, if_roles=(USER,))], [PROVIDER], PROVIDER, T),
        ([rule(None, ends_role=PROVIDER, if_roles=(USER,))], [PROVIDER, USER], PROVIDER, F),
        ([rule(None, ends_role=DISTRIBUTOR)], [IMPORTER], DISTRIBUTOR, F),
        ([rule(None, ends_role=DISTRIBUTOR)], [IMPORTER], IMPORTER, F),
        ([rule(None, ends_role=IMPORTER)], [DISTRIBUTOR], DISTRIBUTOR, T),
        ([rule(None, ends_role=IMPORTER)], [IMPORTER], DISTRIBUTOR, F),
        ([ENDS, rule()], [PROVIDER], PROVIDER, T),
        ([ENDS, rule(conditions=(ROUTE.iri,))], [PROVIDER], PROVIDER, U),
    ],
)
def test_what_a_rule_ends(rules: list[RoleChangeRule], held: list[Iri], asked: Iri, truth: Truth) -> None:
    org = with_facts(organisation(roles=tuple(map(role, held))), changed=T)
    assert ask(rules, org).bears([asked], SYSTEM).truth is truth


def two_systems(**given: Any) -> Organisation:
    other = a(Asset, iri=OTHER_SYSTEM, classes=(Iri(NG.AISystem.value),))
    return organisation(
        **{"assets": {**organisation().assets, OTHER_SYSTEM: other}, "roles": (role(IMPORTER),), **given}
    )


@pytest.mark.parametrize(("first", "second"), list(product(Truth, repeat=2)))
def test_for_the_organisation_one_system_is_enough(first: Truth, second: Truth) -> None:
    org = with_facts(with_facts(two_systems(), changed=first), OTHER_SYSTEM, changed=second)
    assert ask([rule()], org).bears([PROVIDER], ORG).truth is Truth(max(first.value, second.value))


@pytest.mark.parametrize(
    ("denied_of", "first", "second", "truth"),
    [
        ((SYSTEM,), U, F, F),
        ((SYSTEM, OTHER_SYSTEM), U, U, F),
        ((SYSTEM,), F, U, U),
        ((SYSTEM,), U, T, T),
        ((ORG,), U, U, F),
    ],
)
def test_for_the_organisation_a_denial_settles_the_system_it_is_about(
    denied_of: tuple[Iri, ...], first: Truth, second: Truth, truth: Truth
) -> None:
    org = two_systems(roles=(role(IMPORTER), role(PROVIDER, holds=False, respects=denied_of)))
    org = with_facts(with_facts(org, changed=first), OTHER_SYSTEM, changed=second)
    assert ask([rule()], org).bears([PROVIDER], ORG).truth is truth


def test_for_the_organisation_the_role_before_has_to_be_that_of_the_same_system() -> None:
    roles = (role(USER), role(DISTRIBUTOR, respects=(OTHER_SYSTEM,)))
    org = with_facts(with_facts(two_systems(roles=roles), changed=T), OTHER_SYSTEM, changed=F)
    assert ask([rule(if_roles=(DISTRIBUTOR,))], org).bears([PROVIDER], ORG).truth is F
    assert ask([rule(if_roles=(USER,))], org).bears([PROVIDER], ORG).truth is T


@pytest.mark.parametrize(("none", "truth"), [((), U), ((Iri(NG.AISystem.value),), F)])
def test_for_the_organisation_an_unrecorded_system_may_have_changed(none: tuple[Iri, ...], truth: Truth) -> None:
    service = a(Asset, iri=SERVICE, classes=(Iri(NG.ICTService.value),))
    org = organisation(assets={SERVICE: service}, has_none=none, roles=(role(IMPORTER, respects=(ORG,)),))
    assert ask([rule()], org).bears([PROVIDER], ORG).truth is truth


def test_for_the_organisation_a_fact_of_its_own_reaches_every_asset() -> None:
    service = a(Asset, iri=SERVICE, classes=(Iri(NG.ICTService.value),))
    org = organisation(assets={SERVICE: service}, roles=(role(IMPORTER, respects=(SERVICE,)),))
    found = ask([rule(conditions=(ANSWERED.iri,))], with_facts(org, ORG, answered=T))
    assert found.bears([PROVIDER], SERVICE).truth is T
    assert found.bears([PROVIDER], ORG).truth is T


def test_for_the_organisation_a_role_on_record_does_not_end() -> None:
    org = with_facts(two_systems(roles=(role(PROVIDER),)), changed=T)
    assert ask([ENDS], org).bears([PROVIDER], SYSTEM).truth is F
    assert ask([ENDS], org).bears([PROVIDER], ORG).truth is T


SECOND = rule(iri=Iri("https://example.org/rule-2"), source=NORM, conditions=(ROUTE.iri,))


@pytest.mark.parametrize(
    ("own", "theirs", "assignments", "truths", "first", "applies"),
    [
        ([-5], [1], [role(IMPORTER)], (T, F), 1, F),
        ([1], [-5], [role(IMPORTER)], (T, F), 1, F),
        ([-5], [-3], [role(IMPORTER)], (T, F), -3, T),
        ([-5], [1], [role(PROVIDER)], (T, F), -5, T),
        ([-5], [1], [role(IMPORTER)], (U, F), 1, F),
        ([-5], [1], [role(IMPORTER), role(PROVIDER, holds=False)], (U, F), -5, T),
        ([-5, 2], [-1, 3], [role(IMPORTER)], (T, F), -1, U),
        ([], [1], [role(IMPORTER)], (T, F), 1, F),
        ([], [1], [role(IMPORTER)], (U, F), 1, F),
        ([1], [], [role(IMPORTER)], (T, F), 1, F),
        ([], [], [role(IMPORTER)], (T, F), None, T),
        ([-5], [1], [role(IMPORTER)], (T, T), -5, T),
        ([-5], [1], [role(IMPORTER)], (T, U), -5, U),
    ],
)
def test_what_follows_from_a_change_of_role_has_the_later_date(
    own: list[int],
    theirs: list[int],
    assignments: list[Any],
    truths: tuple[Truth, Truth],
    first: int | None,
    applies: Truth,
) -> None:
    windows = [*(window(NORM, n) for n in own), *(window(RULES, n) for n in theirs)]
    org = with_facts(organisation(roles=tuple(assignments)), changed=truths[0], route=truths[1])
    found = ask([rule(), SECOND], org, windows=windows).timing(NORM, SYSTEM, [PROVIDER])
    assert found.applies(DAY) is applies
    assert found.first == (None if first is None else DAY + first * DAYS)


GONE = {"valid_until": DAY}


def test_an_open_date_of_the_rule_does_not_bring_a_later_norm_forward() -> None:
    org = with_facts(organisation(roles=(role(IMPORTER),)), changed=T)
    timing = ask([rule()], org, windows=[window(RULES, -5, **GONE), window(NORM, 1)]).timing(NORM, SYSTEM, [PROVIDER])
    assert (timing.applies(DAY), timing.first) == (F, DAY + DAYS)


def test_an_open_date_of_one_rule_does_not_hold_up_another_that_applies() -> None:
    org = with_facts(organisation(roles=(role(IMPORTER),)), changed=T, route=T)
    windows = [window(RULES, -5, **GONE), window(NORM, -1)]
    assert ask([rule(), SECOND], org, windows=windows).timing(NORM, SYSTEM, [PROVIDER]).applies(DAY) is T


def test_another_bearer_that_is_not_known_leaves_the_date_open() -> None:
    org = with_facts(organisation(roles=(role(IMPORTER),)), changed=T)
    windows = [window(NORM, -5), window(RULES, 1)]
    found = ask([rule()], org, windows=windows)
    assert found.timing(NORM, SYSTEM, [PROVIDER, FIRST]).applies(DAY) is U
    assert found.timing(NORM, SYSTEM, [PROVIDER, IMPORTER]).applies(DAY) is T


def test_for_the_organisation_the_earliest_system_counts() -> None:
    routes = [window(RULES, -1, condition=ROUTE.iri), window(RULES, 1)]
    org = with_facts(with_facts(two_systems(), changed=T, route=F), OTHER_SYSTEM, changed=T, route=T)
    found = ask([rule()], org, windows=[window(NORM, -9), *routes])
    assert found.timing(NORM, SYSTEM, [PROVIDER]).first == DAY + DAYS
    assert found.timing(NORM, ORG, [PROVIDER]).first == DAY - DAYS


SCREENER = Iri("https://w3id.org/normgraph/example/bank/recruitment-screener")
AI_ACT = PREFIXES["eu-aiact"]
ANNEX_III, ANNEX_I = (Iri(f"{AI_ACT}RiskLevelHigh-A6-{n}") for n in (2, 1))
AI_PROVIDER, AI_DEPLOYER, PRODUCT_MAKER = (
    Iri(f"{AI_ACT}{name}") for name in ("AIProvider", "AIDeployer", "AIProductManufacturer")
)
INITIAL = Iri(NG.InitialAIProvider.value)
FROM = {ANNEX_III: date(2027, 12, 2), ANNEX_I: date(2028, 8, 2)}
GROUNDS = ("bearsNameOfOrganisation", "isSubstantiallyModifiedByOrganisation", "isRepurposedToHighRiskByOrganisation")
NO_GROUND: dict[str, Any] = dict.fromkeys(GROUNDS, False)
RISK_MANAGEMENT, NOTICE, LITERACY = "art_9/par_1/req_1", "art_50/par_1/req_1", "art_4/par_1/req_1"


WITHOUT = ("NotApplicable", "NotYetApplicable", "NeedsLegalReview")


def on_screener(name: Iri, **given: Any) -> RoleAssignment:
    return role(name, **{"respects": (SCREENER,), **given})


def bank_like(bank: Workspace, *roles: RoleAssignment, risk: Iri = ANNEX_III, **facts: Any) -> Organisation:
    """Return the bank with only these roles about the recruitment screener, put on the market after all cut-offs."""
    org = bank.organisation
    kept = tuple(r for r in org.roles if SCREENER not in r.respects or not r.role.startswith((AI_ACT, INITIAL)))
    told = {"riskClass": risk, "marketDate": date(2028, 8, 2), **NO_GROUND, **facts}
    return recorded(replace(org, roles=(*kept, *roles)), SCREENER, told)


def state(bank: Workspace, org: Organisation, requirement: str, day: date, scope: Iri = SCREENER) -> str:
    known = bank.content.knowledge
    result = StateReader(known, org, day, Policy()).result(
        known.requirements[Iri(f"{ID}eu-ai-act/{requirement}")], scope
    )
    return result.state.value if result.state.value in WITHOUT else "applies"


DEPLOYER, NOT_PROVIDER = on_screener(AI_DEPLOYER), on_screener(AI_PROVIDER, holds=False)


@pytest.mark.parametrize("risk", [ANNEX_III, ANNEX_I])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(
    ("answer", "denied", "before", "after"),
    [
        (True, False, "NotYetApplicable", "applies"),
        (None, False, "NotYetApplicable", "NeedsLegalReview"),
        (False, False, "NotApplicable", "NotApplicable"),
        (True, True, "NotYetApplicable", "applies"),
        (None, True, "NotApplicable", "NotApplicable"),
        (False, True, "NotApplicable", "NotApplicable"),
    ],
)
def test_a_deployer_becomes_provider_under_25_1(
    bank: Workspace,
    ground: str,
    risk: Iri,
    answer: bool | None,  # noqa: FBT001 - a column of the table
    denied: bool,  # noqa: FBT001 - as above
    before: str,
    after: str,
) -> None:
    roles = (DEPLOYER, NOT_PROVIDER) if denied else (DEPLOYER,)
    org = bank_like(bank, *roles, risk=risk, **{ground: answer})
    assert state(bank, org, RISK_MANAGEMENT, FROM[risk] - DAYS) == before
    assert state(bank, org, RISK_MANAGEMENT, FROM[risk]) == after
    assert state(bank, org, "art_26/par_1/req_1", FROM[risk] - DAYS) == "NotYetApplicable"


@pytest.mark.parametrize("answer", [True, None])
def test_what_applies_earlier_waits_for_25_1(bank: Workspace, answer: bool | None) -> None:  # noqa: FBT001 - a column
    talks = {"aiNatureNotObvious": True, "interactsDirectlyWithPersons": True}
    org = bank_like(bank, DEPLOYER, isSubstantiallyModifiedByOrganisation=answer, **talks)
    assert state(bank, org, NOTICE, date(2027, 12, 1)) == "NotYetApplicable"
    on_record = bank_like(bank, on_screener(AI_PROVIDER), isSubstantiallyModifiedByOrganisation=answer, **talks)
    assert state(bank, on_record, NOTICE, date(2027, 12, 1)) == "applies"


def test_25_1_asks_of_high_risk_systems_only(bank: Workspace) -> None:
    minimal = bank_like(bank, DEPLOYER, risk=Iri(f"{AI_ACT}RiskLevelMinimal"), **dict.fromkeys(GROUNDS))
    assert state(bank, minimal, "art_50/par_2/req_1", date(2028, 8, 2)) == "NotApplicable"


@pytest.mark.parametrize(
    "cause", ["bearsNameOfOtherOperator", "isSubstantiallyModifiedByOther", "isRepurposedToHighRiskByOther"]
)
@pytest.mark.parametrize(
    ("happened", "ruled_out", "before", "after", "helps"),
    [
        (True, False, "NotYetApplicable", "NotApplicable", "applies"),
        (True, True, "NotYetApplicable", "applies", "NotApplicable"),
        (True, None, "NotYetApplicable", "applies", "NeedsLegalReview"),
        (None, False, "NotYetApplicable", "applies", "NeedsLegalReview"),
        (False, False, "NotYetApplicable", "applies", "NotApplicable"),
    ],
)
def test_the_first_provider_ceases_under_25_2(
    bank: Workspace,
    cause: str,
    happened: bool | None,  # noqa: FBT001 - a column of the table
    ruled_out: bool | None,  # noqa: FBT001 - as above
    before: str,
    after: str,
    helps: str,
) -> None:
    org = bank_like(bank, on_screener(AI_PROVIDER), **{cause: happened, "changeToHighRiskRuledOut": ruled_out})
    assert state(bank, org, RISK_MANAGEMENT, date(2027, 12, 1)) == before
    assert state(bank, org, RISK_MANAGEMENT, date(2027, 12, 2)) == after
    assert state(bank, org, "art_25/par_2/pnt_a/req_1", date(2027, 12, 2)) == helps


def test_a_first_provider_that_changes_the_system_again_is_its_provider(bank: Workspace) -> None:
    twice = {"isSubstantiallyModifiedByOther": True, "isSubstantiallyModifiedByOrganisation": True}
    org = bank_like(bank, on_screener(AI_PROVIDER), **twice)
    assert state(bank, org, RISK_MANAGEMENT, date(2027, 12, 2)) == "applies"


@pytest.mark.parametrize(
    ("own", "name", "component", "product", "expected"),
    [
        (PRODUCT_MAKER, True, True, True, "applies"),
        (PRODUCT_MAKER, False, True, True, "NotApplicable"),
        (PRODUCT_MAKER, True, False, True, "NotApplicable"),
        (PRODUCT_MAKER, True, True, False, "NotApplicable"),
        (PRODUCT_MAKER, None, True, True, "NeedsLegalReview"),
        (AI_DEPLOYER, True, True, True, "NotApplicable"),
    ],
)
def test_a_product_manufacturer_is_provider_under_25_3(
    bank: Workspace,
    own: Iri,
    name: bool | None,  # noqa: FBT001 - a column of the table
    component: bool,  # noqa: FBT001 - as above
    product: bool,  # noqa: FBT001 - as above
    expected: str,
) -> None:
    facts = {"isUnderManufacturersName": name, "isSafetyComponent": component, "isAnnexISectionAProduct": product}
    org = bank_like(bank, on_screener(own), risk=ANNEX_I, isReachedByDelegatedAct=False, **facts)
    early = "NotApplicable" if expected == "NotApplicable" else "NotYetApplicable"
    assert state(bank, org, RISK_MANAGEMENT, date(2028, 8, 1)) == early
    assert state(bank, org, RISK_MANAGEMENT, date(2028, 8, 2)) == expected
