"""What differs between two runs, and the causes that they show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.errors import BadInput
from engine.graph import Iri
from engine.intime.run_changes import RunComparison, compare_runs
from engine.intime.runs import Run, RunResult, read_run, run_of
from engine.model import ReviewState, State

if TYPE_CHECKING:
    from engine.workspace import Workspace

RUNS = Path(__file__).parents[2] / "data" / "runs"
EARLY, LATE = date(2026, 11, 20), date(2026, 12, 2)


def result(number: int = 1, state: State = State.NOT_COVERED, **given: Any) -> RunResult:
    made = RunResult(Iri(f"r{number}"), Iri("org"), "law", "1", "", state, "R7", "", date(2026, 8, 2), None, ())
    return replace(made, **given)


def run(*results: RunResult, **given: Any) -> Run:
    made = Run("a run", Iri("org"), EARLY, "policy", "content", "records", None, ("law",), results)
    return replace(made, **given)


def causes(old: RunResult, new: RunResult, **given: Any) -> tuple[str, ...]:
    (moved,) = compare_runs(run(old), run(new, **given)).moved
    return moved.causes


def what(comparison: RunComparison) -> list[tuple[str, str]]:
    return [(moved.what, moved.result.requirement) for moved in comparison.moved]


def test_equal_runs_do_not_differ() -> None:
    found = compare_runs(run(result(1), result(2)), run(result(1), result(2)))
    assert (found.differences, found.moved, found.same) == ((), (), 2)


def test_another_state_another_date_new_and_gone() -> None:
    old = run(result(1), result(2, State.NOT_YET), result(3), result(4))
    new = run(result(5), result(1, State.COVERED), result(2, State.NOT_YET, effective_from=LATE), result(4))
    found = compare_runs(old, new)
    assert what(found) == [("new", "r5"), ("state", "r1"), ("date", "r2"), ("gone", "r3")]
    assert found.same == 1


def test_the_date_of_what_does_not_apply_is_of_no_interest() -> None:
    old, new = result(1, State.NOT_APPLICABLE), result(1, State.NOT_APPLICABLE, effective_from=LATE)
    assert compare_runs(run(old), run(new)).moved == ()


COVERED = result(1, State.COVERED, first_expiry=date(2026, 11, 30))


@pytest.mark.parametrize(
    ("old", "new", "given", "expected"),
    [
        (
            result(1, State.NOT_YET, effective_from=LATE),
            result(effective_from=LATE),
            {"day": LATE},
            f"applies from {LATE}",
        ),
        (result(1, State.NOT_YET, effective_from=LATE), result(), {}, f"applies from 2026-08-02, not {LATE}"),
        (COVERED, result(1, State.CLAIMED), {"day": LATE}, "evidence lapsed after 2026-11-30"),
        (COVERED, replace(COVERED, state=State.CLAIMED), {"day": LATE}, "another day"),
        (COVERED, result(1, State.CLAIMED), {"day": date(2026, 11, 30)}, "another day"),
        (result(), result(1, State.COVERED, rule="R0"), {}, "a state was set by hand"),
        (result(1, State.COVERED, rule="R0"), result(), {}, "a state that was set by hand ended"),
        (result(), result(1, State.COVERED), {"policy": "another"}, "another policy"),
        (result(), result(1, State.COVERED), {"content": "another"}, "other content"),
        (result(), result(1, State.COVERED), {"records": "another"}, "other records"),
        (result(), result(1, State.COVERED), {"day": LATE}, "another day"),
        (
            result(rests_on=("a", "b")),
            result(1, State.COVERED, rests_on=("b", "c", "d")),
            {},
            "mapping rows that count: 2 more, 1 fewer",
        ),
    ],
)
def test_the_cause_that_the_runs_show(old: RunResult, new: RunResult, given: dict[str, Any], expected: str) -> None:
    assert causes(old, new, **given) == (expected,)


def test_several_differences_may_be_the_cause() -> None:
    told = causes(result(), result(1, State.COVERED, rests_on=("a",)), policy="p", content="c", day=LATE)
    assert told == ("mapping rows that count: 1 more", "another policy", "other content")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"day": LATE}, f"its text is not the one in force on {EARLY}"),
        ({"day": LATE, "content": "another"}, f"the run of {EARLY} has no such requirement"),
        ({}, f"the run of {EARLY} has no such requirement"),
    ],
)
def test_why_a_result_is_new(given: dict[str, Any], expected: str) -> None:
    (moved,) = compare_runs(run(), run(result(), **given)).moved
    assert (moved.old, moved.causes) == (None, (expected,))


def test_a_scope_that_is_new() -> None:
    old, new = run(result(1)), run(result(1), result(1, scope=Iri("system")), day=LATE)
    (moved,) = compare_runs(old, new).moved
    assert (moved.what, moved.causes) == ("new", (f"the run of {EARLY} has no such scope",))


def test_only_shared_frameworks_and_scopes_are_compared() -> None:
    old = run(result(1), result(2, framework="other"), frameworks=("law", "other"))
    new = run(result(1), result(1, scope=Iri("system")), frameworks=("law", "third"))
    found = compare_runs(replace(old, scope="org"), new)
    assert (found.moved, found.same, found.not_compared) == ((), 1, ("other", "third"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"organisation": Iri("else")},
            "B.json: is about else, and a run about org; compare two runs of one organisation",
        ),
        ({"scope": "system"}, "B.json: looks at system only, and a run at org only; compare two runs of one scope"),
    ],
)
def test_runs_that_cannot_be_compared(given: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        compare_runs(run(scope="org"), run(source="B.json", **given))
    assert message in str(refused.value)


def test_two_documents() -> None:
    found = compare_runs(read_run(RUNS / "before.json"), read_run(RUNS / "after.json"))
    assert [(d.what, d.old[:10], d.new[:10]) for d in found.differences] == [
        ("day", "2026-11-20", "2026-12-02"),
        ("records", "b" * 10, "c" * 10),
    ]
    assert [(m.what, m.result.citation, m.causes) for m in found.moved] == [
        ("state", "AI Act 50(1) no. 1", ("evidence lapsed after 2026-11-30",)),
        ("state", "AI Act 50(2) no. 1", ("applies from 2026-12-02",)),
        ("new", "AI Act 50(4) no. 1", ("the run of 2026-11-20 has no such scope",)),
        ("gone", "AI Act 50(4) no. 1", ("the run of 2026-12-02 has no such scope",)),
    ]
    assert found.same == 1


def bank_run(bank: Workspace, day: date, least: ReviewState = ReviewState.PROPOSED) -> Run:
    return run_of(assess(bank.content.knowledge, bank.organisation, day, Policy(least)), content=bank.content.hash)


def test_the_day_on_which_the_new_prohibitions_apply_to_the_bank(bank: Workspace) -> None:
    found = compare_runs(bank_run(bank, date(2026, 12, 1)), bank_run(bank, date(2026, 12, 2)))
    assert {m.causes for m in found.moved} == {("applies from 2026-12-02",)}
    assert {m.result.citation.partition(" no.")[0] for m in found.moved} == {
        "AI Act 5(1)(ba)",
        "AI Act 5(1)(bb)",
    }
    assert {m.old.state for m in found.moved if m.old} == {State.NOT_YET}


def test_a_stricter_policy_counts_fewer_rows(bank: Workspace) -> None:
    day = date(2026, 11, 20)
    found = compare_runs(bank_run(bank, day), bank_run(bank, day, ReviewState.LEGALLY_REVIEWED))
    assert [d.what for d in found.differences] == ["policy"]
    assert found.moved
    assert all(m.causes[0].endswith(" fewer") and m.causes[1] == "another policy" for m in found.moved)


def test_runs_on_both_sides_of_an_amendment(bank: Workspace) -> None:
    found = compare_runs(bank_run(bank, date(2026, 7, 26)), bank_run(bank, date(2026, 7, 28)))
    gone = {m.result.citation for m in found.moved if m.what == "gone"}
    new = {m.result.citation for m in found.moved if m.what == "new"}
    assert "AI Act 4 no. 1" in gone
    assert "AI Act 4(1) no. 1" in new
    assert {m.causes for m in found.moved if m.what == "date"} == {
        ("applies from 2027-12-02, not 2026-08-02",),
    }
