"""Regular expressions as SPARQL's REGEX reads them, many texts at a time.

They run on Oxigraph, whose expressions take time in proportion to the text: no pattern of a user's shapes can hold
the process. It has neither look-around nor back-references; a pattern with one is refused, not skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, QueryBoolean, QuerySolutions, Store

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_pattern", "matching"]

_BATCH = 10_000


def _call(text: str, pattern: str, flags: str) -> str:
    return f"REGEX({text}, {Literal(pattern)}, {Literal(flags)})"


def is_pattern(pattern: str, flags: str) -> bool:
    """Tell whether a pattern with its flags can be run.

    >>> is_pattern("^[A-Z]{3}$", "i"), is_pattern("(a", "")
    (True, False)
    """
    call = _call('""', pattern, flags)
    asked = Store().query(f"ASK {{ BIND({call} AS ?matches) FILTER(BOUND(?matches)) }}")
    assert isinstance(asked, QueryBoolean)  # noqa: S101 - it is an ASK
    return bool(asked)


def matching(pattern: str, flags: str, texts: Iterable[str]) -> set[str]:
    """Return those of some texts in which the pattern is found."""
    found: set[str] = set()
    every = sorted(texts)
    for start in range(0, len(every), _BATCH):
        rows = " ".join(str(Literal(text)) for text in every[start : start + _BATCH])
        solutions = Store().query(f"SELECT ?v WHERE {{ VALUES ?v {{ {rows} }} FILTER({_call('?v', pattern, flags)}) }}")
        assert isinstance(solutions, QuerySolutions)  # noqa: S101 - it is a SELECT
        found.update(solution[0].value for solution in solutions)
    return found
