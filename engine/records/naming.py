"""What a record is called: its IRI, and the short key that an address has for it; each can be told from the other."""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.mapping.recording import slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.records.table import Kind

__all__ = ["iri_of", "key_of", "named"]

_PART = r"(?!\.+(?:/|$))[A-Za-z0-9._-]+"
_PLAIN = re.compile(rf"{_PART}(?:/{_PART})*")
_LONGEST = 60


def key_of(iri: str, home: str, segment: str) -> str:
    """Return the key of a record: short for one named below the organisation, and for any other the IRI in Base64.

    >>> key_of("https://acme.example/evidence/a", "https://acme.example/", "evidence/")
    'a'
    >>> key_of("https://acme.example/contract/b", "https://acme.example/", "evidence/")
    '~contract~b'
    """
    for prefix, mark in ((home + segment, ""), (home, "~")):
        rest = iri.removeprefix(prefix)
        if iri.startswith(prefix) and _PLAIN.fullmatch(rest):
            return mark + rest.replace("/", "~")
    return "~~" + urlsafe_b64encode(iri.encode()).decode().rstrip("=")


def iri_of(key: str, home: str, segment: str) -> Iri:
    """Return the IRI of a record by its key; of what is no key, an IRI that nothing has.

    >>> iri_of("~contract~b", "https://acme.example/", "evidence/")
    'https://acme.example/contract/b'
    """
    if key.startswith("~~"):
        try:
            return Iri(urlsafe_b64decode(key[2:].encode() + b"==").decode())
        except (ValueError, binascii.Error):
            return Iri("")
    if key.startswith("~"):
        return Iri(home + key[1:].replace("~", "/"))
    return Iri(home + segment + key.replace("~", "/"))


def named(kind: Kind, home: str, values: Mapping[str, object], name: str = "") -> Iri:
    """Return the IRI of a new record: by the name that is given, or by what it is called and says."""
    if name:
        return Iri(f"{home}{kind.segment}{name}")
    said = json.dumps([kind.name, values], sort_keys=True, default=str)
    digest = hashlib.sha256(said.encode()).hexdigest()[:8]
    label = slug(str(values.get("label") or kind.one))[:_LONGEST].strip("-")
    return Iri(f"{home}{kind.segment}{label}-{digest}")
