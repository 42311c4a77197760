"""How severe the penalty tiers of the frameworks are, to put the worst first; never added up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, parse

from engine.graph import Graph, Iri
from engine.resources import folder
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PenaltyTier", "read_penalties", "shipped_penalties"]


@dataclass(frozen=True, slots=True)
class PenaltyTier:
    """A bracket of fines; a tier without figures of its own takes those of the severest tier below it."""

    iri: Iri
    label: str
    formula: str
    share: Decimal
    amount: int

    @property
    def severity(self) -> tuple[Decimal, int]:
        """What tiers are compared by: the share of turnover, then the amount."""
        return self.share, self.amount


def read_penalties(content: Graph) -> dict[Iri, PenaltyTier]:
    """Return the penalty tiers of a graph."""
    tiers = {iri: _tier(content, iri) for iri in content.instances(NG.PenaltyTier)}
    broader = f"{PREFIXES['skos']}broader"
    worst: dict[Iri, PenaltyTier] = {}
    for iri, tier in tiers.items():
        for wider in content.iris(iri, broader):
            worst[wider] = max(worst.get(wider, tier), tier, key=lambda t: t.severity)
    return {iri: _at_least(tier, worst.get(iri)) for iri, tier in tiers.items()}


def _tier(content: Graph, iri: Iri) -> PenaltyTier:
    share, amount = content.value(iri, NG.maximumTurnoverShare), content.number(iri, NG.maximumAmount)
    label, formula = content.text(iri, f"{PREFIXES['skos']}prefLabel"), content.text(iri, NG.formula)
    return PenaltyTier(iri, label, formula, share if isinstance(share, Decimal) else Decimal(0), amount or 0)


def _at_least(tier: PenaltyTier, narrower: PenaltyTier | None) -> PenaltyTier:
    if narrower is None or narrower.severity <= tier.severity:
        return tier
    return PenaltyTier(tier.iri, tier.label, tier.formula, narrower.share, narrower.amount)


@cache
def shipped_penalties() -> Mapping[Iri, PenaltyTier]:
    """Return the penalty tiers that are shipped."""
    path = folder("ontology") / "schemes" / "penalties.ttl"
    return read_penalties(Graph(parse(path.read_bytes(), format=RdfFormat.TURTLE)))
