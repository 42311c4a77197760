"""Results as a table say what the results say, and come back from a file as they went in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.coverage.arrow import SCHEMA, SCHEMA_NAME, table, write
from engine.coverage.assess import assess
from engine.workspace import open_organisation

if TYPE_CHECKING:
    from pathlib import Path

    from engine.content import Content
    from engine.coverage.assess import Assessment


@pytest.fixture(scope="module", params=["bank", "medical"])
def assessment(request: pytest.FixtureRequest, content: Content) -> Assessment:
    opened = open_organisation(content, request.param)
    return assess(content.knowledge, opened.organisation, date(2028, 9, 1))


def test_a_row_for_each_result_in_its_order(assessment: Assessment) -> None:
    rows = table(assessment, "abc").to_pylist()
    assert len(rows) == len(assessment.results)
    for row, result in zip(rows, assessment.results, strict=True):
        assert (row["requirement"], row["scope"]) == (result.requirement, result.scope)
        assert (row["state"], row["rule"]) == (result.state.value, result.rule)
        assert row["kind"] == (result.kind.value if result.kind else None)
        assert row["first_expiry"] == result.first_expiry
        assert row["freshness"] == result.freshness.value
        assert row["assurance"] == (result.assurance.label if result.assurance is not None else None)
        assert row["effective_from"] == result.effective_from
        assert row["if_applicable"] == (result.if_applicable.value if result.if_applicable else None)
    assert {row["organisation"] for row in rows} == {assessment.organisation.iri}
    assert {row["as_of"] for row in rows} == {date(2028, 9, 1)}
    assert {(row["policy"], row["content"]) for row in rows} == {("proposed, direct rows only", "abc")}
    keys = {framework.key for framework in assessment.knowledge.frameworks.values()}
    assert {row["framework"] for row in rows} <= keys


def test_a_file_holds_the_rows_the_schema_and_its_descriptions(assessment: Assessment, tmp_path: Path) -> None:
    results, path = table(assessment, "abc"), tmp_path / "results.parquet"
    write(results, path)
    back = pq.read_table(path)
    assert back.schema.equals(SCHEMA, check_metadata=True)
    assert back.schema.metadata[b"schema"] == SCHEMA_NAME.encode()
    assert all(field.metadata[b"description"] for field in back.schema)
    assert back.to_pylist() == results.to_pylist()


def test_equal_results_give_equal_bytes(assessment: Assessment, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one.parquet", "other.parquet")]
    for path in paths:
        write(table(assessment, "abc"), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_tables_of_several_organisations_lie_one_below_the_other(assessment: Assessment) -> None:
    one = table(assessment, "abc")
    both = pa.concat_tables([one, table(replace(assessment, results=()), "abc"), one])
    assert both.num_rows == 2 * one.num_rows
    assert both.schema.equals(SCHEMA, check_metadata=True)
