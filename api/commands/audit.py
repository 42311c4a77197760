"""``normgraph audit``: the journal of the server."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import emit_json, out, table
from api.shared import format_option
from engine.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.repository.journal import Break, Entry, Journal

__all__ = ["audit"]

data_option = click.option(
    "--data", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the server; as its settings say."
)


@click.group()
def audit() -> None:
    """Verify and list the journal of the server: every write and every denied access."""


@contextmanager
def _journal(data: Path | None) -> Iterator[Journal]:
    """Open the journal in a folder of the server; in that of the settings, where none is given.

    :raises UnreadableFile: if there is none, or it is damaged.
    """
    from api.http.settings import read_settings  # noqa: PLC0415 - takes long to import
    from engine.repository.journal import Journal  # noqa: PLC0415 - only these commands need it

    path = (data or read_settings().data) / "journal.sqlite"
    if not path.is_file():
        raise UnreadableFile(path, None, "is not there", "name the folder of the server with --data")
    try:
        with closing(Journal(path)) as journal:
            yield journal
    except sqlite3.DatabaseError as error:
        raise UnreadableFile(path, None, f"is damaged ({error})", "restore a backup, and compare the two") from error


@audit.command()
@data_option
@click.option(
    "--head", metavar="HASH", help="The hash of an entry, kept elsewhere: the journal must have an entry of that hash."
)
@format_option("table", "json")
def verify(data: Path | None, head: str | None, form: str) -> None:
    """Check that no entry of the journal was altered, taken out or put in; exit 1 where one was.

    Whoever can write to the file can also write the whole chain anew, or cut its end off. So keep the hash that is
    printed elsewhere, and give it with --head the next time.
    """
    from api.documents.audit import verify_document  # noqa: PLC0415 - only this command needs it

    with _journal(data) as journal:
        entries, breaks = journal.entries(), [*journal.breaks()]
    breaks += _without(entries, head)
    document = verify_document(entries, breaks)
    if form == "json":
        emit_json("audit-verify", document)
    else:
        for each in breaks:
            out.print(f"Entry {each.number}: {each.problem}.")
        said = "holds" if document["holds"] else "does not hold"
        out.print(f"{len(entries):,} entries; the chain {said}. The last is entry {document['head']['number']}:")
        out.print(document["head"]["hash"], soft_wrap=True)
    if breaks:
        raise SystemExit(1)


def _without(entries: Sequence[Entry], head: str | None) -> list[Break]:
    """Return the break that there is where no entry has a hash that was kept elsewhere."""
    from engine.repository.journal import Break  # noqa: PLC0415 - only this command needs it

    if head is None or any(entry.hash == head.strip().lower() for entry in entries):
        return []
    return [Break(len(entries), f"no entry up to here has the hash {head.strip()[:80]}")]


@audit.command("list")
@data_option
@click.option("--org", metavar="KEY", help="Only entries about one organisation.")
@click.option("--actor", metavar="NAME", help="Only entries of one actor, as “key nightly import”.")
@click.option("--action", metavar="WORDS", help="Only entries of one action, as “access denied”.")
@click.option("--after", type=click.IntRange(min=0), default=0, metavar="N", help="Only entries after that number.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last so many of them.")
@format_option("table", "json")
def list_(
    data: Path | None, org: str | None, actor: str | None, action: str | None, after: int, last: int | None, form: str
) -> None:
    """List the entries of the journal, oldest first."""
    from api.documents.audit import list_document  # noqa: PLC0415 - only this command needs it

    with _journal(data) as journal:
        found = journal.entries(after, organisation=org)
    chosen = [e for e in found if actor in {None, e.actor} and action in {None, e.action}]
    shown = chosen[-last:] if last else chosen
    if form == "json":
        emit_json("audit-list", list_document(shown, len(chosen)))
        return
    rows = [[e.number, e.at[:19].replace("T", " "), e.actor, e.action, e.organisation, _told(e)] for e in shown]
    columns = ("number", "at (UTC)", "actor", "action", "organisation", "detail")
    out.print(table("Journal", columns, rows, right=("number",), whole=("number", "action")))


def _told(entry: Entry) -> str:
    return ", ".join(f"{key}: {_plain(value)}" for key, value in sorted(entry.detail.items()))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
