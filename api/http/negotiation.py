"""Which form an answer takes: what the caller accepts against what there is (RFC 9110 §12.5.1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from api.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import Request

__all__ = ["chosen_form", "negotiated"]

_MOST = 100
"""How many media ranges of an Accept header are read."""


def chosen_form(accept: str, offers: Sequence[str]) -> str | None:
    """Return the offer that a caller likes best; of several liked alike, the first; nothing where none is liked.

    >>> chosen_form("text/turtle;q=0.5, application/*", ["text/turtle", "application/ld+json"])
    'application/ld+json'
    >>> chosen_form("", ["text/turtle"])
    'text/turtle'
    """
    ranges = [_range(text) for text in accept.split(",")[:_MOST] if text.strip()]
    if not ranges:
        return offers[0]
    liked = [(_quality(offer, ranges), -place, offer) for place, offer in enumerate(offers)]
    best = max(liked)
    return best[2] if best[0] > 0 else None


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        label, _, value = parameter.partition("=")
        if label.strip() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
    return name, quality


def _quality(offer: str, ranges: list[tuple[str, float]]) -> float:
    """Return how much an offer is liked: by the most specific range that names it."""
    kind = offer.partition("/")[0]
    for wanted in (offer, f"{kind}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0


def negotiated(request: Request, offers: Sequence[str]) -> str:
    """Return the form of an answer to a request.

    :raises Problem: if the caller accepts none of those there are.
    """
    found = chosen_form(",".join(request.headers.getlist("accept")), offers)
    if found is None:
        detail = f"this is there as {', '.join(offers)}; ask for one of them in Accept"
        raise Problem(HTTPStatus.NOT_ACCEPTABLE, "not-acceptable", detail, offers=list(offers))
    return found
