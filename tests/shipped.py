"""The shipped content, read once by each process of a test run."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from engine.content import Content, load_content

__all__ = ["shipped"]


@cache
def shipped() -> Content:
    return load_content(Path(os.environ["NORMGRAPH_CACHE"]))
