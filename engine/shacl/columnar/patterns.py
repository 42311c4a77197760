r"""Regular expressions over Arrow text: by RE2 where it surely reads a pattern as Oxigraph does, else by Oxigraph.

Both are of one family and take time in proportion to the text. They differ in classes such as ``\\\\d`` and ``\\\\b``
(Unicode in one, ASCII in the other), in flags and in rare syntax: a pattern with any of these goes to Oxigraph.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from engine.shacl.patterns import matching

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["is_common", "matches"]

_CLASS = r"\[\^?(?:[A-Za-z0-9 _/.:+@,;=!%(){}?*$|]|\\[-\]\[\\.^/+]|(?<=[A-Za-z0-9])-(?=[A-Za-z0-9]))+-?\]"
_ATOM = rf"(?:[A-Za-z0-9 _/:@,;=!%#'\"<>~-]|\\[.\-/+*?()\[\]{{}}|^$\\]|\.|{_CLASS})"
_TIMES = r"(?:[*+?]|\{[0-9]{1,3}(?:,(?:[0-9]{1,3})?)?\})?\??"
_COMMON = re.compile(rf"(?:{_ATOM}{_TIMES}|\((?:\?:)?|\)[*+?]?\??|[|^$])*", re.ASCII)
_RUN = re.compile(r"\^\[((?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_])+)\]\{([0-9]{1,3})(?:,([0-9]{1,3}))?\}\$", re.ASCII)
_PIECE = 1 << 18  # bytes, so that what is made of them stays in the caches
_MEMBERS = re.compile(r"(.)-(.)|(.)")
"""The class of characters of a pattern such as a hash has, between ``^`` and ``$``; it is looked up without RE2."""


def is_common(pattern: str, flags: str) -> bool:
    r"""Tell whether both engines surely read a pattern alike.

    >>> is_common("^[0-9A-Fa-f]{64}$", ""), is_common(r"\d", ""), is_common("a", "i")
    (True, False, False)
    """
    return not flags and _COMMON.fullmatch(pattern) is not None


def matches(pattern: str, flags: str, texts: Any) -> NDArray[np.bool_]:
    """Tell in which of some texts a pattern is found."""
    run = None if flags else _RUN.fullmatch(pattern)
    if run is not None:
        return _is_run(texts, run[1], int(run[2]), int(run[3] or run[2]))
    if is_common(pattern, flags):
        found: NDArray[np.bool_] = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
        return found
    listed = texts.to_pylist()
    good = matching(pattern, flags, set(listed))
    return np.fromiter((text in good for text in listed), np.bool_, len(listed))


def _is_run(texts: Any, members: str, least: int, most: int) -> NDArray[np.bool_]:
    """Tell which texts have so many characters, all of them of a class: the bytes are looked up together."""
    _, bounds, data = texts.buffers()
    offsets = np.frombuffer(bounds, np.int64)[texts.offset :][: len(texts) + 1]
    good = (np.diff(offsets) >= least) & (np.diff(offsets) <= most)
    start, end = int(offsets[0]), int(offsets[-1])
    found = np.frombuffer(data or b"", np.uint8)
    for first in range(start, end, _PIECE):
        others = np.flatnonzero(~_are(found[first : min(first + _PIECE, end)], members))
        good[np.searchsorted(offsets, others + first, "right") - 1] = False
    return good


def _are(found: NDArray[np.uint8], members: str) -> NDArray[np.bool_]:
    """Tell which bytes are characters of a class."""
    allowed = np.zeros(len(found), np.bool_)
    for first, last, single in _MEMBERS.findall(members):
        least, most = ord(first or single), ord(last or single)
        allowed |= found - np.uint8(least) <= most - least
    return allowed
