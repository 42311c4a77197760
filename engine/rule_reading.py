"""Read the rules between norms from a graph of content."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypedDict

from engine.graph import Iri
from engine.rules import (
    ACCOMPANYING,
    AccompanyingRule,
    DeemingRule,
    DisplacementRule,
    LegacyRule,
    RoleChangeRule,
    ScopeLimitationRule,
    Window,
)
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from engine.graph import Graph

__all__ = ["Rules", "read_rules"]

_SKOS, _DCT = PREFIXES["skos"], PREFIXES["dcterms"]
_LABEL, _SOURCE = f"{_SKOS}prefLabel", f"{_DCT}source"


class _Common(TypedDict):
    iri: Iri
    source: Iri | None
    label: str
    valid_from: date | None
    valid_until: date | None


class _Reach(_Common):
    except_for: tuple[Iri, ...]
    conditions: tuple[Iri, ...]


class Rules(TypedDict):
    """The rules of a graph by kind, each kind sorted by identifier."""

    windows: tuple[Window, ...]
    displacements: tuple[DisplacementRule, ...]
    deemings: tuple[DeemingRule, ...]
    legacies: tuple[LegacyRule, ...]
    limitations: tuple[ScopeLimitationRule, ...]
    role_changes: tuple[RoleChangeRule, ...]
    accompanying: tuple[AccompanyingRule, ...]


def read_rules(content: Graph) -> Rules:
    """Return what a graph of content says of the rules between norms."""
    return Rules(
        windows=tuple(_window(content, iri) for iri in content.instances(NG.ApplicationWindow)),
        displacements=tuple(_displacement(content, iri) for iri in content.instances(NG.DisplacementRule)),
        deemings=tuple(_deeming(content, iri) for iri in content.instances(NG.DeemingRule)),
        legacies=tuple(_legacy(content, iri) for iri in content.instances(NG.LegacyRule)),
        limitations=tuple(_limitation(content, iri) for iri in content.instances(NG.ScopeLimitationRule)),
        role_changes=tuple(_role_change(content, iri) for iri in content.instances(NG.RoleChangeRule)),
        accompanying=tuple(
            _accompanying(content, iri, kind) for kind in ACCOMPANYING for iri in content.instances(NG(kind))
        ),
    )


def _common(content: Graph, iri: Iri) -> _Common:
    return _Common(
        iri=iri,
        source=content.iri(iri, _SOURCE),
        label=content.text(iri, _LABEL),
        valid_from=content.date(iri, NG.validFrom),
        valid_until=content.date(iri, NG.validUntil),
    )


def _reach(content: Graph, iri: Iri) -> _Reach:
    return _Reach(
        **_common(content, iri),
        except_for=content.iris(iri, NG.exceptProvision),
        conditions=content.iris(iri, NG.appliesWhen),
    )


def _window(content: Graph, iri: Iri) -> Window:
    return Window(
        **_common(content, iri),
        governs=content.iris(iri, NG.governs),
        except_for=content.iris(iri, NG.exceptProvision),
        condition=content.iri(iri, NG.underCondition),
        applies_from=content.date(iri, NG.appliesFrom) or date.max,
        graph=content.home(iri),
    )


def _displacement(content: Graph, iri: Iri) -> DisplacementRule:
    return DisplacementRule(
        **_reach(content, iri),
        displaces=content.iris(iri, NG.displaces),
        in_favour_of=content.iris(iri, NG.inFavourOf),
        in_favour_of_law=content.text(iri, NG.inFavourOfLaw),
    )


def _deeming(content: Graph, iri: Iri) -> DeemingRule:
    return DeemingRule(
        **_reach(content, iri),
        deems=content.iris(iri, NG.deems),
        fulfilled_by=content.iris(iri, NG.fulfilledBy),
        fulfilled_by_law=content.text(iri, NG.fulfilledByLaw),
        question=content.text(iri, NG.question),
    )


def _legacy(content: Graph, iri: Iri) -> LegacyRule:
    cut_offs = [value for value in content.values(iri, NG.cutOff) if isinstance(value, date)]
    return LegacyRule(
        **_reach(content, iri),
        governs=content.iris(iri, NG.governs),
        cut_offs=tuple(sorted(cut_offs)),
        grace_until=content.date(iri, NG.graceUntil),
        ended_by_change=content.flag(iri, NG.endedBySignificantChange, default=False),
        question=content.text(iri, NG.question),
    )


def _limitation(content: Graph, iri: Iri) -> ScopeLimitationRule:
    return ScopeLimitationRule(
        **_reach(content, iri),
        limits=content.iris(iri, NG.limits),
        limited_to_events=content.iris(iri, NG.limitedToEvent),
        applies_instead=content.iris(iri, NG.appliesInstead),
        question=content.text(iri, NG.question),
    )


def _role_change(content: Graph, iri: Iri) -> RoleChangeRule:
    return RoleChangeRule(
        iri=iri,
        source=Iri(content.text(iri, _SOURCE)),
        label=content.text(iri, _LABEL),
        valid_from=content.date(iri, NG.validFrom),
        valid_until=content.date(iri, NG.validUntil),
        if_roles=content.iris(iri, NG.ifRole),
        makes_role=content.iri(iri, NG.makesRole),
        ends_role=content.iri(iri, NG.endsRole),
        conditions=content.iris(iri, NG.appliesWhen),
    )


def _accompanying(content: Graph, iri: Iri, kind: str) -> AccompanyingRule:
    return AccompanyingRule(
        **_common(content, iri),
        kind=kind,
        concerns=content.iris(iri, NG.concerns),
        refers_to=content.iris(iri, NG.refersTo),
        refers_to_law=content.text(iri, NG.refersToLaw),
        conditions=content.iris(iri, NG.appliesWhen),
        note=content.text(iri, f"{_SKOS}scopeNote"),
    )
