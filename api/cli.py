"""The command line: ``normgraph``. Subcommands are imported only when they are called."""

from __future__ import annotations

import gc
import importlib
import signal
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import click

from engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ALLOCATIONS", "cli", "main", "run"]

ALLOCATIONS = 200_000
"""Between two collections: a command builds a few hundred thousand values once and keeps them to its end."""

_COMMANDS = {
    "assess": ("api.commands.assess", "The state of every requirement that binds an organisation."),
    "audit": ("api.commands.audit", "The journal of the server: verify its chain, list its entries."),
    "backup": ("api.commands.backup", "Everything of all organisations of the server in one file."),
    "check": ("api.commands.check", "Hygiene of ontology, mappings, queries and shapes: no row, or exit 1."),
    "calendar": ("api.commands.upcoming", "What becomes applicable, when, and what it means for an organisation."),
    "demo": ("api.commands.demo", "The main job on the bundled bank: validate, assess, report."),
    "diff": ("api.commands.diff", "What changed: in a framework, between two runs, between two mapping sets."),
    "evidence": ("api.commands.evidence", "The evidence register: list, add, approve, verify, what expires."),
    "explain": ("api.commands.explain", "The proof behind a state, as a tree."),
    "export": ("api.commands.exporting", "Write what is here in the forms that others read."),
    "frameworks": ("api.commands.frameworks", "The loaded frameworks, what is modelled of them, and what is not."),
    "import": ("api.commands.importing", "Read a law or another source into the graph."),
    "incident": ("api.commands.incident", "Which notifications an incident starts, to whom, and until when."),
    "keys": ("api.commands.keys", "The API keys of the server: make, list, revoke."),
    "mapping": ("api.commands.mapping", "The mapping rows: find, judge, sign, dispute, add, compare."),
    "plan": ("api.commands.plan", "What next: the fewest or cheapest actions that lift most states."),
    "portfolio": ("api.commands.portfolio", "Many organisations: assessed into Parquet, and rolled up."),
    "queries": ("api.commands.queries", "The catalogue of named questions."),
    "query": ("api.commands.queries", "Run a named question, or the SPARQL of a file."),
    "report": ("api.commands.report", "Write the gap report of an organisation."),
    "restore": ("api.commands.backup", "From a backup to a data folder."),
    "serve": ("api.commands.serve", "The HTTP door: mapping API, SPARQL endpoint, pages."),
    "show": ("api.commands.show", "What is known of a provision, a control or a requirement."),
    "statement": (
        "api.commands.statement",
        "The statement of applicability: which controls are in, which out, and why.",
    ),
    "validate": ("api.commands.validate", "Evidence completeness by SHACL: what to add."),
}


class _LazyGroup(click.Group):
    """A group that imports a subcommand when it is called, so that start-up stays short."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        name = "import_" if cmd_name == "import" else cmd_name
        command = getattr(module, name)
        assert isinstance(command, click.Command)  # noqa: S101 - our own table
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("normgraph"), prog_name="normgraph")
def cli() -> None:
    """Map laws and standards to controls and evidence; compute what is covered, what is missing, and prove it.

    ORG is a Turtle, TriG or JSON-LD file, a folder of such files, or a bundled example: bank, medical.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return how it ended: 0 done, 1 a check found something, 2 wrong use or bad input.

    :param arguments: the words after ``normgraph``; those this process was started with, where none are given.
    """
    try:
        cli.main(arguments, prog_name="normgraph")
    except EngineError as error:
        click.echo(f"normgraph: {error}", err=True)
        return 2
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)


def main() -> None:
    """Run the command line in a process of its own, and end it."""
    gc.set_threshold(ALLOCATIONS)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(run())
