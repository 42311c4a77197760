"""What changed between two days: on a small law with every kind of change, and for the AI Act of July 2026."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.errors import BadParameter
from engine.graph import Iri
from engine.intime.changes import Change, LawChanges, RequirementChange, changes_between_days
from engine.mapping.rows import NO_TERM, MappingRow
from engine.model import Framework, FrameworkVersion, Provision, ProvisionVersion, Requirement
from engine.vocabulary import ID
from tests.engine.values import DAY, a, knowledge

if TYPE_CHECKING:
    from engine.content import Content
    from engine.knowledge import Knowledge

START, CHANGED = date(2024, 8, 1), DAY
EVE, NEXT = DAY - timedelta(days=1), DAY + timedelta(days=1)
LAW, BY = Iri("https://example.org/law"), Iri("https://example.org/amending/pnt_1")


def slot(path: str, *versions: ProvisionVersion, parent: str = "", **given: Any) -> Provision:
    iri, above = Iri(f"{LAW}/{path}"), Iri(f"{LAW}/{parent}" if parent else LAW)
    made: Provision = a(
        Provision, iri=iri, framework=LAW, parent=above, sort_key=path, notation=path, versions=versions, **given
    )
    return made


def text(path: str, change: str = "", *, begins: date | None = None, ends: date | None = None) -> ProvisionVersion:
    iri = Iri(f"{LAW}/{path}/v/{begins or 'first'}")
    by = BY if begins else None
    return ProvisionVersion(iri, begins, ends, change, by, summary=f"{change} {path}" if change else "")


def changed(path: str, change: str, *, day: date = CHANGED) -> tuple[ProvisionVersion, ...]:
    new = text(path, change, begins=day)
    return (new,) if change == "Inserted" else (text(path, ends=day), new)


def norm(path: str, number: int, version: str | None) -> Requirement:
    iri, named = Iri(f"{LAW}/{path}/req_{number}"), Iri(f"{LAW}/{path}/v/{version}") if version else None
    made: Requirement = a(Requirement, iri=iri, provision=Iri(f"{LAW}/{path}"), version=named, modality="Permission")
    return made


def law(*slots: Provision, requirements: tuple[Requirement, ...] = (), **given: Any) -> Knowledge:
    versions = (
        a(FrameworkVersion, name="first", valid_from=START),
        a(FrameworkVersion, name="new", valid_from=CHANGED),
    )
    framework = a(Framework, iri=LAW, key="law", name="Law", versions=versions)
    return knowledge(
        frameworks={LAW: framework},
        provisions={p.iri: p for p in slots},
        requirements={r.iri: r for r in requirements},
        **given,
    )


def between(made: Knowledge, begin: date = EVE, end: date = NEXT) -> LawChanges:
    return changes_between_days(made, made.frameworks[LAW], begin, end)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ((), None),
        (changed("art_1", "Inserted"), Change.INSERTED),
        (changed("art_1", "Replaced"), Change.REPLACED),
        (changed("art_1", "Deleted"), Change.DELETED),
        (changed("art_1", "Replaced", day=EVE), None),
        (changed("art_1", "Replaced", day=NEXT + timedelta(days=1)), None),
        (changed("art_1", "Replaced", day=NEXT), Change.REPLACED),
    ],
)
def test_a_slot_changed_where_its_text_is_another(versions: tuple[ProvisionVersion, ...], expected: Any) -> None:
    found = between(law(slot("art_1", *versions))).provisions
    assert [change.change for change in found] == ([expected] if expected else [])


def test_a_change_says_by_whom_from_when_and_what() -> None:
    (found,) = between(law(slot("art_1", *changed("art_1", "Replaced")))).provisions
    assert (found.changed_by, found.since, found.summary) == (BY, CHANGED, "Replaced art_1")
    assert found.version == f"{LAW}/art_1/v/{CHANGED}"


def test_what_came_and_went_again_in_between_is_no_change() -> None:
    first = text("art_1", "Inserted", begins=EVE + timedelta(days=1), ends=NEXT)
    gone = text("art_1", "Deleted", begins=NEXT)
    assert between(law(slot("art_1", first, gone))).provisions == ()


def test_a_heading_is_told_as_it_was_and_as_it_is() -> None:
    old, new = changed("art_1", "Replaced")
    renamed = ProvisionVersion(new.iri, new.valid_from, None, new.change, label="New")
    (found,) = between(law(slot("art_1", old, renamed, label="Old"))).provisions
    assert (found.old_title, found.new_title) == ("Old", "New")
    (found,) = between(law(slot("art_1", *changed("art_1", "Inserted"), label="Only"))).provisions
    assert (found.old_title, found.new_title) == ("", "Only")
    (found,) = between(law(slot("art_1", *changed("art_1", "Deleted"), label="Gone"))).provisions
    assert (found.old_title, found.new_title) == ("Gone", "")


def test_other_frameworks_are_not_told() -> None:
    other = a(Provision, iri=Iri("https://example.org/other/art_1"), versions=changed("art_1", "Replaced"))
    assert between(law(other)).provisions == ()


NEW_TEXT = str(CHANGED)


@pytest.mark.parametrize(
    ("slots", "requirements", "expected"),
    [
        # on the same slot
        (["art_1"], [("art_1", 1, "first"), ("art_1", 2, NEW_TEXT)], [(["art_1/req_1"], ["art_1/req_2"])]),
        # of a part, where the slot itself has none
        (
            ["art_1", "art_1/par_1"],
            [("art_1", 1, "first"), ("art_1/par_1", 1, NEW_TEXT)],
            [(["art_1/req_1"], ["art_1/par_1/req_1"])],
        ),
        # the slot first, then parts for what is left
        (
            ["art_1", "art_1/par_1"],
            [("art_1", 1, "first"), ("art_1", 2, NEW_TEXT), ("art_1/par_1", 1, NEW_TEXT)],
            [(["art_1/req_1"], ["art_1/req_2"]), ([], ["art_1/par_1/req_1"])],
        ),
        # unrelated slots
        (
            ["art_1", "art_2"],
            [("art_1", 1, "first"), ("art_2", 1, NEW_TEXT)],
            [(["art_1/req_1"], []), ([], ["art_2/req_1"])],
        ),
        # a requirement that names no text is of both
        (["art_1"], [("art_1", 1, None)], []),
    ],
)
def test_requirements_come_go_and_are_replaced(
    slots: list[str], requirements: list[tuple[str, int, str | None]], expected: list[tuple[list[str], list[str]]]
) -> None:
    made = [slot(p, *changed(p, "Replaced"), parent=p.rpartition("/")[0]) for p in slots]
    found = between(law(*made, requirements=tuple(norm(*r) for r in requirements))).requirements
    told = [([i.removeprefix(f"{LAW}/") for i in c.old], [i.removeprefix(f"{LAW}/") for i in c.new]) for c in found]
    assert told == expected


def test_the_kind_of_a_change_of_requirements() -> None:
    one = (Iri("x"),)
    assert [RequirementChange(*sides).change for sides in ((one, ()), ((), one), (one, one))] == [
        "went",
        "came",
        "replaced",
    ]


def row(target: str, version: str, subject: str = "control") -> MappingRow:
    return MappingRow(
        "set", Iri(subject), Iri(f"{LAW}/{target}"), "subset-of", "functional", "why", object_version=version
    )


def test_rows_rest_on_the_old_text_or_are_written_for_the_new_one() -> None:
    slots = (slot("art_1", *changed("art_1", "Replaced")), slot("art_2"), slot("art_3", *changed("art_3", "Deleted")))
    rows = (
        row("art_1", "first"),
        row("art_1/req_1", "first"),
        row("art_1/req_2", "new"),
        row("art_2", "first"),
        row("art_3", "first"),
        row("art_3", "nonsense"),
        row("art_1", "first", NO_TERM),
    )
    requirements = (norm("art_1", 1, "first"), norm("art_1", 2, NEW_TEXT))
    found = between(law(*slots, requirements=requirements, rows=rows)).rows
    assert [(c.row, c.stale) for c in found] == [(rows[0], True), (rows[1], True), (rows[2], False), (rows[4], True)]
    assert {c.provision for c in found} == {f"{LAW}/art_1", f"{LAW}/art_3"}


@pytest.mark.parametrize(
    ("begin", "end", "message"),
    [
        (DAY, DAY, f"--to: “{DAY}” is not a day after --from ({DAY})"),
        (NEXT, EVE, f"--to: “{EVE}” is not a day after --from ({NEXT})"),
        (date(2024, 7, 31), NEXT, "--from: “2024-07-31” is not a day on which Law was law: it is since 2024-08-01"),
    ],
)
def test_days_that_cannot_be_compared(begin: date, end: date, message: str) -> None:
    with pytest.raises(BadParameter) as refused:
        between(law(), begin, end)
    assert str(refused.value) == message


def ai_act(content: Content, begin: date = date(2026, 7, 26), end: date = date(2026, 7, 28)) -> LawChanges:
    known = content.knowledge
    return changes_between_days(known, known.frameworks[Iri(f"{ID}eu-ai-act")], begin, end)


def short(iris: Any) -> list[str]:
    return [iri.removeprefix(f"{ID}eu-ai-act/") for iri in iris]


DEFERRED = ["ch_III/sec_1", "ch_III/sec_2", "ch_III/sec_3"]


def test_the_dates_that_the_amendment_of_the_ai_act_moved(content: Content) -> None:
    moved = {
        ((c.condition or "").rpartition("/")[2], *short(c.governed)): (c.old, c.new) for c in ai_act(content).windows
    }
    general, annex_i = date(2026, 8, 2), date(2027, 8, 2)
    assert moved == {
        ("", *(f"art_{n}" for n in range(102, 111))): ((general,), (date(2026, 7, 27),)),
        ("", "art_5/par_1/pnt_ba", "art_5/par_1/pnt_bb", "art_5/par_1a", "art_5/par_1b"): ((), (date(2026, 12, 2),)),
        ("annex-iii-route", *DEFERRED): ((general,), (date(2027, 12, 2),)),
        ("annex-i-route", *DEFERRED): ((annex_i,), (date(2028, 8, 2),)),
        ("annex-i-route", "ch_III/sec_5", "ch_IX"): ((annex_i,), (general,)),
        ("first-provider-annex-iii", "art_25/par_2"): ((general,), (date(2027, 12, 2),)),
        ("first-provider-annex-i", "art_25/par_2"): ((annex_i,), (date(2028, 8, 2),)),
        ("annex-iii-derogation", "ch_III/sec_1"): ((general,), (general, date(2027, 12, 2))),
    }


def test_nothing_changes_in_the_ai_act_where_no_amendment_lies_between(content: Content) -> None:
    for begin, end in ((date(2024, 8, 1), date(2026, 7, 26)), (date(2026, 7, 27), date(2031, 1, 1))):
        found = ai_act(content, begin, end)
        assert (found.provisions, found.windows, found.legacies, found.requirements, found.rows) == ((), (), (), (), ())


def test_the_literacy_duty_of_the_ai_act_was_replaced(content: Content) -> None:
    found = ai_act(content)
    replaced = {tuple(short(c.old)): short(c.new) for c in found.requirements if c.change == "replaced"}
    assert replaced["art_4/req_1",] == ["art_4/par_1/req_1"]
    assert "eu-ai-act/art_10/par_5/req_1" in {i.removeprefix(ID) for i in found.gone}
    live = [r for r in content.knowledge.live_requirements(date(2026, 7, 26)) if r.iri in found.gone]
    assert len(live) == 14
    assert Counter(change.stale for change in found.rows)[True] == 0, "every shipped row is for the text now in force"
