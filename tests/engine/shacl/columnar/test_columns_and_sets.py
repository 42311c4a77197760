"""The two readings of compiled shapes, over columns and over sets, find the same; and so does pySHACL."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from engine.columns.ntriples import read_ntriples
from engine.shacl.columnar.data import ColumnData
from engine.shacl.columnar.validating import column_results
from engine.shacl.pyshacl_engine import by_pyshacl
from engine.shacl.reading import compile_shapes
from engine.shacl.terms import SH
from engine.shacl.triples import Triples
from engine.shacl.validator import compiled_results, run_shapes
from engine.validation import evidence_data, evidence_shapes
from engine.vocabulary import NG
from tests.engine.shacl.random_graphs import cases
from tests.engine.shacl.test_against_pyshacl import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.content import Content
    from engine.shacl.results import ValidationResult
    from engine.workspace import Workspace


def whole(results: Sequence[ValidationResult]) -> Counter[ValidationResult]:
    return Counter(results)


def over_columns(shapes: Triples, data: Sequence[Quad | Triple]) -> list[ValidationResult]:
    return column_results(compile_shapes(shapes), shapes, data).results()


@given(cases())
@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_columns_give_what_sets_give(case: tuple[list[Triple], list[Triple]]) -> None:
    shapes = Triples(case[0])
    compiled = compile_shapes(shapes)
    found = column_results(compiled, shapes, case[1])
    assert whole(found.results()) == whole(compiled_results(compiled, shapes, Triples(case[1])))
    assert len(found) == len(found.results())


@given(cases())
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_columns_give_what_pyshacl_gives(case: tuple[list[Triple], list[Triple]]) -> None:
    shapes, data = map(Triples, case)
    assert counted(over_columns(shapes, case[1])) == counted(by_pyshacl(shapes, data))


def broken(quads: list[Quad]) -> list[Quad]:
    """Take every seventh statement away, and make every eleventh literal a text."""
    kept = [quad for number, quad in enumerate(quads) if number % 7]
    texts = [
        Quad(q.subject, q.predicate, Literal(q.object.value, language="de"), q.graph_name)
        for number, q in enumerate(kept)
        if number % 11 == 0 and isinstance(q.object, Literal)
    ]
    return [*kept, *texts]


@pytest.mark.parametrize("flawed", [False, True])
def test_the_evidence_shapes_find_the_same_in_an_example(example: Workspace, *, flawed: bool) -> None:
    data = evidence_data(example, date(2026, 11, 20))
    data = broken(data) if flawed else data
    shapes = Triples(evidence_shapes(example.content))
    found = over_columns(shapes, data)
    assert whole(found) == whole(compiled_results(compile_shapes(shapes), shapes, Triples(data)))
    assert found


def test_a_file_of_n_triples_is_validated_as_its_statements_are(bank: Workspace, tmp_path: Path) -> None:
    data = broken(evidence_data(bank, date(2026, 11, 20)))
    path = tmp_path / "records.nt"
    path.write_text("".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in data), encoding="utf-8")
    shapes = Triples(evidence_shapes(bank.content))
    read = column_results(compile_shapes(shapes), shapes, ColumnData(read_ntriples(path)))
    assert whole(read.results()) == whole(over_columns(shapes, data))


def shapes_of(text: str) -> Triples:
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n"
    return Triples(parse((head + text).encode(), format=RdfFormat.TURTLE))


ASKING = """
ex:Longer a sh:ConstraintComponent ;
    sh:parameter [ sh:path ex:longerThan ] ;
    sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER(STRLEN(STR($value)) > $longerThan) }" ] .
ex:S a sh:PropertyShape ; sh:path ex:p ; sh:targetSubjectsOf ex:p ; ex:longerThan 2 .
"""
P = NamedNode("http://example.org/p")
SAID = [Triple(NamedNode("urn:x:s"), P, Literal(text)) for text in ("a", "abc")]


def test_what_has_no_reading_over_columns_is_read_over_sets_and_named() -> None:
    report = run_shapes(shapes_of(ASKING), SAID, many=0)
    assert [result.value for result in report.results] == [Literal("a")]
    named = "http://example.org/S (http://example.org/Longer)"
    assert report.engine == f"1 shape compiled, over columns, over sets: {named}"


def test_a_few_statements_are_read_over_sets_and_many_over_columns() -> None:
    shapes = shapes_of("ex:S a sh:PropertyShape ; sh:path ex:p ; sh:targetSubjectsOf ex:p ; sh:maxLength 2 .")
    few, many = (run_shapes(shapes, SAID, many=number) for number in (3, 2))
    assert few.results == many.results
    assert (few.engine, many.engine) == ("1 shape compiled", "1 shape compiled, over columns")


def test_a_target_that_the_data_never_mention_is_looked_at() -> None:
    shapes = shapes_of("ex:S a sh:PropertyShape ; sh:path ex:p ; sh:targetNode ex:nobody ; sh:minCount 1 .")
    (result,) = over_columns(shapes, SAID)
    assert result.focus == NamedNode("http://example.org/nobody")


def test_few_statements_wait_for_neither_numpy_nor_arrow(content: Content) -> None:
    del content
    told = "import engine.validation, sys; print({'numpy', 'pyarrow'} & sys.modules.keys())"
    assert subprocess.check_output([sys.executable, "-c", told], text=True).strip() == "set()"


def test_numbers_stand_for_results_until_they_are_asked_for(bank: Workspace) -> None:
    shapes = Triples(evidence_shapes(bank.content))
    core = Triples(t for t in shapes if t.subject not in set(shapes.subjects(SH.sparql)))
    data = evidence_data(bank, date(2026, 11, 20))
    data = [quad for quad in data if quad.predicate != NG.sha256]
    found = column_results(compile_shapes(core), core, data)
    evidence = [quad.subject for quad in data if quad.object == NG.Evidence]
    missing = [batch for batch in found.batches if len(batch) == len(evidence)]
    assert missing
    assert all(batch.values is None and not batch.made for batch in missing)
