"""``normgraph import``: laws and other sources into the graph."""

from __future__ import annotations

import click

__all__ = ["import_"]


@click.group("import")
def import_() -> None:
    """Read a law or another source into the graph."""
