"""For a process that loads much and then answers for long: its pauses, which the collector of garbage makes."""

from __future__ import annotations

import gc

__all__ = ["settle"]

_YOUNG = 10_000
"""How many new objects the collector looks at together: as many as take it less than a millisecond."""


def settle() -> None:
    """Keep the collector from all there is now, and have it look at what comes after little by little.

    Otherwise it would walk over everything that is loaded again and again, and let all callers wait meanwhile.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG)
