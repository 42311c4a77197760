"""Read the file, folder or zip that holds an act into named bytes, and refuse what could do harm."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lxml import etree, html

from engine.errors import UnreadableFile

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAXIMUM", "Document", "documents", "line_of", "parse_html", "parse_xml"]

MAXIMUM = 64 * 1024 * 1024
"""The most bytes that a file, or all files of a zip together, may have once unpacked."""

_MEMBERS = 1000
_HEAD = 4096
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DOWNLOAD = "download the act again from EUR-Lex, as Formex 4 or as HTML"


@dataclass(frozen=True)
class Document:
    """One file of an act: where it lies, named so that an error can point at it, and its bytes."""

    place: str
    content: bytes

    @property
    def is_html(self) -> bool:
        """Whether the file is an HTML page rather than Formex."""
        return re.search(rb"<(?:html|!doctype html)\b", self.content[:_HEAD], re.IGNORECASE) is not None


def documents(path: Path) -> list[Document]:
    """Return the documents in a file, in a zip, or in a folder of Formex files, in the order of their names."""
    if path.is_dir():
        found = [Document(str(file), _read(file)) for file in sorted(path.glob("*.xml"))]
        return _checked(path, found, "the folder has no .xml file")
    content = _read(path)
    if content.startswith(b"PK\x03\x04"):
        return _checked(path, _unzip(path, content), "the zip has no .xml file")
    return [_checked_document(Document(str(path), content))]


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAXIMUM:
            raise _too_large(path)
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, None, error.strerror or "cannot be read", "check the path and its rights") from error


def _too_large(path: Path) -> UnreadableFile:
    return UnreadableFile(path, None, f"it holds more than {MAXIMUM // 1024 // 1024} MB", "give one act at a time")


def _unzip(path: Path, content: bytes) -> list[Document]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _members(path, archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(path, None, f"the zip is damaged ({error})", _DOWNLOAD) from error


def _members(path: Path, archive: zipfile.ZipFile) -> list[Document]:
    entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
    if len(entries) > _MEMBERS:
        raise UnreadableFile(path, None, f"the zip has more than {_MEMBERS} files", "give one act at a time")
    left = MAXIMUM
    found = []
    for entry in entries:
        _check_name(path, entry.filename)
        if entry.is_dir() or not entry.filename.lower().endswith(".xml"):
            continue
        with archive.open(entry) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _too_large(path)
        found.append(Document(f"{path}!{entry.filename}", content))
    return found


def _check_name(path: Path, name: str) -> None:
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or re.match(r"[A-Za-z]:", name):
        problem = f"the zip names a file outside itself ({name})"
        raise UnreadableFile(path, None, problem, "do not trust this file; " + _DOWNLOAD)


def _checked(path: Path, found: list[Document], problem: str) -> list[Document]:
    if not found:
        raise UnreadableFile(path, None, problem, "give the Formex files of one act")
    return [_checked_document(document) for document in found]


def _checked_document(document: Document) -> Document:
    if not document.content.strip():
        raise UnreadableFile(document.place, None, "the file is empty", _DOWNLOAD)
    head = document.content[:_HEAD]
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile(document.place, None, "the file is neither XML nor HTML but binary", _DOWNLOAD)
    if b"<" not in head:
        raise UnreadableFile(document.place, 1, "the file is neither XML nor HTML", _DOWNLOAD)
    return document


def parse_xml(document: Document) -> etree._Element:
    """Return the root of an XML file; a document type or entity is refused, and nothing is fetched."""
    if found := _DOCTYPE.search(document.content):
        line = document.content.count(b"\n", 0, found.start()) + 1
        problem = "it declares a document type or an entity, which Formex from EUR-Lex never does"
        raise UnreadableFile(document.place, line, problem, _DOWNLOAD)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(document.content, parser)
    except etree.XMLSyntaxError as error:
        reason = re.sub(r", line \d+, column \d+.*", "", error.msg or "")
        problem = f"it is no well-formed XML ({reason})"
        raise UnreadableFile(document.place, error.lineno, problem, _DOWNLOAD) from error


def line_of(node: etree._Element) -> int | None:
    """Return the line on which an element begins, where the parser knows it."""
    line: object = node.sourceline
    return line if isinstance(line, int) else None


def parse_html(document: Document) -> etree._Element:
    """Return the root of an HTML page, as forgiving as a browser."""
    if re.search(rb"<!ENTITY", document.content[:_HEAD], re.IGNORECASE):
        raise UnreadableFile(document.place, None, "the page declares entities", _DOWNLOAD)
    parser = html.HTMLParser(encoding=_encoding(document.content), no_network=True, huge_tree=False, recover=True)
    try:
        root = html.document_fromstring(document.content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(document.place, None, f"it is no HTML page ({error})", _DOWNLOAD) from error
    return root


def _encoding(content: bytes) -> str | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"
