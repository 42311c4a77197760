"""Read a property path from a shapes graph (SHACL §2.3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode

from engine.shacl.paths import REPETITIONS, Alternative, Inverse, Path, Predicate, Repeated, Sequence
from engine.shacl.terms import RDF, SH

if TYPE_CHECKING:
    from engine.shacl.parameters import Parameters
    from engine.shacl.terms import Term

__all__ = ["MAX_DEPTH", "read_path"]

MAX_DEPTH = 50
"""How deep paths may stand in paths, and shapes in shapes."""

_KINDS = (SH.alternativePath, SH.inversePath, *REPETITIONS)
_REMEDY = (
    "write an IRI, a list of two or more paths, or one of sh:inversePath, sh:alternativePath, sh:zeroOrMorePath, "
    "sh:oneOrMorePath, sh:zeroOrOnePath"
)


def read_path(parameters: Parameters, shape: Term, node: Term, above: frozenset[Term] = frozenset()) -> Path:
    """Return the path that a node stands for.

    :raises IllFormedShape: if it is no path, or one that holds itself.
    """
    if isinstance(node, NamedNode) and node != RDF.nil:
        return Predicate(node.value)
    if not isinstance(node, BlankNode) or node in above:
        raise parameters.refused(shape, "sh:path is no well-formed path", _REMEDY)
    if len(above) >= MAX_DEPTH:
        raise parameters.refused(shape, f"paths in sh:path, more than {MAX_DEPTH} deep", "flatten them")
    inside = above | {node}
    if parameters.graph.objects(node, RDF.first):
        return Sequence(_several(parameters, shape, node, inside))
    kinds = [kind for kind in _KINDS if parameters.graph.objects(node, kind)]
    if len(kinds) != 1 or len(inner := parameters.graph.objects(node, kinds[0])) != 1:
        raise parameters.refused(shape, "sh:path is no well-formed path", _REMEDY)
    if kinds[0] == SH.alternativePath:
        return Alternative(_several(parameters, shape, inner[0], inside))
    path = read_path(parameters, shape, inner[0], inside)
    return Inverse(path) if kinds[0] == SH.inversePath else Repeated(path, REPETITIONS[kinds[0]])


def _several(parameters: Parameters, shape: Term, start: Term, above: frozenset[Term]) -> tuple[Path, ...]:
    members = parameters.members(shape, SH.path, start)
    if len(members) < 2:  # noqa: PLR2004 - the recommendation says two
        raise parameters.refused(shape, "a list in sh:path has fewer than two members", _REMEDY)
    return tuple(read_path(parameters, shape, member, above) for member in members)
