"""``normgraph keys``: the API keys of the server, and the logins beside them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import emit_json, out, table
from api.shared import format_option

if TYPE_CHECKING:
    from typing import Any

    from api.http.identity import Identities, Key

__all__ = ["keys"]

_ACTOR = "command line"
"""How the journal calls whoever makes and revokes keys at this machine."""
data_option = click.option(
    "--data", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the server; as its settings say."
)


@click.group()
def keys() -> None:
    """Make, list and revoke the API keys of the server; a running server knows at once."""


def _folder(data: Path | None) -> Path:
    from api.http.settings import read_settings  # noqa: PLC0415 - takes long to import

    return data or read_settings().data


def _identities(data: Path | None) -> Identities:
    from api.http.identity import Identities  # noqa: PLC0415 - only these commands need it

    return Identities(_folder(data) / "identity.sqlite")


def _record(data: Path | None, action: str, detail: dict[str, Any]) -> None:
    """Write down in the journal of the server what was done; the server may be running."""
    from engine.repository.journal import Journal  # noqa: PLC0415 - only these commands need it

    with closing(Journal(_folder(data) / "journal.sqlite")) as journal:
        journal.append(_ACTOR, action, detail=detail)


@keys.command()
@click.argument("name")
@click.option(
    "--grant", "grants", multiple=True, required=True, metavar="ORG:ROLE", help="As acme:editor, or *:reader."
)
@click.option("--days", type=click.IntRange(1, 36_500), default=365, show_default=True, help="How long it is valid.")
@click.option("--requests", type=click.IntRange(min=1), metavar="N", help="How many requests a minute it may make.")
@click.option("--bytes", "most", type=click.IntRange(min=1), metavar="N", help="How many bytes a request may send.")
@click.option("--person", default="", metavar="PERSON", help="Whose it is, as “Jane Doe <jane@example.org>”: to sign.")
@data_option
def create(
    name: str,
    grants: tuple[str, ...],
    days: int,
    requests: int | None,
    most: int | None,
    person: str,
    data: Path | None,
) -> None:
    """Make a key called NAME; it is shown once, and never again."""
    from api.http.identity import parse_grants  # noqa: PLC0415 - only this command needs it

    granted, expires = parse_grants(grants), datetime.now(UTC) + timedelta(days=days)
    with closing(_identities(data)) as identities:
        key, text = identities.create(name, granted, expires, requests=requests, most=most, person=person)
    whose = {"person": key.person} if key.person else {}
    told = {"key": key.id, "name": key.name, "grants": _grants(key), "expires": expires.isoformat(), **whose}
    _record(data, "key made", told)
    out.print(f"Key {key.id} for {key.name}, valid until {key.expires:%Y-%m-%d}. Keep it now; it is not shown again:")
    out.print(text, soft_wrap=True, highlight=False)


@keys.command("list")
@data_option
@format_option("table", "json")
def list_(data: Path | None, form: str) -> None:
    """List the keys, without their secrets."""
    with closing(_identities(data)) as identities:
        found = identities.keys()
    if form == "json":
        emit_json("keys", {"keys": [_entry(key) for key in found]})
        return
    rows = [[key.id, key.name, key.person, " ".join(_grants(key)), _until(key), key.used or "never"] for key in found]
    out.print(table("API keys", ("id", "name", "person", "grants", "valid until", "last used"), rows))


@keys.command()
@click.argument("identifier", metavar="ID")
@data_option
def revoke(identifier: str, data: Path | None) -> None:
    """Make the key ID open nothing any more."""
    with closing(_identities(data)) as identities:
        key = identities.revoke(identifier)
    _record(data, "key revoked", {"key": key.id, "name": key.name})
    out.print(f"Key {key.id} for {key.name} is revoked.")


@keys.command("end-logins")
@click.argument("name")
@data_option
def end_logins(name: str, data: Path | None) -> None:
    """End all logins of NAME, as the journal has it: “person 7f3a”."""
    with closing(_identities(data)) as identities:
        ended = identities.sessions.end_all(name)
    _record(data, "logins ended", {"name": name, "logins": ended})
    out.print(f"{ended} logins of {name} are over.")


def _grants(key: Key) -> list[str]:
    return [f"{place}:{role}" for place, role in key.grants]


def _until(key: Key) -> str:
    if key.revoked:
        return f"revoked {key.revoked:%Y-%m-%d}"
    return f"{key.expires:%Y-%m-%d}" if key.expires else "always"


def _entry(key: Key) -> dict[str, Any]:
    moments = {name: getattr(key, name) for name in ("created", "expires", "revoked", "used")}
    return {
        "id": key.id,
        "name": key.name,
        "grants": _grants(key),
        **moments,
        "requests": key.requests,
        "bytes": key.bytes,
        "person": key.person,
    }
