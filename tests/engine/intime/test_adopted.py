"""The law as adopted by a day: what is published is known; what is not is left out, and so is the end it brings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.graph import Iri
from engine.intime.adopted import adopted_by
from engine.model import Framework, FrameworkVersion, Provision, ProvisionVersion, Requirement
from engine.rules import LegacyRule, Window
from engine.vocabulary import ID
from tests.engine.values import DAY, a, knowledge

if TYPE_CHECKING:
    from engine.content import Content

LAW, ACT = Iri("https://example.org/law"), Iri("https://example.org/act")
FIRST, ISSUED, BEGINS = DAY, DAY + timedelta(days=100), DAY + timedelta(days=103)


def law() -> Any:
    versions = (
        a(FrameworkVersion, name="first", valid_from=FIRST, issued=FIRST - timedelta(days=20)),
        a(FrameworkVersion, name="new", valid_from=BEGINS, issued=ISSUED),
    )
    act = (a(FrameworkVersion, name="act", valid_from=BEGINS, issued=ISSUED),)
    old = a(ProvisionVersion, iri=Iri("old"), valid_until=BEGINS)
    new = a(ProvisionVersion, iri=Iri("new"), valid_from=BEGINS, change="Replaced")
    slots = (
        a(Provision, iri=Iri(f"{LAW}/same"), framework=LAW),
        a(Provision, iri=Iri(f"{LAW}/replaced"), framework=LAW, versions=(old, new)),
        a(Provision, iri=Iri(f"{LAW}/inserted"), framework=LAW, versions=(replace(new, change="Inserted"),)),
        a(Provision, iri=Iri(f"{ACT}/art_1"), framework=ACT),
    )
    return knowledge(
        frameworks={LAW: a(Framework, iri=LAW, versions=versions), ACT: a(Framework, iri=ACT, versions=act)},
        provisions={p.iri: p for p in slots},
        requirements={Iri(f"{p.iri}/req_1"): a(Requirement, iri=f"{p.iri}/req_1", provision=p.iri) for p in slots},
        windows=tuple(
            a(Window, iri=name, governs=(governs,), applies_from=FIRST, valid_from=begins, valid_until=ends)
            for name, governs, begins, ends in (
                ("old", LAW, None, BEGINS),
                ("new", LAW, BEGINS, None),
                ("act", ACT, None, None),
                ("ended", LAW, None, FIRST),
            )
        ),
        legacies=(a(LegacyRule, iri="grace", governs=(LAW,), valid_from=BEGINS),),
    )


def test_before_it_is_published_a_change_is_not_known() -> None:
    known = adopted_by(law(), ISSUED - timedelta(days=1))
    assert [p.removeprefix("https://example.org/") for p in known.provisions] == ["law/same", "law/replaced"]
    assert known.provisions[Iri(f"{LAW}/replaced")].version_on(BEGINS) == "old"
    assert [(w.iri, w.valid_until) for w in known.windows] == [("old", None), ("ended", FIRST)]
    assert known.legacies == ()
    assert [v.name for v in known.frameworks[LAW].versions] == ["first"]
    assert list(known.frameworks) == [LAW], "an act that is not adopted is no framework yet"
    assert set(known.requirements) == {f"{LAW}/same/req_1", f"{LAW}/replaced/req_1"}


@pytest.mark.parametrize("day", [ISSUED, BEGINS, BEGINS + timedelta(days=1000)])
def test_once_published_everything_is_known_as_it_stands(day: date) -> None:
    made = law()
    assert adopted_by(made, day) is made


def test_a_change_without_a_day_of_issue_is_known_when_it_is_in_force() -> None:
    made = law()
    dated = made.frameworks[LAW].versions
    undated = replace(made.frameworks[LAW], versions=(dated[0], replace(dated[1], issued=None)))
    alone = replace(made, frameworks={LAW: undated})
    assert [v.name for v in adopted_by(alone, BEGINS - timedelta(days=1)).frameworks[LAW].versions] == ["first"]
    assert adopted_by(alone, BEGINS) is alone


def test_the_amendment_of_the_ai_act_is_known_from_the_day_of_its_publication(content: Content) -> None:
    known, framework = content.knowledge, Iri(f"{ID}eu-ai-act")
    assert adopted_by(known, date(2026, 7, 24)) is known
    before = adopted_by(known, date(2026, 7, 23))
    assert [v.name for v in before.frameworks[framework].versions] == ["2024-07-12"]
    assert Iri(f"{ID}eu-ai-act/art_4a") not in before.provisions
    assert Iri(f"{ID}reg-2026-1744") not in before.frameworks
    assert Iri(f"{ID}eu-ai-act") not in adopted_by(known, date(2024, 7, 11)).frameworks
