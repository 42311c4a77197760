"""``normgraph serve``: the HTTP door."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import progress

if TYPE_CHECKING:
    from api.http.settings import ServerSettings

__all__ = ["serve"]


@click.command()
@click.option("--host", metavar="H", help="The address to listen on; 127.0.0.1 unless settings say otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="The port; 8042, and 0 takes a free one.")
@click.option("--store", metavar="PATH|URL", help="The folder of the store, or a SPARQL 1.1 endpoint.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings in TOML; see docs/server.md.")
def serve(host: str | None, port: int | None, store: str | None, config: Path | None) -> None:
    """Serve the mapping API, the SPARQL endpoint and the pages until it is told to stop."""
    from api.http.serving import run_server  # noqa: PLC0415 - a web framework takes long to import
    from api.http.settings import read_settings  # noqa: PLC0415 - as above

    settings: ServerSettings = read_settings(config, host=host, port=port, store=store)
    with progress("Opening the store") as told:
        server = run_server(settings, told)
    click.echo(f"Normgraph listens on {server.address}; stop it with Ctrl-C", err=True)
    server.run()
