"""Validation profiles: how grave each check of records is, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad

from engine.errors import UnknownName
from engine.shacl.terms import SH
from engine.vocabulary import ID, NG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.graph import Graph

__all__ = ["STANDARD", "graded", "profile_names"]

STANDARD = "standard"
"""The profile taken where none is asked for: each check as grave as it is by itself."""
_HOME = f"{ID}validation-profile/"
_GRADES = ((NG.violationFor, SH.Violation), (NG.warningFor, SH.Warning), (NG.infoFor, SH.Info))


def profile_names(content: Graph) -> tuple[str, ...]:
    """Return the names of the profiles of a graph, sorted."""
    return tuple(sorted(iri.removeprefix(_HOME) for iri in content.instances(NG.ValidationProfile)))


def graded(shapes: Iterable[Quad], content: Graph, profile: str) -> Iterator[Quad]:
    """Yield the statements of shapes with the severities of a profile.

    :raises UnknownName: if there is no such profile.
    """
    severities = _severities(content, profile)
    for quad in shapes:
        other = severities.get(quad.subject) if quad.predicate == SH.severity else None
        yield quad if other is None else Quad(quad.subject, quad.predicate, other, quad.graph_name)


def _severities(content: Graph, profile: str) -> dict[object, NamedNode]:
    names = profile_names(content)
    if profile not in names:
        raise UnknownName("validation profile", profile, names)
    node = NamedNode(_HOME + profile)
    return {NamedNode(shape): grade for path, grade in _GRADES for shape in content.iris(node.value, path)}
