"""What both readers hand to the builder: the act as headings, texts and labelled items, nothing derived yet."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Block",
    "Heading",
    "Item",
    "Quote",
    "RawAct",
    "RawAnnex",
    "RawArticle",
    "RawDivision",
    "RawParagraph",
    "Text",
]


@dataclass(frozen=True)
class Text:
    """A run of text between two breaks."""

    text: str


@dataclass(frozen=True)
class Quote:
    """Text that an amending act quotes from another act: kept as text, never a part."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading inside an annex, with its depth from 1 and the text as printed."""

    level: int
    text: str


@dataclass(frozen=True)
class Item:
    """A labelled item of a list or table; ``titled`` when its first text is a heading of its own."""

    label: str
    blocks: tuple[Block, ...]
    titled: bool = False


Block = Text | Quote | Heading | Item


@dataclass(frozen=True)
class RawParagraph:
    """A numbered paragraph of an article."""

    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class RawArticle:
    """An article: paragraphs where it has them, blocks of its own where it has none."""

    number: str
    title: str
    blocks: tuple[Block, ...]
    paragraphs: tuple[RawParagraph, ...]


@dataclass(frozen=True)
class RawDivision:
    """A chapter, or a section inside one."""

    number: str
    title: str
    members: tuple[RawDivision | RawArticle, ...]


@dataclass(frozen=True)
class RawAnnex:
    """An annex; ``number`` is empty where the act has only one, unnumbered."""

    number: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class RawAct:
    """A whole act as read."""

    title: str
    language: str
    recitals: int
    members: tuple[RawDivision | RawArticle, ...]
    annexes: tuple[RawAnnex, ...]
