"""The structure of an EU act as values: what it is divided into, how each part is cited, and in what order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Act", "Kind", "Part"]


class Kind(StrEnum):
    """What a part of an act is; the value is the local name of the term that says so."""

    CHAPTER = "Chapter"
    SECTION = "Section"
    ARTICLE = "Article"
    PARAGRAPH = "Paragraph"
    SUBPARAGRAPH = "Subparagraph"
    POINT = "Point"
    ANNEX = "Annex"
    ANNEX_SECTION = "AnnexSection"
    ANNEX_ITEM = "AnnexItem"


@dataclass(frozen=True)
class Part:
    """One citable part, with the parts directly below it in the order of the document.

    ``path`` is the identifier below the framework's (``art_15/par_4/pnt_b``), ``citation`` what stands
    after the framework's name (``15(4)(b)``). ``title`` is the official heading, or nothing; ``text``
    is the part's own wording without that of its children.
    """

    kind: Kind
    number: str
    path: str
    citation: str
    sort_key: str
    title: str = ""
    text: str = ""
    children: tuple[Part, ...] = ()

    def walk(self) -> Iterator[Part]:
        """Yield the part and everything below it in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Act:
    """An act in one language version: its title, how many recitals it has, and its parts."""

    title: str
    language: str
    recitals: int
    parts: tuple[Part, ...]

    def walk(self) -> Iterator[Part]:
        """Yield every part in the order of the document."""
        for part in self.parts:
            yield from part.walk()
