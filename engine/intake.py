"""Read RDF files from outside, guarded: sizes, entities, remote contexts and impossible literals are refused.

Nothing named in a file is ever fetched. Every refusal names the file, the line, the problem and the remedy.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from engine.days import OUTSIDE, is_inside
from engine.errors import BadInput, UnreadableFile
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = [
    "FORMATS",
    "MAX_FILE",
    "MAX_LITERAL",
    "BlankNames",
    "check_literal",
    "check_quads",
    "line_of",
    "quads_of",
    "read_bytes",
    "read_quads",
    "read_text",
]

MAX_FILE = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""
MAX_LITERAL = 1024 * 1024
"""The longest literal that is taken, in characters."""
_KEEP = "keep large content in a file and record its hash and location"
_MAX_DEPTH = 100
"""How deep JSON, or statements quoted in statements, may be nested: the parser has no limit of its own."""

FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
}
_XSD = PREFIXES["xsd"]


def _whole(text: str) -> None:
    if not re.fullmatch(r"[+-]?[0-9]{1,1000}", text):
        raise ValueError(text)


def _decimal(text: str) -> None:
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text):
        raise ValueError(text)


def _boolean(text: str) -> None:
    if text not in {"true", "false", "0", "1"}:
        raise ValueError(text)


def _date(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?", text):
        raise ValueError(text)
    return date.fromisoformat(text[:10])


_CHECKS: dict[str, tuple[Callable[[str], object], str]] = {
    f"{_XSD}date": (_date, "a date as 2026-11-20"),
    f"{_XSD}dateTime": (datetime.fromisoformat, "a time as 2026-11-20T09:30:00Z"),
    f"{_XSD}boolean": (_boolean, "true or false"),
    f"{_XSD}integer": (_whole, "a whole number"),
    f"{_XSD}decimal": (_decimal, "a decimal number"),
    f"{_XSD}double": (float, "a number"),
}


def line_of(text: str, *needles: str) -> int | None:
    """Return the first line that holds the first needle found at all, counted from 1."""
    for needle in needles:
        place = text.find(needle) if needle else -1
        if place >= 0:
            return text.count("\n", 0, place) + 1
    return None


def read_bytes(path: Path) -> bytes:
    """Return the content of a file that is there and not too large.

    :raises UnreadableFile: if it is missing, a folder, unreadable or larger than :data:`MAX_FILE`.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise UnreadableFile(path, None, f"{size:,} bytes, more than {MAX_FILE:,}", "split the file")
        return path.read_bytes()
    except IsADirectoryError as error:
        raise UnreadableFile(path, None, "is a folder", "name a file") from error
    except OSError as error:
        raise UnreadableFile(path, None, error.strerror or "cannot be read", "check the path and its rights") from error


def read_text(path: Path) -> str:
    """Return the content of a text file in UTF-8, without the mark that may stand before it.

    :raises UnreadableFile: if it cannot be read, is too large, or is of another encoding.
    """
    data = read_bytes(path)
    _refuse_other_encodings(path, data)
    return data.decode("utf-8-sig")


def read_quads(path: Path, graph: NamedNode, *, base: str | None = None) -> list[Quad]:
    """Return the statements of an RDF file; what stands in no graph goes into the one given.

    :raises UnreadableFile: if the file is not well formed, too large, or could reach beyond itself.
    :raises BadInput: if a literal is too long or impossible for its datatype.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        known = ", ".join(FORMATS)
        raise UnreadableFile(
            path, None, f"“{path.suffix or path.name}” is no RDF format we read", f"use one of {known}"
        )
    return quads_of(read_bytes(path), form, graph, path, base=base)


def quads_of(
    data: bytes, form: RdfFormat, graph: NamedNode, path: Path | str, *, base: str | None = None
) -> list[Quad]:
    """Return the statements of a document; what stands in no graph goes into the one given.

    :param path: what messages call the document, and what its blank nodes are named after.
    :raises UnreadableFile: if it is not well formed, too large, or could reach beyond itself.
    :raises BadInput: if a literal is too long or impossible for its datatype.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    if form == RdfFormat.RDF_XML:
        _refuse_entities(path, data)
    else:
        _refuse_other_encodings(path, data)
    if form == RdfFormat.JSON_LD:
        _refuse_remote_contexts(path, data)
    _refuse_deep_quoting(path, data)
    quads = list(_parse(path, data, form, graph, base))
    check_quads(path, data.decode("utf-8", "replace"), quads)
    return quads


def check_quads(path: Path | str, text: str, quads: Iterable[Quad]) -> None:
    """Refuse what a parser takes and we do not: impossible literals, too long ones, statements quoted in others.

    :param text: what the statements were read from, to find the line; empty where it is no text.
    :raises UnreadableFile: if a statement is quoted in another.
    :raises BadInput: if a literal is too long or impossible for its datatype.
    """
    for quad in quads:
        if isinstance(quad.object, Literal):
            check_literal(path, text, quad.object)
        if isinstance(quad.object, Triple):
            raise UnreadableFile(
                path, line_of(text, "<<"), "a statement is quoted in another", "state it, or leave it out"
            )


