"""One validation: the graphs it looks at, and which nodes are already known to fail which shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from engine.shacl.paths import follow
from engine.shacl.prebinding import PREBOUND, ROWS, SHAPES_GRAPH
from engine.shacl.targets import focus_nodes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from engine.shacl.components.base import Found, Row, Values
    from engine.shacl.prebinding import Prebound
    from engine.shacl.results import ValidationResult
    from engine.shacl.shapes import Shape
    from engine.shacl.terms import Term
    from engine.shacl.triples import Triples

__all__ = ["Run"]


class Run:
    """The evaluation of shapes over one data graph, a whole set of nodes at a time."""

    def __init__(self, data: Triples, shapes: Triples) -> None:
        self.data = data
        self.shapes = shapes
        self._store: Store | None = None
        self._seen: dict[Shape, tuple[set[Term], set[Term]]] = {}

    def results(self, shapes: Iterable[Shape]) -> Iterator[ValidationResult]:
        """Yield the results of shapes with their targets (SHACL §3.4)."""
        for shape in shapes:
            yield from (result for _, result in self.found(shape, focus_nodes(shape.targets, self.data)))

    def found(self, shape: Shape, nodes: Collection[Term]) -> Iterator[Found]:
        """Yield what breaks a shape among some focus nodes, with the focus node that does not conform."""
        if shape.deactivated or not nodes:
            return
        values = self._values(shape, nodes)
        for constraint in shape.constraints:
            yield from constraint.found(shape, values, self)

    def _values(self, shape: Shape, nodes: Collection[Term]) -> Values:
        return {node: (node,) for node in nodes} if shape.path is None else follow(shape.path, nodes, self.data)

    def failing(self, shape: Shape, nodes: Collection[Term]) -> set[Term]:
        """Return the nodes that do not conform to a shape; each is looked at once in a run (§3.4.1)."""
        seen, failed = self._seen.setdefault(shape, (set(), set()))
        fresh = set(nodes) - seen
        if fresh and not shape.deactivated:
            values = self._values(shape, fresh)
            failed.update(*(constraint.failing_nodes(shape, values, self) for constraint in shape.constraints))
        seen |= fresh
        return failed.intersection(nodes)

    def solutions(self, query: Prebound, rows: Sequence[Row]) -> list[tuple[int, Row]]:
        """Return the solutions of a query for some rows of pre-bound variables, each with the number of its row.

        Terms of a solution are as the store writes them, which may not be how they were written.
        """
        if not rows:
            return []
        home = NamedNode(ROWS)
        self.store.extend(
            Quad(NamedNode(f"{PREBOUND}{number}"), NamedNode(f"{PREBOUND}{name}"), row[name], home)
            for number, row in enumerate(rows)
            for name in query.names
            if name in row
        )
        found = self.store.query(query.text)
        assert isinstance(found, QuerySolutions)  # noqa: S101 - an ASK was written as a SELECT
        names = [variable.value for variable in found.variables]
        cells = [{name: term for name in names if (term := solution[name]) is not None} for solution in found]
        self.store.clear_graph(home)
        return [(int(row.pop(query.row).value.removeprefix(PREBOUND)), row) for row in cells]

    @property
    def store(self) -> Store:
        """The data as the default graph of a store, with the shapes beside it, made when a query first needs it."""
        if self._store is None:
            self._store = Store()
            self._store.extend(Quad(t.subject, t.predicate, t.object) for t in self.data)
            self._store.extend(Quad(t.subject, t.predicate, t.object, NamedNode(SHAPES_GRAPH)) for t in self.shapes)
        return self._store
