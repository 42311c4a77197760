"""Measure the evidence shapes in their two readings: ``python -m benchmarks.shacl 1000``.

Up to some thousand items of evidence, the readings over sets and over columns are measured against pySHACL; for any
number, the columns against the time in which pyoxigraph only parses the same records as N-Triples. Reading the content,
indexing and compiling are timed apart; both sides give the full list of results, which must be the same. The
columns are run several times on what was loaded once; nothing that a run finds is kept for the next. Time is that
of the processor, so that a busy machine does not count. Ratios of one run can be compared, seconds of two machines
cannot.
"""

from __future__ import annotations

import gc
import json
import resource
import statistics
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, Any

import pyshacl
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from benchmarks.synthetic import DAY, records
from engine.columns.ntriples import read_ntriples
from engine.content import load_content
from engine.shacl.columnar.data import ColumnData
from engine.shacl.columnar.validating import column_results
from engine.shacl.pyshacl_engine import by_pyshacl, graph_of
from engine.shacl.reading import compile_shapes
from engine.shacl.run import Run
from engine.shacl.terms import SH
from engine.shacl.triples import Triples
from engine.validation import CONTEXT, evidence_shapes
from engine.vocabulary import GRAPH, NG, PREFIXES, identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.content import Content
    from engine.shacl.results import ValidationResult
    from engine.shacl.shapes import CompiledShapes

__all__ = ["Record", "main", "measure"]

_REPEATS = 9
_LARGEST_FOR_PYSHACL = 2_000
_LARGEST_FOR_SETS = 10_000
_MANY = 100_000
_CONTEXT = tuple(f"{GRAPH}{name}" for name in CONTEXT)


@dataclass(frozen=True)
class Record:
    """One measurement.

    :ivar n: the items of evidence.
    :ivar peak_mb: the most memory that the process has had so far.
    :ivar ratio: how many times as long the other of the two that the name compares took; for ``-to-parse``, how many
        times as long as parsing it took.
    :ivar same: whether both sides found the same, where both were asked.
    :ivar told: what else is to be known.
    """

    name: str
    n: int
    median_s: float
    peak_mb: float
    ratio: float | None = None
    same: bool | None = None
    told: str = ""


def _record(name: str, items: int, seconds: float, **more: Any) -> Record:
    return Record(name, items, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, **more)


def _data(content: Content, items: int) -> Iterator[Quad]:
    context = [quad for quad in content.quads if getattr(quad.graph_name, "value", "") in _CONTEXT]
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


def _often(made: Callable[[], Any], run: Callable[[Any], Any], repeats: int = _REPEATS) -> tuple[float, float, Any]:
    """Return the median times of making something ready and of running with it, each time made anew; and the last."""
    readying, running, found = [], [], None
    for _ in range(repeats):
        found = None
        seconds, ready = _timed(made)
        readying.append(seconds)
        seconds, found = _timed(lambda ready=ready: run(ready))
        running.append(seconds)
    return statistics.median(readying), statistics.median(running), found


def _repeated(run: Callable[[], Any], repeats: int = _REPEATS) -> tuple[float, str, Any]:
    """Return the median time of running after a first time, which is told: it finds everything cold."""
    first, found = _timed(run)
    running = []
    for _ in range(repeats):
        found = None
        seconds, found = _timed(run)
        running.append(seconds)
    return statistics.median(running), f"first {first:.4f} s, {len(found)} results", found


def _what(results: list[ValidationResult]) -> Counter[tuple[object, ...]]:
    return Counter((r.focus, r.path, r.value, r.shape, r.component, r.severity) for r in results)


def _of_shapes(content: Content) -> dict[str, Triples]:
    every = Triples(evidence_shapes(content))
    queried = set(every.subjects(SH.sparql))
    return {"": every, "-core": Triples(triple for triple in every if triple.subject not in queried)}