class BlankNames(dict[BlankNode, BlankNode]):
    """Names for blank nodes that are the same each time a file is read, and those of no other file."""

    def __init__(self, file: str) -> None:
        self.file = hashlib.sha256(file.encode("utf-8", "surrogateescape")).hexdigest()[:12]

    def __missing__(self, node: BlankNode) -> BlankNode:
        self[node] = BlankNode(f"f{self.file}n{len(self) + 1}")
        return self[node]

    def of(self, term: Any) -> Any:
        """Return the term, under its name here where it is a blank node."""
        return self[term] if isinstance(term, BlankNode) else term


def _parse(path: Path | str, data: bytes, form: RdfFormat, graph: NamedNode, base: str | None) -> Iterator[Quad]:
    names = BlankNames(PurePath(path).name)
    try:
        for quad in parse(data, format=form, base_iri=base, rename_blank_nodes=True):
            home = graph if isinstance(quad.graph_name, DefaultGraph) else names.of(quad.graph_name)
            yield Quad(names.of(quad.subject), quad.predicate, names.of(quad.object), home)
    except SyntaxError as error:
        told = " ".join(re.sub(r"^Parser error at .*?: ", "", error.msg, flags=re.DOTALL).split())
        remedy = "mend the file from that line on" if error.lineno else "mend or convert the file"
        raise UnreadableFile(path, error.lineno, told, remedy) from error
    except MemoryError as error:
        long = (n for n, line in enumerate(data.split(b"\n"), 1) if len(line) > MAX_LITERAL)
        problem = f"a literal of more than {MAX_LITERAL:,} characters"
        raise BadInput(path, next(long, None), problem, _KEEP) from error
    except (ValueError, OSError) as error:
        raise UnreadableFile(path, None, str(error), "mend or convert the file") from error


def _refuse_other_encodings(path: Path | str, data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(path, line, "is not UTF-8", "save it as UTF-8, or name a text file") from error


def _refuse_entities(path: Path | str, data: bytes) -> None:
    found = re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE)
    if found:
        line = data.count(b"\n", 0, found.start()) + 1
        raise UnreadableFile(path, line, "a document type declaration", "remove it: entities are not read")


def _refuse_deep_quoting(path: Path | str, data: bytes) -> None:
    depth = 0
    for mark in re.finditer(rb"<<|>>|parseType\s*=\s*.Triple", data):
        depth = max(0, depth + (-1 if mark[0] == b">>" else 1))
        if depth > _MAX_DEPTH:
            line = data.count(b"\n", 0, mark.start()) + 1
            raise UnreadableFile(path, line, f"nested more than {_MAX_DEPTH} deep", "state each statement by itself")


def _refuse_remote_contexts(path: Path | str, data: bytes) -> None:
    try:
        document = json.loads(data)
    except RecursionError as error:
        raise UnreadableFile(path, None, "nested too deeply", "flatten the JSON") from error
    except json.JSONDecodeError as error:
        raise UnreadableFile(path, error.lineno, error.msg, "mend the JSON from that line on") from error
    except ValueError as error:
        raise UnreadableFile(path, None, "a number of more than 4,300 digits", "write it shorter") from error
    remote = next(_remote_contexts(document, 0, path), None)
    if remote is not None:
        line = line_of(data.decode("utf-8", "replace"), json.dumps(remote), remote)
        raise UnreadableFile(path, line, f"the context {remote} would have to be fetched", "write the context inline")


def _remote_contexts(node: object, depth: int, path: Path | str) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        raise UnreadableFile(path, None, f"nested more than {_MAX_DEPTH} deep", "flatten the JSON")
    if isinstance(node, list):
        for member in node:
            yield from _remote_contexts(member, depth + 1, path)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in {"@context", "@import"}:
                yield from _addresses(value)
            yield from _remote_contexts(value, depth + 1, path)


def _addresses(context: object) -> Iterator[str]:
    members = context if isinstance(context, list) else [context]
    yield from (member for member in members if isinstance(member, str))


def check_literal(path: Path | str, text: str, literal: Literal) -> None:
    """Refuse a literal that is too long, impossible for its datatype, or a day outside the years we know.

    :raises BadInput: with what is wrong.
    """
    if len(literal.value) > MAX_LITERAL:
        start = literal.value[:60].split("\n")[0]
        problem = f"a literal of {len(literal.value):,} characters, more than {MAX_LITERAL:,}"
        raise BadInput(path, line_of(text, start), problem, _KEEP)
    check, expected = _CHECKS.get(literal.datatype.value, (str, ""))
    try:
        value = check(literal.value)
    except ValueError as error:
        problem = f"“{literal.value[:60]}” is not {expected}"
        raise BadInput(path, line_of(text, literal.value), problem, f"write {expected}") from error
    if isinstance(value, date) and not is_inside(value):
        problem = f"“{literal.value}” {OUTSIDE}"
        raise BadInput(path, line_of(text, literal.value), problem, "write a day within them")
