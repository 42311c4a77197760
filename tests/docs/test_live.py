"""What docs/live.md shows is what happens."""

from __future__ import annotations

import doctest
from pathlib import Path

from engine.workspace import open_organisation
from tests.shipped import shipped

PAGE = Path(__file__).parents[2] / "docs" / "live.md"


def test_the_examples_of_the_page_run(tmp_path: Path) -> None:
    known = {"bank": open_organisation(shipped(), "bank"), "folder": tmp_path / "bank"}
    found = doctest.testfile(str(PAGE), module_relative=False, globs=known)
    assert found.attempted > 15
    assert found.failed == 0
