"""What a process makes of a task."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.coverage.arrow import table
from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.errors import WorkersFailed
from engine.model import ReviewState
from engine.portfolio.members import members_of
from engine.portfolio.tasks import Task, run_task
from engine.workspace import open_organisation
from tests.portfolios import DAY, question, write

if TYPE_CHECKING:
    from pathlib import Path

    from engine.content import Content


@pytest.fixture
def task(tmp_path: Path, cache: Path) -> Task:
    del cache
    place = write(tmp_path, 2)
    (place / "bad.ttl").write_text("no Turtle", encoding="utf-8")
    asked = question("gdpr", "nis2", policy=Policy(ReviewState.EXPERT_REVIEWED, 2))
    return Task(7, tuple(members_of(place)), asked, os.environ["NORMGRAPH_CACHE"])


def test_the_rows_of_all_in_order_and_what_is_told_of_each(task: Task, tmp_path: Path, content: Content) -> None:
    outcome = run_task(task)
    assert outcome.batch == 7
    assert [(told.name, bool(told.problem), told.rows > 0) for told in outcome.told] == [
        ("bad", True, False),
        ("o000", False, True),
        ("o001", False, True),
    ]
    frameworks = [each.iri for each in content.knowledge.frameworks.values() if each.key in {"gdpr", "nis2"}]
    rows = []
    for name in ("o000", "o001"):
        workspace = open_organisation(content, str(tmp_path / f"{name}.ttl"))
        policy = Policy(ReviewState.EXPERT_REVIEWED, 2)
        found = assess(workspace.knowledge(DAY), workspace.organisation, DAY, policy, frameworks=frameworks)
        rows += table(found, content.hash).to_pylist()
    assert outcome.table().to_pylist() == rows
    assert outcome == run_task(task)


def test_a_process_with_other_content_refuses(task: Task) -> None:
    other = replace(task, question=replace(task.question, content="0" * 64))
    with pytest.raises(WorkersFailed, match=r"a worker has the content .*; install one release on all"):
        run_task(other)
