"""Roll-ups across organisations: R8 on columns for every set of states, and counts as assessments count."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from engine.coverage.assess import Assessment, assess
from engine.coverage.rollup import roll_up
from engine.errors import BadInput, UnreadableFile
from engine.model import State
from engine.portfolio.manifest import read_manifest
from engine.portfolio.members import members_of
from engine.portfolio.rolled import rolled
from engine.portfolio.run import Job, assess_portfolio
from engine.portfolio.summary import GAPS, NO_KIND, Group, summarise
from engine.resources import example_files
from engine.workspace import open_organisation
from tests.portfolios import DAY, question, run, write

if TYPE_CHECKING:
    from pathlib import Path

    from engine.content import Content
    from engine.portfolio.pools import LocalPool


def results(rows: list[dict[str, Any]]) -> pa.Table:
    empty = {"framework": "f", "first_expiry": None, "assurance": None, "effective_from": None}
    columns = {
        name: [({**empty, **row})[name] for row in rows] for name in [*empty, "organisation", "requirement", "state"]
    }
    days = {name: pa.array(columns.pop(name), pa.date32()) for name in ("first_expiry", "effective_from")}
    texts = {name: pa.array(values, pa.string()).dictionary_encode() for name, values in columns.items()}
    return pa.table({**texts, **days})


def test_every_set_of_states_rolls_up_as_the_rule_says() -> None:
    sets = [states for size in range(1, len(State) + 1) for states in combinations(State, size)]
    rows = [
        {"organisation": f"o{number % 3}", "requirement": f"r{number}", "state": state.value}
        for number, states in enumerate(sets)
        for state in (*states, states[0])
    ]
    found = rolled(results(rows)).to_pylist()
    expected = {f"r{number}": roll_up(states).value for number, states in enumerate(sets)}
    assert len(found) == len(sets) == 127
    assert {row["requirement"]: row["state"] for row in found} == expected


def test_dates_are_the_earliest_and_one_unreviewed_scope_is_told() -> None:
    common = {"organisation": "o", "requirement": "r", "state": "Covered"}
    found = rolled(
        results(
            [
                {**common, "first_expiry": date(2027, 3, 1), "assurance": "legally-reviewed"},
                {
                    **common,
                    "first_expiry": date(2027, 2, 1),
                    "assurance": "proposed",
                    "effective_from": date(2025, 1, 1),
                },
                {**common, "effective_from": date(2024, 1, 1)},
                {**common, "organisation": "p", "assurance": "expert-reviewed"},
            ]
        )
    ).to_pylist()
    assert [(row["unreviewed"], row["first_expiry"], row["effective_from"]) for row in found] == [
        (True, date(2027, 2, 1), date(2024, 1, 1)),
        (False, None, None),
    ]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portfolio")
    for name in ("bank", "medical"):
        (folder / name).mkdir()
        for file in example_files(name):
            shutil.copy(file, folder / name)
    return write(folder, 3)


@pytest.fixture(scope="module")
def folder(place: Path, pool: LocalPool, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("results")
    assess_portfolio(Job(members_of(place), question(), found, 2, cache), pool)
    return found


@pytest.fixture(scope="module")
def assessments(place: Path, content: Content) -> list[Assessment]:
    workspaces = [open_organisation(content, str(path)) for path in sorted(place.iterdir())]
    return [assess(each.knowledge(DAY), each.organisation, DAY) for each in workspaces]


def summed(folder: Path, by: str, *frameworks: str) -> list[Group]:
    return summarise(folder, read_manifest(folder), by, frameworks)


def test_by_framework_it_counts_as_the_assessments_do(folder: Path, assessments: list[Assessment]) -> None:
    for group in summed(folder, "framework"):
        counts = [a.counts(f) for a in assessments for f in a.frameworks if f.key == group.key[0]]
        states: Counter[State] = Counter()
        unreviewed: Counter[State] = Counter()
        for each in counts:
            states.update(each.states)
            unreviewed.update(each.unreviewed)
        assert (group.organisations, group.results) == (5, sum(each.total for each in counts))
        assert +group.states == +states
        assert +group.unreviewed == +unreviewed
    assert {group.key for group in summed(folder, "framework")} == {(f.key,) for f in assessments[0].frameworks}


def test_the_commonest_gaps_come_first_with_their_denominators(folder: Path, assessments: list[Assessment]) -> None:
    states: dict[str, list[State]] = defaultdict(list)
    for each in assessments:
        for requirement in each.by_requirement:
            states[requirement].append(each.state_of(requirement))
    found = summed(folder, "requirement")
    assert {group.key[1] for group in found} == set(states)
    for group in found:
        of_it = states[group.key[1]]
        idle = sum(state in {State.NOT_APPLICABLE, State.NOT_YET} for state in of_it)
        assert (group.gaps, group.applicable) == (sum(state in GAPS for state in of_it), len(of_it) - idle)
    order = [(-group.gaps, group.applicable, group.key) for group in found]
    assert order == sorted(order)
    assert found[0].gaps > 1


def test_by_sector_an_organisation_counts_in_each_that_it_records(folder: Path, assessments: list[Assessment]) -> None:
    found = {group.key: group for group in summed(folder, "sector", "dora")}
    bank = next(each for each in assessments if each.organisation.label == "Lindholt Bank")
    total = next(bank.counts(f).total for f in bank.frameworks if f.key == "dora")
    ns = "https://w3id.org/normgraph/ns#"
    for sector in ("FinancialEntity", "EssentialEntity", "isFinancialInstitution"):
        assert (found[f"{ns}{sector}", "dora"].organisations, found[f"{ns}{sector}", "dora"].results) == (1, total)
    assert (found[NO_KIND, "dora"].organisations, found[NO_KIND, "dora"].results) == (3, 3 * total)


def test_by_month_of_the_first_expiry(folder: Path, assessments: list[Assessment]) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for each in assessments:
        for requirement, of_it in each.by_requirement.items():
            first = min((r.first_expiry for r in of_it if r.first_expiry), default=None)
            framework = each.knowledge.framework_of(requirement)
            if first and framework:
                expected[f"{first:%Y-%m}", framework.key] += 1
    found = summed(folder, "expiry")
    assert {group.key: group.results for group in found} == expected
    assert [group.key for group in found] == sorted(expected)


def test_only_some_frameworks(folder: Path) -> None:
    assert {group.key[0] for group in summed(folder, "requirement", "gdpr", "nis2")} == {"gdpr", "nis2"}


def test_results_that_are_not_whole_are_refused(tmp_path: Path, pool: LocalPool) -> None:
    with pytest.raises(UnreadableFile, match=r"manifest\.json: is not there"):
        read_manifest(tmp_path)
    place, found = write(tmp_path / "many", 3), tmp_path / "results"
    run(place, found, pool)
    next(found.glob("*.parquet")).unlink()
    with pytest.raises(UnreadableFile, match="is missing or damaged"):
        summed(found, "framework")
    text = (found / "manifest.json").read_text(encoding="utf-8")
    (found / "manifest.json").write_text(text.replace('"complete": true', '"complete": false'), encoding="utf-8")
    with pytest.raises(BadInput, match="did not come to its end"):
        read_manifest(found)
