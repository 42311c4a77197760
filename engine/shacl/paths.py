"""Property paths: read from a shapes graph, followed from many nodes at once, and written again (SHACL §2.3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Triple

from engine.shacl.terms import RDF, SH, Term
from engine.shacl.triples import reachable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from engine.shacl.terms import Subject
    from engine.shacl.triples import Triples

__all__ = [
    "REPETITIONS",
    "Alternative",
    "Inverse",
    "Path",
    "Predicate",
    "Repeated",
    "Sequence",
    "follow",
    "path_text",
    "path_triples",
    "turned",
]

Reached = dict[Term, "Collection[Term]"]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate path (§2.3.1.1)."""

    iri: str

    def __str__(self) -> str:
        return f"<{self.iri}>"


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence path (§2.3.1.2)."""

    steps: tuple[Path, ...]

    def __str__(self) -> str:
        return f"({'/'.join(map(str, self.steps))})"


@dataclass(frozen=True, slots=True)
class Alternative:
    """An alternative path (§2.3.1.3)."""

    choices: tuple[Path, ...]

    def __str__(self) -> str:
        return f"({'|'.join(map(str, self.choices))})"


@dataclass(frozen=True, slots=True)
class Inverse:
    """An inverse path (§2.3.1.4)."""

    inner: Path

    def __str__(self) -> str:
        return f"^({self.inner})" if isinstance(self.inner, Inverse) else f"^{self.inner}"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path taken any number of times, at least once, or at most once: ``*``, ``+``, ``?`` (§2.3.1.5 to 2.3.1.7)."""

    inner: Path
    times: str

    def __str__(self) -> str:
        return f"({self.inner}){self.times}"


Path = Predicate | Sequence | Alternative | Inverse | Repeated

REPETITIONS = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def follow(path: Path, nodes: Collection[Term], data: Triples) -> Reached:
    """Return for each node what the path leads to, each once; nodes from which it leads nowhere have nothing."""
    if isinstance(path, Predicate):
        index = data.forward(NamedNode(path.iri))
        return {node: index.get(node, ()) for node in nodes}
    if isinstance(path, Sequence):
        return _sequence(path, nodes, data)
    if isinstance(path, Alternative):
        ways = [follow(choice, nodes, data) for choice in path.choices]
        return {node: dict.fromkeys(found for way in ways for found in way[node]) for node in nodes}
    if isinstance(path, Inverse):
        return _inverse(path.inner, nodes, data)
    return _repeated(path, nodes, data)


def _sequence(path: Sequence, nodes: Collection[Term], data: Triples) -> Reached:
    reached: Reached = {node: (node,) for node in nodes}
    for step in path.steps:
        onwards = follow(step, _all(reached), data)
        reached = {node: dict.fromkeys(f for m in middle for f in onwards[m]) for node, middle in reached.items()}
    return reached


def _all(reached: Mapping[Term, Collection[Term]]) -> Collection[Term]:
    return dict.fromkeys(found for several in reached.values() for found in several)


def _inverse(inner: Path, nodes: Collection[Term], data: Triples) -> Reached:
    """Follow a path backwards, by turning the direction inside it."""
    if isinstance(inner, Predicate):
        index = data.inverse(NamedNode(inner.iri))
        return {node: index.get(node, ()) for node in nodes}
    return follow(turned(inner), nodes, data)


def turned(path: Path) -> Path:
    """Return the inverse of a path, with the direction turned inside it."""
    if isinstance(path, Sequence):
        return Sequence(tuple(Inverse(step) for step in reversed(path.steps)))
    if isinstance(path, Alternative):
        return Alternative(tuple(Inverse(choice) for choice in path.choices))
    if isinstance(path, Repeated):
        return Repeated(Inverse(path.inner), path.times)
    return path.inner if isinstance(path, Inverse) else Inverse(path)


def _repeated(path: Repeated, nodes: Collection[Term], data: Triples) -> Reached:
    if path.times == "?":
        once = follow(path.inner, nodes, data)
        return {node: dict.fromkeys([node, *once[node]]) for node in nodes}
    steps = _steps(path.inner, nodes, data)
    if path.times == "*":
        return {node: reachable(node, steps) for node in nodes}
    return {node: dict.fromkeys(f for first in steps[node] for f in reachable(first, steps)) for node in nodes}


def _steps(inner: Path, nodes: Collection[Term], data: Triples) -> Reached:
    """Return the single steps from the nodes and from everything that is reached, a whole frontier at a time."""
    steps: Reached = {}
    frontier: Collection[Term] = nodes
    while frontier:
        steps |= follow(inner, frontier, data)
        frontier = dict.fromkeys(found for node in frontier for found in steps[node] if found not in steps)
    return steps


def path_text(path: Path) -> str:
    """Return a path as people read it: the IRI of a predicate, else as SPARQL writes it."""
    return path.iri if isinstance(path, Predicate) else str(path)


def path_triples(path: Path, name: str) -> tuple[Subject, list[Triple]]:
    """Return the node that stands for a path, and the statements that say so (§3.6.2.2).

    :param name: what the blank nodes' names begin with.
    """
    numbers = count(1)
    said: list[Triple] = []

    def fresh() -> BlankNode:
        return BlankNode(f"{name}n{next(numbers)}")

    def written(part: Path) -> Subject:
        if isinstance(part, Predicate):
            return NamedNode(part.iri)
        if isinstance(part, Sequence):
            return listed(part.steps)
        node = fresh()
        said.extend(Triple(node, predicate, value) for predicate, value in stated(part))
        return node

    def stated(part: Alternative | Inverse | Repeated) -> Iterator[tuple[NamedNode, Subject]]:
        if isinstance(part, Alternative):
            yield SH.alternativePath, listed(part.choices)
        elif isinstance(part, Inverse):
            yield SH.inversePath, written(part.inner)
        else:
            (predicate,) = (p for p, times in REPETITIONS.items() if times == part.times)
            yield predicate, written(part.inner)

    def listed(parts: tuple[Path, ...]) -> Subject:
        rest: Subject = RDF.nil
        for part in reversed(parts):
            node = fresh()
            said.extend((Triple(node, RDF.first, written(part)), Triple(node, RDF.rest, rest)))
            rest = node
        return rest

    return written(path), said
