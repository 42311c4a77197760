"""Targets: where a shape says which nodes it is about (SHACL §2.1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from engine.shacl.terms import SH, Term

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from engine.shacl.triples import Triples

__all__ = ["KINDS", "Target", "focus_nodes"]

KINDS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
"""The four ways of naming targets; a shape that is a class has itself as ``sh:targetClass`` (§2.1.3.3)."""


@dataclass(frozen=True, slots=True)
class Target:
    """One target declaration."""

    kind: NamedNode
    value: Term

    def nodes(self, data: Triples) -> Collection[Term]:
        """Return the nodes that are meant."""
        if self.kind == SH.targetNode:
            return (self.value,)
        if self.kind == SH.targetClass or not isinstance(self.value, NamedNode):
            return data.instances(self.value)
        return data.forward(self.value) if self.kind == SH.targetSubjectsOf else data.inverse(self.value)


def focus_nodes(targets: Iterable[Target], data: Triples) -> Collection[Term]:
    """Return the nodes of any of the targets, each once."""
    return set[Term]().union(*(target.nodes(data) for target in targets))
