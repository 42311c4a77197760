"""The structure of a framework on a day: its first version with every later change laid over it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.graph import Graph, Iri
from engine.vocabulary import NG, PREFIXES, Namespace, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from pyoxigraph import Quad

__all__ = ["LiveProvision", "live_provisions"]

_ELI, _SKOS = Namespace(PREFIXES["eli"]), Namespace(PREFIXES["skos"])


@dataclass(frozen=True)
class LiveProvision:
    """A provision that is law on a day, titled as on that day, with the version in force where it has versions."""

    iri: Iri
    parent: Iri | None
    subdivision: Iri | None
    notation: str
    sort_key: str
    title: str
    version: Iri | None


def live_provisions(quads: Iterable[Quad], framework: str, on: date) -> list[LiveProvision]:
    """Return the provisions of a framework (its key) that are law on a day, in the order of the document.

    A provision without versions has been there from the start. Being law is not yet applying: the
    dates of application are windows, and are not looked at here.
    """
    graph = Graph(quads)
    versions: dict[Iri, list[Iri]] = defaultdict(list)
    for version in graph.instances(NG.ProvisionVersion):
        for slot in graph.iris(version, NG.versionOf):
            versions[slot].append(version)
    slots = [slot for slot in graph.instances(NG.Provision) if _is_of(graph, slot, framework)]
    in_force = {slot: [version for version in versions[slot] if _is_law(graph, version, on)] for slot in slots}
    live = (
        _provision(graph, slot, max(in_force[slot], default=None))
        for slot in slots
        if in_force[slot] or not versions[slot]
    )
    return sorted(live, key=lambda provision: provision.sort_key)


def _is_of(graph: Graph, slot: Iri, framework: str) -> bool:
    return identifier(framework).value in graph.iris(slot, NG.inFramework)


def _is_law(graph: Graph, version: Iri, on: date) -> bool:
    begins, ends = graph.date(version, NG.validFrom), graph.date(version, NG.validUntil)
    if graph.iri(version, NG.changeType) == NG.Deleted.value:
        return False
    return (begins is None or begins <= on) and (ends is None or on < ends)


def _provision(graph: Graph, slot: Iri, version: Iri | None) -> LiveProvision:
    renamed = graph.text(version, _SKOS.prefLabel) if version else ""
    return LiveProvision(
        iri=slot,
        parent=graph.iri(slot, NG.directPartOf),
        subdivision=graph.iri(slot, _ELI.type_subdivision),
        notation=graph.text(slot, _SKOS.notation),
        sort_key=graph.text(slot, NG.sortKey),
        title=renamed or graph.text(slot, _SKOS.prefLabel),
        version=version,
    )
