"""The data-shapes test suite of the W3C; run with NORMGRAPH_W3C naming the folder that holds it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from engine.errors import IllFormedShape
from engine.shacl.parameters import Parameters
from engine.shacl.path_reading import read_path
from engine.shacl.terms import SH, Term
from engine.shacl.triples import Triples
from engine.shacl.validator import MANY, run_shapes
from engine.vocabulary import Namespace

if TYPE_CHECKING:
    from engine.shacl.results import ValidationResult

SUITE = Path(os.environ.get("NORMGRAPH_W3C", "")) / "data-shapes-test-suite" / "tests"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="NORMGRAPH_W3C names no folder with data-shapes-test-suite")
FILES = sorted(path for path in SUITE.rglob("*.ttl") if SUITE.is_dir() and "sht:Validate" in path.read_text("utf-8"))

Row = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class Entry:
    """What a test gives and expects; no rows where it expects a refusal."""

    data: Triples
    shapes: Triples
    rows: Counter[Row] | None
    messages: list[Term]


def read(path: Path) -> Triples:
    return Triples(parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=path.as_uri()))


def entry(path: Path) -> Entry:
    manifest = read(path)
    (test,) = manifest.instances(SHT.Validate)
    (action,), (result,) = (manifest.objects(test, MF(name)) for name in ("action", "result"))
    graphs = [manifest.objects(action, SHT(name))[0] for name in ("dataGraph", "shapesGraph")]
    data, shapes = (
        manifest if g.value == path.as_uri() else read(Path(g.value.removeprefix("file://"))) for g in graphs
    )
    if result == SHT.Failure:
        return Entry(data, shapes, None, [])
    expected = manifest.objects(result, SH.result)
    assert manifest.objects(result, SH.conforms) == [Literal(not expected)]
    rows = Counter(row_of(manifest, node) for node in expected)
    return Entry(data, shapes, rows, [m for node in expected for m in manifest.objects(node, SH.resultMessage)])


def row_of(manifest: Triples, node: Term) -> Row:
    def one(name: str) -> Term | None:
        return next(iter(manifest.objects(node, SH(name))), None)

    path = one("resultPath")
    told = "" if path is None else str(read_path(Parameters(manifest), node, path))
    others = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape")
    focus, value, component, severity, shape = (shown(one(name)) for name in others)
    return focus, told, value, component, severity, shape


def shown(term: Term | None) -> str:
    """Write a term so that blank nodes of two readings are equal."""
    return "[]" if isinstance(term, BlankNode) else str(term or "")


def row(result: ValidationResult) -> Row:
    path = "" if result.path is None else str(result.path)
    component = NamedNode(result.component)
    severity = NamedNode(result.severity) if ":" in result.severity else SH(result.severity)
    return shown(result.focus), path, shown(result.value), str(component), str(severity), shown(result.shape)


@pytest.mark.parametrize("many", [MANY, 0], ids=["sets", "columns"])
@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(SUITE).with_suffix("")) for path in FILES])
def test_gives_what_the_suite_expects(path: Path, many: int) -> None:
    expected = entry(path)
    if expected.rows is None:
        with pytest.raises(IllFormedShape):
            run_shapes(expected.shapes, list(expected.data), many=many)
        return
    ran = run_shapes(expected.shapes, list(expected.data), many=many)
    assert not ran.not_covered
    assert ran.over_columns is (many == 0)
    assert not ran.over_sets or "core" not in path.parts
    assert Counter(map(row, ran.results)) == expected.rows
    assert {m for r in ran.results for m in r.messages} >= set(expected.messages)


def test_the_suite_is_whole() -> None:
    parts = Counter(path.relative_to(SUITE).parts[0] for path in FILES)
    assert parts == {"core": 98, "sparql": 23}
