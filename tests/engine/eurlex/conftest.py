"""What the tests of the law importer share: our invented acts."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data" / "eurlex"


@pytest.fixture
def data() -> Path:
    return DATA
