"""``normgraph backup`` and ``normgraph restore``: everything of all organisations in one file, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import out, progress

if TYPE_CHECKING:
    from api.http.settings import ServerSettings
    from engine.repository.archive import Backup
    from engine.repository.backend import Changeable, Readable

__all__ = ["backup", "restore"]

_CONFIG = click.option(
    "--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings in TOML; see docs/server.md."
)
_STORE = click.option("--store", metavar="PATH|URL", help="The folder of the store, or a SPARQL 1.1 endpoint.")
_DATA = click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the server's data.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_DATA
@_STORE
@_CONFIG
def backup(file: Path, data: Path | None, store: str | None, config: Path | None) -> None:
    """Write everything of all organisations into FILE, while the server runs or not.

    FILE holds journal, identities, statements and uploaded files, with their hashes; keep it as secret as they are.
    """
    from api.http.settings import read_settings  # noqa: PLC0415 - takes long to import
    from engine.repository.archive import write_backup  # noqa: PLC0415 - only this command needs it

    settings = read_settings(config, data=data, store=store)
    with progress("Writing the backup"):
        readable = _readable(settings)
        found = write_backup(file, settings.data, readable, datetime.now(UTC), [settings.store_folder])
    _tell(found, f"Written to {file}")


def _readable(settings: ServerSettings) -> Readable:
    from api.http.service import open_remote  # noqa: PLC0415 - takes long to import
    from engine.repository.folder import Reader  # noqa: PLC0415 - only this command needs it

    return open_remote(settings) if settings.is_remote else Reader.at(settings.store_folder)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", required=True, help="An empty folder, or none.")
@_STORE
@_CONFIG
def restore(file: Path, data: Path, store: str | None, config: Path | None) -> None:
    """Make of the backup FILE what it was made of: DIR is then the data folder of a server.

    The hashes of all files and the chain of the journal are checked; where one does not hold, nothing is restored.
    """
    from api.http.service import open_remote  # noqa: PLC0415 - takes long to import
    from api.http.settings import read_settings  # noqa: PLC0415 - as above
    from engine.repository.archive import restore_backup  # noqa: PLC0415 - only this command needs it
    from engine.repository.folder import Folder  # noqa: PLC0415 - as above

    settings = read_settings(config, data=data, store=store)

    def opened(place: Path) -> Changeable:
        if settings.is_remote:
            return open_remote(settings)
        return Folder(settings.store_folder if settings.store else place / "store")

    with progress("Restoring the backup"):
        found = restore_backup(file, data, opened)
    _tell(found, f"Restored to {data}")


def _tell(found: Backup, done: str) -> None:
    size = sum(member.size for member in found.files)
    out.print(f"{done}: {found.statements:,} statements and {len(found.files):,} files, {size:,} bytes.")
