"""Statements written in a form, the same each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, serialize

from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

__all__ = ["written"]

_MORE = {"foaf": "http://xmlns.com/foaf/0.1/"}


def written(triples: Iterable[Triple], form: str) -> bytes:
    """Return statements as a document of a form that is not a page."""
    return serialize(triples, format=RdfFormat.from_media_type(form), prefixes={**PREFIXES, **_MORE}) or b""
