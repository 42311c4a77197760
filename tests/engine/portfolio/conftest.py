"""Two processes for all tests that need some and leave them whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portfolios import local

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.portfolio.pools import LocalPool


@pytest.fixture(scope="session")
def pool(cache: Path) -> Iterator[LocalPool]:
    del cache
    with local(2) as opened:
        yield opened
