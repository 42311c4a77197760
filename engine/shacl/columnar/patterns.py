"""Regular expressions over Arrow text: by RE2 where it surely reads a pattern as Oxigraph does, else by Oxigraph.

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
_ATOM = rf"(?:[A-Za-z0-9 _/:@,;=!%#'\"<>~-]|\\[.\-/+*?()\[\]{{}}|^$\\]|\.|\^|\$|\||\((?:\?:)?|\)|{_CLASS})"
_TIMES = r"(?:[*+?]|\{[0-9]{1,3}(?:,(?:[0-9]{1,3})?)?\})?\??"
_COMMON = re.compile(rf"(?:{_ATOM}{_TIMES})*", re.ASCII)


def is_common(pattern: str, flags: str) -> bool:
    """Tell whether both engines surely read a pattern alike.

    >>> is_common("^[0-9A-Fa-f]{64}$", ""), is_common(r"\\d", ""), is_common("a", "i")
    (True, False, False)
    """
    return not flags and _COMMON.fullmatch(pattern) is not None


def matches(pattern: str, flags: str, texts: Any) -> NDArray[np.bool_]:
    """Tell in which of some texts a pattern is found."""
    if is_common(pattern, flags):
        found: NDArray[np.bool_] = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
        return found
    listed = texts.to_pylist()
    good = matching(pattern, flags, set(listed))
    return np.fromiter((text in good for text in listed), np.bool_, len(listed))
