"""Read an act from an EUR-Lex page: the present form, the older one with no identifiers, or one a browser saved.

The page is first brought to one list of lines, each with the role that its class gives it; then the
lines are grouped. No word of any language is looked for, only classes, identifiers and numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from engine.errors import UnreadableFile
from engine.eurlex.blocks import Item, RawAct, RawAnnex, RawArticle, RawDivision, RawParagraph, Text
from engine.eurlex.html_blocks import blocks_of, classes, printed
from engine.eurlex.labels import clean, number_in_heading, read_label, split_label
from engine.eurlex.source import parse_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml.etree import _Element

    from engine.eurlex.blocks import Block
    from engine.eurlex.source import Document

__all__ = ["read_html"]

_ROLES = {"doc-ti": "title", "ti-section-1": "division", "ti-section-2": "subtitle", "ti-art": "article"}
_ROLES |= {
    "sti-art": "article-title",
    "final": "end",
    "note": "",
    "signatory": "end",
    "doc-end": "foot",
    "separator": "foot",
}
_PARAGRAPH = re.compile(r"\d{3}\.(\d{3}[A-Za-z]{0,2})\Z")
_NAMED = re.compile(r"(art|anx)_([0-9A-Za-z]+)\Z")
_DIVISION = re.compile(r"[a-z]{3}_([0-9A-Z]+)(?:\.[a-z]{3}_([0-9A-Z]+))*\Z")
_RECITAL = re.compile(r"rct_\d+\Z")


@dataclass(frozen=True)
class _Line:
    """A line of the page: its role, the number an identifier gives it, its depth, and the element."""

    role: str
    node: _Element
    number: str = ""
    depth: int = 0

    @property
    def text(self) -> str:
        return printed(self.node)


def read_html(document: Document) -> RawAct:
    """Return the act on a page.

    :raises UnreadableFile: the page has no article in either form.
    """
    root = parse_html(document)
    lines = list(_lines(root))
    starts = [index for index, line in enumerate(lines) if line.role in {"article", "division"}]
    if not any(line.role == "article" for line in lines):
        problem = "no article of an act is on this page"
        remedy = "save the act's own page as the Official Journal has it; for a consolidated text take Formex"
        raise UnreadableFile(document.place, None, problem, remedy)
    preamble, rest = lines[: starts[0]], list(takewhile(lambda line: line.role != "foot", lines[starts[0] :]))
    end = next((index for index, line in enumerate(rest) if line.role in {"end", "title"}), len(rest))
    return RawAct(
        _act_title(preamble),
        _language(root),
        _recitals(root, preamble),
        tuple(_members(_with_depths(rest[:end]))),
        tuple(_annexes(rest[end:])),
    )


def _lines(node: _Element, named: str = "", depth: int = 0) -> Iterator[_Line]:
    """Yield the lines below an element; ``named`` is the identifier of the division, article or annex around it."""
    for child in node.iterchildren("*"):
        role = next((_ROLES[name] for name in sorted(classes(child)) if name in _ROLES), None)
        identifier = child.get("id") or ""
        if role is not None:
            yield from ((_Line(role, child, named, depth),) if role else ())
        elif _PARAGRAPH.match(identifier):
            yield _Line("paragraph", child, identifier)
        elif _is_content(child, named):
            yield _Line("content", child, named)
        elif _DIVISION.match(identifier):
            yield from _lines(child, identifier, identifier.count(".") + 1)
        else:
            yield from _lines(child, identifier if _NAMED.match(identifier) else named, depth)


def _is_content(node: _Element, named: str) -> bool:
    """Return whether an element is read as a whole: text, a table, an item, or a nameless block that quotes."""
    if node.tag in {"p", "table"}:
        return not _wraps(node)
    names = classes(node)
    is_nameless = node.tag == "div" and not node.get("id") and not names
    return "enumeration-spacing" in names or (is_nameless and bool(_NAMED.match(named)))


def _wraps(table: _Element) -> bool:
    """Return whether a table only lays out the page, with the act inside it."""
    return table.tag == "table" and any("ti-art" in classes(node) for node in table.iter("p"))


def _act_title(preamble: Sequence[_Line]) -> str:
    lines = [line.text for line in preamble if line.role == "title"]
    return " ".join(line for line in lines if not (line.startswith("(") and line.endswith(")")))


def _language(root: _Element) -> str:
    """Return the language of the text; that of the site around it is only the last resort."""
    for node in root.iter("p", "meta"):
        if "hd-lg" in classes(node):
            return printed(node).lower()
        if node.get("name") == "WT.z_usr_lan":
            return (node.get("content") or "").lower()
    return (root.get("lang") or "").lower()


def _recitals(root: _Element, preamble: Sequence[_Line]) -> int:
    named = sum(1 for node in root.iter("div") if _RECITAL.match(node.get("id") or ""))
    if named:
        return named
    tables = (line.node for line in preamble if line.node.tag == "table")
    labels = (read_label(printed(cell)) for table in tables for cell in table.iter("td"))
    count = 0
    for label in labels:
        count += label == str(count + 1)
    return count


def _with_depths(lines: Sequence[_Line]) -> list[_Line]:
    """Return the lines with each division's depth: from its identifier, else from the word before its number."""
    words: list[str] = []
    result = []
    for line in lines:
        if line.role == "division" and not line.depth:
            word = clean(re.sub(r"\W*\b[\dIVXLC]+\b\W*", " ", line.text)).casefold()
            if word not in words:
                words.append(word)
            result.append(_Line(line.role, line.node, line.number, words.index(word) + 1))
        else:
            result.append(line)
    return result


