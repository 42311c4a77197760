"""The structure of a framework on a day, as the product reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.graph import Graph
from engine.reading import read_knowledge
from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from pyoxigraph import Quad

    from engine.model import Provision

__all__ = ["live_provisions"]


def live_provisions(quads: Iterable[Quad], key: str, day: date) -> list[Provision]:
    """Return the provisions of a framework that are law on a day, in the order of the document."""
    found = read_knowledge(Graph(quads)).provisions.values()
    live = (p for p in found if p.framework == f"{ID}{key}" and p.version_on(day) is not None)
    return sorted(live, key=lambda provision: provision.sort_key)
