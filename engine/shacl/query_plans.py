"""Queries with pre-bound variables as plans on columns."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from engine.columns.sparql.plan import Plan, RowsGraph, compile_select
from engine.shacl.prebinding import PREBOUND, ROWS

if TYPE_CHECKING:
    from engine.shacl.prebinding import Prebound

__all__ = ["plan_of"]


@lru_cache(maxsize=256)
def plan_of(query: Prebound) -> Plan:
    """Return the plan of a query; its ``run`` takes a column for each name of the query, and gives its row back.

    :raises NotVectorised: if the columns do not cover it; the store then answers it.
    """
    return compile_select(query.text, RowsGraph(ROWS, PREBOUND))
