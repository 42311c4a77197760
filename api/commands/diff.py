"""``normgraph diff``: one framework between two days or with a proposal, two runs, policies or mapping sets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import emit_csv, emit_json
from api.diffs.law import LawDiff
from api.diffs.law_csv import COLUMNS, law_lines
from api.diffs.law_tables import print_law
from api.diffs.names import Names
from api.diffs.runs import emit_runs
from api.diffs.sets import emit_sets
from api.shared import (
    POLICIES,
    DateType,
    as_of_option,
    find_framework,
    format_option,
    open_content,
    open_law,
    open_workspace,
    policy_options,
)
from engine.coverage.run import records_hash
from engine.coverage.values import Policy
from engine.errors import BadParameter
from engine.intime.affected import affected
from engine.intime.changes import changes_between_days, law_changes
from engine.intime.lookahead import effect_of
from engine.intime.pending import open_pending
from engine.intime.run_changes import compare_runs
from engine.intime.runs import read_run, run_of
from engine.intime.windows import Reading
from engine.mapping.set_changes import compare_set_files

if TYPE_CHECKING:
    from datetime import date

    from engine.intime.run_changes import RunComparison

__all__ = ["diff"]

_TWO = 2


@click.command()
@click.argument("things", nargs=-1, metavar="[KEY | A B]")
@click.option("--from", "begin", type=DateType(), metavar="DATE", help="The earlier day.")
@click.option("--to", "end", type=DateType(), metavar="DATE", help="The later day.")
@click.option("--org", metavar="ORG", help="Say also what of this organisation rests on the old text.")
@click.option(
    "--pending", metavar="FILE", type=click.Path(path_type=Path), help="A proposal, as Turtle; never mixed in."
)
@click.option(
    "--to-policy",
    "other",
    type=click.Choice(tuple(POLICIES)),
    help="Compare the states of --org under --policy with those under this one.",
)
@as_of_option
@policy_options
@format_option("table", "json", "csv")
def diff(
    things: tuple[str, ...],
    begin: date | None,
    end: date | None,
    org: str | None,
    pending: Path | None,
    other: str | None,
    as_of: date | None,
    least: str,
    hops: int,
    form: str,
) -> None:
    """Compare: a framework KEY --from a day --to a later one, or with a --pending proposal; or two files A B.

    A and B are two runs that `assess --format json` printed, or two mapping sets that end in .sssom.tsv.
    Without any of them, --org under --policy with --to-policy.
    """
    if other is not None:
        if things or begin or end or pending or org is None:
            expected = "given with --org, and without a framework, files, days or a proposal"
            raise BadParameter("--to-policy", other, expected)
        emit_runs(_policies(org, as_of, (least, other), hops), form)
    elif not things:
        raise click.MissingParameter(param_hint="'KEY | A B'", param_type="argument")
    elif len(things) == _TWO and not (begin or end or org or pending or as_of):
        _files(Path(things[0]), Path(things[1]), form)
    elif len(things) != 1:
        expected = "one framework with --from and --to or --pending, or two files and no such option"
        raise BadParameter("diff", " ".join(things), expected)
    elif pending is not None:
        policy = Policy(POLICIES[least], hops)
        _emit(_proposal(things[0], pending, org, begin=begin, then=end, as_of=as_of, policy=policy), form)
    else:
        _emit(_between(things[0], begin, end, org, as_of), form)


def _policies(org: str, as_of: date | None, policies: tuple[str, str], hops: int) -> RunComparison:
    """Return what differs between two policies, on one day and of the same records."""
    opened = open_workspace(org, as_of)
    content, records = opened.workspace.content.hash, records_hash(opened.workspace.quads)
    before, after = (run_of(opened.assess(least, hops), content=content, records=records) for least in policies)
    return compare_runs(before, after)


def _emit(found: LawDiff, form: str) -> None:
    if form == "json":
        emit_json("diff", found.document())
    elif form == "csv":
        emit_csv(COLUMNS, law_lines(found))
    else:
        print_law(found)


def _files(first: Path, second: Path, form: str) -> None:
    endings = {first.suffix.lower(), second.suffix.lower()}
    if endings == {".json"}:
        emit_runs(compare_runs(read_run(first), read_run(second)), form)
    elif endings == {".tsv"}:
        emit_sets(compare_set_files(first, second), Names(open_content().knowledge), form)
    else:
        expected = "two runs ending in .json, or two mapping sets ending in .sssom.tsv"
        raise BadParameter("diff", f"{first} {second}", expected)


def _between(key: str, begin: date | None, end: date | None, org: str | None, as_of: date | None) -> LawDiff:
    if begin is None or end is None:
        raise BadParameter("diff", key, "compared without two days: add --from DATE and --to DATE")
    if as_of is not None:
        expected = "an option of two days of the law, --from and --to are the days to look at; it goes with --pending"
        raise BadParameter("--as-of", str(as_of), expected)
    opened = open_law(org)
    framework = find_framework(opened.content.knowledge, key)
    changes = changes_between_days(opened.knowledge_on(end), framework, begin, end)
    organisation = opened.organisation
    return LawDiff(changes, organisation, affected(changes, organisation) if organisation else ())


def _proposal(
    key: str, path: Path, org: str | None, *, begin: date | None, then: date | None, as_of: date | None, policy: Policy
) -> LawDiff:
    if begin is not None:
        raise BadParameter("--from", str(begin), "an option of --pending: the day to compare on is --to")
    opened = open_law(org, as_of)
    framework = find_framework(opened.content.knowledge, key)
    law, today, organisation = opened.knowledge, opened.day, opened.organisation
    pending = open_pending(opened.content, path).with_rows(law.rows)
    if framework.iri not in pending.versions:
        raise BadParameter("--pending", str(path), f"a proposal for {framework.name}: it holds no version of it")
    day = then or max(today, pending.in_force)
    changes = law_changes(framework, Reading(law, day), Reading(pending.knowledge, day))
    if organisation is None:
        return LawDiff(changes, None, (), pending=pending, as_of=today)
    effects = effect_of(pending, law, organisation, today, day, policy)
    records = affected(changes, organisation)
    return LawDiff(changes, organisation, records, pending=pending, effects=effects, as_of=today)
