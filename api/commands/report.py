"""``normgraph report``: the gap report in the formats people read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import emit_json, out, progress
from api.shared import as_of_option, format_option, open_workspace, policy_options
from engine.report.compose import compose_report
from engine.report.values import Imprint
from engine.report.write import write_report

if TYPE_CHECKING:
    from datetime import date

__all__ = ["report"]


@click.command()
@click.argument("org")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The folder to write to.")
@click.option("--formats", default="html,csv,json", show_default=True, help="Which formats, separated by commas.")
@click.option(
    "-f", "--framework", "frameworks", multiple=True, metavar="KEY", help="Only this framework; may be repeated."
)
@click.option("--author", default="", help="Who answers for the report.")
@click.option("--marking", default="Confidential", show_default=True, help="How far it may be passed on.")
@as_of_option
@policy_options
@format_option("table", "json")
def report(
    org: str,
    output: Path,
    formats: str,
    frameworks: tuple[str, ...],
    author: str,
    marking: str,
    as_of: date | None,
    least: str,
    hops: int,
    form: str,
) -> None:
    """Write the cross-regulation gap report of ORG: what is covered, what is missing, from when, on whose word."""
    opened = open_workspace(org, as_of)
    assessment = opened.assess(least, hops, frameworks)
    with progress("Writing the report"):
        imprint = Imprint(author=author, marking=marking)
        composed = compose_report(opened.workspace, assessment, imprint)
        paths = write_report(composed, output, [name.strip() for name in formats.split(",") if name.strip()])
    if form == "json":
        emit_json("report-files", {"as_of": opened.day, "files": [str(path) for path in paths]})
        return
    for path in paths:
        out.print(f"report: {path}", soft_wrap=True)
