"""Organisations whose results are kept current from one version to the next: a change costs what it changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.live.live import Live

if TYPE_CHECKING:
    from datetime import date

    from api.http.service import Cache
    from engine.coverage.assess import Assessment
    from engine.coverage.values import Policy
    from engine.workspace import Workspace

__all__ = ["Living", "assessed"]


@dataclass
class Living:
    """The results of an organisation on a day under a policy, as they last were."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    live: Live | None = None


def assessed(lives: Cache[Living], key: str, workspace: Workspace, day: date, policy: Policy) -> Assessment:
    """Return the assessment of an organisation as it is now, equal to a new one.

    :param lives: the results that are kept, of different organisations, days and policies.
    """
    kept = lives.made((key, day, policy), Living)
    with kept.lock:
        live, kept.live = kept.live, None  # what goes wrong half-way is not gone on with
        if live is None:
            live = Live(workspace.content.knowledge, workspace.organisation, day, policy, workspace.overlay)
        else:
            live.become(workspace.organisation, workspace.overlay)
        kept.live = live
        return live.assessment
