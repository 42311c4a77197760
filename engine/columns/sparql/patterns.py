"""Triple patterns as operations: which ends are known decides whether pairs are looked up, checked or listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.columns.sparql.algebra import Link, Triple
from engine.columns.sparql.combining import JoinTable
from engine.columns.sparql.expressions import Const, Var
from engine.columns.sparql.operators import Check, Cross, Expand, LookUp, Member
from engine.columns.sparql.tables import Table

if TYPE_CHECKING:
    from engine.columns.sparql.algebra import Names, Optional
    from engine.columns.sparql.graph import Graph
    from engine.columns.sparql.relations import Mask, Relation
    from engine.columns.sparql.tables import Operator
    from engine.columns.terms import Numbers

__all__ = ["absent", "looked_up", "matched"]


def matched(step: Triple, bound: Names, live: Names, graph: Graph) -> Operator:
    """Return what joins a pattern; each of its variables surely has a value, or surely has none."""
    if isinstance(step.path, Var):
        return _any_predicate(step, step.path, bound, live, graph)
    relation, subject, value = graph.relation(step.path), step.subject, step.object
    if isinstance(subject, Var) and isinstance(value, Var):
        return _between(relation, subject.name, value.name, bound, live, graph)
    if isinstance(subject, Var) and isinstance(value, Const):
        partners = relation.turned.of(graph.lexicon.add(value.term))
        return _among(partners, subject.name, bound, live, graph)
    if isinstance(value, Var) and isinstance(subject, Const):
        return _among(relation.of(graph.lexicon.add(subject.term)), value.name, bound, live, graph)
    assert isinstance(subject, Const) and isinstance(value, Const)  # noqa: S101, PT018 - nothing else is left
    there = graph.lexicon.add(value.term) in relation.of(graph.lexicon.add(subject.term))
    return Cross(int(there), {}, live)


def _between(relation: Relation, subject: str, value: str, bound: Names, live: Names, graph: Graph) -> Operator:
    if {subject, value} <= bound:
        return Check(relation, graph.lexicon, subject, value, live)
    if subject in bound:
        return Expand(relation, graph.lexicon, subject, value, live)
    if value in bound:
        return Expand(relation.turned, graph.lexicon, value, subject, live)
    first, second = relation.all_pairs()
    if subject == value:
        loops = first[first == second]
        return Cross(len(loops), {subject: loops}, live)
    return Cross(len(first), {subject: first, value: second}, live)


def _among(numbers: Numbers, name: str, bound: Names, live: Names, graph: Graph) -> Operator:
    if name in bound:
        return Member(_marked(numbers, graph), graph.lexicon, name, live)
    return Cross(len(numbers), {name: numbers}, live)


def _marked(numbers: Numbers, graph: Graph) -> Mask:
    mask = np.zeros(len(graph.lexicon) + 1, np.bool_)
    mask[numbers] = True
    return mask


def _any_predicate(step: Triple, path: Var, bound: Names, live: Names, graph: Graph) -> Operator:
    ends = (step.subject, path, step.object)
    columns: dict[str, Numbers] = {}
    mask = np.ones(len(graph.statements[0]), np.bool_)
    for end, column in zip(ends, graph.statements, strict=True):
        if isinstance(end, Const):
            mask &= column == graph.lexicon.add(end.term)
        elif end.name in columns:
            mask &= column == columns[end.name]
        else:
            columns[end.name] = column
    table = Table(int(np.count_nonzero(mask)), {name: column[mask] for name, column in columns.items()})
    return JoinTable(lambda _: table, tuple(sorted(bound & columns.keys())), live)


def _only_pattern(step: Optional, possible: Names, certain: Names, graph: Graph) -> tuple[Relation, str, str] | None:
    """Return the pairs, key and value of an OPTIONAL that is one pattern from what is known to what is not."""
    pattern = step.body[0] if len(step.body) == 1 and not step.tests else None
    if not isinstance(pattern, Triple) or not isinstance(pattern.path, Link):
        return None
    subject, value = pattern.subject, pattern.object
    if not isinstance(subject, Var) or not isinstance(value, Var) or subject == value:
        return None
    if subject.name in certain and value.name not in possible:
        return graph.relation(pattern.path), subject.name, value.name
    if value.name in certain and subject.name not in possible:
        return graph.relation(pattern.path).turned, value.name, subject.name
    return None


def looked_up(step: Optional, possible: Names, certain: Names, live: Names, graph: Graph) -> Operator | None:
    """Return what gives an OPTIONAL of one pattern its value, where nothing has two."""
    found = _only_pattern(step, possible, certain, graph)
    if found is None or not found[0].is_single:
        return None
    relation, key, value = found
    return LookUp(relation, graph.lexicon, key, value, live)


def absent(step: Optional, possible: Names, certain: Names, live: Names, graph: Graph) -> Operator | None:
    """Return what keeps solutions for which the one pattern of an OPTIONAL gives nothing."""
    found = _only_pattern(step, possible, certain, graph)
    if found is None:
        return None
    relation, key, _ = found
    there = relation.is_there(np.arange(relation.size + 1, dtype=np.int32))
    return Member(there, graph.lexicon, key, live, negated=True)
