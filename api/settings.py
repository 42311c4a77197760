"""What the doors read from the environment, in one place; the engine takes explicit arguments."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """Where compiled content is kept, and whether it is kept at all."""

    cache: Path | None

    @classmethod
    def from_environment(cls) -> Settings:
        """Read ``NORMGRAPH_CACHE``: a folder, or ``none`` to keep nothing; the user's cache folder otherwise."""
        named = os.environ.get("NORMGRAPH_CACHE", "")
        if named.lower() == "none":
            return cls(None)
        return cls(Path(named) if named else platformdirs.user_cache_path("normgraph", appauthor=False))
