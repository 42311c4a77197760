"""Denied accesses in the journal: the first of a caller at once, and how many more there were once a minute is over.

Whoever asks a million times what they may not know must not fill the disk, nor hide others: a minute has at most twice
as many entries as callers are told apart in it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anyio import to_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Scope

    from engine.repository.organisations import Repository

__all__ = ["Denial", "Denials", "tell"]

_MINUTE = 60.0
_OF_ONE = 10
"""How many things one caller may be denied that are told apart in a minute."""
_CALLERS = 50
"""How many entries a minute may begin with; later callers are counted together."""
_OTHERS = "others"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Denial:
    """Somebody was denied something.

    :ivar actor: who, as the journal calls them.
    :ivar organisation: the key that they asked for; empty where it is none.
    :ivar what: what they wanted to do, or what was wrong with them.
    """

    actor: str
    organisation: str
    what: str


class Denials:
    """The denied accesses of the running minute.

    :param clock: seconds that only grow.
    """

    def __init__(self, repository: Repository, clock: Callable[[], float] = time.monotonic) -> None:
        self._repository = repository
        self._clock = clock
        self._lock = threading.Lock()
        self._since = clock()
        self._more: dict[Denial, int] = {}

    def tell(self, denial: Denial, path: str = "") -> None:
        """Write a denied access down, or count it where the like was written in this minute."""
        with self._lock:
            self._end_minute()
            known = self._told_apart(denial)
            is_first = known not in self._more
            self._more[known] = 0 if is_first else self._more[known] + 1
        if is_first:
            self._write(known, {"denied": known.what, "path": path[:_LONGEST]})

    def _told_apart(self, denial: Denial) -> Denial:
        if denial in self._more:
            return denial
        of_one = sum(other.actor == denial.actor for other in self._more)
        if len(self._more) >= _CALLERS:
            return Denial(_OTHERS, "", "anything")
        return denial if of_one < _OF_ONE else Denial(denial.actor, "", "anything")

    def end_minute(self) -> None:
        """Write down how many more there were, where a minute is over; to be called now and then."""
        with self._lock:
            self._end_minute()

    def _end_minute(self) -> None:
        if self._clock() - self._since >= _MINUTE:
            self._count()

    def close(self) -> None:
        """Write down how many more there were."""
        with self._lock:
            self._count()

    def _count(self) -> None:
        more, self._more, self._since = self._more, {}, self._clock()
        for denial, times in more.items():
            if times:
                self._write(denial, {"denied": denial.what, "times": times})

    def _write(self, denial: Denial, detail: Mapping[str, Any]) -> None:
        action = "access denied again" if "times" in detail else "access denied"
        self._repository.record(denial.actor, action, denial.organisation, detail)


async def tell(scope: Scope, actor: str, what: str) -> None:
    """Write down that a request was refused before any route saw it."""
    denials: Denials = scope["app"].state.service.denials
    await to_thread.run_sync(denials.tell, Denial(actor, "", what), scope["path"])
