"""``normgraph incident``: which notification clocks run after an incident, to whom, until when."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click
from rich.padding import Padding
from rich.text import Text

from api.console import emit_json, out
from api.documents.incident import clocks_of, incident_document, moment
from api.shared import format_option, open_workspace
from engine.clocks import Start
from engine.running import OWED, ClockStatus

if TYPE_CHECKING:
    from engine.due import Due
    from engine.knowledge import Knowledge

__all__ = ["incident"]

_STYLES = {
    "runs": "bold red",
    "may run": "yellow",
    "not modelled": "magenta",
    "replaced": "dim",
    "displaced": "dim",
    "limited": "dim",
    "does not apply": "dim",
    "not yet applicable": "blue",
}


@click.command()
@click.argument("org")
@click.option("--type", "kind", required=True, metavar="KIND", help="What it is called: ransomware, outage, …")
@click.option("--is", "certain", multiple=True, metavar="EVENT", help="An event type it certainly is; may be repeated.")
@click.option("--is-not", "excluded", multiple=True, metavar="EVENT", help="An event type it certainly is not.")
@click.option("--asset", "scope", metavar="ASSET", help="The asset that was hit.")
@click.option("--aware-at", required=True, metavar="TIME", help="Awareness, as 2026-11-20T16:30+01:00.")
@click.option("--classified-at", metavar="TIME", help="When it was classified as major (DORA).")
@click.option("--initial-sent-at", metavar="TIME", help="When the first notification was sent.")
@click.option("--intermediate-sent-at", metavar="TIME", help="When the intermediate report was sent.")
@click.option("--zone", metavar="ZONE", help="Times are in this zone, as Europe/Brussels.")
@format_option("table", "json")
def incident(
    org: str,
    kind: str,
    certain: tuple[str, ...],
    excluded: tuple[str, ...],
    scope: str | None,
    aware_at: str,
    classified_at: str | None,
    initial_sent_at: str | None,
    intermediate_sent_at: str | None,
    zone: str | None,
    form: str,
) -> None:
    """Say for an incident of ORG which notifications are owed, from which event, to whom and until when."""
    opened = open_workspace(org, None)
    given = {
        Start.AWARENESS: ("--aware-at", aware_at),
        Start.CLASSIFICATION: ("--classified-at", classified_at),
        Start.INITIAL: ("--initial-sent-at", initial_sent_at),
        Start.INTERMEDIATE: ("--intermediate-sent-at", intermediate_sent_at),
    }
    moments = {start: moment(name, text, zone, "--zone") for start, (name, text) in given.items() if text is not None}
    where = opened.scope(scope)
    found = clocks_of(opened.workspace, kind, moments, where, certain=certain, excluded=excluded)
    if form == "json":
        emit_json("incident", incident_document(opened.workspace, kind, found))
        return
    _print(opened.workspace.content.knowledge, found)


def _print(knowledge: Knowledge, found: tuple[Due, ...]) -> None:
    for _, group in groupby(found, key=_told_with):
        alike = list(group)
        due, labels = alike[0], "; ".join(one.clock.label for one in alike)
        told = f"  {knowledge.citation(due.clock.provision)}, {labels}, to {due.clock.recipient}"
        out.print(Text.assemble((due.status.value, _STYLES[due.status.value]), told))
        for line in _lines(due):
            out.print(Padding(line, (0, 0, 0, 4)))
    out.print(
        "\nLimits are outer limits on the earliest reading; the primary duty is often earlier. Regulation "
        "(EEC, Euratom) No 1182/71 on periods was not read for this. An act that is not loaded may set its own clocks.",
        style="dim",
    )


def _told_with(due: Due) -> tuple[str, ...]:
    """Return what clocks have in common that are told in one line: those of a provision that do not run alike."""
    if due.status in {*OWED, ClockStatus.NOT_MODELLED, ClockStatus.REPLACED}:
        return (due.clock.iri,)
    return due.status.value, due.clock.provision, due.clock.recipient, due.because


def _lines(due: Due) -> list[str]:
    lines = []
    if due.due is not None:
        lines.append(f"until {due.due.isoformat(sep=' ', timespec='minutes')} ({due.rule})")
    elif due.rule:
        lines.append(due.rule)
    if due.clock.primary_standard and due.status in OWED:
        lines.append(f"first of all: {due.clock.primary_standard}")
    if due.because:
        lines.append(f"because: {due.because}")
    lines += [f"unknown: {question}" for question in due.questions]
    if due.clock.certainty == "secondary" and due.status in OWED:
        lines.append("the limit comes from secondary sources that agree; it was not read in the text")
    if due.clock.note and due.status in {*OWED, ClockStatus.NOT_MODELLED}:
        lines.append(due.clock.note)
    return lines
