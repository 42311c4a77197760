"""What readers call the things of a comparison: citations of the law, labels of the organisation's records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Organisation

__all__ = ["Names", "days"]

_ROW = f"{ID}mapping/"


@dataclass(frozen=True)
class Names:
    """Name provisions, requirements, conditions, rows and rules; with an organisation also its records."""

    knowledge: Knowledge
    organisation: Organisation | None = None

    def of(self, iri: Iri) -> str:
        """Return the citation or label of a thing; the end of its identifier where it has neither."""
        if iri.startswith(_ROW):
            return f"row {iri.rpartition('/')[2]}"
        labels = self.organisation.labels if self.organisation else {}
        name = labels.get(iri) or self.knowledge.citation(iri)
        return "/".join(name.split("/")[-2:]) if name.startswith("http") else name

    def all(self, iris: Iterable[Iri]) -> str:
        """Return several names in one line."""
        return ", ".join(map(self.of, iris))

    def path(self, iris: Iterable[Iri]) -> str:
        """Return names that lead from one to the next."""
        return " > ".join(map(self.of, iris))

    def records(self, iris: Iterable[Iri]) -> list[dict[str, Any]]:
        """Return things as JSON has them: identifier and name."""
        return [{"iri": iri, "citation": self.of(iri)} for iri in iris]


def days(found: Iterable[date], otherwise: str = "no date") -> str:
    """Return dates in one cell."""
    return " or ".join(map(str, found)) or otherwise
