"""The shipped content, read once by each process of a test run; commands run in the process use the same."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from api.shared import open_content

if TYPE_CHECKING:
    from engine.content import Content

__all__ = ["shipped"]


@cache
def shipped() -> Content:
    return open_content()
