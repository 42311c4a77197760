"""``normgraph queries`` and ``normgraph query``: the catalogue of questions, and their answers."""

from __future__ import annotations

import csv
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.padding import Padding
from rich.text import Text

from api.console import emit_json, out, progress, table
from api.documents.competency import call_entry, competency_document, competency_page
from api.shared import as_of_option, format_option, named, open_law
from engine.citations import CitationIndex
from engine.competency import calls, competency_questions
from engine.coverage.run import run_id, run_quads
from engine.days import LAST
from engine.errors import BadParameter, UnknownCitation
from engine.graph import Iri
from engine.intake import read_bytes
from engine.queries import Answer, bind, catalogue, find, run
from engine.spreadsheet import neutral
from engine.vocabulary import BASE, ID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyoxigraph import Store

    from api.shared import Law, Opened
    from engine.competency import Call
    from engine.content import Content
    from engine.queries import Query

__all__ = ["queries", "query"]

_AHEAD = 365
"""How many days a question that looks ahead looks, unless it is told."""


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
        emit_json(
            "queries", {"queries": [_entry(entry) for entry in found], "calls": [call_entry(call) for call in calls()]}
        )
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


def _entry(entry: Query) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "question": entry.question,
        "parameters": [
            {"name": p.name, "kind": p.kind, "required": p.required, "default": p.default} for p in entry.parameters
        ],
        "returns": entry.returns,
        "reading": entry.reading,
        "competency": list(entry.competency),
        "asked_by": list(entry.asked_by),
    }


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
        store = _store(content, opened)
    given = _given(parameters)
    if name.endswith(".rq"):
        if given:
            raise BadParameter("-p", next(iter(given)), "for a named question; write the values into the file")
        text: Query | str = read_bytes(Path(name)).decode("utf-8", "replace")
        bindings = {}
    else:
        text = _named(name)
        bindings = bind(text, _defaults(text, given, law), _resolver(content, opened))
    with progress("Asking"):
        answer = run(store, text, bindings)
    _print(name, answer, form, _names(content, opened))


def _named(name: str) -> Query:
    """Return the query of a name; a call is refused with the command that it is."""
    call = next((call for call in calls() if call.name == name), None)
    if call is not None:
        raise BadParameter("NAME", name, f"a query but a call: run {call.line}")
    return find(name)


def _store(content: Content, opened: Opened | None) -> Store:
    """Return the graph to ask: the content, and an organisation with the states it is in on the day."""
    if opened is None:
        return content.store()
    workspace, assessment = opened.workspace, opened.assess()
    run_name = run_id(content.hash, workspace.quads, assessment)
    return content.store([*workspace.quads, *run_quads(assessment, run_name)])


def _given(parameters: tuple[str, ...]) -> dict[str, str]:
    pairs = [parameter.partition("=") for parameter in parameters]
    wrong = next((name for name, equals, _ in pairs if not equals), None)
    if wrong is not None:
        raise BadParameter("-p", wrong, "name=value, as in -p framework=eu-ai-act")
    return {name.lstrip("?"): value for name, _, value in pairs}


def _defaults(entry: Query, given: dict[str, str], law: Law) -> Mapping[str, str]:
    """Fill in what the command knows itself: the day, a year ahead of it, and the organisation."""
    until = min(law.day + timedelta(days=_AHEAD), LAST)
    known = {"asOf": law.day.isoformat(), "until": until.isoformat()}
    if law.organisation:
        known["party"] = law.organisation.iri
    names = {parameter.name for parameter in entry.parameters}
    return {**{name: value for name, value in known.items() if name in names}, **given}


def _resolver(content: Content, opened: Opened | None) -> Any:
    citations = opened.workspace.citations if opened else CitationIndex.of(content.knowledge)

    def resolve(text: str) -> Iri:
        known = opened.workspace.organisation.labels if opened else {}
        own = named(text, known, known)
        if len(own) > 1:
            raise UnknownCitation(text, own)
        if own:
            return own[0]
        shipped = Iri(ID + text)
        return shipped if shipped in content.graph else citations.resolve(text)

    return resolve


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
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        emit_json("query", {"query": name, "columns": list(answer.columns), "rows": rows})
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows([neutral("" if cell is None else str(cell)) for cell in row] for row in answer.rows)
    else:
        out.print(table(name, answer.columns, ([shown(cell) for cell in row] for row in answer.rows)))
        out.print(f"{len(answer.rows)} row{'' if len(answer.rows) == 1 else 's'}")