def measure(items: int) -> list[Record]:
    """Return what the shapes take on records with so many items of evidence."""
    content = load_content(None)
    found = []
    for name, shapes in _of_shapes(content).items():
        if items <= _LARGEST_FOR_SETS:
            found += _small(name, shapes, list(_data(content, items)), items)
        if name == "-core" or items <= _LARGEST_FOR_SETS:
            found += _from_file(name, shapes, content, items)
    return found


def _small(name: str, shapes: Triples, quads: list[Quad], items: int) -> Iterator[Record]:
    compiling, compiled = _timed(lambda: compile_shapes(shapes))
    yield _record(f"shacl{name}-compiling", items, compiling, told=f"{len(compiled.shapes)} shapes")
    indexing, sets, results = _often(lambda: _stored(quads, shapes), lambda run: list(run.results(compiled.shapes)))
    yield _record(f"shacl-sets{name}-indexing", items, indexing)
    filling, data = _timed(lambda: ColumnData.of(quads))
    yield _record(f"shacl-columns{name}-indexing", items, filling)
    columns, told, found = _repeated(lambda: column_results(compiled, shapes, data).results())
    same = _what(results) == _what(found)
    yield _record(f"shacl-columns{name}-vs-sets", items, columns, ratio=sets / columns, same=same, told=told)
    if items <= _LARGEST_FOR_PYSHACL:
        theirs, oracle = _oracle(shapes, quads)
        told = f"pySHACL {theirs:.2f} s"
        for way, ours, got in (("compiled", sets, results), ("columns", columns, found)):
            same = _what(got) == oracle
            yield _record(f"shacl-{way}{name}-vs-pyshacl", items, ours, ratio=theirs / ours, same=same, told=told)


def _stored(quads: list[Quad], shapes: Triples) -> Run:
    run = Run(Triples(quads), shapes)
    run.store.optimize()
    return run


def _oracle(shapes: Triples, quads: list[Quad]) -> tuple[float, Counter[tuple[object, ...]]]:
    data = Triples(quads)
    graphs = graph_of(data), graph_of(shapes)
    seconds, _ = _timed(lambda: pyshacl.validate(graphs[0], shacl_graph=graphs[1], inference="none", inplace=True))
    return seconds, _what(by_pyshacl(shapes, data))


def _from_file(name: str, shapes: Triples, content: Content, items: int) -> Iterator[Record]:
    """Yield the columns measured against parsing alone: loaded, and from the file."""
    compiled, repeats = compile_shapes(shapes), _REPEATS if items < _MANY else 3
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.nt"
        said = (Triple(quad.subject, quad.predicate, quad.object) for quad in _data(content, items))
        serialize(said, str(path), format=RdfFormat.N_TRIPLES)
        parsing, _, _ = _often(lambda: _parse(path), lambda count: count, repeats)
        yield _record("parse", items, parsing, told=f"{path.stat().st_size} bytes")
        loading, first, data = _often(lambda: _read(path), lambda data: _run(compiled, shapes, data), repeats)
    whole, told = loading + first, f"{data.columns.nbytes / items:.0f} bytes an item in columns"
    yield _record(f"shacl-columns{name}-from-ntriples-to-parse", items, whole, ratio=whole / parsing, told=told)
    running, told, _ = _repeated(lambda: column_results(compiled, shapes, data).results(), repeats)
    yield _record(f"shacl-columns{name}-loaded-to-parse", items, running, ratio=running / parsing, told=told)


def _parse(path: Path) -> int:
    return sum(1 for _ in parse(path=path, format=RdfFormat.N_TRIPLES))


def _read(path: Path) -> ColumnData:
    return ColumnData(read_ntriples(path))


def _run(compiled: CompiledShapes, shapes: Triples, data: ColumnData) -> ColumnData:
    column_results(compiled, shapes, data).results()
    return data


def main(items: int) -> None:
    """Print each measurement as a line of JSON."""
    for record in measure(items):
        sys.stdout.write(f"{json.dumps(asdict(record))}\n")


if __name__ == "__main__":
    gc.set_threshold(200_000)  # as the command does
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
