"""Measure the compiled evidence shapes against pySHACL, side by side in one run: ``python -m benchmarks.shacl 1000``.

Reading the content, indexing and compiling are timed apart; both sides give the full list of results, which must be
the same. Time is that of the processor, so that a busy machine does not count; both sides use one. Ratios of one run
can be compared, seconds of two machines cannot.
"""

from __future__ import annotations

import gc
import statistics
import sys
from collections import Counter
from functools import partial
from time import process_time
from typing import TYPE_CHECKING, Any

import pyshacl
from pyoxigraph import Literal, NamedNode, Quad

from benchmarks.synthetic import DAY, records
from engine.content import load_content
from engine.shacl.pyshacl_engine import by_pyshacl, graph_of
from engine.shacl.reading import compile_shapes
from engine.shacl.run import Run
from engine.shacl.terms import SH
from engine.shacl.triples import Triples
from engine.validation import CONTEXT, evidence_shapes
from engine.vocabulary import GRAPH, NG, PREFIXES, identifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.content import Content
    from engine.shacl.results import ValidationResult
    from engine.shacl.shapes import Shape

__all__ = ["main"]

_REPEATS = 5
_LARGEST_FOR_PYSHACL = 2_000
_CONTEXT = tuple(f"{GRAPH}{name}" for name in CONTEXT)


def _data(content: Content, items: int) -> list[Quad]:
    context = [quad for quad in content.quads if getattr(quad.graph_name, "value", "") in _CONTEXT]
    templates = Triples(context)
    demanded = [
        (control, kind)
        for template in templates.subjects(NG.forControl)
        for control in templates.objects(template, NG.forControl)
        for kind in templates.objects(template, NG.evidenceType)
        if isinstance(control, NamedNode) and isinstance(kind, NamedNode)
    ]
    day = Literal(DAY.isoformat(), datatype=NamedNode(PREFIXES["xsd"] + "date"))
    return [*records(items, demanded), *context, Quad(identifier("as-of"), NG.asOf, day)]


def _timed(run: Callable[[], Any]) -> tuple[float, Any]:
    start = process_time()
    found = run()
    return process_time() - start, found


def _results(run: Run, shapes: tuple[Shape, ...]) -> list[ValidationResult]:
    return list(run.results(shapes))


def _what(results: list[ValidationResult]) -> Counter[tuple[object, ...]]:
    return Counter((r.focus, r.path, r.value, r.shape, r.component, r.severity) for r in results)


def main(items: int) -> None:
    """Print what each step takes, and the ratio of the two: for all shapes, and for those of SHACL Core."""
    content = load_content(None)
    quads = _data(content, items)
    every = Triples(evidence_shapes(content))
    indexing, _ = _timed(lambda: Triples(quads))
    _say(f"{items} items of evidence, {len(quads)} statements; indexed in {indexing * 1000:.1f} ms")
    queried = set(every.subjects(SH.sparql))
    core = Triples(triple for triple in every if triple.subject not in queried)
    for name, shapes in (("all shapes", every), ("Core alone", core)):
        _compare(name, shapes, quads, with_pyshacl=items <= _LARGEST_FOR_PYSHACL)


def _compare(name: str, shapes: Triples, quads: list[Quad], *, with_pyshacl: bool) -> None:
    compiling, compiled = _timed(lambda: compile_shapes(shapes))
    took, data = [], Triples(quads)
    for _ in range(_REPEATS):
        run = Run(Triples(quads), shapes)
        run.store.optimize()
        seconds, found = _timed(partial(_results, run, compiled.shapes))
        took.append(seconds)
    ours = statistics.median(took)
    _say(f"{name}: compiled in {compiling * 1000:.1f} ms, {len(found)} results in {ours * 1000:.1f} ms")
    if with_pyshacl:
        graphs = graph_of(data), graph_of(shapes)
        theirs, _ = _timed(lambda: pyshacl.validate(graphs[0], shacl_graph=graphs[1], inference="none", inplace=True))
        same = _what(found) == _what(by_pyshacl(shapes, data))
        _say(f"{name}: pySHACL {theirs:.2f} s, {theirs / ours:.0f} times; same results: {same}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    gc.set_threshold(200_000)  # as the command does
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
