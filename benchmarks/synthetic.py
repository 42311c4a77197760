"""Make up the records of an organisation of any size: evidence of implemented controls, a few of it with a flaw."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.vocabulary import NG, PREFIXES, graph

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DAY", "records"]

DAY = date(2026, 11, 20)
_HOME = graph("org/synthetic/records")
_BASE = "https://w3id.org/normgraph/example/synthetic/"
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_DATE = NamedNode(PREFIXES["xsd"] + "date")
_ISSUED = NamedNode(PREFIXES["dcterms"] + "issued")
_ASSETS, _ITEMS_EACH = 20, 5
"""How many assets there are, and how many items of evidence an implementation has."""


def _named(name: str) -> NamedNode:
    return NamedNode(_BASE + name)


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=_DATE)


def records(items: int, demanded: list[tuple[NamedNode, NamedNode]]) -> Iterator[Quad]:
    """Yield the records: so many items of evidence, and implementations of the controls in turn.

    :param demanded: controls, each with a type of evidence that a template demands of it.

    Every 50th item has no approver, every 70th a hash that is none, every 90th was approved by its collector.
    """
    yield Quad(_named("organisation"), _TYPE, NamedNode(PREFIXES["org"] + "FormalOrganization"), _HOME)
    for number in range(_ASSETS):
        yield Quad(_named(f"system-{number}"), _TYPE, NG.AISystem, _HOME)
        yield Quad(_named(f"system-{number}"), NG.belongsTo, _named("organisation"), _HOME)
    for number in range(items // _ITEMS_EACH):
        yield from _implementation(number, demanded[number % len(demanded)][0])
    for number in range(items):
        yield from _evidence(number, demanded[number // _ITEMS_EACH % len(demanded)][1])


def _implementation(number: int, control: NamedNode) -> Iterator[Quad]:
    node = _named(f"control/{number}")
    yield Quad(node, _TYPE, NG.ControlImplementation, _HOME)
    yield Quad(node, NG.implementsControl, control, _HOME)
    yield Quad(node, NG.status, NG.Implemented, _HOME)
    yield Quad(node, NG.hasScope, _named(f"system-{number % _ASSETS}"), _HOME)
    yield Quad(node, NG.ownedBy, _named("role/owner"), _HOME)


def _evidence(number: int, kind: NamedNode) -> Iterator[Quad]:
    node, of = _named(f"evidence/{number}"), number // _ITEMS_EACH
    issued = DAY - timedelta(days=number % 300)
    approver = "collector" if number % 90 == 0 else "approver"
    said = {
        _TYPE: NG.Evidence,
        NG.evidences: _named(f"control/{of}"),
        NG.inRespectOf: _named(f"system-{of % _ASSETS}"),
        NG.evidenceType: kind,
        NG.outcome: NG.Supports,
        _ISSUED: _day(issued),
        NG.validUntil: _day(issued + timedelta(days=400)),
        NG.sha256: Literal("none" if number % 70 == 0 else f"{number:064x}"),
        NG.location: Literal(f"evidence/{number}.pdf"),
        NG.collectedBy: _named("role/collector"),
        **({} if number % 50 == 0 else {NG.approvedBy: _named(f"role/{approver}")}),
    }
    yield from (Quad(node, predicate, value, _HOME) for predicate, value in said.items())
