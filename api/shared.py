"""What several subcommands share: options, opening the content and an organisation, and assessing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.console import progress
from api.opened import POLICIES, Opened, find_framework, named
from api.settings import Settings
from engine.content import Content, load_content
from engine.days import OUTSIDE, is_inside
from engine.errors import BadParameter
from engine.resources import EXAMPLES
from engine.workspace import open_organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.knowledge import Knowledge
    from engine.model import Organisation

__all__ = [
    "POLICIES",
    "DateType",
    "Law",
    "Opened",
    "as_of_option",
    "find_framework",
    "format_option",
    "named",
    "now",
    "open_content",
    "open_law",
    "open_workspace",
    "own_folder",
    "policy_options",
    "today",
]


class DateType(click.ParamType[date]):
    """A day, as 2026-11-20."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day that a text names."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is not a date; write it as 2026-11-20", param, ctx)
        if not is_inside(day):
            self.fail(f"“{value}” {OUTSIDE}; name a day within them", param, ctx)
        return day


def as_of_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--as-of``: the day to look at; an example's own day, or today."""
    text = "The day to look at, as 2026-11-20; an example's own day, otherwise today."
    return click.option("--as-of", type=DateType(), metavar="DATE", help=text)(command)


def format_option(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``--format`` with some names; the first is the default."""
    return click.option("--format", "form", type=click.Choice(names), default=names[0], show_default=True)


def policy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--policy`` and ``--hops``: which mapping rows are accepted."""
    hops = click.option(
        "--hops", type=click.IntRange(1, 2), default=1, show_default=True, help="The longest chain of mappings."
    )
    least = click.option(
        "--policy",
        "least",
        type=click.Choice(tuple(POLICIES)),
        default="proposed",
        show_default=True,
        help="The least review state of a mapping that counts.",
    )
    return least(hops(command))


_loaded: dict[Path | None, Content] = {}
"""The content this process loaded last, under the folder it was loaded through: several commands may run in one."""


def open_content() -> Content:
    """Return the shipped content: that of the command before, where nothing has changed, from the cache or compiled."""
    cache = Settings.from_environment().cache
    with progress("Loading the frameworks") as told:
        content = load_content(cache, told, _loaded.get(cache))
    _loaded.clear()
    _loaded[cache] = content
    return content


@dataclass(frozen=True)
class Law:
    """The content a command looks at, through an organisation where one is named, and the day to look at."""

    content: Content
    opened: Opened | None
    day: date

    @property
    def organisation(self) -> Organisation | None:
        """The organisation, where one was named."""
        return self.opened.workspace.organisation if self.opened else None

    @property
    def knowledge(self) -> Knowledge:
        """The law and the mappings of the day to look at."""
        return self.knowledge_on(self.day)

    def knowledge_on(self, day: date) -> Knowledge:
        """Return the law and the mappings, as the organisation sees these on a day where there is one."""
        return self.opened.workspace.knowledge(day) if self.opened else self.content.knowledge


def open_law(org: str | None = None, as_of: date | None = None) -> Law:
    """Return the shipped law, or as an organisation sees it, with the day to look at."""
    if org is None:
        return Law(open_content(), None, as_of or today())
    opened = open_workspace(org, as_of)
    return Law(opened.workspace.content, opened, opened.day)


def today() -> date:
    """Return the user's own day."""
    return date.today()  # noqa: DTZ011 - the user's own day


def now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


def own_folder(org: str, beside: str) -> Path:
    """Return the folder of an organisation into which something is to be written.

    :param beside: what is to stand beside its file.
    :raises BadParameter: if it is a bundled example or a single file: beside neither can anything be written.
    """
    if org in EXAMPLES:
        raise BadParameter("ORG", org, "an organisation of yours: the bundled examples are only read")
    if not Path(org).is_dir():
        raise BadParameter("ORG", org, f"a folder: put your file into one, so that {beside} can stand beside it")
    return Path(org)


def open_workspace(name: str, as_of: date | None) -> Opened:
    """Return an organisation by example name, file or folder, with the day to look at."""
    content = open_content()
    with progress(f"Reading {name}"):
        workspace = open_organisation(content, name)
    day = as_of or workspace.organisation.example_date or today()
    return Opened(workspace, day)
