"""Give the items of an annex the headings that it prints as the first words of their text."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.eurlex.model import Act, Part

__all__ = ["with_lead_in_titles"]


def with_lead_in_titles(act: Act, annexes: Collection[str]) -> Act:
    """Return the act with the items of those annexes titled by what stands before their first colon.

    Annex III of the AI Act names its areas so: “Biometrics, in so far as their use is permitted …:”. A
    clause that several of the items repeat qualifies them, and is no part of their heading.
    """
    return replace(act, parts=tuple(_titled(part) if part.number in annexes else part for part in act.parts))


def _titled(annex: Part) -> Part:
    if not annex.path.startswith("anx"):
        return annex
    leads = [child.text.partition(":")[0].split("\n")[0] for child in annex.children]
    repeated = Counter(lead.partition(", ")[2] for lead in leads)
    titles = [_heading(lead, repeated) for lead in leads]
    children = (replace(child, title=title) for child, title in zip(annex.children, titles, strict=True))
    return replace(annex, children=tuple(children))


def _heading(lead: str, repeated: Counter[str]) -> str:
    """Return a lead-in up to the comma after which it says what others say too."""
    for index, character in enumerate(lead):
        if character == "," and sum(other.endswith(lead[index + 2 :]) for other in repeated) > 1:
            return lead[:index]
    return lead
