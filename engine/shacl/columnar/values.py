"""Constraints that a value breaks by itself, over columns (SHACL §4.1, §4.3, §4.4, §4.6, §4.7.1, §4.8.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from engine.columns.terms import Kind
from engine.shacl.columnar.patterns import matches
from engine.shacl.components.nested import And, Node, Not, Or, Xone
from engine.shacl.components.values import Class, Datatype, In, LanguageIn, Length, NodeKind, Pattern, Range
from engine.shacl.literals import has_forms
from engine.shacl.terms import SH

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.columns.terms import Numbers, Term
    from engine.shacl.columnar.run import ColumnRun

    Flags = NDArray[np.bool_]

__all__ = ["COSTLY", "VALUES"]

_KINDS: dict[Term, tuple[Kind, ...]] = {
    SH.BlankNode: (Kind.BLANK,),
    SH.IRI: (Kind.IRI,),
    SH.Literal: (Kind.LITERAL,),
    SH.BlankNodeOrIRI: (Kind.BLANK, Kind.IRI),
    SH.BlankNodeOrLiteral: (Kind.BLANK, Kind.LITERAL),
    SH.IRIOrLiteral: (Kind.IRI, Kind.LITERAL),
}
_OTHERS = {kind: np.array([k not in kinds for k in Kind], np.bool_) for kind, kinds in _KINDS.items()}


def _flags(column: Any) -> Flags:
    flags: Flags = column
    return flags


def _class(constraint: Class, values: Numbers, run: ColumnRun) -> Flags:
    return ~run.is_instance(constraint.of)[values]


def _node_kind(constraint: NodeKind, values: Numbers, run: ColumnRun) -> Flags:
    return _flags(_OTHERS[constraint.kind][run.terms.kinds[values]])


def _datatype(constraint: Datatype, values: Numbers, run: ColumnRun) -> Flags:
    good = run.literals.of(constraint.datatype, values)
    if not has_forms(constraint.datatype):
        return ~good
    if good.all():
        return run.literals.ill_formed(values)
    good[good] = ~run.literals.ill_formed(values[good])
    return ~good


def _range(constraint: Range, values: Numbers, run: ColumnRun) -> Flags:
    return run.literals.beyond(values, constraint.bound, constraint.name)


def _length(constraint: Length, values: Numbers, run: ColumnRun) -> Flags:
    lengths = pc.utf8_length(run.texts(values)).to_numpy(zero_copy_only=False)
    beyond = lengths < constraint.limit if constraint.name == "MinLength" else lengths > constraint.limit
    return _flags(beyond | (run.terms.kinds[values] == Kind.BLANK))


def _pattern(constraint: Pattern, values: Numbers, run: ColumnRun) -> Flags:
    found = matches(constraint.pattern, constraint.flags, run.texts(values))
    return _flags(~found | (run.terms.kinds[values] == Kind.BLANK))


def _language_in(constraint: LanguageIn, values: Numbers, run: ColumnRun) -> Flags:
    holds = np.array([constraint.takes(tail.language) for tail in run.terms.tails], np.bool_)
    return _flags(~holds[run.terms.tail_of[values]])


def _in(constraint: In, values: Numbers, run: ColumnRun) -> Flags:
    return ~run.flags(constraint.members)[values]


def _node(constraint: Node, values: Numbers, run: ColumnRun) -> Flags:
    return run.failing(constraint.shape, values)


def _not(constraint: Not, values: Numbers, run: ColumnRun) -> Flags:
    return ~run.failing(constraint.shape, values)


def _and(constraint: And, values: Numbers, run: ColumnRun) -> Flags:
    return _flags(
        np.logical_or.reduce([np.zeros(len(values), np.bool_), *(run.failing(s, values) for s in constraint.shapes)])
    )


def _or(constraint: Or, values: Numbers, run: ColumnRun) -> Flags:
    """Tell which values conform to no shape; those that conform to one are not shown to the next."""
    left = np.arange(len(values))
    for shape in constraint.shapes:
        left = left[run.failing(shape, values[left])]
    bad = np.zeros(len(values), np.bool_)
    bad[left] = True
    return bad


def _xone(constraint: Xone, values: Numbers, run: ColumnRun) -> Flags:
    failures = np.zeros(len(values), np.int64)
    for shape in constraint.shapes:
        failures += run.failing(shape, values)
    return _flags(failures != len(constraint.shapes) - 1)


VALUES: dict[type, Callable[[Any, Numbers, ColumnRun], Flags]] = {
    Class: _class,
    NodeKind: _node_kind,
    Datatype: _datatype,
    Range: _range,
    Length: _length,
    Pattern: _pattern,
    LanguageIn: _language_in,
    In: _in,
    Node: _node,
    Not: _not,
    And: _and,
    Or: _or,
    Xone: _xone,
}
"""What tells, of each constraint, which values break it; the values are distinct and ascending for the costly ones."""

COSTLY = frozenset({Length, Pattern, Node, Not, And, Or, Xone})
"""The constraints for which each value is looked at once."""
