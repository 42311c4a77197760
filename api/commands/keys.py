"""``normgraph keys``: the API keys of the server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from api.console import emit_json, out, table
from api.shared import format_option

if TYPE_CHECKING:
    from typing import Any

    from api.http.identity import Identities, Key

__all__ = ["keys"]


@click.group()
def keys() -> None:
    """Make, list and revoke the API keys of the server."""


def _identities() -> Identities:
    from api.http.identity import Identities  # noqa: PLC0415 - only these commands need it
    from api.http.settings import read_settings  # noqa: PLC0415 - takes long to import

    return Identities(read_settings().data / "identity.sqlite")


@keys.command()
@click.argument("name")
@click.option(
    "--grant", "grants", multiple=True, required=True, metavar="ORG:ROLE", help="As acme:editor, or *:reader."
)
@click.option("--days", type=click.IntRange(min=1), default=365, show_default=True, help="How long it is valid.")
def create(name: str, grants: tuple[str, ...], days: int) -> None:
    """Make a key called NAME; it is shown once, and never again."""
    from api.http.identity import parse_grants  # noqa: PLC0415 - only this command needs it

    granted = parse_grants(grants)
    identities = _identities()
    key, text = identities.create(name, granted, datetime.now(UTC) + timedelta(days=days))
    out.print(f"Key {key.id} for {key.name}, valid until {key.expires:%Y-%m-%d}. Keep it now; it is not shown again:")
    out.print(text, soft_wrap=True, highlight=False)


@keys.command("list")
@format_option("table", "json")
def list_(form: str) -> None:
    """List the keys, without their secrets."""
    found = _identities().keys()
    if form == "json":
        emit_json("keys", {"keys": [_entry(key) for key in found]})
        return
    rows = [[key.id, key.name, " ".join(_grants(key)), _until(key)] for key in found]
    out.print(table("API keys", ("id", "name", "grants", "valid until"), rows))


@keys.command()
@click.argument("identifier", metavar="ID")
def revoke(identifier: str) -> None:
    """Make the key ID open nothing any more."""
    key = _identities().revoke(identifier)
    out.print(f"Key {key.id} for {key.name} is revoked.")


def _grants(key: Key) -> list[str]:
    return [f"{place}:{role}" for place, role in key.grants]


def _until(key: Key) -> str:
    if key.revoked:
        return f"revoked {key.revoked:%Y-%m-%d}"
    return f"{key.expires:%Y-%m-%d}" if key.expires else "always"


def _entry(key: Key) -> dict[str, Any]:
    moments = {name: getattr(key, name) for name in ("created", "expires", "revoked")}
    return {"id": key.id, "name": key.name, "grants": _grants(key), **moments}
