"""Measure the evidence shapes against pySHACL and against parsing, in one run: ``python -m benchmarks.shacl 1000``.

Every time is that of the processor, so that a busy machine does not count; each side uses one. Reading the content,
loading, indexing and compiling are timed apart from validating. Both sides give the full list of results, which must be
the same. Ratios of one run can be compared, seconds of two machines cannot.

What is measured: *compiled*, any shapes on data just loaded: nothing is known of the data beforehand; *columns*, the
same on data that has been validated before, as in a store that is asked again and again; *sets*, the other reading of
the compiled shapes, which a command uses for few records.
"""

from __future__ import annotations

import gc
import statistics
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, Any

import pyshacl
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from benchmarks.records import Measurement, measured, told
from benchmarks.synthetic import DAY, records
from engine.columns.ntriples import read_ntriples
from engine.content import load_content
from engine.shacl.columnar.data import ColumnData
from engine.shacl.columnar.validating import column_results
from engine.shacl.pyshacl_engine import graph_of, results_of
from engine.shacl.reading import compile_shapes
from engine.shacl.run import Run
from engine.shacl.triples import Triples
from engine.validation import CONTEXT, evidence_shapes
from engine.vocabulary import GRAPH, NG, PREFIXES, identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.content import Content
    from engine.shacl.results import ValidationResult
    from engine.shacl.shapes import CompiledShapes

__all__ = ["main", "measure", "statements"]

_REPEATS = 9
_LARGEST_FOR_PYSHACL = 2_000
_LARGEST_FOR_SETS = 10_000
_LARGEST_TO_REPEAT_OFTEN = 100_000
_GRAPHS = tuple(f"{GRAPH}{name}" for name in CONTEXT)


def statements(content: Content, items: int) -> Iterator[Quad]:
    """Yield made-up records with so many items of evidence, what the shapes look at beside them, and the day."""
    context = [quad for quad in content.quads if getattr(quad.graph_name, "value", "") in _GRAPHS]
    templates = Triples(context)
    demanded = [
        (control, kind)
        for template in templates.subjects(NG.forControl)
        for control in templates.objects(template, NG.forControl)
        for kind in templates.objects(template, NG.evidenceType)
        if isinstance(control, NamedNode) and isinstance(kind, NamedNode)
    ]
    yield from records(items, demanded)
    yield from context
    yield Quad(identifier("as-of"), NG.asOf, Literal(DAY.isoformat(), datatype=NamedNode(PREFIXES["xsd"] + "date")))


def _timed(run: Callable[[], Any]) -> tuple[float, Any]:
    start = process_time()
    found = run()
    return process_time() - start, found


def _again(run: Callable[[], Any], repeats: int = _REPEATS) -> tuple[float, Any]:
    """Return the median time of running again after a first time, and what was found."""
    found = run()
    took = []
    for _ in range(repeats):
        found = None
        seconds, found = _timed(run)
        took.append(seconds)
    return statistics.median(took), found


def _anew(make: Callable[[], Any], run: Callable[[Any], Any], repeats: int = _REPEATS) -> tuple[float, float, Any]:
    """Return the median times of making something ready and of running on it, made anew each time; and the last."""
    making, running, found = [], [], None
    for _ in range(repeats):
        found = None
        seconds, made = _timed(make)
        making.append(seconds)
        seconds, found = _timed(lambda made=made: run(made))
        running.append(seconds)
    return statistics.median(making), statistics.median(running), found


def _what(results: list[ValidationResult]) -> Counter[tuple[object, ...]]:
    return Counter((r.focus, r.path, r.value, r.shape, r.component, r.severity) for r in results)


def measure(items: int) -> list[Measurement]:
    """Return what the shapes take on records with so many items of evidence.

    :raises ValueError: if two sides find different things.
    """
    content = load_content(None)
    shapes = Triples(evidence_shapes(content))
    found = list(_in_memory(shapes, list(statements(content, items)), items)) if items <= _LARGEST_FOR_SETS else []
    return [*found, *_from_file(shapes, content, items)]


