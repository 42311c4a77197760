"""``normgraph statement``: the statement of applicability of a standard, from the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from api.console import emit_csv, emit_json, out, state_text, table
from api.documents.statement import statement_counts, statement_document, statement_entry
from api.shared import as_of_option, format_option, open_workspace, policy_options
from engine.report.names import Names
from engine.statement import Decision, statement_of_applicability

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from engine.coverage.assess import Assessment
    from engine.graph import Iri
    from engine.model import Framework
    from engine.statement import StatementRow

__all__ = ["statement"]

_STYLES = {Decision.INCLUDED: "green", Decision.EXCLUDED: "dim", Decision.NOT_DECIDED: "red"}
_FIELDS = (
    "control",
    "citation",
    "title",
    "decision",
    "status",
    "needed_by",
    "needed_later",
    "treats",
    "reasons_for_inclusion",
    "reasons_for_exclusion",
    "approved_by",
    "owners",
    "scopes",
    "excluded_scopes",
    "lacking",
    "state",
    "first_expiry",
)


@click.command()
@click.argument("org")
@click.option("-f", "--framework", "key", required=True, metavar="KEY", help="A standard with controls: iso-42001.")
@as_of_option
@policy_options
@format_option("table", "json", "csv")
def statement(org: str, key: str, as_of: date | None, least: str, hops: int, form: str) -> None:
    """State for ORG which controls of a standard are in and which are out, why, and how far they have come."""
    opened = open_workspace(org, as_of)
    framework = opened.workspace.content.knowledge.frameworks[opened.framework(key)]
    assessment = opened.assess(least, hops)
    rows = statement_of_applicability(assessment, framework)
    if form == "csv":
        names = Names(assessment)
        emit_csv(_FIELDS, (_line(statement_entry(names, row)) for row in rows))
    elif form == "json":
        emit_json("statement", statement_document(assessment, framework, rows))
    else:
        _table(assessment, framework, rows)


def _line(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as a line of a table, where things are called by their label."""
    return {name: _labels(value) if isinstance(value, list) else value for name, value in record.items()}


def _labels(values: Iterable[Any]) -> list[str]:
    return [value["label"] if isinstance(value, dict) else value for value in values]


def _table(assessment: Assessment, framework: Framework, rows: Sequence[StatementRow]) -> None:
    names = Names(assessment)
    version = framework.version_on(assessment.day).name
    title = f"Statement of applicability of {assessment.organisation.label}: {framework.name}:{version}"
    columns = ("control", "decision", "why", "owner", "state")
    out.print(table(f"{title}, on {assessment.day}", columns, [_row(names, row) for row in rows]))
    counts = statement_counts(rows)
    out.print(
        f"{counts['controls']} controls: {counts['included']} included, {counts['excluded']} excluded, "
        f"{counts['not_decided']} not decided; for {counts['lacking']} something is missing."
    )
    out.print(
        f"From the records (accepted: {assessment.policy.label}). Law that needs a control is law to which its "
        "mappings lead. What is stated here becomes the organisation's statement when its management approves it.",
        style="dim",
    )


def _row(names: Names, row: StatementRow) -> list[object]:
    number = names.knowledge.provisions[row.control].number
    owners = ", ".join(names.labels(row.owners))
    state = state_text(row.state) if row.state else Text("not assessed")
    if row.first_expiry:
        state.append(f"\nuntil {row.first_expiry}", style="dim")
    return [f"{number} {row.title}", _decision(names, row), _why(names, row), owners, state]


def _decision(names: Names, row: StatementRow) -> Text:
    told = Text(row.decision.value, style=_STYLES[row.decision])
    if row.decision is Decision.EXCLUDED:
        return told
    where = ", ".join(names.labels(row.scopes))
    told.append(f", {row.progress.value}: {where}" if where else "", style="default")
    if row.excluded_scopes:
        told.append(f"; not for {', '.join(names.labels(row.excluded_scopes))}", style="default")
    return told


def _provisions(names: Names, requirements: Iterable[Iri]) -> tuple[str, ...]:
    return names.labels(names.knowledge.requirements[iri].provision for iri in requirements)


def _why(names: Names, row: StatementRow) -> Text:
    groups = {
        "law": _provisions(names, row.needed_by),
        "law to come": _provisions(names, row.needed_later),
        "risk": names.labels(row.treats),
    }
    told = [*row.reasons_in, *(f"{kind}: {'; '.join(found)}" for kind, found in groups.items() if found)]
    if row.reasons_out:
        approved = f" (approved by {', '.join(names.labels(row.approved_by))})" if row.approved_by else ""
        told.append(f"out: {' '.join(row.reasons_out)}{approved}")
    lacking = [Text(row.lacking, style="red")] if row.lacking else []
    return Text("\n").join([*map(Text, told), *lacking])
