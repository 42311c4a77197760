"""One validation over columns: the graph it looks at, and which nodes are already known to fail which shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pyoxigraph import NamedNode

from engine.columns.table import each_once
from engine.errors import NotVectorised
from engine.shacl.columnar.groups import GROUPS
from engine.shacl.columnar.in_sparql import by_sets, solved
from engine.shacl.columnar.nodes import Hits, ValueNodes
from engine.shacl.columnar.results import Batch, ColumnResults
from engine.shacl.columnar.values import COSTLY, VALUES
from engine.shacl.components.nested import PropertyShapes
from engine.shacl.shapes import NotCovered
from engine.shacl.terms import RDF, RDFS, SH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from engine.columns.terms import Numbers, Term
    from engine.shacl.columnar.data import ColumnData
    from engine.shacl.components.base import Constraint
    from engine.shacl.paths import Path
    from engine.shacl.run import Run
    from engine.shacl.shapes import Shape
    from engine.shacl.targets import Target

    Flags = NDArray[np.bool_]

__all__ = ["ColumnRun"]

_NO_HITS = Hits(np.empty(0, np.int64))


class ColumnRun:
    """The evaluation of shapes over the columns of one data graph.

    :ivar sets: gives the reading over sets, for what has none over columns.
    """

    def __init__(self, data: ColumnData, sets: Callable[[], Run]) -> None:
        self.columns = data.columns
        self.terms = data.columns.terms
        self.literals = data.literals
        self.sets = sets
        self.total = len(self.terms)
        self._by_sets: dict[NotCovered, None] = {}
        self._focus: dict[tuple[Target, ...], Numbers] = {}
        self._nodes: dict[tuple[Path | None, int], ValueNodes] = {}
        self._instances: dict[Term, Numbers] = {}
        self._is_instance: dict[Term, Flags] = {}
        self._seen: dict[Shape, tuple[Flags, Flags]] = {}
        self._below = data.columns.pairs(RDFS.subClassOf).turned
        self._typed = data.columns.pairs(RDF.type).turned
        self._text: tuple[Numbers, Any] | None = None

    def results(self, shapes: Iterable[Shape]) -> ColumnResults:
        """Return the results of shapes with their targets (SHACL §3.4)."""
        targeted = [(shape, self._focus_nodes(shape.targets)) for shape in shapes]
        self.total = len(self.terms)
        batches = [batch for shape, focus in targeted for batch in self._found(shape, focus)]
        return ColumnResults(batches, self.terms, tuple(self._by_sets))

    def _focus_nodes(self, targets: tuple[Target, ...]) -> Numbers:
        found = self._focus.get(targets)
        if found is None:
            several = [self._targeted(target) for target in targets]
            found = several[0] if len(several) == 1 else each_once(np.concatenate(several))
            self._focus[targets] = found
        return found

    def _targeted(self, target: Target) -> Numbers:
        if target.kind == SH.targetNode:
            return np.array([self.terms.add(target.value)], np.int32)
        if target.kind == SH.targetClass or not isinstance(target.value, NamedNode):
            return self.instances(target.value)
        pairs = self.columns.pairs(target.value)
        return each_once(pairs.first if target.kind == SH.targetSubjectsOf else pairs.turned.first)

    def instances(self, of: Term) -> Numbers:
        """Return the SHACL instances of a class: of it or of a subclass of it (SHACL §1.1), ascending."""
        if of not in self._instances:
            several = [self._typed.of(number) for number in self._classes(of)]
            found = several[0] if len(several) == 1 else each_once(np.concatenate(several))
            self._instances[of] = found
        return self._instances[of]

    def _classes(self, of: Term) -> list[int]:
        """Return a class and those below it."""
        classes = {self.terms.number(of)}
        waiting = list(classes) if len(self._below) else []
        while waiting:
            fresh = set(self._below.of(waiting.pop()).tolist()) - classes
            classes |= fresh
            waiting += fresh
        return sorted(classes)

    def is_instance(self, of: Term) -> Flags:
        """Tell of each term whether it is an instance of a class."""
        if of not in self._is_instance:
            self._is_instance[of] = np.zeros(self.total, np.bool_)
            self._is_instance[of][self.instances(of)] = True
        return self._is_instance[of]

    def texts(self, values: Numbers) -> Any:
        """Return the texts of some terms; those asked for last are kept, since one property has several constraints."""
        if self._text is None or self._text[0] is not values:
            self._text = values, self.terms.texts(values)
        return self._text[1]

    def flags(self, members: Iterable[Term]) -> Flags:
        """Tell of each term whether it is one of some."""
        flags = np.zeros(self.total + 1, np.bool_)
        flags[[self.terms.number(member) for member in members]] = True  # the last place is that of no term
        return flags

    def _value_nodes(self, path: Path | None, focus: Numbers) -> ValueNodes:
        nodes = self._nodes.get((path, id(focus)))
        if nodes is None:
            nodes = self._nodes[path, id(focus)] = ValueNodes(path, focus, self.columns, self.total)
        return nodes

    def _found(self, shape: Shape, focus: Numbers) -> Iterator[Batch]:
        """Yield what breaks a shape among some focus nodes."""
        if shape.deactivated or not len(focus):
            return
        nodes = self._value_nodes(shape.path, focus)
        for constraint in shape.constraints:
            yield from self._broken(constraint, shape, nodes)

    def _broken(self, constraint: Constraint, shape: Shape, nodes: ValueNodes) -> Iterator[Batch]:
        if isinstance(constraint, PropertyShapes):
            for batch in self._found(constraint.shape, nodes.distinct):
                yield batch if shape.path is None else _from_further(batch, nodes)
        elif type(constraint) in GROUPS or type(constraint) in VALUES:
            places, values, paths = self._hits(constraint, nodes)
            if len(places):
                yield Batch(shape, constraint, places, nodes.focus[places], values, paths)
        else:
            yield self._solved(constraint, shape, nodes)

    def _solved(self, constraint: Constraint, shape: Shape, nodes: ValueNodes) -> Batch:
        try:
            return solved(constraint, shape, nodes, self)
        except NotVectorised as error:
            self._by_sets[NotCovered(shape.node, error.reason)] = None
            return by_sets(constraint, shape, nodes, self)

    def _hits(self, constraint: Constraint, nodes: ValueNodes) -> Hits:
        find = GROUPS.get(type(constraint))
        if find is not None:
            return find(constraint, nodes, self)
        breaks = VALUES[type(constraint)]
        if not len(nodes.values):
            return _NO_HITS
        if type(constraint) not in COSTLY or nodes.distinct is nodes.values:
            found = breaks(constraint, nodes.values, self).nonzero()[0]
            if not len(found):
                return _NO_HITS
        else:
            bad = breaks(constraint, nodes.distinct, self)
            if not bad.any():
                return _NO_HITS
            found = nodes.with_any(nodes.distinct[bad])
        return Hits(nodes.places[found], nodes.values[found])

    def failing(self, shape: Shape, nodes: Numbers) -> Flags:
        """Tell which nodes do not conform to a shape; each is looked at once in a run (§3.4.1).

        :param nodes: the nodes, ascending, each once.
        """
        if shape not in self._seen:
            self._seen[shape] = np.zeros(self.total, np.bool_), np.zeros(self.total, np.bool_)
        seen, failed = self._seen[shape]
        known = seen[nodes]
        fresh = nodes[~known] if known.any() else nodes
        if len(fresh) and not shape.deactivated:
            failed[fresh] = self._fails(shape, fresh)
        seen[fresh] = True
        return failed[nodes]

    def _fails(self, shape: Shape, focus: Numbers) -> Flags:
        nodes, fails = self._value_nodes(shape.path, focus), np.zeros(len(focus), np.bool_)
        for constraint in shape.constraints:
            if isinstance(constraint, PropertyShapes):
                bad = nodes.distinct[self.failing(constraint.shape, nodes.distinct)]
                fails[nodes.places[nodes.with_any(bad)]] = True
            elif type(constraint) in GROUPS or type(constraint) in VALUES:
                fails[self._hits(constraint, nodes).places] = True
            else:
                fails[self._solved(constraint, shape, nodes).origin] = True
        return fails


def _from_further(batch: Batch, nodes: ValueNodes) -> Batch:
    """Return results about values as results of the focus nodes that lead to them, once for each."""
    order = np.argsort(nodes.values, kind="stable")
    ordered, found = nodes.values[order], nodes.distinct[batch.origin]
    starts = np.searchsorted(ordered, found, "left")
    counts = np.searchsorted(ordered, found, "right") - starts
    rows = np.repeat(np.arange(len(batch)), counts)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return batch.chosen(rows, nodes.places[order[starts[rows] + within]])
