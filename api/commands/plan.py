"""``normgraph plan``: what to do next and what it lifts, and what would change if something were done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.console import progress
from api.plans.imagined import emit_imagined
from api.plans.next import emit_next
from api.shared import DateType, as_of_option, format_option, open_workspace, policy_options
from engine.errors import BadParameter
from engine.plan.actions import Efforts
from engine.plan.effort_file import read_efforts
from engine.plan.make import Wish, make_plan
from engine.plan.maximum import Limits
from engine.plan.offers import is_control
from engine.what_if import what_if

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from api.shared import Opened
    from engine.graph import Iri

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
    asked = _Asked(**given)
    asked.refuse_both()
    opened = open_workspace(org, as_of)
    day = before or opened.day
    if day < opened.day:
        raise BadParameter("--before", str(day), f"{opened.day}, the day looked at, or a later one")
    then = replace(opened, day=day)
    carry = _imagine if asked.imagines else _next
    carry(then, asked, form, opened.day)


@dataclass(frozen=True)
class _Asked:
    """What the user asked for, as written."""

    citation: tuple[str, ...]
    frameworks: tuple[str, ...]
    effort: Path | None
    budget: Fraction | None
    limit: int | None
    elements: bool
    controls: tuple[str, ...]
    evidenced: tuple[str, ...]
    scope: str | None
    least: str
    hops: int

    @property
    def imagines(self) -> bool:
        """Whether the user says what to do, instead of asking."""
        return bool(self.controls or self.evidenced)

    def refuse_both(self) -> None:
        """Refuse what contradicts itself.

        :raises BadParameter: if a plan is asked for and said at once, or in two ways.
        """
        if self.citation and self.frameworks:
            given = " ".join(self.citation)
            raise BadParameter("plan", given, "needed beside -f: name frameworks, or one provision, not both")
        sought = {
            "a provision": self.citation,
            "-f": self.frameworks,
            "--effort": self.effort,
            "--budget": self.budget,
            "--limit": self.limit,
            "--elements": self.elements,
        }
        given = ", ".join(name for name, value in sought.items() if value)
        if self.imagines and given:
            raise BadParameter("plan", given, "for controls of your own: leave it out, or leave out --what-if")


def _imagine(opened: Opened, asked: _Asked, form: str, asked_on: date) -> None:
    where = opened.scope(asked.scope)
    controls = _controls(opened, "--what-if", asked.controls)
    evidenced = _controls(opened, "--what-if-evidence", asked.evidenced)
    for control in evidenced:
        _refuse_unimplemented(opened, control, controls)
    assessment = opened.assess(asked.least, asked.hops)
    with progress("Assessing once more"):
        found = what_if(assessment, controls, (where,) if where else (), evidenced)
    emit_imagined(found, asked_on, form)


def _controls(opened: Opened, option: str, names: Sequence[str]) -> tuple[Iri, ...]:
    knowledge = opened.workspace.content.knowledge
    controls = tuple(dict.fromkeys(opened.workspace.citations.resolve(name) for name in names))
    for iri in controls:
        if not is_control(knowledge, iri):
            expected = "a clause or control of a standard, and no group of them: “ISO/IEC 42001 A.6.2.4”"
            raise BadParameter(option, knowledge.citation(iri), expected)
    return controls


def _refuse_unimplemented(opened: Opened, control: Iri, imagined: Sequence[Iri]) -> None:
    workspace = opened.workspace
    recorded = {i.control for i in workspace.organisation.implementations if i.status == "Implemented"}
    if control not in recorded and control not in imagined:
        expected = "implemented by the organisation; name it with --what-if too"
        raise BadParameter("--what-if-evidence", workspace.content.knowledge.citation(control), expected)


def _next(opened: Opened, asked: _Asked, form: str, asked_on: date) -> None:
    workspace = opened.workspace
    aim = workspace.citations.resolve(" ".join(asked.citation)) if asked.citation else None
    wholes = (aim,) if aim else tuple(dict.fromkeys(map(opened.framework, asked.frameworks)))
    knowledge = workspace.content.knowledge
    efforts = read_efforts(asked.effort, workspace.citations, knowledge) if asked.effort else Efforts()
    scope, limits = opened.scope(asked.scope), Limits(asked.budget, asked.limit)
    wish = Wish(wholes, scope, efforts, limits, elements=asked.elements)
    assessment = opened.assess(asked.least, asked.hops)
    with progress("Looking for what lifts most, and recounting it"):
        found = make_plan(assessment, wish)
    emit_next(found, wish, aim, asked_on, form)
