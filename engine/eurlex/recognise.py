"""Recognise which act a file holds by the number in its title, in whatever language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.errors import UnknownName
from engine.eurlex.known import KNOWN

if TYPE_CHECKING:
    from engine.eurlex.known import Framework
    from engine.eurlex.model import Act

__all__ = ["recognise"]

_NUMBER = re.compile(r"\b(\d{4}/\d{1,5})\b")


def recognise(act: Act) -> Framework:
    """Return the known framework whose own number comes first in the title of an act.

    :raises UnknownName: if it is none of those we know.
    """
    own = next(iter(_NUMBER.findall(act.title)), "")
    for framework in KNOWN.values():
        if own and own in _NUMBER.findall(framework.title)[:1]:
            return framework
    raise UnknownName("known act of the number", own or act.title[:60], sorted(KNOWN))
