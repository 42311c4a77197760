"""A portfolio on a cluster of two workers, one of them killed half-way."""

from __future__ import annotations

import os
import signal
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from engine.errors import BadParameter
from engine.portfolio.pools import opened
from tests.portfolios import die_of_poison, everything, run, text, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.portfolio.pools import LocalPool

dask = pytest.importorskip("dask", reason="the extra “cluster” is not installed")
distributed = pytest.importorskip("distributed", reason="the extra “cluster” is not installed")


@contextmanager
def cluster_of_two(folder: Path) -> Iterator[Any]:
    with distributed.LocalCluster(
        processes=True,
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs="CRITICAL",
        local_directory=str(folder),
    ) as cluster:
        yield cluster


def address(cluster: Any) -> str:
    return str(cluster.scheduler_address).replace("tcp://", "dask://")


def test_every_row_is_there_once_though_a_worker_is_killed(tmp_path: Path, pool: LocalPool) -> None:
    place = write(tmp_path / "many", 60)
    killed: list[int] = []
    with cluster_of_two(tmp_path / "dask") as cluster:

        def kill(told: str) -> None:
            if int(told.split()[1]) >= 30 and not killed:
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        with opened(address(cluster), 1) as workers:
            manifest = run(place, tmp_path / "results", workers, told=kill)
    assert killed
    assert (manifest.assessed, manifest.failures, manifest.complete) == (60, [], True)
    rows: Counter[tuple[str, str, str]] = Counter()
    for path in (tmp_path / "results").glob("*.parquet"):
        found = pq.read_table(path, columns=["organisation", "requirement", "scope"])
        rows.update(zip(*(column.to_pylist() for column in found.columns), strict=True))
    assert len({organisation for organisation, *_ in rows}) == 60
    assert set(rows.values()) == {1}
    run(place, tmp_path / "local", pool)
    assert everything(tmp_path / "results") == everything(tmp_path / "local")


def test_an_organisation_that_ends_workers_is_found_and_told(tmp_path: Path) -> None:
    place = write(tmp_path / "many", 3)
    (place / "poison.ttl").write_text(text("poison"), encoding="utf-8")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        cluster_of_two(tmp_path / "dask") as cluster,
        opened(address(cluster), 1, die_of_poison) as workers,
    ):
        manifest = run(place, tmp_path / "results", workers, size=4)
    assert manifest.assessed == 3
    (told,) = manifest.failures
    assert (told.name, told.rows) == ("poison", 0)
    assert told.problem.startswith("its assessment failed with KilledWorker")


def test_an_engine_that_is_none_or_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.portfolio.pools._PATIENCE", 1)
    with pytest.raises(BadParameter, match="is not a scheduler that answers"), opened("dask://127.0.0.1:9", 1):
        pass
    with pytest.raises(BadParameter, match="is not local or dask://HOST:PORT"), opened("spark://here", 1):
        pass