def _split(lines: Sequence[_Line], starts: Callable[[_Line], bool]) -> list[Sequence[_Line]]:
    """Return the lines in pieces, each beginning where one starts; what is before the first is left out."""
    indexes = [index for index, line in enumerate(lines) if starts(line)]
    return [lines[start:end] for start, end in pairwise((*indexes, len(lines)))]


def _members(lines: Sequence[_Line]) -> Iterator[RawDivision | RawArticle]:
    """Yield the articles before the first division of the least depth, then those divisions."""
    depths = [line.depth for line in lines if line.role == "division"]
    least = min(depths, default=0)

    def opens(line: _Line) -> bool:
        return line.role == "division" and line.depth == least

    first = next((index for index, line in enumerate(lines) if opens(line)), len(lines))
    yield from (_article(piece) for piece in _split(lines[:first], lambda line: line.role == "article"))
    yield from (_division(piece, position) for position, piece in enumerate(_split(lines, opens), start=1))


def _division(lines: Sequence[_Line], position: int) -> RawDivision:
    heading, rest = lines[0], lines[1:]
    count = next((index for index, line in enumerate(rest) if line.role != "subtitle"), len(rest))
    title = " ".join(line.text for line in rest[:count])
    match = _DIVISION.match(heading.number)
    number = (match[2] or match[1]) if match else number_in_heading(heading.text) or str(position)
    return RawDivision(number, title, tuple(_members(rest[count:])))


def _article(lines: Sequence[_Line]) -> RawArticle:
    heading = lines[0]
    match = _NAMED.match(heading.number)
    number = match[2].lower() if match else number_in_heading(heading.text)
    title = " ".join(line.text for line in lines if line.role == "article-title")
    content = [line for line in lines[1:] if line.role in {"content", "paragraph"}]
    first = next((index for index, line in enumerate(content) if _is_numbered(line)), len(content))
    own = blocks_of([line.node for line in content[:first]])
    paragraphs = tuple(_paragraph(piece) for piece in _split(content, _is_numbered))
    if _is_list(content[first:], own):
        return RawArticle(number, title, (*own, *(Item(piece.label, piece.blocks) for piece in paragraphs)), ())
    return RawArticle(number, title, own, paragraphs)


def _is_numbered(line: _Line) -> bool:
    return line.role == "paragraph" or (line.node.tag == "p" and split_label(line.text)[0][:1].isdigit())


def _is_list(numbered: Sequence[_Line], own: tuple[Block, ...]) -> bool:
    """Return whether numbered lines are not paragraphs but the points of a list that a sentence opens.

    The Danish GDPR sets the definitions of its Article 4 so: “1)” in running text, not in a table.
    """
    last = own[-1] if own else None
    opened = isinstance(last, Text) and last.text.endswith(":")
    return opened and bool(numbered) and numbered[0].role == "content"


def _paragraph(lines: Sequence[_Line]) -> RawParagraph:
    head, rest = lines[0], [line.node for line in lines[1:]]
    nodes = [*head.node, *rest] if head.role == "paragraph" else [head.node, *rest]
    blocks = blocks_of(nodes)
    label, text = split_label(blocks[0].text) if blocks and isinstance(blocks[0], Text) else ("", "")
    if label:
        return RawParagraph(label, (Text(text), *blocks[1:]) if text else blocks[1:])
    return RawParagraph(head.number.rsplit(".", 1)[-1].lstrip("0").lower(), blocks)


def _annexes(lines: Sequence[_Line]) -> Iterator[RawAnnex]:
    titles = [index for index, line in enumerate(lines) if line.role == "title"]

    def opens(line: _Line) -> bool:
        index = lines.index(line)
        return index in titles and (index - 1 not in titles or lines[index - 1].number != line.number)

    for piece in _split(lines, opens):
        yield _annex(piece)


def _annex(lines: Sequence[_Line]) -> RawAnnex:
    heading = lines[0]
    match = _NAMED.match(heading.number)
    number = number_in_heading(heading.text) or (match[2] if match and match[2] != "1" else "")
    title = " ".join(line.text for line in lines[1:] if line.role == "title")
    content = [line.node for line in lines if line.role in {"content", "division", "subtitle"}]
    return RawAnnex(number, title, blocks_of(content))
