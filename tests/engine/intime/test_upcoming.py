"""The calendar of the law: every date that is to come, and none that never comes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.graph import Iri
from engine.intime.adopted import adopted_by
from engine.intime.upcoming import Entry, Event, law_calendar
from engine.model import Framework, FrameworkVersion, Provision, ProvisionVersion, Requirement
from engine.rules import LegacyRule, Window
from engine.vocabulary import ID
from tests.engine.values import DAY, a, knowledge

if TYPE_CHECKING:
    from engine.content import Content

LAW, ARTICLE, PARAGRAPH = (Iri(f"https://example.org/law{path}") for path in ("", "/art_1", "/art_1/par_1"))
ROUTE = Iri("https://example.org/route")
STARTS, LATER = DAY + timedelta(days=10), DAY + timedelta(days=20)


def window(name: str, starts: date = STARTS, *governs: Iri, **given: Any) -> Window:
    settled = {"iri": Iri(name), "governs": governs or (LAW,), "applies_from": starts, "condition": None}
    made: Window = a(Window, **{**settled, **given})
    return made


def law(*windows: Window, legacies: tuple[LegacyRule, ...] = (), versions: tuple[Any, ...] = ()) -> Any:
    parts = [a(Provision, iri=ARTICLE, framework=LAW, parent=LAW)]
    parts += [a(Provision, iri=PARAGRAPH, framework=LAW, parent=ARTICLE)]
    norms = [
        a(
            Requirement,
            iri=Iri(f"{p}/req_1"),
            provision=p,
            version=None,
            organisation_facing=True,
            modality="Obligation",
        )
        for p in (ARTICLE, PARAGRAPH)
    ]
    norms += [a(Requirement, iri=Iri(f"{ARTICLE}/req_2"), provision=ARTICLE, version=None, organisation_facing=False)]
    return knowledge(
        frameworks={LAW: a(Framework, iri=LAW, versions=versions)},
        provisions={p.iri: p for p in parts},
        requirements={r.iri: r for r in norms},
        windows=windows,
        legacies=legacies,
    )


def days(entries: tuple[Entry, ...]) -> list[tuple[str, date]]:
    return [(entry.rule, entry.day) for entry in entries]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, STARTS),
        ({"valid_from": DAY}, STARTS),
        ({"valid_from": STARTS}, STARTS),
        ({"valid_from": LATER}, LATER),
        ({"valid_until": STARTS}, None),
        ({"valid_until": LATER}, STARTS),
        ({"starts": date.max}, None),
        ({"starts": DAY}, DAY),
        ({"starts": DAY - timedelta(days=1)}, None),
    ],
)
def test_a_window_bites_on_its_day_if_it_is_law_then(given: dict[str, Any], expected: date | None) -> None:
    found = law_calendar(law(window("w", **given)), DAY)
    assert days(found) == ([("w", expected)] if expected else [])


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (DAY, None, ["w", "later"]),
        (STARTS, STARTS, ["w"]),
        (STARTS + timedelta(days=1), None, ["later"]),
        (DAY, STARTS - timedelta(days=1), []),
        (LATER, LATER, ["later"]),
    ],
)
def test_both_ends_of_the_span_are_included(begin: date, end: date | None, expected: list[str]) -> None:
    made = law(window("later", LATER), window("w"))
    assert [rule for rule, _ in days(law_calendar(made, begin, end))] == expected


def test_an_entry_counts_live_requirements_that_no_nearer_window_governs() -> None:
    made = law(window("general"), window("near", LATER, PARAGRAPH, condition=ROUTE))
    general, near = law_calendar(made, DAY)
    assert general.requirements == (f"{ARTICLE}/req_1",)
    assert (near.requirements, near.conditions) == ((f"{PARAGRAPH}/req_1",), (ROUTE,))
    (spared,) = law_calendar(law(window("w", STARTS, ARTICLE, except_for=(PARAGRAPH,))), DAY)
    assert spared.requirements == (f"{ARTICLE}/req_1",)


def test_a_grace_period_ends_if_it_is_law_then() -> None:
    def rule(name: str, **given: Any) -> LegacyRule:
        made: LegacyRule = a(LegacyRule, iri=Iri(name), governs=(ARTICLE,), cut_offs=(DAY,), **given)
        return made

    rules = (
        rule("for-good", grace_until=None),
        rule("grace", grace_until=STARTS, except_for=(PARAGRAPH,)),
        rule("ended", grace_until=STARTS, valid_until=STARTS),
        rule("over", grace_until=DAY - timedelta(days=1)),
    )
    (found,) = law_calendar(law(legacies=rules), DAY)
    assert (found.rule, found.day, found.event) == ("grace", STARTS, Event.GRACE_ENDS)
    assert found.requirements == (f"{ARTICLE}/req_1",)
    assert found.note == f"for what was on the market before {DAY}"


def test_a_change_of_text_is_counted_and_a_first_text_is_entry_into_force() -> None:
    first, new = (a(FrameworkVersion, iri=Iri(n), name=n, valid_from=d) for n, d in (("v1", DAY), ("v2", STARTS)))
    text = a(ProvisionVersion, iri=Iri("text"), valid_from=STARTS, change="Inserted")
    made = law(versions=(first, new))
    slot = a(Provision, iri=PARAGRAPH, framework=LAW, parent=ARTICLE, versions=(text,))
    provisions = {**made.provisions, PARAGRAPH: slot}
    entries = law_calendar(knowledge(frameworks=made.frameworks, provisions=provisions), DAY)
    assert [(e.event, e.rule, e.note) for e in entries] == [
        (Event.IN_FORCE, "v1", ""),
        (Event.TEXT_CHANGES, "v2", "provisions: 1 inserted"),
    ]


def told(entries: tuple[Entry, ...]) -> dict[tuple[str, str], list[str]]:
    return {(str(e.day), e.rule.rpartition("/")[2]): [g.removeprefix(ID) for g in e.governed] for e in entries}


def test_the_dates_of_the_ai_act_that_are_to_come(content: Content) -> None:
    found = told(law_calendar(content.knowledge, date(2026, 11, 20)))
    deferred = [f"eu-ai-act/ch_III/sec_{n}" for n in (1, 2, 3)]
    sections = [f"eu-ai-act/ch_III/sec_{n}" for n in (2, 3, 4, 5)]
    grandfathered = ["eu-ai-act/art_71", *sections, "eu-ai-act/ch_IX"]
    prohibitions = [f"eu-ai-act/art_5/{p}" for p in ("par_1/pnt_ba", "par_1/pnt_bb", "par_1a", "par_1b")]
    assert found == {
        ("2026-12-02", "new-prohibitions"): prohibitions,
        ("2026-12-02", "marking-grace"): ["eu-ai-act/art_50/par_2"],
        ("2027-08-02", "legacy-models"): ["eu-ai-act/art_41/par_5/req_2", "eu-ai-act/ch_IX/sec_5", "eu-ai-act/ch_V"],
        ("2027-12-02", "first-provider-annex-iii"): ["eu-ai-act/art_25/par_2"],
        ("2027-12-02", "held-not-high-risk"): deferred[:1],
        ("2027-12-02", "high-risk-annex-iii"): deferred,
        ("2028-08-02", "first-provider-annex-i"): ["eu-ai-act/art_25/par_2"],
        ("2028-08-02", "high-risk-annex-i"): deferred,
        ("2030-08-02", "legacy-public-authorities-annex-i"): grandfathered,
        ("2030-08-02", "legacy-public-authorities-annex-iii"): grandfathered,
        ("2030-12-31", "large-scale-it-systems"): ["eu-ai-act"],
    }


def test_the_calendar_of_a_day_knows_what_was_adopted_by_then(content: Content) -> None:
    def dates(day: date) -> set[tuple[str, str]]:
        return set(told(law_calendar(adopted_by(content.knowledge, day), day)))

    before, published = dates(date(2026, 7, 23)), dates(date(2026, 7, 24))
    assert ("2026-08-02", "high-risk-annex-iii-before-2026-07-27") in before
    assert ("2027-12-02", "high-risk-annex-iii") not in before
    assert not any(day == "2026-12-02" for day, _ in before)
    assert ("2026-08-02", "high-risk-annex-iii-before-2026-07-27") not in published, "it ends before its date"
    assert {
        ("2026-07-27", "2026-07-27"),
        ("2027-12-02", "high-risk-annex-iii"),
        ("2026-12-02", "marking-grace"),
    } <= published


def test_the_text_of_july_2026_is_one_entry_with_its_counts(content: Content) -> None:
    day = date(2026, 7, 27)
    (found,) = (e for e in law_calendar(content.knowledge, day, day) if e.event is Event.TEXT_CHANGES)
    assert found.note == "provisions: 11 deleted, 183 inserted, 51 replaced"
    assert found.governed == (f"{ID}eu-ai-act",)
    assert f"{ID}eu-ai-act/art_4/par_1/req_1" in found.requirements
