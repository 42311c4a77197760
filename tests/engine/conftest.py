"""What the tests of the engine share: the bundled examples, opened and assessed once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.coverage.assess import Assessment, assess
from engine.resources import EXAMPLES
from engine.workspace import Workspace, open_organisation

if TYPE_CHECKING:
    from engine.content import Content


@pytest.fixture(scope="session")
def bank(content: Content) -> Workspace:
    return open_organisation(content, "bank")


@pytest.fixture(scope="session")
def bank_assessed(bank: Workspace) -> Assessment:
    return assess(bank.content.knowledge, bank.organisation, date(2028, 1, 10))


@pytest.fixture(scope="session", params=EXAMPLES)
def example(content: Content, request: pytest.FixtureRequest) -> Workspace:
    return open_organisation(content, request.param)


@pytest.fixture(scope="session")
def example_assessed(example: Workspace) -> Assessment:
    return assess(example.content.knowledge, example.organisation, date(2028, 9, 1))
