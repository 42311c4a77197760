"""A SELECT query that runs on columns: read once, made ready for each graph once, run as often as asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.columns.sparql.graph import Graph
from engine.columns.sparql.planning import Planner
from engine.columns.sparql.reading import RowsGraph, read_select

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.columns.sparql.algebra import Select
    from engine.columns.sparql.planning import Orders
    from engine.columns.table import Columns
    from engine.columns.terms import Numbers

__all__ = ["Plan", "RowsGraph", "compile_select"]


class Plan:
    """A query as steps.

    :ivar names: the variables that it gives, in the order of its SELECT.
    """

    def __init__(self, select: Select) -> None:
        self.select = select
        self.names = select.names
        self._orders: Orders = {}

    def run(self, columns: Columns, rows: Mapping[str, Numbers] | None = None) -> dict[str, Numbers]:
        """Return the solutions, in no order: a column for each variable, ``NONE`` where it is unbound.

        Terms are as a store writes them, which may not be how they were written.

        :param rows: the values of each pre-bound variable, row by row; ``NONE`` where a row has none.
        :raises NotVectorised: if a path reaches too far to be written down.
        """
        graph = Graph.of(columns)
        graph.lexicon.grow()
        run = graph.plans.get(self)
        if run is None:
            run = graph.plans[self] = Planner(graph, self._orders).select(self.select)
        table = run(rows or {})
        return {name: table.column(name) for name in self.names}


def compile_select(text: str, rows: RowsGraph | None = None) -> Plan:
    """Return the plan of a SELECT query that the guard has let pass.

    :param rows: how the text names its pre-bound rows, if it has any.
    :raises NotVectorised: if anything in it is not covered; never a guess.
    """
    return Plan(read_select(text, rows))
