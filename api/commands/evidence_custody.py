"""``normgraph evidence verify`` and ``history``: files and records as they were, and who did what with them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from api.commands.evidence_adding import evidence_folder
from api.console import emit_csv, emit_json, out, progress, table
from api.diffs.names import Names
from api.evidence_names import EvidenceNames
from api.shared import format_option, now, open_workspace, own_folder
from engine.errors import UnreadableFile
from engine.evidence.adding import timestamp
from engine.evidence.chain import Break, Chain, Deed
from engine.evidence.custody import LOG, append, custody_triples, read_custody
from engine.evidence.verifying import verified
from engine.evidence.verifying import verify as run_verification
from engine.graph import Iri
from engine.mapping.recording import home_of, sole_writer
from engine.turtle import format_turtle

if TYPE_CHECKING:
    from engine.evidence.chain import Entry, Head
    from engine.evidence.verifying import Verification
    from engine.workspace import Workspace

__all__ = ["history", "verify"]

_COLUMNS = ("evidence", "label", "location", "file", "record", "recorded", "found", "problem")


def _chain(org: str) -> Chain:
    """Return the log beside the records of an organisation; an empty one of a single file or an example."""
    folder = Path(org)
    if not folder.is_dir():
        return Chain((), ())
    try:
        return read_custody(folder)
    except OSError as error:
        raise UnreadableFile(folder / LOG, None, error.strerror or "cannot be read", "check its rights") from error


@click.command()
@click.argument("org")
@click.option("--folder", type=click.Path(path_type=Path), metavar="DIR", help="The evidence folder.")
@click.option("--head", metavar="HASH", help="A hash told earlier and kept elsewhere: the log must still have it.")
@click.option("--by", metavar="AGENT", help="Who verifies: then this is added to the chain of custody.")
@format_option("table", "json", "csv")
def verify(org: str, folder: Path | None, head: str | None, by: str | None, form: str) -> None:
    """Recompute the hash of every file of ORG and check records and chain of custody; exit 1 where something is wrong.

    Only files below the evidence folder are opened; no address is. Without --by nothing is written.
    """
    where = own_folder(org, "the log") if by else None
    files = evidence_folder(folder, org)
    workspace = open_workspace(org, None).workspace
    agent = EvidenceNames(workspace).agent(by, "--by") if by else None
    chain = _chain(org)
    if head is not None and not chain.has(head.lower()):
        gone = Break(0, f"the log has no entry {head}: it is not the one of which this was the head")
        chain = Chain(chain.entries, (*chain.breaks, gone))
    with progress("Reading the files") as told:
        found = run_verification(workspace, files, chain, told)
    end = chain.head
    if where is not None and agent is not None and not found.breaks:
        entry = verified(found, workspace.organisation.iri, agent, timestamp(now()))
        with sole_writer(where / LOG):
            end = Chain(append(where, [entry]), ()).head
    _emit(workspace, found, end, form)
    raise SystemExit(0 if found.holds else 1)


def _emit(workspace: Workspace, found: Verification, end: Head, form: str) -> None:
    names = Names(workspace.content.knowledge, workspace.organisation)
    rows = [
        {
            "evidence": checked.item,
            "label": names.of(checked.item),
            "location": checked.location or None,
            "file": checked.verdict.value,
            "record": checked.custody.value,
            "recorded": checked.recorded or None,
            "found": checked.found or None,
            "problem": checked.problem or None,
            "wrong": bool(checked.wrong),
        }
        for checked in found.items
    ]
    if form == "csv":
        emit_csv(_COLUMNS, [{name: row[name] for name in _COLUMNS} for row in rows])
    elif form == "json":
        emit_json("evidence-verify", _document(workspace, found, end, rows))
    else:
        _print(workspace, found, end, [row for row in rows if row["wrong"]])


def _document(workspace: Workspace, found: Verification, end: Head, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "organisation": workspace.organisation.iri,
        "holds": found.holds,
        "files": {verdict.value: number for verdict, number in found.counts.items()},
        "records": {custody.value: number for custody, number in found.custody.items()},
        "breaks": [{"line": place.line or None, "problem": place.problem} for place in found.breaks],
        "head": {"number": end.number, "hash": end.hash},
        "items": rows,
    }


def _print(workspace: Workspace, found: Verification, end: Head, wrong: list[dict[str, Any]]) -> None:
    if wrong:
        rows = [[r["label"], r["location"], Text(r["file"], style="red"), r["record"], r["problem"]] for r in wrong]
        title = f"What is wrong in the evidence of {workspace.organisation.label}"
        out.print(table(title, ("evidence", "location", "file", "record", "why"), rows))
    for place in found.breaks:
        line = f", line {place.line}" if place.line else ""
        out.print(f"{LOG}{line}: {place.problem}", style="red", soft_wrap=True)
    files = ", ".join(f"{number} {verdict.value}" for verdict, number in found.counts.items() if number)
    records = ", ".join(f"{number} {custody.value}" for custody, number in found.custody.items() if number)
    out.print(f"Files: {files or 'none'}. Records: {records or 'none'}.")
    out.print(f"Chain of custody: entry {end.number}, {end.hash}", style="dim", soft_wrap=True)


@click.command()
@click.argument("org")
@click.argument("item", required=False)
@format_option("table", "json", "turtle")
def history(org: str, item: str | None, form: str) -> None:
    """Tell who did what when with ITEM of ORG's evidence, or with all of it, by the chain of custody."""
    workspace = open_workspace(org, None).workspace
    chain = _chain(org)
    entries = chain.entries
    if item is not None:
        entries = _of_item(entries, item, workspace)
    if form == "turtle":
        home = home_of(workspace.organisation.iri)
        base = home if home.endswith("/") else ""
        sys.stdout.write(format_turtle(custody_triples(entries, home), base=base))
    elif form == "json":
        emit_json("evidence-history", _history(workspace, chain, entries))
    else:
        _print_history(workspace, chain, entries)


