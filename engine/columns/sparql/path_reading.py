"""Read property paths: sequences and choices become patterns, what repeats stays a path."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode
from rdflib.paths import AlternativePath, InvPath, MulPath, OneOrMore, SequencePath, ZeroOrMore, ZeroOrOne
from rdflib.term import URIRef

from engine.columns.sparql.algebra import Link, Repeat, Triple, Union
from engine.columns.sparql.expressions import Const, Var
from engine.errors import NotVectorised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.columns.sparql.algebra import Body, Join, Path

__all__ = ["Fresh", "read_pattern"]

_SIGNS = {ZeroOrOne: (True, False), ZeroOrMore: (True, True), OneOrMore: (False, True)}


class Fresh:
    """Give variables that no query can name.

    :ivar chose: whether a path was read that has a choice outside of what repeats.
    """

    def __init__(self) -> None:
        self._used = 0
        self.chose = False

    def name(self) -> str:
        """Return a name that was not given before."""
        self._used += 1
        return f"#{self._used}"


def read_pattern(subject: Var | Const, path: object, value: Var | Const, fresh: Fresh) -> Body:
    """Return the steps of a triple pattern.

    :raises NotVectorised: if its path has a negated part.
    """
    if isinstance(path, Var):
        return (Triple(subject, path, value),)
    choices = list(_choices(path, backwards=False))
    if len(choices) == 1:
        return tuple(_walk(subject, choices[0], value, fresh))
    fresh.chose = True
    return (Union(tuple(tuple(_walk(subject, choice, value, fresh)) for choice in choices)),)


def _walk(subject: Var | Const, parts: tuple[Path, ...], value: Var | Const, fresh: Fresh) -> Iterator[Join]:
    stops = [subject, *(Var(fresh.name()) for _ in parts[1:]), value]
    for part, (one, other) in zip(parts, pairwise(stops), strict=True):
        if isinstance(part, Link) and part.backwards:
            yield Triple(other, Link(part.predicate), one)
        else:
            yield Triple(one, part, other)


def _choices(path: object, *, backwards: bool) -> Iterator[tuple[Path, ...]]:
    """Yield the sequences of steps that a path may take, each as often as SPARQL counts it."""
    if isinstance(path, URIRef):
        yield (Link(NamedNode(str(path)), backwards),)
    elif isinstance(path, InvPath):
        yield from _choices(path.arg, backwards=not backwards)
    elif isinstance(path, AlternativePath):
        for part in path.args:
            yield from _choices(part, backwards=backwards)
    elif isinstance(path, SequencePath):
        yield from _sequences(path.args[::-1] if backwards else path.args, backwards=backwards)
    elif isinstance(path, MulPath):
        zero, many = _SIGNS[path.mod]
        yield (Repeat(tuple(_choices(path.path, backwards=backwards)), zero, many),)
    else:
        raise NotVectorised("a negated property set")


def _sequences(parts: Sequence[object], *, backwards: bool) -> Iterator[tuple[Path, ...]]:
    if not parts:
        yield ()
        return
    rest = list(_sequences(parts[1:], backwards=backwards))
    for head in _choices(parts[0], backwards=backwards):
        yield from ((*head, *tail) for tail in rest)
