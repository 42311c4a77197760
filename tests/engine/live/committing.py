"""Commit changes one after the other and say on standard output which have been acknowledged, until killed."""

from __future__ import annotations

import sys
from datetime import date
from itertools import count
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from engine.live.book import Book
from engine.live.change import Change
from engine.vocabulary import NG, PREFIXES
from tests.shipped import shipped

TYPE, LABEL = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["skos"] + "prefLabel")
PAIR = ("https://example.org/finding/left", "https://example.org/finding/right")


def numbered(number: int) -> Change:
    """Return a change of two records at once, both with one number."""
    return Change.of(
        quad
        for name in PAIR
        for quad in (
            Quad(NamedNode(name), TYPE, NG.Finding),
            Quad(NamedNode(name), NG.severity, NG.Minor),
            Quad(NamedNode(name), LABEL, Literal(str(number))),
        )
    )


def main(folder: str) -> None:
    with Book(shipped(), Path(folder), date(2026, 11, 20)) as book:
        for number in count(1):
            book.commit(numbered(number))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
