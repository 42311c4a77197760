"""A portfolio: every organisation once, the same bytes however it came about, and only what changed done again."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.coverage.arrow import table
from engine.coverage.assess import assess
from engine.portfolio.manifest import read_manifest
from engine.workspace import open_organisation
from tests.commands import ROOT
from tests.portfolios import DAY, Watched, die_of_poison, everything, fail_at_poison, local, run, text, write

if TYPE_CHECKING:
    from pathlib import Path

    from engine.content import Content
    from engine.portfolio.pools import LocalPool


def rows_of(results: Path) -> list[dict[str, Any]]:
    tables = [pq.read_table(path) for path in sorted(results.glob("*.parquet"))]
    return pa.concat_tables(
        [each.cast(pa.schema([(f.name, pa.string()) for f in each.schema])) for each in tables]
    ).to_pylist()


def keys(results: Path) -> Counter[tuple[str, str, str]]:
    return Counter((row["organisation"], row["requirement"], row["scope"]) for row in rows_of(results))


def owner(number: int) -> str:
    return f"https://w3id.org/normgraph/example/o{number:03}/organisation"


def test_the_rows_are_those_of_each_organisation_assessed_alone(
    tmp_path: Path, pool: LocalPool, content: Content
) -> None:
    place = write(tmp_path / "many", 5)
    manifest = run(place, tmp_path / "results", pool)
    assert (manifest.assessed, manifest.failures, manifest.complete) == (5, [], True)
    expected = []
    nis2 = [f.iri for f in content.knowledge.frameworks.values() if f.key == "nis2"]
    for path in sorted(place.iterdir()):
        workspace = open_organisation(content, str(path))
        found = assess(workspace.knowledge(DAY), workspace.organisation, DAY, frameworks=nis2)
        alone = table(found, content.hash)
        expected += alone.cast(pa.schema([(f.name, pa.string()) for f in alone.schema])).to_pylist()
    found_rows = sorted(rows_of(tmp_path / "results"), key=lambda row: row["organisation"])
    assert found_rows == expected
    told = read_manifest(tmp_path / "results")
    assert sum(each["rows"] for part in told["parts"] for each in part["organisations"]) == len(expected)


def test_the_same_again_is_nothing_to_do(tmp_path: Path, pool: LocalPool) -> None:
    place = write(tmp_path / "many", 7)
    run(place, tmp_path / "results", pool)
    before = everything(tmp_path / "results")
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "results").glob("*.parquet")}
    watched = Watched(pool)
    run(place, tmp_path / "results", watched)
    assert watched.asked == []
    assert everything(tmp_path / "results") == before
    assert {path: path.stat().st_mtime_ns for path in written} == written


def test_what_changed_is_done_again_and_nothing_else(tmp_path: Path, pool: LocalPool) -> None:
    place = write(tmp_path / "many", 12)
    run(place, tmp_path / "results", pool)
    (place / "o003.ttl").write_text(text("o003").replace("ng:Implemented", "ng:Planned"), encoding="utf-8")
    (place / "o005.ttl").unlink()
    (place / "new.ttl").write_text(text("new"), encoding="utf-8")
    watched = Watched(pool)
    run(place, tmp_path / "results", watched)
    assert sorted(watched.asked) == ["new", "o003"]
    run(place, tmp_path / "afresh", pool)
    assert everything(tmp_path / "results") == everything(tmp_path / "afresh")
    assert owner(5) not in {organisation for organisation, *_ in keys(tmp_path / "results")}


def test_batches_of_another_size_take_over_what_is_there(tmp_path: Path, pool: LocalPool) -> None:
    place = write(tmp_path / "many", 9)
    run(place, tmp_path / "results", pool, size=2)
    watched = Watched(pool)
    run(place, tmp_path / "results", watched, size=5)
    assert watched.asked == []
    run(place, tmp_path / "afresh", pool, size=5)
    assert everything(tmp_path / "results") == everything(tmp_path / "afresh")


def test_a_bad_file_stops_nothing_and_is_tried_again(tmp_path: Path, pool: LocalPool) -> None:
    place = write(tmp_path / "many", 4)
    (place / "bad.ttl").write_text("no Turtle", encoding="utf-8")
    (place / "wrong.ttl").write_text(text("wrong").replace("ng:Implemented", "ng:Nonsense"), encoding="utf-8")
    manifest = run(place, tmp_path / "results", pool)
    assert [told.name for told in manifest.failures] == ["bad", "wrong"]
    assert "bad.ttl, line 1" in manifest.failures[0].problem
    assert "there is no term ng:Nonsense" in manifest.failures[1].problem
    assert len({organisation for organisation, *_ in keys(tmp_path / "results")}) == 4
    watched = Watched(pool)
    again = run(place, tmp_path / "results", watched)
    assert (sorted(watched.asked), again) == (["bad", "wrong"], manifest)


def test_an_organisation_described_twice_counts_once(tmp_path: Path, pool: LocalPool) -> None:
    place = write(tmp_path / "many", 4)
    (place / "twin.ttl").write_text(text("o002"), encoding="utf-8")
    manifest = run(place, tmp_path / "results", pool)
    assert [(told.name, told.rows) for told in manifest.failures] == [("twin", 0)]
    assert f"describes {owner(2)}, which o002 describes too" in manifest.failures[0].problem
    assert set(keys(tmp_path / "results").values()) == {1}
    before = everything(tmp_path / "results")
    run(place, tmp_path / "results", pool)
    assert everything(tmp_path / "results") == before
    (place / "o002.ttl").unlink()
    assert run(place, tmp_path / "results", pool).failures == []


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path, pool: LocalPool) -> None:
    place = write(tmp_path / "many", 20)

    def stop(told: str) -> None:
        if int(told.split()[1]) >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(place, tmp_path / "results", pool, told=stop)
    assert not json.loads((tmp_path / "results" / "manifest.json").read_text(encoding="utf-8"))["complete"]
    watched = Watched(pool)
    run(place, tmp_path / "results", watched)
    assert 0 < len(watched.asked) < 20
    run(place, tmp_path / "afresh", pool)
    assert everything(tmp_path / "results") == everything(tmp_path / "afresh")


def test_a_killed_worker_loses_nothing_and_doubles_nothing(tmp_path: Path, pool: LocalPool) -> None:
    place = write(tmp_path / "many", 20)
    killed: list[int] = []
    with local(2) as fragile:
        own = {process.pid for process in multiprocessing.active_children()}

        def kill(told: str) -> None:
            if int(told.split()[1]) >= 6 and not killed:
                before = {process.pid for process in multiprocessing.active_children()}
                killed.append(max(filter(None, before & own)))
                os.kill(killed[0], signal.SIGKILL)

        manifest = run(place, tmp_path / "results", fragile, told=kill)
    assert killed
    assert (manifest.assessed, manifest.failures) == (20, [])
    run(place, tmp_path / "afresh", pool)
    assert everything(tmp_path / "results") == everything(tmp_path / "afresh")


def test_an_organisation_that_ends_its_process_is_found_and_told(tmp_path: Path) -> None:
    place = write(tmp_path / "many", 9)
    (place / "poison.ttl").write_text(text("poison"), encoding="utf-8")
    with local(2, die_of_poison) as fragile:
        manifest = run(place, tmp_path / "results", fragile, size=4)
    assert [told.name for told in manifest.failures] == ["poison"]
    assert "ended the process that ran it" in manifest.failures[0].problem
    assert manifest.assessed == 9
    assert set(keys(tmp_path / "results").values()) == {1}


def test_an_organisation_at_which_the_code_fails_is_found_and_told(tmp_path: Path) -> None:
    place = write(tmp_path / "many", 6)
    (place / "poison.ttl").write_text(text("poison"), encoding="utf-8")
    with local(2, fail_at_poison) as failing:
        manifest = run(place, tmp_path / "results", failing, size=4)
    (told,) = manifest.failures
    assert (told.name, told.problem) == ("poison", "its assessment failed with ZeroDivisionError: a fault of ours")
    assert manifest.assessed == 6


def children(of: int) -> set[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(of)], capture_output=True, check=False, text=True)  # noqa: S607
    return {int(pid) for pid in found.stdout.split()}


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_coordinator_leaves_no_process_and_a_state_to_go_on_from(tmp_path: Path) -> None:
    place, results = write(tmp_path / "many", 30), tmp_path / "results"
    words = ["portfolio", "assess", str(place), "-o", str(results), "-f", "nis2", "--as-of", str(DAY), "--batch", "3"]
    start = [sys.executable, "-c", "from api.cli import main; main()", *words, "--workers", "2"]
    with subprocess.Popen(start, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        deadline = time.monotonic() + 120
        while len(list(results.glob("part-*.parquet"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        workers = children(process.pid)
        process.kill()
    done = {path.name for path in results.glob("part-*.parquet")}
    assert done
    assert workers
    deadline = time.monotonic() + 30
    while any(map(is_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, workers))
    again = subprocess.run(start, check=False, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (again.returncode, again.stderr) == (0, b"")
    assert set(keys(results).values()) == {1}
    assert len({organisation for organisation, *_ in keys(results)}) == 30
    assert done <= {path.name for path in results.glob("part-*.parquet")}
    assert [path.name for path in results.iterdir() if path.name.startswith(".")] == [".lock"]
