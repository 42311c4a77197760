"""Random shapes over random data: the compiler finds what pySHACL finds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from pyoxigraph import BlankNode

from engine.shacl.pyshacl_engine import by_pyshacl
from engine.shacl.triples import Triples
from engine.shacl.validator import run_shapes
from tests.engine.shacl.random_graphs import cases

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from engine.shacl.results import ValidationResult


def counted(results: list[ValidationResult] | tuple[ValidationResult, ...]) -> Counter[tuple[str, ...]]:
    return Counter(
        (
            str(r.focus),
            str(r.path),
            str(r.value),
            "[]" if isinstance(r.shape, BlankNode) else str(r.shape),
            r.component,
            r.severity,
        )
        for r in results
    )


@given(cases())
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_gives_what_pyshacl_gives(case: tuple[list[Triple], list[Triple]]) -> None:
    shapes, data = map(Triples, case)
    report = run_shapes(shapes, data)
    assert not report.not_covered
    assert counted(report.results) == counted(by_pyshacl(shapes, data))
