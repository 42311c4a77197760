"""Where provisions pull apart when both bind: what the texts answer themselves, and what is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from engine.graph import Graph, Iri

__all__ = ["Tension", "read_tensions"]

_SKOS, _DCT = PREFIXES["skos"], PREFIXES["dcterms"]


@dataclass(frozen=True, slots=True)
class Tension:
    """A tension between provisions; it changes no state.

    :ivar one_side: the provisions or requirements of one side.
    :ivar extent: how much of it the wording of the law settles.
    :ivar proposed_resolution: what its author proposes, and no advice.
    """

    iri: Iri
    title: str
    pull: str
    one_side: tuple[Iri, ...]
    other_side: tuple[Iri, ...]
    what_texts_say: str
    extent: str
    proposed_resolution: str
    review_state: str
    author: str


def read_tensions(content: Graph) -> tuple[Tension, ...]:
    """Return the tensions of a graph, sorted by title."""
    found = (_tension(content, iri) for iri in content.instances(NG.Tension))
    return tuple(sorted(found, key=lambda tension: (tension.title, tension.iri)))


def _tension(content: Graph, iri: Iri) -> Tension:
    return Tension(
        iri=iri,
        title=content.text(iri, f"{_SKOS}prefLabel"),
        pull=content.text(iri, f"{_SKOS}definition"),
        one_side=content.iris(iri, NG.oneSide),
        other_side=content.iris(iri, NG.otherSide),
        what_texts_say=content.text(iri, NG.whatTextsSay),
        extent=content.text(iri, NG.extentOfAnswer),
        proposed_resolution=content.text(iri, NG.proposedResolution),
        review_state=content.text(content.text(iri, NG.reviewState), f"{_SKOS}notation"),
        author=content.text(iri, f"{_DCT}creator"),
    )
