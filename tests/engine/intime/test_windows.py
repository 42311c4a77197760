"""From when something applies by the windows alone, and where that moved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from engine.graph import Iri
from engine.intime.windows import Reading, Start, legacy_changes, possible_starts, window_changes
from engine.model import Framework, Provision, ProvisionVersion
from engine.rules import LegacyRule, Window
from tests.engine.values import DAY, a, knowledge

EVE = DAY - timedelta(days=1)
LAW, ARTICLE, PARAGRAPH = (Iri(f"https://example.org/law{path}") for path in ("", "/art_1", "/art_1/par_1"))
ROUTE, OTHER = Iri("https://example.org/route"), Iri("https://example.org/other-route")
EARLY, LATE, LATER = date(2025, 1, 1), date(2028, 1, 1), date(2029, 1, 1)


def window(name: str, starts: date, *governs: Iri, **given: Any) -> Window:
    settled = {"iri": Iri(name), "governs": governs or (LAW,), "applies_from": starts, "condition": None}
    made: Window = a(Window, **{**settled, **given})
    return made


def law(*windows: Window, inserted: bool = False, legacies: tuple[LegacyRule, ...] = ()) -> Any:
    new = (a(ProvisionVersion, iri="new", valid_from=DAY, change="Inserted"),) if inserted else ()
    parts = (
        a(Provision, iri=ARTICLE, framework=LAW, parent=LAW),
        a(Provision, iri=PARAGRAPH, framework=LAW, parent=ARTICLE, versions=new),
    )
    return knowledge(
        frameworks={LAW: a(Framework, iri=LAW)},
        provisions={p.iri: p for p in parts},
        windows=windows,
        legacies=legacies,
    )


def moved(made: Any, *, of: Iri = LAW) -> list[tuple[Any, ...]]:
    found = window_changes(a(Framework, iri=of), Reading(made, EVE), Reading(made, DAY))
    return [(c.governed, c.condition, c.old, c.new, c.windows) for c in found]


def test_the_nearest_windows_give_the_dates_and_each_route_its_own() -> None:
    made = law(
        window("general", EARLY),
        window("a", LATE, ARTICLE, condition=ROUTE),
        window("b", LATER, ARTICLE, condition=OTHER),
        window("later", EARLY, ARTICLE, valid_from=DAY + timedelta(days=1)),
    )
    assert possible_starts(Reading(made, DAY), PARAGRAPH) == (Start(LATE, ROUTE), Start(LATER, OTHER))
    assert possible_starts(Reading(made, DAY), LAW) == (Start(EARLY, None),)


def test_a_part_that_is_spared_has_the_date_of_what_is_further_off() -> None:
    made = law(window("general", EARLY), window("a", LATE, ARTICLE, except_for=(PARAGRAPH,)))
    assert possible_starts(Reading(made, DAY), PARAGRAPH) == (Start(EARLY, None),)
    assert possible_starts(Reading(made, DAY), ARTICLE) == (Start(LATE, None),)


def test_a_date_moves_on_its_route_only() -> None:
    made = law(
        window("general", EARLY),
        window("old", LATE, ARTICLE, condition=ROUTE, valid_until=DAY),
        window("new", LATER, ARTICLE, condition=ROUTE, valid_from=DAY),
        window("other", LATE, ARTICLE, condition=OTHER),
    )
    assert moved(made) == [((ARTICLE,), ROUTE, (LATE,), (LATER,), ("old", "new"))]


def test_a_window_of_its_own_moves_what_a_general_one_governed() -> None:
    made = law(window("general", EARLY), window("new", LATE, ARTICLE, valid_from=DAY))
    assert moved(made) == [((ARTICLE,), None, (EARLY,), (LATE,), ("new",))]


def test_what_is_inserted_had_no_date_before() -> None:
    made = law(window("general", EARLY), window("new", LATE, PARAGRAPH, valid_from=DAY), inserted=True)
    assert moved(made) == [((PARAGRAPH,), None, (), (LATE,), ("new",))]


def test_a_window_that_says_the_same_date_moves_nothing() -> None:
    made = law(window("old", LATE, valid_until=DAY), window("new", LATE, valid_from=DAY))
    assert moved(made) == []


def test_windows_of_other_frameworks_are_not_told() -> None:
    made = law(window("old", LATE, valid_until=DAY))
    assert moved(made) == [((LAW,), None, (LATE,), (), ("old",))]
    assert moved(made, of=Iri("https://example.org/another")) == []


def test_what_moves_together_is_one_change() -> None:
    made = law(window("general", EARLY), window("new", LATE, ARTICLE, PARAGRAPH, valid_from=DAY))
    assert moved(made) == [((ARTICLE, PARAGRAPH), None, (EARLY,), (LATE,), ("new",))]


def rule(name: str, **given: Any) -> LegacyRule:
    made: LegacyRule = a(LegacyRule, **{"iri": Iri(name), "governs": (ARTICLE,), **given})
    return made


def test_grandfathering_rules_begin_and_end() -> None:
    same, old, new = rule("same"), rule("old", valid_until=DAY), rule("new", valid_from=DAY)
    foreign = rule("foreign", valid_from=DAY, governs=(Iri("https://example.org/elsewhere"),))
    made = law(legacies=(same, old, new, foreign))
    found = legacy_changes(a(Framework, iri=LAW), Reading(made, EVE), Reading(made, DAY))
    assert [(change.rule.iri, change.began) for change in found] == [("old", False), ("new", True)]
