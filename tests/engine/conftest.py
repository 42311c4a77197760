"""What the tests of the engine share: the shipped content, the bundled bank, the official texts where there are any."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from engine.content import Content, load_content
from engine.coverage.assess import Assessment, assess
from engine.workspace import Workspace, open_organisation


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


@pytest.fixture(scope="session")
def reference() -> Path:
    folder = os.environ.get("NORMGRAPH_REFERENCE")
    if not folder:
        pytest.skip("NORMGRAPH_REFERENCE names no folder with the official texts and the tables of their structure")
    return Path(folder)
