"""``normgraph queries`` and ``normgraph query``: the catalogue of questions, and their answers."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.padding import Padding
from rich.text import Text

from api.console import emit_json, out, progress, table
from api.documents.competency import competency_document, competency_page
from api.documents.queries import answer_document, catalogue_document, defaults, resolver, store_with_states
from api.shared import as_of_option, format_option, open_law
from engine.competency import calls, competency_questions
from engine.errors import BadParameter
from engine.intake import read_bytes
from engine.queries import Answer, bind, catalogue, find, run
from engine.spreadsheet import neutral
from engine.vocabulary import BASE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from api.shared import Opened
    from engine.competency import Call
    from engine.content import Content
    from engine.queries import Query

__all__ = ["queries", "query"]


@click.command()
@click.option("--competency", is_flag=True, help="List the competency questions instead, each with what answers it.")
@format_option("table", "json", "markdown")
def queries(competency: bool, form: str) -> None:  # noqa: FBT001 - a flag
    """List the named questions with their parameters, or with --competency the competency questions they answer."""
    if competency:
        _print_competency(form)
        return
    if form == "markdown":
        raise BadParameter("--format", form, "a form of the catalogue: it goes with --competency")
    found = catalogue()
    if form == "json":
        emit_json("queries", catalogue_document())
        return
    for entry in found:
        _print_entry(entry, " ".join(map(_parameter, entry.parameters)))
    out.print("\nRun one with: normgraph query NAME -p parameter=value [--org ORG]\n\nCalls, which are commands:\n")
    for call in calls():
        _print_entry(call, call.line)


def _print_entry(entry: Query | Call, asked: str) -> None:
    out.print(Text.assemble((entry.name, "bold"), "  ", (asked, "cyan")))
    out.print(Padding(entry.question, (0, 0, 0, 4)))


def _print_competency(form: str) -> None:
    if form == "json":
        emit_json("competency", competency_document())
    elif form == "markdown":
        sys.stdout.write(competency_page())
    else:
        rows = [
            [one.number, one.question, ", ".join(entry.name for entry in one.answers)] for one in competency_questions()
        ]
        out.print(table("Competency questions", ("no.", "question", "answered by"), rows, right=("no.",)))


def _parameter(parameter: Any) -> str:
    shown = f"{parameter.name}={parameter.default or parameter.kind}"
    return shown if parameter.required else f"[{shown}]"


@click.command()
@click.argument("name")
@click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="K=V", help="A parameter; IRIs may be citations."
)
@click.option("--org", metavar="ORG", help="Ask about this organisation too: file, folder or example.")
@as_of_option
@format_option("table", "json", "csv")
def query(name: str, parameters: tuple[str, ...], org: str | None, as_of: date | None, form: str) -> None:
    """Run the question NAME of the catalogue, or the SPARQL of a file ending in .rq."""
    law = open_law(org, as_of)
    content, opened = law.content, law.opened
    with progress("Preparing the graph"):
        store = store_with_states(opened.workspace, opened.assess()) if opened else content.store()
    given = _given(parameters)
    if name.endswith(".rq"):
        if given:
            raise BadParameter("-p", next(iter(given)), "for a named question; write the values into the file")
        text: Query | str = read_bytes(Path(name)).decode("utf-8", "replace")
        bindings = {}
    else:
        text = _named(name)
        told = defaults(text, given, law.day, law.organisation)
        bindings = bind(text, told, resolver(content, opened.workspace if opened else None))
    with progress("Asking"):
        answer = run(store, text, bindings)
    _print(name, answer, form, _names(content, opened))


def _named(name: str) -> Query:
    """Return the query of a name; a call is refused with the command that it is."""
    call = next((call for call in calls() if call.name == name), None)
    if call is not None:
        raise BadParameter("NAME", name, f"a query but a call: run {call.line}")
    return find(name)


def _given(parameters: tuple[str, ...]) -> dict[str, str]:
    pairs = [parameter.partition("=") for parameter in parameters]
    wrong = next((name for name, equals, _ in pairs if not equals), None)
    if wrong is not None:
        raise BadParameter("-p", wrong, "name=value, as in -p framework=eu-ai-act")
    return {name.lstrip("?"): value for name, _, value in pairs}


def _names(content: Content, opened: Opened | None) -> Callable[[Any], str]:
    """Return how a table shows a cell: a citation or label instead of an identifier."""
    labels = opened.workspace.organisation.labels if opened else {}

    def name(cell: Any) -> str:
        if cell is None:
            return ""
        text = str(cell)
        if not text.startswith(("http://", "https://")):
            return text
        return labels.get(cell) or content.knowledge.citation(cell).removeprefix(BASE)

    return name


def _print(name: str, answer: Answer, form: str, shown: Callable[[Any], str]) -> None:
    if form == "json":
        emit_json("query", answer_document(name, answer))
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows([neutral("" if cell is None else str(cell)) for cell in row] for row in answer.rows)
    else:
        out.print(table(name, answer.columns, ([shown(cell) for cell in row] for row in answer.rows)))
        out.print(f"{len(answer.rows)} row{'' if len(answer.rows) == 1 else 's'}")
