"""``normgraph evidence add`` and ``approve``: record an item, or that somebody approved one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.console import emit_json, out, progress
from api.evidence_names import EvidenceNames
from api.settings import Settings
from api.shared import DateType, Opened, format_option, now, open_content, own_folder
from engine.errors import BadParameter, UnreadableFile
from engine.evidence.adding import Draft, add_item, approve_item
from engine.evidence.files import EvidenceFolder
from engine.graph import Iri
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.evidence.adding import Recorded
    from engine.model import Evidence
    from engine.workspace import Workspace

__all__ = ["add", "approve", "evidence_folder"]

_OUTCOMES = {"supports": "Supports", "contradicts": "Contradicts", "neutral": "Neutral"}


def evidence_folder(folder: Path | None, org: str) -> EvidenceFolder:
    """Return the folder of the files: as named, as configured, or the folder ``evidence`` beside the records.

    :raises BadParameter: if none is named, configured or there.
    """
    beside = Path(org) / "evidence"
    chosen = folder or Settings.from_environment().evidence or (beside if beside.is_dir() else None)
    if chosen is None:
        expected = f"given: name the folder that holds the files, or set NORMGRAPH_EVIDENCE; there is no {beside}"
        raise BadParameter("--folder", "", expected)
    return EvidenceFolder(chosen)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--org", required=True, metavar="FOLDER", help="The organisation in whose files it is recorded.")
@click.option("--folder", type=click.Path(path_type=Path), metavar="DIR", help="The evidence folder.")
@click.option("--control", multiple=True, metavar="CITATION", help="The control that it shows; may be repeated.")
@click.option("--implementation", multiple=True, metavar="NAME", help="Or the implementation; may be repeated.")
@click.option("--type", "kind", required=True, metavar="TYPE", help="What it is, as TestResult.")
@click.option("--asset", multiple=True, metavar="ASSET", help="In respect of what; may be repeated.")
@click.option("--issued", type=DateType(), required=True, metavar="DATE", help="The day on which it was made.")
@click.option("--valid-until", type=DateType(), required=True, metavar="DATE", help="The last day to rely on it.")
@click.option("--period-from", type=DateType(), metavar="DATE", help="The first day that it covers.")
@click.option("--period-until", type=DateType(), metavar="DATE", help="The last day that it covers.")
@click.option("--outcome", type=click.Choice(list(_OUTCOMES)), default="supports", show_default=True)
@click.option("--title", default="", help="What it is called; the name of the file otherwise.")
@click.option("--collected-by", required=True, metavar="AGENT", help="The role or person who obtained it.")
@click.option("--approved-by", multiple=True, metavar="AGENT", help="Somebody else, who approved it; may be repeated.")
@click.option("--supersedes", multiple=True, metavar="ITEM", help="The item whose place it takes; may be repeated.")
@format_option("table", "json")
def add(file: Path, org: str, folder: Path | None, form: str, **given: Any) -> None:
    """Record FILE, which lies in the evidence folder, with its hash; nothing is written that breaks a shape."""
    where = own_folder(org, "the register")
    files = evidence_folder(folder, org)
    location = files.location_of(file)
    content = open_content()
    with progress(f"Reading {file.name}"):
        try:
            digest = files.digest(location)
        except OSError as error:
            raise UnreadableFile(file, None, error.strerror or "cannot be read", "check its rights") from error

    def wanted(workspace: Workspace) -> Draft:
        return _draft(workspace, file, (location, digest), given)

    with progress("Recording"):
        recorded = add_item(content, where, wanted, now())
    _tell(recorded, form)


def _draft(workspace: Workspace, file: Path, found: tuple[str, str], given: dict[str, Any]) -> Draft:
    names = EvidenceNames(workspace)
    opened = Opened(workspace, given["issued"])
    assets = [opened.scope(name, "--asset") for name in given["asset"]]
    respects = _sorted([iri for iri in assets if iri is not None])
    shown = [names.implementation(name) for name in given["implementation"]]
    shown += [names.implementation_of(citation, respects) for citation in given["control"]]
    if not shown:
        raise BadParameter("--control", "", "given: say with --control or --implementation what the file shows")
    return Draft(
        file=file,
        label=given["title"].strip() or file.stem,
        location=found[0],
        sha256=found[1],
        evidence_type=names.evidence_type(given["kind"]),
        outcome=Iri(NG(_OUTCOMES[given["outcome"]]).value),
        implementations=_sorted(shown),
        issued=given["issued"],
        valid_until=given["valid_until"],
        collected_by=names.agent(given["collected_by"], "--collected-by"),
        approved_by=_sorted([names.agent(name, "--approved-by") for name in given["approved_by"]]),
        respects=respects,
        supersedes=_sorted([names.item(name, "--supersedes").iri for name in given["supersedes"]]),
        period_from=given["period_from"],
        period_until=given["period_until"],
    )


def _sorted(iris: Sequence[Iri]) -> tuple[Iri, ...]:
    return tuple(sorted(set(iris)))


@click.command()
@click.argument("item")
@click.option("--org", required=True, metavar="FOLDER", help="The organisation in whose files it is recorded.")
@click.option("--by", required=True, metavar="AGENT", help="The role or person who approves: not who collected it.")
@format_option("table", "json")
def approve(item: str, org: str, by: str, form: str) -> None:
    """Record that somebody other than its collector approved ITEM as it stands."""
    where = own_folder(org, "the register")
    content = open_content()

    def wanted(workspace: Workspace) -> tuple[Evidence, Iri]:
        names = EvidenceNames(workspace)
        return names.item(item), names.agent(by, "--by")

    with progress("Recording"):
        recorded = approve_item(content, where, wanted, now())
    _tell(recorded, form)


def _tell(recorded: Recorded, form: str) -> None:
    head = recorded.entries[-1]
    if form == "json":
        entries = [{"number": e.number, "did": e.did.value, "by": e.by, "at": e.at} for e in recorded.entries]
        document = {
            "evidence": recorded.item,
            "file": str(recorded.file),
            "to_do": recorded.to_do,
            "entries": entries,
            "head": {"number": head.number, "hash": head.hash},
        }
        emit_json("evidence-add", document)
        return
    out.print(f"{recorded.item} is recorded in {recorded.file}", soft_wrap=True)
    for text in recorded.to_do:
        out.print(f"To do: {text}", soft_wrap=True)
    out.print(f"Chain of custody: entry {head.number}, {head.hash}", style="dim", soft_wrap=True)