def _in_memory(shapes: Triples, quads: list[Quad], items: int) -> Iterator[Measurement]:
    compiling, compiled = _timed(lambda: compile_shapes(shapes))
    _results(compiled, shapes, ColumnData.of(quads))  # reads the queries, which belongs to compiling
    yield measured("shacl-compiling", items, compiling, told=f"{len(compiled.shapes)} shapes")
    indexing, fresh, found = _anew(lambda: ColumnData.of(quads), lambda data: _results(compiled, shapes, data))
    yield measured("shacl-columns-indexing", items, indexing)
    data = ColumnData.of(quads)
    again, known = _again(lambda: _results(compiled, shapes, data))
    storing, sets, others = _anew(lambda: _stored(quads, shapes), lambda run: list(run.results(compiled.shapes)), 5)
    yield measured("shacl-sets-indexing", items, storing)
    _refuse_difference(found, known, others)
    yield measured("shacl-columns-vs-sets", items, again, ratio=sets / again, told=f"{len(found)} results, the same")
    if items <= _LARGEST_FOR_PYSHACL:
        yield from _against_pyshacl(shapes, quads, items, {"compiled": fresh, "columns": again, "sets": sets}, found)


def _results(compiled: CompiledShapes, shapes: Triples, data: ColumnData) -> list[ValidationResult]:
    return list(column_results(compiled, shapes, data).results())


def _stored(quads: list[Quad], shapes: Triples) -> Run:
    run = Run(Triples(quads), shapes)
    run.store.optimize()
    return run


def _refuse_difference(*sides: list[ValidationResult]) -> None:
    first, *others = map(_what, sides)
    if any(other != first for other in others):
        raise ValueError("the two sides do not find the same")


_BARS = {"compiled": "at least 100 times", "columns": "at least 1,000 times"}


def _against_pyshacl(
    shapes: Triples, quads: list[Quad], items: int, took: dict[str, float], found: list[ValidationResult]
) -> Iterator[Measurement]:
    graphs = graph_of(Triples(quads)), graph_of(shapes)
    theirs, (_, report, _) = _timed(
        lambda: pyshacl.validate(graphs[0], shacl_graph=graphs[1], inference="none", inplace=True)
    )
    _refuse_difference(found, results_of(report))
    yield measured("pyshacl", items, theirs)
    for way, seconds in took.items():
        name, ratio, bar = f"shacl-{way}-vs-pyshacl", theirs / seconds, _BARS.get(way, "")
        yield measured(name, items, seconds, ratio=ratio, bar=bar, told=f"{len(found)} results, the same")


def _from_file(shapes: Triples, content: Content, items: int) -> Iterator[Measurement]:
    """Yield the columns measured against parsing alone: loaded, and from the file."""
    compiled, repeats = compile_shapes(shapes), _REPEATS if items <= _LARGEST_TO_REPEAT_OFTEN else 3
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.nt"
        said = (Triple(quad.subject, quad.predicate, quad.object) for quad in statements(content, items))
        serialize(said, str(path), format=RdfFormat.N_TRIPLES)
        parsing = statistics.median(_timed(lambda: _parse(path))[0] for _ in range(repeats))
        yield measured("parse", items, parsing, told=f"{path.stat().st_size:,} bytes")
        loading, first, data = _anew(lambda: _read(path), lambda data: _validated(compiled, shapes, data), repeats)
    size, whole = data.columns.nbytes / items, loading + first
    bar = "at most 2 times" if items >= _LARGEST_TO_REPEAT_OFTEN else ""
    name, said_of = "shacl-from-ntriples-to-parse", f"{size:.0f} bytes an item in columns"
    yield measured(name, items, whole, ratio=whole / parsing, bar=bar, told=said_of)
    running, results = _again(lambda: column_results(compiled, shapes, data), repeats)
    making, _ = _again(lambda: list(results.results()), repeats)
    bar = "at most 0.1 times" if items >= _LARGEST_TO_REPEAT_OFTEN else ""
    counted = f"{len(results):,} results; {making:.3f} s more to make an object of each"
    yield measured("shacl-loaded-to-parse", items, running, ratio=running / parsing, bar=bar, told=counted)


def _parse(path: Path) -> int:
    return sum(1 for _ in parse(path=path, format=RdfFormat.N_TRIPLES))


def _read(path: Path) -> ColumnData:
    return ColumnData(read_ntriples(path))


def _validated(compiled: CompiledShapes, shapes: Triples, data: ColumnData) -> ColumnData:
    column_results(compiled, shapes, data)
    return data


def main(items: int) -> None:
    """Print each measurement."""
    sys.stdout.writelines(told(each) for each in measure(items))


if __name__ == "__main__":
    gc.set_threshold(200_000)  # as the command does
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