def _of_item(entries: tuple[Entry, ...], name: str, workspace: Workspace) -> tuple[Entry, ...]:
    """Return the entries about one item: what was done with it, and where something was found wrong with it.

    An item that is recorded no longer is found in the log, by its identifier or the last part of that.
    """
    logged = sorted({e.item for e in entries if e.did is not Deed.VERIFIED and name in {e.item, _last(e.item)}})
    iri = logged[0] if len(logged) == 1 else EvidenceNames(workspace).item(name).iri
    return tuple(entry for entry in entries if entry.item == iri or iri in entry.wrong)


def _last(iri: str) -> str:
    return iri.rpartition("/")[2]


def _history(workspace: Workspace, chain: Chain, entries: tuple[Entry, ...]) -> dict[str, Any]:
    return {
        "organisation": workspace.organisation.iri,
        "holds": not chain.breaks,
        "breaks": [{"line": place.line or None, "problem": place.problem} for place in chain.breaks],
        "head": {"number": chain.head.number, "hash": chain.head.hash},
        "entries": [_told(entry) for entry in entries],
    }


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at,
        "did": entry.did.value,
        "by": entry.by,
        "item": entry.item,
        "record": entry.record,
        "file": entry.file or None,
        "successor": entry.successor or None,
        "items": entry.items or None,
        "wrong": [{"item": iri, "problem": problem} for iri, problem in sorted(entry.wrong.items())],
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _print_history(workspace: Workspace, chain: Chain, entries: tuple[Entry, ...]) -> None:
    names = Names(workspace.content.knowledge, workspace.organisation)
    rows = [
        [entry.number, entry.at, entry.did.value, names.of(entry.item), names.of(entry.by), _more(names, entry)]
        for entry in entries
    ]
    title = f"Chain of custody of {workspace.organisation.label}"
    out.print(table(title, ("no.", "when", "what", "item", "by whom", "more"), rows, right=("no.",), whole=("when",)))
    for place in chain.breaks:
        line = f", line {place.line}" if place.line else ""
        out.print(f"{LOG}{line}: {place.problem}", style="red", soft_wrap=True)
    out.print(f"{len(entries)} of {len(chain.entries)} entries")


def _more(names: Names, entry: Entry) -> str:
    if entry.did is Deed.SUPERSEDED:
        return f"by {names.of(Iri(entry.successor))}"
    if entry.did is Deed.VERIFIED:
        return f"{entry.items} items, {len(entry.wrong)} wrong"
    return entry.file[:12]
