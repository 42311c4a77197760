"""What the tests of the law importer share: our invented acts, and the official texts where a reader has them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data" / "eurlex"


@pytest.fixture
def data() -> Path:
    return DATA


@pytest.fixture(scope="session")
def reference() -> Path:
    folder = os.environ.get("NORMGRAPH_REFERENCE")
    if not folder:
        pytest.skip("NORMGRAPH_REFERENCE names no folder with the official texts and the tables of their structure")
    return Path(folder)
