"""Shapes as values: what they are about, what they demand, and how grave it is to break them (SHACL §2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Literal

    from engine.shacl.components.base import Constraint
    from engine.shacl.paths import Path
    from engine.shacl.targets import Target
    from engine.shacl.terms import Subject

__all__ = ["CompiledShapes", "LeftToOthers", "NotCovered", "Shape"]


@dataclass(frozen=True, eq=False, slots=True)
class Shape:
    """A node shape, or a property shape if it has a path.

    :ivar severity: the local name of one of the three of SHACL, or the IRI of another (§2.1.4).
    :ivar messages: what its results say; empty for what each constraint says by itself (§2.1.5).
    """

    node: Subject
    path: Path | None
    severity: str
    messages: tuple[Literal, ...]
    deactivated: bool
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]


class LeftToOthers(Exception):
    """A shape holds what the compiler does not cover."""


@dataclass(frozen=True, slots=True)
class NotCovered:
    """A shape with targets that the compiler leaves to another engine, and what in it is the reason."""

    shape: Subject
    reason: str


@dataclass(frozen=True, slots=True)
class CompiledShapes:
    """The shapes of a shapes graph that have targets, in order: those that are run here, and the others."""

    shapes: tuple[Shape, ...]
    not_covered: tuple[NotCovered, ...]
