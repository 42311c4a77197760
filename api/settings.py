"""What the doors read from the environment, in one place; the engine takes explicit arguments."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """Where compiled content is kept, if it is kept at all, and where the user's own store is.

    :ivar cache: ``NORMGRAPH_CACHE``: a folder, or ``none`` to keep nothing; the user's cache folder otherwise.
    :ivar store: ``NORMGRAPH_STORE``: a folder; below the user's data folder otherwise.
    :ivar evidence: ``NORMGRAPH_EVIDENCE``: the folder that holds the files of evidence, where there is one.
    """

    cache: Path | None
    store: Path
    evidence: Path | None = None

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the settings from the environment."""
        cache = os.environ.get("NORMGRAPH_CACHE", "")
        store = os.environ.get("NORMGRAPH_STORE", "")
        kept = Path(cache) if cache else platformdirs.user_cache_path("normgraph", appauthor=False)
        data = Path(store) if store else platformdirs.user_data_path("normgraph", appauthor=False) / "store"
        evidence = os.environ.get("NORMGRAPH_EVIDENCE", "")
        return cls(
            cache=None if cache.lower() == "none" else kept,
            store=data,
            evidence=Path(evidence) if evidence else None,
        )
