"""``normgraph portfolio``: many organisations, assessed in batches, and what is missing across them."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import emit_csv, emit_json, out, progress
from api.portfolios import CELLS, cells, group_record, summary_head, summary_table
from api.settings import Settings
from api.shared import POLICIES, as_of_option, find_framework, format_option, open_content, policy_options, today
from engine.coverage.values import Policy
from engine.errors import BadParameter
from engine.resources import engine_hash

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from engine.portfolio.manifest import Manifest

__all__ = ["portfolio"]

_LISTED = 25
"""How many groups a table shows, where nothing else is said."""
_BY = ("requirement", "framework", "sector", "expiry", "effective")
_framework_option = click.option(
    "-f", "--framework", "frameworks", multiple=True, metavar="KEY", help="Only this framework; may be repeated."
)


@click.group()
def portfolio() -> None:
    """Assess many organisations, and see what is missing across them."""


@portfolio.command()
@click.argument("place", metavar="DIR|STORE", type=click.Path(path_type=Path))
@click.option("-o", "--output", "results", type=click.Path(path_type=Path), default=Path("results"), show_default=True)
@click.option("--engine", default="local", show_default=True, help="Who assesses: local, or dask://HOST:PORT.")
@click.option("--workers", type=click.IntRange(1, 1024), help="How many processes here; one a core otherwise.")
@click.option(
    "--batch",
    type=click.IntRange(1, 10_000),
    default=50,
    show_default=True,
    help="About how many organisations are assessed together and share a file of results.",
)
@click.option("--strict", is_flag=True, help="Exit 1 where an organisation could not be assessed.")
@_framework_option
@as_of_option
@policy_options
@format_option("table", "json")
def assess(
    place: Path,
    results: Path,
    engine: str,
    workers: int | None,
    batch: int,
    strict: bool,  # noqa: FBT001 - a flag
    frameworks: tuple[str, ...],
    as_of: date | None,
    least: str,
    hops: int,
    form: str,
) -> None:
    """Assess every organisation of DIR|STORE into Parquet: a folder, a file of statements, or a store.

    In a folder each RDF file, each folder of RDF files and each organisation of a Parquet file is one. What is done
    stays done: give the same command again to go on, or after records have changed.
    """
    if results.resolve() == place.resolve():
        raise BadParameter("--output", str(results), "another folder than that of the organisations")
    day, policy = as_of or today(), Policy(POLICIES[least], hops)
    manifest = _assessed(place, results, engine, workers or os.cpu_count() or 1, batch, (frameworks, day, policy))
    if form == "json":
        emit_json("portfolio", manifest.record())
    else:
        _told(manifest, results, day)
    if strict and manifest.failures:
        raise SystemExit(1)


def _assessed(
    place: Path,
    results: Path,
    engine: str,
    workers: int,
    size: int,
    asked: tuple[Sequence[str], date, Policy],
) -> Manifest:
    from engine.portfolio.members import members_of  # noqa: PLC0415 - Arrow takes a good part of a second
    from engine.portfolio.pools import opened  # noqa: PLC0415
    from engine.portfolio.run import Job, assess_portfolio  # noqa: PLC0415
    from engine.portfolio.tasks import Question  # noqa: PLC0415

    content = open_content()
    names, day, policy = asked
    keys = tuple(sorted({find_framework(content.knowledge, name).key for name in names}))
    release = f"{version('normgraph')} ({engine_hash()[:12]})"
    question = Question(day, policy, keys, content.hash, release)
    try:
        with progress(f"Reading {place}") as told:
            job = Job(members_of(place.absolute()), question, results, size, Settings.from_environment().cache)
            with opened(engine, workers) as pool:
                return assess_portfolio(job, pool, told)
    except KeyboardInterrupt:
        click.echo("normgraph: stopped; what is done is kept, give the same command again to go on", err=True)
        raise


def _told(manifest: Manifest, results: Path, day: date) -> None:
    asked, rows = manifest.asked, sum(told.rows for part in manifest.parts.values() for told in part)
    out.print(
        f"{manifest.assessed} of {asked} organisations assessed on {day} (accepted: {manifest.question['policy']})"
    )
    out.print(f"{rows} results in {len(manifest.parts)} files in {results}, with manifest.json")
    if manifest.failures:
        out.print("Not assessed:")
        for told in manifest.failures:
            out.print(f"  {told.name}: {told.problem}", soft_wrap=True)


@portfolio.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--by", type=click.Choice(_BY), default="requirement", show_default=True, help="What to group by.")
@click.option("--limit", type=click.IntRange(1), help="Only so many groups; 25 in a table otherwise, all elsewhere.")
@_framework_option
@format_option("table", "json", "csv")
def summary(results: Path, by: str, limit: int | None, frameworks: tuple[str, ...], form: str) -> None:
    """Tell what is missing across the organisations whose RESULTS `portfolio assess` wrote."""
    from engine.portfolio.manifest import read_manifest  # noqa: PLC0415
    from engine.portfolio.summary import VIEWS, summarise  # noqa: PLC0415

    manifest = read_manifest(results)
    knowledge = open_content().knowledge
    keys = sorted({find_framework(knowledge, name).key for name in frameworks})
    with progress("Counting"):
        groups = summarise(results, manifest, by, keys)
    shown = groups[: limit or (_LISTED if form == "table" else None)]
    records = [group_record(knowledge, VIEWS[by], group) for group in shown]
    if form == "json":
        emit_json(
            "portfolio-summary",
            {**summary_head(manifest), "by": by, "counted": keys, "in_all": len(groups), "groups": records},
        )
    elif form == "csv":
        emit_csv(CELLS, map(cells, records))
    else:
        out.print(summary_table(manifest, by, records))
        out.print(f"{len(groups)} groups in all. Gaps: NotCovered or PartiallyCovered, of those that apply or may")
