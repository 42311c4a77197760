"""``normgraph assess``: the state of every requirement that binds an organisation."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pyoxigraph import RdfFormat, serialize
from rich.text import Text

from api.console import STATE_STYLES, emit_csv, emit_json, out, state_text, table
from api.documents.assessment import assessment_document, in_states, result_entry
from api.shared import Opened, as_of_option, format_option, open_workspace, policy_options
from engine.coverage.run import run_id, run_quads
from engine.errors import BadParameter, UnreadableFile
from engine.model import State
from engine.report.wording import STATE_WORDS

if TYPE_CHECKING:
    from datetime import date

    from rich.table import Table

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result

__all__ = ["assess", "counts_table"]

_FIELDS = (
    "framework",
    "requirement",
    "citation",
    "label",
    "scope",
    "state",
    "rule",
    "kind",
    "reason",
    "if_applicable",
    "effective_from",
    "assurance",
    "freshness",
    "first_expiry",
    "missing",
    "missing_elements",
    "rests_on",
    "questions",
)


@click.command()
@click.argument("org")
@click.option(
    "-f", "--framework", "frameworks", multiple=True, metavar="KEY", help="Only this framework; may be repeated."
)
@click.option(
    "--scope", metavar="ASSET", help="Only this asset (identifier, its last part, or label), or the organisation."
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="List only results in this state; the counts stay whole. May be repeated.",
)
@as_of_option
@policy_options
@format_option("table", "json", "csv", "turtle", "parquet")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file that --format parquet writes.")
def assess(
    org: str,
    frameworks: tuple[str, ...],
    scope: str | None,
    states: tuple[str, ...],
    as_of: date | None,
    least: str,
    hops: int,
    form: str,
    output: Path | None,
) -> None:
    """Assess ORG: counts per framework, then every requirement with its state and what is missing."""
    _refuse(form, states, output)
    opened = open_workspace(org, as_of)
    assessment = opened.assess(least, hops, frameworks, scope)
    if output is not None:
        _parquet(opened, replace(assessment, results=tuple(in_states(assessment.results, states))), output)
        return
    if form == "turtle":
        _turtle(opened, assessment)
    elif form == "csv":
        emit_csv(_FIELDS, (result_entry(assessment, result) for result in in_states(assessment.results, states)))
    elif form == "json":
        emit_json("assess", assessment_document(opened.workspace, assessment, frameworks, opened.scope(scope), states))
    else:
        _table(assessment, states)


def _refuse(form: str, states: tuple[str, ...], output: Path | None) -> None:
    if form == "turtle" and states:
        raise BadParameter("--state", ", ".join(states), "an option of --format turtle: a run is written whole")
    if form == "parquet" and output is None:
        raise BadParameter("--format", form, "printed: name a file for it with --output FILE")
    if form != "parquet" and output is not None:
        raise BadParameter("--output", str(output), f"an option of --format {form}, which is printed")


def _parquet(opened: Opened, assessment: Assessment, path: Path) -> None:
    from engine.coverage.arrow import table as results_table  # noqa: PLC0415 - Arrow is loaded where it is used
    from engine.coverage.arrow import write  # noqa: PLC0415

    try:
        write(results_table(assessment, opened.workspace.content.hash), path)
    except OSError as error:
        problem = error.strerror or "cannot be written"
        raise UnreadableFile(path, None, problem, "name a file in a folder that can be written to") from error
    out.print(f"results: {path}", soft_wrap=True)


def _turtle(opened: Opened, assessment: Assessment) -> None:
    workspace = opened.workspace
    run = run_id(workspace.content.hash, workspace.quads, assessment)
    triples = (quad.triple for quad in run_quads(assessment, run))
    sys.stdout.write((serialize(triples, format=RdfFormat.TURTLE) or b"").decode())


def counts_table(assessment: Assessment) -> Table:
    """Return the counts: a state a row, a framework a column, with the denominator and what is not modelled."""
    counts = [assessment.counts(framework) for framework in assessment.frameworks]
    rows: list[list[Any]] = [
        [Text(name, style=STATE_STYLES[state]), *(c.states.get(state, 0) for c in counts)]
        for state, name in STATE_WORDS.items()
    ]
    rows.append([Text("requirements in all", style="bold"), *(c.total for c in counts)])
    rows.append(["of these on unreviewed mappings", *(sum(c.unreviewed.values()) for c in counts)])
    rows.append(["units of the text not modelled", *(c.not_modelled for c in counts)])
    columns = ("state", *(f"{c.framework.name}\n{c.version}" for c in counts))
    title = f"{assessment.organisation.label} on {assessment.day} (accepted: {assessment.policy.label})"
    return table(title, columns, rows, right=columns[1:])


def _table(assessment: Assessment, states: tuple[str, ...]) -> None:
    out.print(counts_table(assessment))
    shown = [r for r in assessment.results if _is_shown(r, states)]
    for framework in assessment.frameworks:
        of_it = [r for r in shown if assessment.knowledge.framework_of(r.requirement) == framework]
        columns = ("provision", "scope", "requirement", "state", "why, and what is missing")
        if of_it:
            rows = [_row(assessment, result) for result in of_it]
            out.print(table(framework.name, columns, rows, whole=("state",)))
    hidden = len(assessment.results) - len(shown)
    if hidden:
        wanted = "of other states" if states else "NotApplicable; show them with --state NotApplicable"
        out.print(f"{hidden} of {len(assessment.results)} results are not listed: {wanted}")


def _is_shown(result: Result, states: tuple[str, ...]) -> bool:
    return result.state.value in states if states else result.state is not State.NOT_APPLICABLE


def _row(assessment: Assessment, result: Result) -> list[Any]:
    record = result_entry(assessment, result)
    lacking = (
        f"; missing: {'; '.join(record['missing'])}" if record["missing"] and result.state is State.PARTIALLY else ""
    )
    unreviewed = bool(result.support) and result.assurance is not None and result.assurance <= 0
    scope = assessment.organisation.labels.get(result.scope, result.scope)
    state = state_text(result.state, unreviewed=unreviewed)
    return [record["citation"], scope, record["label"], state, f"{result.reason}{lacking}"]
