"""``normgraph plan``: what to do next and what it lifts, and what would change if something were done."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.console import progress
from api.plans.asking import Asked
from api.plans.imagined import emit_imagined
from api.plans.next import emit_next
from api.shared import DateType, as_of_option, format_option, open_workspace, policy_options
from engine.plan.actions import Efforts
from engine.plan.effort_file import read_efforts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from api.shared import Opened

__all__ = ["plan"]


class _DaysType(click.ParamType[Fraction]):
    """A number of days above zero."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """Return the days that a text says, exactly."""
        if isinstance(value, Fraction):
            return value
        plain = value.replace(".", "", 1)
        if not (plain.isascii() and plain.isdigit() and len(plain) < _MOST_DIGITS) or not Fraction(value):
            self.fail(f"“{value}” is no number of days above zero; write it as 10 or 2.5", param, ctx)
        return Fraction(value)


_MOST_DIGITS = 12


def _search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what a plan is sought within."""
    options = (
        click.option("-f", "--framework", "frameworks", multiple=True, metavar="KEY", help="Lift this framework."),
        click.option("--before", type=DateType(), metavar="DATE", help="What is in force and current on this day."),
        click.option("--effort", type=click.Path(path_type=Path), metavar="FILE", help="Days by control and type."),
        click.option("--budget", type=_DaysType(), metavar="DAYS", help="Spend at most so many days."),
        click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Take at most so many steps."),
        click.option("--elements", is_flag=True, help="Address elements too where no state rises."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("org")
@click.argument("citation", nargs=-1)
@_search_options
@click.option("--what-if", "controls", multiple=True, metavar="CONTROL", help="Imagine this control; may be repeated.")
@click.option(
    "--what-if-evidence", "evidenced", multiple=True, metavar="CONTROL", help="Imagine all evidence of this control."
)
@click.option("--scope", metavar="ASSET", help="Plan for, or implement in, this asset only; everywhere without it.")
@as_of_option
@policy_options
@format_option("table", "json", "csv")
def plan(org: str, as_of: date | None, before: date | None, form: str, **given: Any) -> None:
    """Find what ORG should do next: the fewest or cheapest actions that lift most states, and what each lifts.

    For a provision, some frameworks (-f) or everything. Actions implement a control, bring evidence up to date, have
    it approved by a second person, or record a judgement. With --what-if: what changes once these controls are in
    operation; no evidence is presumed that --what-if-evidence does not name. Nothing is written.
    """
    effort, least, hops = given.pop("effort"), given.pop("least"), given.pop("hops")
    asked = Asked(citation=" ".join(given.pop("citation")), effort=str(effort or ""), **given)
    asked.refuse_both()
    opened = open_workspace(org, as_of)
    then = asked.then(opened, before)
    if asked.imagines:
        _imagine(then, asked, opened.day, least, hops, form)
    else:
        _next(then, asked, opened.day, effort, least, hops, form)


def _imagine(then: Opened, asked: Asked, asked_on: date, least: str, hops: int, form: str) -> None:
    assessment = then.assess(least, hops)
    with progress("Assessing once more"):
        found = asked.imagined(then, assessment)
    emit_imagined(found, asked_on, form)


def _next(then: Opened, asked: Asked, asked_on: date, effort: Path | None, least: str, hops: int, form: str) -> None:
    workspace = then.workspace
    efforts = read_efforts(effort, workspace.citations, workspace.content.knowledge) if effort else Efforts()
    assessment = then.assess(least, hops)
    with progress("Looking for what lifts most, and recounting it"):
        found, wish, aim = asked.planned(then, assessment, efforts)
    emit_next(found, wish, aim, asked_on, form)
