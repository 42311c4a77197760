"""What the tests of the engine share: the shipped content, compiled once a session, and the bundled bank."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.content import Content, load_content
from engine.coverage.assess import Assessment, assess
from engine.workspace import Workspace, open_organisation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def content(cache: Path) -> Content:
    return load_content(cache)


@pytest.fixture(scope="session")
def bank(content: Content) -> Workspace:
    return open_organisation(content, "bank")


@pytest.fixture(scope="session")
def bank_assessed(bank: Workspace) -> Assessment:
    return assess(bank.content.knowledge, bank.organisation, date(2028, 1, 10))
