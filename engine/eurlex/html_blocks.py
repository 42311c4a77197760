"""Read the content of an EUR-Lex page: paragraphs of text, items laid out as tables, and quoted passages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.eurlex.blocks import Heading, Item, Quote, Text
from engine.eurlex.labels import CODE, clean, is_dash, read_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.etree import _Element

    from engine.eurlex.blocks import Block

__all__ = ["blocks_of", "classes", "printed"]

_OPENING = "‘“„‚»«”\"'"  # noqa: RUF001 - the quote marks that open a passage, over the languages of the Union
_CLOSED = re.compile(r"[’”“»«\"'][\s;.,:]*\Z")  # noqa: RUF001
_NOTE = re.compile(r"nt[rc]")
_APART = frozenset({"div", "p", "table", "td", "th", "tr"})
_SKIPPED = frozenset({"col", "colgroup", "hr", "link", "script", "style"})
_UNREAD = frozenset({"note", "signatory", "tbl-hdr"})
_HEADING = re.compile(r"ti-(?:grseq|section)-(\d)")


def classes(node: _Element) -> set[str]:
    """Return the classes of an element, without the prefix that the newer pages put before them."""
    return {name.removeprefix("oj-") for name in (node.get("class") or "").split()}


def printed(node: _Element) -> str:
    """Return the text of an element as one line, without the marks of footnotes."""
    return clean(_raw(node))


def _raw(node: _Element) -> str:
    if not isinstance(node.tag, str) or node.tag in _SKIPPED:
        return ""
    text = node.text or ""
    for child in node:
        text = text.rstrip() if _is_note_mark(child) else text + _raw(child)
        text += child.tail or ""
    return f"{text} " if node.tag in _APART else text


def _is_note_mark(node: _Element) -> bool:
    if node.tag != "a":
        return False
    fragment = (node.get("href") or "").rpartition("#")[2]
    return any(_NOTE.match(name) for name in (node.get("id") or "", fragment))


def blocks_of(nodes: Iterable[_Element], text: str = "") -> tuple[Block, ...]:
    """Return what a sequence of sibling elements holds; ``text`` is what stands before the first."""
    found: list[tuple[Block, str]] = []
    run = [text]
    for node in nodes:
        if _breaks(node):
            found.extend(_run(run))
            found.extend(_blocks(node))
        else:
            run.append(_raw(node))
        run.append(node.tail or "")
    found.extend(_run(run))
    return tuple(_unquoted(found))


def _breaks(node: _Element) -> bool:
    return node.tag in {"div", "hr", "p", "table"}


def _run(run: list[str]) -> Iterator[tuple[Block, str]]:
    text = clean("".join(run))
    run.clear()
    if text:
        yield Text(text), text


def _blocks(node: _Element) -> Iterator[tuple[Block, str]]:
    """Yield the blocks of one element, each with its text as printed, label included."""
    names = classes(node)
    if names & _UNREAD or node.tag == "hr":
        return
    if node.tag == "table":
        yield from _data_rows(node) if "table" in names else _item_rows(node)
    elif "enumeration-spacing" in names:
        label, *content = list(node)
        yield _item(printed(label), content)
    elif node.tag == "div":
        text = printed(node)
        yield Quote(text), text
    elif text := printed(node):
        level = next((int(match[1]) for name in names if (match := _HEADING.match(name))), 0)
        yield (Heading(level, text) if level else Text(text)), text


def _item(label: str, content: Sequence[_Element], text: str = "", *, titled: bool = False) -> tuple[Item, str]:
    blocks = blocks_of(content, text)
    return Item(read_label(label), blocks, titled=titled), f"{label} {_words(blocks)}"


def _words(blocks: Iterable[Block]) -> str:
    return " ".join(_words(block.blocks) if isinstance(block, Item) else block.text for block in blocks)


def _rows(table: _Element) -> Iterator[list[_Element]]:
    for body in table:
        rows = [body] if body.tag == "tr" else body if body.tag in {"tbody", "thead"} else []
        for row in rows:
            yield [cell for cell in row if cell.tag in {"td", "th"}]


def _item_rows(table: _Element) -> Iterator[tuple[Block, str]]:
    """Yield the rows of a table that lays out a list: a label, and beside it the item."""
    for cells in _rows(table):
        filled = [cell for cell in cells if printed(cell)]
        label = printed(filled[0]) if filled else ""
        if len(filled) > 1 and (is_dash(label) or read_label(label.strip(_OPENING))):
            yield _labelled(label, filled[1])
        else:
            for cell in filled:
                yield from ((block, _words((block,))) for block in blocks_of(cell, cell.text or ""))


def _labelled(label: str, cell: _Element, *, titled: bool = False) -> tuple[Item, str]:
    if label[0] in _OPENING:
        item, text = _item(label.strip(_OPENING), list(cell), cell.text or "")
        return item, label[0] + text
    return _item(label, list(cell), cell.text or "", titled=titled)


def _data_rows(table: _Element) -> Iterator[tuple[Block, str]]:
    """Yield what a printed table labels: codes in its first column, or numbered rows with lettered cells beside."""
    numbered: list[Item] = []
    for cells in _rows(table):
        texts = [printed(cell) for cell in cells]
        if len(cells) > 1 and CODE.match(texts[0]):
            yield Item(read_label(texts[0]), (Text(texts[1]),)), texts[0]
            continue
        for item in _cell_items(cells):
            if item.label.isdigit() or not numbered:
                numbered.append(item)
            else:
                above = numbered.pop()
                numbered.append(Item(above.label, (*above.blocks, item), titled=True))
    yield from ((item, item.label) for item in numbered)


def _cell_items(cells: Iterable[_Element]) -> Iterator[Item]:
    for cell in cells:
        for block in blocks_of(cell, cell.text or ""):
            if isinstance(block, Item):
                yield Item(block.label, block.blocks, titled=bool(block.label))


def _unquoted(found: Iterable[tuple[Block, str]]) -> Iterator[Block]:
    """Yield blocks with those of a quoted passage made quotes, from its opening to its closing mark."""
    before, quoting = "", False
    for block, text in found:
        opens = text[:1] in _OPENING and (isinstance(block, Item) or before.endswith(":"))
        if text and (quoting or opens):
            quoting = not _CLOSED.search(text)
            yield Quote(text)
        else:
            yield block
        before = text
