"""The table off columns is that of the plain form, row by row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.coverage.arrow import SCHEMA
from engine.coverage.arrow import table as plain_table
from engine.coverage.assess import assess
from engine.coverage.columns.table import table
from engine.coverage.values import Policy
from tests.engine.coverage.columns.test_against_plain import example

if TYPE_CHECKING:
    from engine.content import Content


@pytest.mark.parametrize("name", ["bank", "medical"])
def test_the_table_is_the_same(content: Content, name: str) -> None:
    _, organisation, columns = example(name)
    day, policy = date(2028, 9, 1), Policy(hops=2)
    plain = plain_table(assess(content.knowledge, organisation, day, policy), content.hash)
    found = table(columns.assess(day, policy), content.hash)
    assert found.schema.equals(SCHEMA, check_metadata=True)
    found.validate(full=True)
    assert found.to_pylist() == plain.to_pylist()
