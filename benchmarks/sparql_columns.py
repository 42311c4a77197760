"""Measure the queries of the evidence shapes on columns and in the store: ``python -m benchmarks.sparql_columns 1000``.

Both answer each query for all organisations at once, in one run. The first time on columns makes indexes and plans;
it is told apart from the times after it.
"""

from __future__ import annotations

import gc
import statistics
import sys
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.shacl import statements
from engine.columns.table import Columns
from engine.content import load_content
from engine.shacl.components.sparql import SelectConstraint
from engine.shacl.query_plans import plan_of
from engine.shacl.reading import compile_shapes
from engine.shacl.run import Run
from engine.shacl.targets import focus_nodes
from engine.shacl.triples import Triples
from engine.validation import evidence_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


__all__ = ["main", "measure"]

_REPEATS = 25
_LARGEST_FOR_STORE = 20_000


def measure(items: int) -> Iterator[dict[str, Any]]:
    """Yield for each query its seconds: in the store, on columns the first time and again, and how many rows."""
    content = load_content(None)
    quads = list(statements(content, items))
    columns, data = Columns.of(quads), Triples(quads)
    run = Run(data, Triples(()))
    if items <= _LARGEST_FOR_STORE:
        run.store.optimize()
    for shape in compile_shapes(Triples(evidence_shapes(content))).shapes:
        focus = sorted(focus_nodes(shape.targets, data), key=str)
        for constraint in shape.constraints:
            if isinstance(constraint, SelectConstraint):
                name = str(shape.node).rpartition("/")[2].rstrip(">")
                yield {"name": name, "n": items, **_one(constraint, focus, columns, run)}


def _one(constraint: SelectConstraint, focus: list[Any], columns: Columns, run: Run) -> dict[str, Any]:
    plan = plan_of(constraint.query)
    rows = {"this": np.array([columns.terms.add(term) for term in focus], np.int32)}
    first, found = _timed(lambda: plan.run(columns, rows))
    again = statistics.median(_timed(lambda: plan.run(columns, rows))[0] for _ in range(_REPEATS))
    told = {"columns_first_s": first, "median_s": again, "rows": len(found[plan.names[0]])}
    if len(columns.terms) > _LARGEST_FOR_STORE * 3:
        return told
    store, solutions = _timed(lambda: run.solutions(constraint.query, [{"this": term} for term in focus]))
    return {**told, "store_s": store, "ratio": store / again, "same": len(solutions) == told["rows"]}


def _timed(run: Callable[[], Any]) -> tuple[float, Any]:
    start = process_time()
    found = run()
    return process_time() - start, found


def main(items: int) -> None:
    """Print what each query takes."""
    total = {"store_s": 0.0, "columns_first_s": 0.0, "median_s": 0.0}
    for record in measure(items):
        for name in total:
            total[name] += record.get(name, 0.0)
        sys.stdout.write(f"{record['name']:32} {_shown(record)}  {record['rows']} rows, same: {record.get('same')}\n")
    sys.stdout.write(f"{'all':32} {_shown(total)}\n")


def _shown(record: dict[str, Any]) -> str:
    names = {"store_s": "store", "columns_first_s": "columns first", "median_s": "again"}
    return "  ".join(f"{told} {record.get(name, 0.0) * 1000:8.2f} ms" for name, told in names.items())


if __name__ == "__main__":
    gc.set_threshold(200_000)  # as the command does
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
