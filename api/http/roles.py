"""What one may do with an organisation: permissions, the roles that give them, and who has which role where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.errors import BadParameter

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ANYWHERE", "LOCAL", "MAY", "Grants", "Permission", "Principal", "Role", "grants_among", "parse_grants"]

ANYWHERE = "*"
"""In a grant: every organisation."""
_PLACE = re.compile(r"\*|[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


class Permission(StrEnum):
    """Something one may do with an organisation."""

    READ = "read"
    ASK = "ask"
    WRITE = "write"
    REVIEW = "review"
    REVIEW_LEGALLY = "review-legally"
    ADMINISTER = "administer"


class Role(StrEnum):
    """What somebody is for an organisation."""

    READER = "reader"
    ANALYST = "analyst"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    LEGAL_REVIEWER = "legal-reviewer"
    ADMINISTRATOR = "administrator"


_READS = frozenset({Permission.READ})
_ASKS = _READS | {Permission.ASK}
MAY: dict[Role, frozenset[Permission]] = {
    Role.READER: _READS,
    Role.ANALYST: _ASKS,
    Role.EDITOR: _ASKS | {Permission.WRITE},
    Role.REVIEWER: _ASKS | {Permission.REVIEW},
    Role.LEGAL_REVIEWER: _ASKS | {Permission.REVIEW, Permission.REVIEW_LEGALLY},
    Role.ADMINISTRATOR: frozenset(Permission),
}
"""What each role gives."""

Grants = tuple[tuple[str, Role], ...]
"""Organisation and role, each; ``*`` for every organisation."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks.

    :ivar name: how the journal calls them.
    :ivar id: what tells them apart from others of the same name; the name where nothing else does.
    :ivar requests: how many requests a minute they may make, where that is not as for all; ``bytes`` likewise, how
        much one request may send.
    :ivar person: who they are, as “Jane Doe <jane@example.org>”; empty where nobody said so.
    """

    name: str
    grants: Grants
    id: str = ""
    requests: int | None = None
    bytes: int | None = None
    person: str = ""

    def may(self, permission: Permission, organisation: str = ANYWHERE) -> bool:
        """Tell whether they may do something with an organisation; with ``*``, with every one."""
        return any(place in {ANYWHERE, organisation} and permission in MAY[role] for place, role in self.grants)

    def reads(self, organisations: Iterable[str]) -> tuple[str, ...]:
        """Return those of some organisations that they may read."""
        return tuple(key for key in organisations if self.may(Permission.READ, key))


LOCAL = Principal("local", ((ANYWHERE, Role.ADMINISTRATOR),), "local")
"""Whoever uses this machine, where nothing else can reach the server and nobody set up authentication."""


def parse_grants(texts: Iterable[str]) -> Grants:
    """Return grants written as ``acme:editor`` or ``*:reader``; there need be no such organisation yet.

    :raises BadParameter: if one is none.

    >>> parse_grants(["acme:editor"])
    (('acme', <Role.EDITOR: 'editor'>),)
    """
    grants = []
    for text in texts:
        found = _grant(text)
        if found is None:
            raise BadParameter("grant", text, f"as acme:editor or *:reader, with one of {', '.join(Role)}")
        grants.append(found)
    return tuple(grants)


def grants_among(texts: Iterable[str]) -> Grants:
    """Return the grants among the roles that an issuer told; its other roles grant nothing here.

    >>> grants_among(["offline_access", "acme:reader", "acme:emperor"])
    (('acme', <Role.READER: 'reader'>),)
    """
    return tuple(dict.fromkeys(found for text in texts if (found := _grant(text)) is not None))


def _grant(text: str) -> tuple[str, Role] | None:
    place, _, role = text.partition(":")
    return (place, Role(role)) if _PLACE.fullmatch(place) and role in {*Role} else None
