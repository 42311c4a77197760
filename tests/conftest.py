"""What all tests share: the shipped content, compiled into a folder made for this run and removed after it."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.cli import ALLOCATIONS
from tests.shipped import shipped

if TYPE_CHECKING:
    from engine.content import Content


def pytest_configure(config: pytest.Config) -> None:
    """Send every process of the run, workers and commands too, to one cache that no other run has touched."""
    gc.set_threshold(ALLOCATIONS)
    if hasattr(config, "workerinput"):
        return
    folder = tempfile.mkdtemp(prefix="normgraph-tests-")
    os.environ["NORMGRAPH_CACHE"] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.fixture(scope="session")
def content() -> Content:
    return shipped()


@pytest.fixture(scope="session")
def cache(content: Content) -> Path:
    """Return the folder of compiled content, filled."""
    del content
    return Path(os.environ["NORMGRAPH_CACHE"])
