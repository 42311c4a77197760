"""What a table needs so that a spreadsheet shows it and runs nothing."""

from __future__ import annotations

__all__ = ["neutral"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: a leading apostrophe where it could be one.

    >>> neutral("=HYPERLINK(A1)")
    "'=HYPERLINK(A1)"
    """
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
