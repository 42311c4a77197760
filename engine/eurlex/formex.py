"""Read an act from Formex 4, the XML of the Publications Office: original or consolidated, in one file or several."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.errors import UnreadableFile
from engine.eurlex.blocks import (
    Heading,
    Item,
    Quote,
    RawAct,
    RawAnnex,
    RawArticle,
    RawDivision,
    RawParagraph,
    Text,
)
from engine.eurlex.labels import CODE, clean, number_in_heading, read_label
from engine.eurlex.revisions import without_deletions
from engine.eurlex.source import line_of, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

    from engine.eurlex.blocks import Block
    from engine.eurlex.source import Document

__all__ = ["read_formex"]

_ACTS = frozenset({"ACT", "CONS.ACT"})
_ANNEXES = frozenset({"ANNEX", "CONS.ANNEX"})
_BREAKING = frozenset({"ALINEA", "GR.SEQ", "ITEM", "LIST", "NP", "P", "QUOT.S", "TBL", "TITLE", "TXT"})
_NOTES = frozenset({"NOTE"})
_UNPRINTED = _NOTES | {"NO.P"}
_LEVEL = re.compile(r"[1-9][0-9]?")
_MARK = re.compile(r"(?!00[01]|d[89a-f])[0-9a-f]{4}", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,18}")
_APART = _BREAKING | {"NO.P", "NO.PARAG", "TI.ART", "STI.ART"}


def read_formex(documents: Iterable[Document]) -> RawAct:
    """Return the act in a set of Formex files, annexes in the order in which the act numbers its files.

    :raises UnreadableFile: no file, or more than one, holds the articles of an act.
    """
    roots = [(document, parse_xml(document)) for document in documents]
    for document, root in roots:
        _check_numbers(document, root)
    acts = [(document, root) for document, root in roots if root.tag in _ACTS]
    if len(acts) != 1:
        raise _not_one_act(roots, len(acts))
    document, root = acts[0]
    quoted = _quoted_files(root)
    separate = [other for place, other in roots if other.tag in _ANNEXES and not place.place.endswith(quoted)]
    without_deletions(root)
    enacting = root.find(".//ENACTING.TERMS")
    if enacting is None or enacting.find(".//ARTICLE") is None:
        raise UnreadableFile(document.place, line_of(root), "the act has no article", "give the file with its articles")
    inside = [node for node in root.iter(*_ANNEXES) if next(node.iterancestors("QUOT.S"), None) is None]
    annexes = [_annex(without_deletions(node)) for node in (*inside, *sorted(separate, key=_sequence))]
    return RawAct(
        _act_title(root),
        _text(root.find(".//LG.DOC")).lower(),
        len(root.findall(".//GR.CONSID/CONSID")),
        tuple(_members(enacting)),
        tuple(annexes),
    )


def _check_numbers(document: Document, root: _Element) -> None:
    """Refuse a level that is no number, or a quotation mark whose code names no character."""
    for node in root.iter("GR.SEQ", "QUOT.START", "QUOT.END"):
        name, known = ("LEVEL", _LEVEL) if node.tag == "GR.SEQ" else ("CODE", _MARK)
        value = node.get(name)
        if value is not None and not known.fullmatch(value):
            problem = f"the {name} of {node.tag} is “{value[:60]}”"
            remedy = "download the act again from EUR-Lex: a level is 1 to 99, a code four hexadecimal digits"
            raise UnreadableFile(document.place, line_of(node), problem, remedy)


def _quoted_files(root: _Element) -> tuple[str, ...]:
    """Return the names of the files that an amending act includes as a quotation: annexes of the act it amends."""
    included = (node for quotation in root.iter("QUOT.S") for node in quotation.iter("INCL.ELEMENT"))
    return tuple(name for node in included if (name := node.get("FILEREF")))


def _not_one_act(roots: list[tuple[Document, _Element]], acts: int) -> UnreadableFile:
    document, root = roots[0]
    if acts:
        return UnreadableFile(document.place, None, f"it holds {acts} acts", "give one act at a time")
    if root.tag in _ANNEXES:
        remedy = "give the zip, or a folder, with the file of the articles and those of the annexes"
        return UnreadableFile(document.place, line_of(root), "it holds an annex without its act", remedy)
    problem = f"it is XML of another vocabulary (its root element is {root.tag})"
    remedy = "Formex acts begin with ACT or CONS.ACT; download Formex 4 from EUR-Lex"
    return UnreadableFile(document.place, line_of(root), problem, remedy)


def _sequence(annex: _Element) -> str:
    return _text(annex.find("BIB.INSTANCE/NO.SEQ"))


def _act_title(root: _Element) -> str:
    lines = [_text(line) for line in root.findall("./TITLE/TI/P") or root.findall("./CONS.DOC/TITLE/TI/P")]
    return " ".join(line for line in lines if not (line.startswith("(") and line.endswith(")")))


def _members(parent: _Element) -> Iterator[RawDivision | RawArticle]:
    position = 0
    for child in parent:
        if child.tag == "DIVISION":
            position += 1
            heading, title = _heading(child)
            yield RawDivision(number_in_heading(heading) or str(position), title, tuple(_members(child)))
        elif child.tag == "ARTICLE":
            yield _article(child)


def _heading(node: _Element) -> tuple[str, str]:
    """Return the first line of a title, which has the number, and the other lines together."""
    first, *more = [_text(line) for line in node.findall("TITLE/TI/*")] or [""]
    more += [_text(line) for line in node.findall("TITLE/STI/*")]
    return first, " ".join(more)


def _article(node: _Element) -> RawArticle:
    paragraphs = tuple(_paragraph(child) for child in node if child.tag == "PARAG")
    own = [child for child in node if child.tag not in {"PARAG", "TI.ART", "STI.ART"} and isinstance(child.tag, str)]
    blocks = tuple(block for child in own for block in _blocks_of(child))
    number = _identifier(node.get("IDENTIFIER", "")) or number_in_heading(_text(node.find("TI.ART")))
    return RawArticle(number, _text(node.find("STI.ART")), blocks, paragraphs)


def _identifier(text: str) -> str:
    """Return the number in the last part of an identifier such as ``005.001A``."""
    return text.rsplit(".", 1)[-1].lstrip("0").lower()


def _paragraph(node: _Element) -> RawParagraph:
    label = read_label(_text(node.find("NO.PARAG"))) or _identifier(node.get("IDENTIFIER", ""))
    return RawParagraph(label, tuple(block for child in node.findall("ALINEA") for block in _blocks_of(child)))


def _annex(node: _Element) -> RawAnnex:
    heading, title = _heading(node)
    contents = node.find("CONTENTS")
    blocks = () if contents is None else tuple(_blocks_of(contents))
    return RawAnnex(number_in_heading(heading), title, blocks)


def _blocks_of(node: _Element) -> Iterator[Block]:
    """Yield what an element holds: runs of text, and items, headings and tables where they break the run."""
    run = [node.text or ""]
    for child in node:
        if child.tag in _BREAKING:
            yield from _run(run)
            yield from _breaking(child)
        elif isinstance(child.tag, str) and child.find(".//LIST") is not None:
            yield from _run(run)
            yield from _blocks_of(child)
        else:
            run.append(_inline(child))
        run.append(child.tail or "")
    yield from _run(run)


def _run(run: list[str]) -> Iterator[Text]:
    text = clean("".join(run))
    run.clear()
    if text:
        yield Text(text)


def _breaking(node: _Element) -> Iterator[Block]:
    if node.tag == "QUOT.S":
        yield from ((Quote(text),) if (text := _quoted(node)) else ())
    elif node.tag == "NP":
        yield _item(node)
    elif node.tag == "ITEM":
        yield from (_breaking(node[0]) if len(node) and node[0].tag == "NP" else (Item("", tuple(_blocks_of(node))),))
    elif node.tag == "GR.SEQ":
        yield from _group(node)
    elif node.tag == "TBL":
        yield from _table(node)
    elif node.tag != "TITLE":
        yield from _blocks_of(node)


def _item(node: _Element) -> Item:
    label = _text(node.find("NO.P"))
    return Item(read_label(label), tuple(_blocks_of(node)))


def _group(node: _Element) -> Iterator[Block]:
    level = int(node.get("LEVEL", "1"))
    lines = [*node.findall("TITLE/TI/*"), *node.findall("TITLE/STI/*")]
    for line in lines:
        number = _text(line.find("NO.P")) if line.tag == "NP" else ""
        yield Heading(level, f"{number} {_text(line)}".strip())
    yield from _blocks_of(node)


def _table(node: _Element) -> Iterator[Item]:
    """Yield the rows that a table labels with a number, a letter or a code."""
    for row in node.iter("ROW"):
        cells = [cell for cell in row.findall("CELL") if cell.get("TYPE") != "HEADER"]
        if len(cells) > 1 and CODE.match(_text(cells[0])):
            yield Item(read_label(_text(cells[0])), (Text(_text(cells[1])),))
            continue
        yield from (item for cell in cells for item in _blocks_of(cell) if isinstance(item, Item))


def _quoted(node: _Element) -> str:
    """Return a quoted passage as one line, with the numbers of its paragraphs and items."""
    return clean(_inline(node, unprinted=_NOTES))


def _text(node: _Element | None) -> str:
    """Return the printed text of an element, without its footnotes and its own label."""
    return "" if node is None else clean(_within(node, _UNPRINTED))


def _within(node: _Element, unprinted: frozenset[str]) -> str:
    text = node.text or ""
    for child in node:
        text += _inline(child, unprinted=unprinted) + (child.tail or "")
    return text


def _inline(node: _Element, unprinted: frozenset[str] = _UNPRINTED) -> str:
    if not isinstance(node.tag, str) or node.tag in unprinted:
        return ""
    if node.tag in {"QUOT.START", "QUOT.END"}:
        return chr(int(node.get("CODE", "0022"), 16))
    text = _within(node, unprinted)
    if node.tag == "FT" and node.get("TYPE") == "NUMBER" and _NUMBER.fullmatch(text):
        return f"{int(text):,}".replace(",", " ")
    return f"{text} " if node.tag in _APART else text
