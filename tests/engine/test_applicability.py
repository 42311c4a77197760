"""Conditions, bearers, dates and legacy of the contract, each rule in a small table of three values."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from engine.applicability import Applicability
from engine.graph import Iri, Value
from engine.kleene import Truth, all_of, any_of, negate
from engine.model import Asset, Condition, Provision, Requirement, RoleAssignment
from engine.organisation import LEGACY_FACTS
from engine.rules import LegacyRule, Window
from engine.timing import Timing
from engine.verdicts import conclude
from engine.vocabulary import NG
from tests.engine.values import DAY, ORG, SERVICE, SYSTEM, a, knowledge, organisation

F, U, T = Truth.FALSE, Truth.UNDETERMINED, Truth.TRUE
DAYS = timedelta(days=1)
HIGH, HIGH_1, LOW = (Iri(f"https://example.org/{name}") for name in ("high", "high-1", "low"))
FACT = Iri("https://example.org/fact")
PROVIDER, IMPORTER, DISTRIBUTOR, OWNER = (
    Iri(f"https://example.org/{name}") for name in ("provider", "importer", "distributor", "owner")
)
ROLES, ENTITIES = Iri("https://example.org/roles"), Iri("https://example.org/entities")
LAW, ARTICLE, PARAGRAPH = (Iri(f"https://example.org/law{path}") for path in ("", "/art_1", "/art_1/par_1"))
OTHER_SYSTEM = Iri("https://example.org/system-2")
TRUTHS: dict[Truth, tuple[Value, ...]] = {T: (True,), F: (False,), U: ()}


def condition(name: str, of: Any = NG.Organisation, *, expects: Value = True) -> Condition:
    iri = Iri(f"https://example.org/{name}")
    made: Condition = a(Condition, iri=iri, label=name, kind="fact", fact=iri, fact_of=Iri(of.value), expects=expects)
    return made


def ask(org: Any = None, day: date = DAY, **known: Any) -> Applicability:
    conditions = {c.iri: c for c in known.pop("conditions", ())}
    return Applicability(knowledge(conditions=conditions, **known), org or organisation(), day)


@pytest.mark.parametrize(
    ("values", "expects", "truth"),
    [
        ((), True, U),
        ((True,), True, T),
        ((False,), True, F),
        ((False, True), True, T),
        ((HIGH,), HIGH, T),
        ((HIGH_1,), HIGH, T),
        ((HIGH,), HIGH_1, F),
        ((LOW,), HIGH, F),
        ((LOW, HIGH_1), HIGH, T),
    ],
)
def test_a_fact(values: tuple[Value, ...], expects: Value, truth: Truth) -> None:
    asked = condition("fact", expects=expects)
    org = organisation(facts={(ORG, asked.iri): values} if values else {})
    found = ask(org, conditions=[asked], ancestors_of_concept={HIGH_1: frozenset({HIGH})}).holds(asked.iri, SYSTEM)
    assert found.truth is truth
    assert bool(found.questions) is (truth is U)


@pytest.mark.parametrize("operands", list(product(Truth, repeat=2)))
@pytest.mark.parametrize("kind", ["conjunction", "disjunction", "negation"])
def test_connectives(kind: str, operands: tuple[Truth, Truth]) -> None:
    parts = [condition("one"), condition("two")]
    whole = a(Condition, iri=FACT, kind=kind, operands=tuple(part.iri for part in parts))
    facts = {(ORG, part.iri): TRUTHS[truth] for part, truth in zip(parts, operands, strict=True) if TRUTHS[truth]}
    expected = {"conjunction": all_of(operands), "disjunction": any_of(operands), "negation": negate(all_of(operands))}
    found = ask(organisation(facts=facts), conditions=[*parts, whole]).holds(FACT, ORG)
    assert found.truth is expected[kind]
    assert found.grounds


def test_a_condition_that_is_unknown_or_says_nothing_is_undetermined() -> None:
    empty = a(Condition, iri=FACT, kind="conjunction")
    assert ask().holds(FACT, ORG).truth is U
    assert ask(conditions=[empty]).holds(FACT, ORG).truth is U


@pytest.mark.parametrize("first", Truth)
@pytest.mark.parametrize("second", Truth)
def test_for_the_organisation_the_facts_of_all_its_assets_of_the_class(first: Truth, second: Truth) -> None:
    asked = condition("fact", NG.AISystem)
    system = a(Asset, iri=OTHER_SYSTEM, classes=(Iri(NG.AISystem.value),))
    assets = {**organisation().assets, OTHER_SYSTEM: system}
    facts = {(SYSTEM, asked.iri): TRUTHS[first], (OTHER_SYSTEM, asked.iri): TRUTHS[second]}
    found = ask(organisation(assets=assets, facts=facts), conditions=[asked])
    assert found.holds(asked.iri, ORG).truth is any_of((first, second))
    assert found.holds(asked.iri, SYSTEM).truth is first
    assert found.holds(asked.iri, OTHER_SYSTEM).truth is second


@pytest.mark.parametrize(
    ("uses", "used", "truth"), [((), (), U), ((SYSTEM,), (), T), ((), (SERVICE,), T), ((OTHER_SYSTEM,), (), U)]
)
def test_for_another_asset_the_facts_of_those_it_is_linked_to(
    uses: tuple[Iri, ...], used: tuple[Iri, ...], truth: Truth
) -> None:
    asked = condition("fact", NG.AISystem)
    service = a(Asset, iri=SERVICE, classes=(Iri(NG.ICTService.value),), uses=uses)
    system = a(Asset, iri=SYSTEM, classes=(Iri(NG.AISystem.value),), uses=used)
    org = organisation(assets={SERVICE: service, SYSTEM: system}, facts={(SYSTEM, asked.iri): (True,)})
    assert ask(org, conditions=[asked]).holds(asked.iri, SERVICE).truth is truth


def test_without_any_asset_of_the_class_undetermined_unless_there_is_none() -> None:
    asked = condition("fact", NG.Contract)
    assert ask(conditions=[asked]).holds(asked.iri, ORG).truth is U
    none = organisation(has_none=(Iri(NG.Contract.value),))
    assert ask(none, conditions=[asked]).holds(asked.iri, ORG).truth is F


def role(name: Iri, **given: Any) -> Any:
    iri = Iri(f"https://example.org/assignment/{name}/{len(given)}")
    return a(RoleAssignment, **{"iri": iri, "role": name, "respects": (SYSTEM,), "holds": True, **given})


@pytest.mark.parametrize(
    ("assignments", "truth"),
    [
        ([], U),
        ([role(PROVIDER)], T),
        ([role(PROVIDER, respects=(SERVICE,))], U),
        ([role(IMPORTER)], F),
        ([role(OWNER)], U),
        ([role(PROVIDER, holds=False)], F),
        ([role(PROVIDER, valid_from=DAY)], T),
        ([role(PROVIDER, valid_from=DAY + DAYS)], F),
        ([role(PROVIDER, valid_until=DAY)], F),
        ([role(PROVIDER, valid_until=DAY + DAYS)], T),
        ([role(PROVIDER, holds=False, valid_until=DAY)], U),
        ([role(PROVIDER), role(PROVIDER, holds=False)], T),
    ],
)
def test_a_bearer(assignments: list[Any], truth: Truth) -> None:
    schemes = {PROVIDER: ROLES, IMPORTER: ROLES, OWNER: ENTITIES}
    found = ask(organisation(roles=tuple(assignments)), schemes=schemes).bears([PROVIDER], SYSTEM)
    assert found.truth is truth
    assert found.grounds
    assert bool(found.questions) is (truth is U)


@pytest.mark.parametrize(
    ("held", "asked", "truth"),
    [
        (role(IMPORTER), DISTRIBUTOR, T),
        (role(DISTRIBUTOR), IMPORTER, F),
        (role(IMPORTER, holds=False), DISTRIBUTOR, U),
        (role(DISTRIBUTOR, holds=False), IMPORTER, F),
    ],
)
def test_a_narrower_role_is_the_broader_one_and_who_is_not_the_broader_is_not_the_narrower(
    held: Any, asked: Iri, truth: Truth
) -> None:
    known = {"schemes": {IMPORTER: ROLES, DISTRIBUTOR: ROLES}, "ancestors_of_concept": {IMPORTER: {DISTRIBUTOR}}}
    assert ask(organisation(roles=(held,)), **known).bears([asked], SYSTEM).truth is truth


def test_several_bearers_one_is_enough_and_none_is_a_question() -> None:
    org = organisation(roles=(role(IMPORTER),))
    found = ask(org, schemes={PROVIDER: ROLES, IMPORTER: ROLES, OWNER: ENTITIES})
    assert found.bears([PROVIDER, IMPORTER], SYSTEM).truth is T
    assert found.bears([PROVIDER, OWNER], SYSTEM).truth is U
    assert found.bears([], SYSTEM).truth is U
    assert found.bears([IMPORTER], ORG).truth is T


@pytest.mark.parametrize(("bearer", "first", "second"), list(product((T, U), Truth, Truth)))
def test_a_requirement_binds_if_bearer_and_all_conditions_hold(bearer: Truth, first: Truth, second: Truth) -> None:
    parts = [condition("one"), condition("two")]
    facts = {(ORG, part.iri): TRUTHS[truth] for part, truth in zip(parts, (first, second), strict=True)}
    org = organisation(facts=facts, roles=(role(PROVIDER),) if bearer is T else ())
    requirement = a(Requirement, bearers=(PROVIDER,), conditions=tuple(part.iri for part in parts))
    assert ask(org, conditions=parts).binds(requirement, SYSTEM).truth is all_of((bearer, first, second))


@pytest.mark.parametrize(
    ("per", "scopes"),
    [
        ("PerOrganisation", (ORG,)),
        ("", (ORG,)),
        ("PerSystem", (SYSTEM,)),
        ("PerICTService", (SERVICE,)),
        ("PerContract", ()),
    ],
)
def test_scopes(per: str, scopes: tuple[Iri, ...]) -> None:
    assert ask().scopes(a(Requirement, assessed_per=per)) == scopes


PROVISIONS = {
    ARTICLE: a(Provision, iri=ARTICLE, framework=LAW, parent=LAW),
    PARAGRAPH: a(Provision, iri=PARAGRAPH, framework=LAW, parent=ARTICLE),
}


def window(governs: Iri, start: int, **given: Any) -> Any:
    name = Iri(f"https://example.org/window/{governs}/{start}")
    return a(Window, **{"iri": name, "governs": (governs,), "applies_from": DAY + start * DAYS, **given})


CONDITION = condition("one")


@pytest.mark.parametrize(
    ("windows", "fact", "truth", "dates"),
    [
        ([], U, T, []),
        ([window(LAW, 0)], U, T, [0]),
        ([window(LAW, 1)], U, F, [1]),
        ([window(LAW, -5), window(PARAGRAPH, 1)], U, F, [1]),
        ([window(LAW, -5), window(ARTICLE, 1), window(PARAGRAPH, 0)], U, T, [0]),
        ([window(LAW, -5, except_for=(PARAGRAPH,))], U, U, []),
        ([window(LAW, -5), window(ARTICLE, 5, except_for=(PARAGRAPH,))], U, T, [-5]),
        ([window(PARAGRAPH, -5), window(PARAGRAPH, 5)], U, U, [-5, 5]),
        ([window(PARAGRAPH, -5, condition=CONDITION.iri), window(PARAGRAPH, 5)], F, F, [5]),
        ([window(PARAGRAPH, -5, condition=CONDITION.iri), window(PARAGRAPH, 5)], U, U, [-5, 5]),
        ([window(PARAGRAPH, -5, condition=CONDITION.iri)], F, U, []),
        ([window(PARAGRAPH, 5, condition=CONDITION.iri), window(PARAGRAPH, 9)], U, F, [5, 9]),
        ([window(PARAGRAPH, 5, valid_until=DAY), window(LAW, -5)], U, T, [-5]),
        ([window(PARAGRAPH, 5, valid_until=DAY + DAYS), window(LAW, -5)], U, F, [5]),
        ([window(PARAGRAPH, 5, valid_from=DAY + DAYS), window(LAW, -5)], U, T, [-5]),
        ([window(PARAGRAPH, 5, valid_from=DAY), window(LAW, -5)], U, F, [5]),
        ([window(PARAGRAPH, -5, valid_until=DAY)], U, U, []),
    ],
)
def test_from_when_a_provision_applies(windows: list[Any], fact: Truth, truth: Truth, dates: list[int]) -> None:
    org = organisation(facts={(ORG, CONDITION.iri): TRUTHS[fact]})
    found = ask(org, conditions=[CONDITION], provisions=PROVISIONS, windows=tuple(windows)).timing(PARAGRAPH, SYSTEM)
    assert found.applies(DAY) is truth
    assert list(found.dates) == [DAY + n * DAYS for n in dates]
    assert found.first == (DAY + dates[0] * DAYS if dates else None)


def test_what_no_window_ever_governs_always_applies() -> None:
    assert Timing((), (), bound=False).applies(DAY) is T
    assert Timing((), (), bound=True).applies(DAY) is U


MARKET, CHANGED, CHANGED_ON = LEGACY_FACTS


@pytest.mark.parametrize(
    ("facts", "cut_offs", "ended", "truth", "cut_off_open"),
    [
        ({}, (0,), False, U, False),
        ({MARKET: -1}, (0,), False, T, False),
        ({MARKET: 0}, (0,), False, F, False),
        ({MARKET: -3}, (-5, 0), False, U, True),
        ({MARKET: -6}, (-5, 0), False, T, False),
        ({MARKET: 0}, (-5, 0), False, F, False),
        ({MARKET: -9}, (), False, U, True),
        ({MARKET: -9}, (-5,), True, U, False),
        ({MARKET: -9, CHANGED: False}, (-5,), True, T, False),
        ({MARKET: -9, CHANGED: True}, (-5,), True, U, False),
        ({MARKET: -9, CHANGED: True, CHANGED_ON: -6}, (-5,), True, T, False),
        ({MARKET: -9, CHANGED: True, CHANGED_ON: -5}, (-5,), True, F, False),
        ({MARKET: -9, CHANGED: True, CHANGED_ON: 1}, (-5,), True, T, False),
        ({MARKET: -9, CHANGED: False, CHANGED_ON: -1}, (-5,), True, F, False),
        ({MARKET: -9, CHANGED: True, CHANGED_ON: -3}, (-5, 0), True, U, False),
        ({MARKET: -3, CHANGED: False}, (-5, 0), True, U, True),
        ({MARKET: -3}, (-5, 0), True, U, False),
    ],
)
def test_what_was_on_the_market_before(
    facts: dict[Iri, Any],
    cut_offs: tuple[int, ...],
    ended: bool,  # noqa: FBT001 - a column of the table
    truth: Truth,
    cut_off_open: bool,  # noqa: FBT001 - as above
) -> None:
    recorded = {(SYSTEM, f): (v if isinstance(v, bool) else DAY + v * DAYS,) for f, v in facts.items()}
    rule = a(LegacyRule, cut_offs=tuple(DAY + n * DAYS for n in cut_offs), ended_by_change=ended)
    found = ask(organisation(facts=recorded)).legacy(rule, SYSTEM)
    assert found.whole.truth is truth
    assert found.cut_off_open is cut_off_open
    assert found.whole.grounds


def test_a_legacy_rule_for_others() -> None:
    rule = a(LegacyRule, conditions=(CONDITION.iri,), cut_offs=(DAY,))
    facts = {(ORG, CONDITION.iri): (False,), (SYSTEM, MARKET): (DAY - DAYS,)}
    assert ask(organisation(facts=facts), conditions=[CONDITION]).legacy(rule, SYSTEM).whole.truth is F


def test_what_all_completions_agree_on() -> None:
    assert conclude([T, T]) is T
    assert conclude([F]) is F
    assert conclude([T, F]) is U
    assert conclude([]) is U
