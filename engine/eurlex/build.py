"""Build the structure of an act from what a reader found: identifiers, citations, order, subparagraphs.

Points hang from their paragraph whichever subparagraph lists them; the first subparagraph belongs to
the paragraph itself, each later one is a leaf ``sub_2``, ``sub_3`` …
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.eurlex.blocks import Heading, Item, RawArticle, Text
from engine.eurlex.labels import CODE, clean, ordinal, ordinals
from engine.eurlex.model import Act, Kind, Part
from engine.eurlex.nesting import Section, nest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.eurlex.blocks import Block, RawAct, RawAnnex, RawDivision, RawParagraph
    from engine.eurlex.nesting import Nested

__all__ = ["build_act"]

_NTH = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class _Place:
    """Where a part hangs: identifier, citation and key of the part above it."""

    path: str = ""
    citation: str = ""
    key: str = ""
    item_kind: Kind = Kind.POINT

    @classmethod
    def of(cls, part: Part) -> _Place:
        in_annex = part.kind in {Kind.ANNEX, Kind.ANNEX_SECTION, Kind.ANNEX_ITEM}
        return cls(part.path, part.citation, part.sort_key, Kind.ANNEX_ITEM if in_annex else Kind.POINT)


def build_act(raw: RawAct) -> Act:
    """Return the act whose parts a reader has found."""
    articles = _members(raw.members, _Place())
    annexes = (_annex(annex) for annex in raw.annexes)
    return Act(raw.title, raw.language, raw.recitals, (*articles, *annexes))


def _members(members: Iterable[RawDivision | RawArticle], place: _Place) -> tuple[Part, ...]:
    return tuple(
        _article(member, place) if isinstance(member, RawArticle) else _division(member, place) for member in members
    )


def _division(raw: RawDivision, place: _Place) -> Part:
    is_section = bool(place.path)
    segment, word, letter = ("sec", "Section", "s") if is_section else ("ch", "Chapter", "c")
    part = Part(
        Kind.SECTION if is_section else Kind.CHAPTER,
        raw.number,
        _join("/", place.path, f"{segment}_{raw.number}"),
        _join(" ", place.citation, f"{word} {raw.number}"),
        _join(".", place.key, letter + ordinal(raw.number)),
        _title(raw.title),
    )
    return replace(part, children=_members(raw.members, _Place.of(part)))


def _article(raw: RawArticle, place: _Place) -> Part:
    key = _join(".", place.key, "m" + ordinal(raw.number))
    part = Part(Kind.ARTICLE, raw.number, f"art_{raw.number}", raw.number, key, _title(raw.title))
    filled = _fill(part, raw.blocks)
    paragraphs = tuple(_paragraph(paragraph, part) for paragraph in raw.paragraphs)
    return replace(filled, children=filled.children + paragraphs)


def _paragraph(raw: RawParagraph, article: Part) -> Part:
    number = raw.label
    part = Part(
        Kind.PARAGRAPH,
        number,
        f"{article.path}/par_{number}",
        f"{article.citation}({number})",
        f"{article.sort_key}.p{ordinal(number)}",
    )
    return _fill(part, raw.blocks)


def _fill(part: Part, blocks: Sequence[Block]) -> Part:
    """Return an article or paragraph with its text, its points and its later subparagraphs."""
    texts: list[list[str]] = []
    listed: list[tuple[int, Item]] = []
    for block in blocks:
        if isinstance(block, Item) and block.label:
            listed.append((max(len(texts), 1), block))
        elif isinstance(block, Text) and not (texts and _continues(block.text)):
            texts.append([block.text])
        else:
            _last(texts).append(_words(block))
    points = _points(part, listed)
    leaves = [_subparagraph(part, number, text) for number, text in enumerate(texts[1:], start=2)]
    children = sorted((*points, *leaves), key=lambda child: child.sort_key)
    return replace(part, text="\n".join(texts[0]) if texts else "", children=tuple(children))


def _last(texts: list[list[str]]) -> list[str]:
    if not texts:
        texts.append([])
    return texts[-1]


def _continues(text: str) -> bool:
    """Return whether a text goes on with the sentence before the list rather than opening a subparagraph."""
    return text[:1].islower() or not any(character.isalpha() for character in text)


def _own_words(blocks: Iterable[Nested]) -> list[str]:
    """Return the texts among some blocks that belong to no part below."""
    return [
        _words(block)
        for block in blocks
        if not isinstance(block, Section) and not (isinstance(block, Item) and block.label)
    ]


def _words(block: Block) -> str:
    if isinstance(block, Item):
        return " ".join((block.label or "—", *(_words(inner) for inner in block.blocks)))
    return block.text


def _subparagraph(part: Part, number: int, text: Sequence[str]) -> Part:
    nth = _NTH[number] if number < len(_NTH) else f"{number}th"
    return Part(
        Kind.SUBPARAGRAPH,
        str(number),
        f"{part.path}/sub_{number}",
        f"{part.citation}, {nth} subparagraph",
        f"{part.sort_key}.s{number:03d}",
        text="\n".join(text),
    )


def _points(part: Part, listed: Sequence[tuple[int, Item]]) -> Iterator[Part]:
    place = _Place.of(part)
    for (subparagraph, _), (item, key, nth) in zip(listed, _counted([item for _, item in listed]), strict=True):
        yield _item(item, replace(place, key=f"{place.key}.s{subparagraph:03d}"), key, nth)


def _items(blocks: Iterable[Nested], place: _Place) -> tuple[Part, ...]:
    listed = [block for block in blocks if isinstance(block, Item) and block.label]
    return tuple(_item(item, place, key, nth) for item, key, nth in _counted(listed))


def _counted(items: Sequence[Item]) -> Iterator[tuple[Item, str, int]]:
    """Yield each item with its key and which of the lists with its label it belongs to."""
    seen: Counter[str] = Counter()
    for item, key in zip(items, ordinals(item.label for item in items), strict=True):
        seen[item.label] += 1
        yield item, key, seen[item.label]


def _item(item: Item, place: _Place, key: str, occurrence: int) -> Part:
    label, again = item.label, f"~{occurrence}" if occurrence > 1 else ""
    blocks = nest(item.blocks)
    texts = _own_words(blocks)
    is_code = bool(CODE.match(label))
    number = label.replace("_", " ")
    cited = f" {number}" if is_code else f"({number})"
    nth = f", {_NTH[occurrence]} list, " if occurrence > 1 else ""
    part = Part(
        place.item_kind,
        number,
        f"{place.path}/{label if is_code else f'pnt_{label}'}{again}",
        f"{place.citation}{nth}{cited}",
        f"{place.key}.{key}{again}",
        _title(texts[0]) if item.titled and texts else "",
        "\n".join(texts),
    )
    return replace(part, children=_items(blocks, _Place.of(part)))


def _annex(raw: RawAnnex) -> Part:
    blocks, title = raw.blocks, raw.title
    first = blocks[0] if blocks else None
    if not title and isinstance(first, Text) and len(blocks) > 1 and isinstance(blocks[1], Heading):
        blocks, title = blocks[1:], first.text
    path, cited = (f"anx_{raw.number}", f"Annex {raw.number}") if raw.number else ("anx", "Annex")
    part = Part(Kind.ANNEX, raw.number, path, cited, f"z{ordinal(raw.number)}", _title(title))
    return _fill_annex(part, nest(blocks))


def _fill_annex(part: Part, blocks: Sequence[Nested]) -> Part:
    """Return an annex or a section of it with its text and what is listed in it."""
    place = _Place.of(part)
    sections = tuple(_annex_section(block, place) for block in blocks if isinstance(block, Section))
    return replace(part, text="\n".join(_own_words(blocks)), children=_items(blocks, place) + sections)


def _annex_section(raw: Section, place: _Place) -> Part:
    part = Part(
        Kind.ANNEX_SECTION,
        raw.number,
        f"{place.path}/sec_{raw.number}",
        f"{place.citation} Section {raw.number}",
        f"{place.key}.x{ordinal(raw.number)}",
        _title(raw.title),
    )
    return _fill_annex(part, raw.blocks)


def _title(text: str) -> str:
    """Return a heading without the stray quote mark that some versions of the AI Act print in Article 1."""
    return clean(text).rstrip("`'").strip()


def _join(separator: str, above: str, own: str) -> str:
    return f"{above}{separator}{own}" if above else own
