"""Put what follows each heading of an annex below that heading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.eurlex.blocks import Heading, Item, Quote, Text
from engine.eurlex.labels import clean, split_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.eurlex.blocks import Block

__all__ = ["Nested", "Section", "nest"]

_SECTION = re.compile(r"(?:\S+\s+)?([A-Z]|\d{1,2}|[IVX]+)(?:\.?\s*[.:—–-]?\s+(\S.*)|\.?)\Z", re.DOTALL)  # noqa: RUF001


@dataclass(frozen=True)
class Section:
    """A lettered or numbered section of an annex and what stands in it."""

    number: str
    title: str
    blocks: tuple[Nested, ...]


Nested = Text | Quote | Item | Section


def nest(blocks: Sequence[Block]) -> tuple[Nested, ...]:
    """Return blocks without headings: a numbered heading becomes a titled item, “Section A. …” a section.

    A heading with neither number nor letter is the title of an untitled section right above it, or text.
    """
    result: list[Nested] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        index += 1
        if isinstance(block, Heading):
            end = _end_of(blocks, index, block.level)
            result.extend(_opened(block, blocks[index:end]))
            index = end
        else:
            result.append(block)
    return tuple(result)


def _end_of(blocks: Sequence[Block], start: int, level: int) -> int:
    for index in range(start, len(blocks)):
        block = blocks[index]
        if isinstance(block, Heading) and block.level <= level and not (index == start and _is_subtitle(blocks, index)):
            return index
    return len(blocks)


def _is_subtitle(blocks: Sequence[Block], index: int) -> bool:
    above, here = blocks[index - 1], blocks[index]
    if not (isinstance(above, Heading) and isinstance(here, Heading) and above.level == here.level):
        return False
    number, title = _section(above.text)
    return bool(number) and not title and not _section(here.text)[0] and not split_label(here.text)[0]


def _section(text: str) -> tuple[str, str]:
    match = _SECTION.match(clean(text))
    return (match[1], match[2] or "") if match else ("", text)


def _opened(heading: Heading, below: Sequence[Block]) -> list[Nested]:
    label, title = split_label(heading.text)
    if label:
        return [Item(label, (Text(title), *below), titled=True)]
    number, title = _section(heading.text)
    if not number:
        return [Text(heading.text), *nest(below)]
    first = below[0] if below else None
    if not title and isinstance(first, Heading) and first.level == heading.level:
        return [Section(number, first.text, nest(below[1:]))]
    return [Section(number, title, nest(below))]
