"""What the tests of the evidence register share: a folder of records beside a folder of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.evidence.acme import ACME

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "acme.ttl").write_text(ACME, encoding="utf-8")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "notice-3.pdf").write_bytes(b"notice 3")
    return folder
