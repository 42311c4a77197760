"""Organisations as rows of a Parquet file: one row a statement, with the name of the organisation it is about."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from engine.errors import BadInput, UnreadableFile
from engine.intake import BlankNames, check_quads
from engine.integrity import Source
from engine.vocabulary import GRAPH, graph
from engine.workspace import is_reserved, slug

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

__all__ = ["STATEMENTS", "digests", "read_statements", "source_of", "statements"]

_TEXT = pa.string()
_COLUMNS = (
    ("organisation", False, "name of the organisation in the portfolio; its rows may stand in several files"),
    ("graph", True, "IRI of a named graph below g/org/; the organisation's own where there is none"),
    ("subject", False, "IRI, or _: and the name of a blank node"),
    ("predicate", False, "IRI"),
    ("object", False, "IRI, _: and the name of a blank node, or the text of a literal"),
    ("datatype", True, "IRI of the datatype of a literal; nothing for IRIs, blank nodes and text in a language"),
    ("language", True, "language tag of a literal, as en"),
)
STATEMENTS = pa.schema(
    [pa.field(name, _TEXT, nullable=null, metadata={"description": told}) for name, null, told in _COLUMNS]
)
"""The columns that are read; the order does not matter, and others may stand beside them."""
_BLANK = "_:"


def statements(organisation: str, quads: Iterable[Quad]) -> pa.Table:
    """Return the statements of an organisation as a table of :data:`STATEMENTS`."""
    rows = [{"organisation": organisation, **_row(quad)} for quad in quads]
    return pa.Table.from_pylist(rows, schema=STATEMENTS)


def _row(quad: Quad) -> dict[str, str | None]:
    value = quad.object
    literal = value if isinstance(value, Literal) else None
    return {
        "graph": getattr(quad.graph_name, "value", None),
        "subject": _text(quad.subject),
        "predicate": quad.predicate.value,
        "object": literal.value if literal else _text(value),
        "datatype": literal.datatype.value if literal and not literal.language else None,
        "language": literal.language if literal else None,
    }


def _text(term: object) -> str:
    value = str(getattr(term, "value", ""))
    return f"{_BLANK}{value}" if isinstance(term, BlankNode) else value


def digests(path: Path) -> dict[str, str]:
    """Return a hash of the rows of each organisation in a file, by name.

    :raises UnreadableFile: if the file is no Parquet.
    :raises BadInput: if it lacks a column, or a row names no organisation.
    """
    hashes = _Hashes()
    with _opened(path) as file:
        for batch in file.iter_batches(columns=STATEMENTS.names):
            hashes.add(path, batch)
    return hashes.told()


class _Hashes:
    """The hashes of the rows of organisations, as the rows come by."""

    def __init__(self) -> None:
        self._of: dict[str, hashlib._Hash] = defaultdict(hashlib.sha256)

    def add(self, path: Path, batch: pa.RecordBatch) -> None:
        """Take rows into account; each is hashed with its end, so that it does not matter how they are batched."""
        columns = [batch.column(name).cast(_TEXT) for name in STATEMENTS.names]
        if columns[0].null_count:
            raise BadInput(path, None, "a row names no organisation", "fill the column “organisation” in every row")
        lines = pc.binary_join_element_wise(*columns, "\x1f", null_handling="replace", null_replacement="\x00")
        runs, start = pc.run_end_encode(columns[0]), 0
        for name, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
            said = "\n".join([*lines.slice(start, end - start).to_pylist(), ""])
            self._of[name].update(said.encode())
            start = end

    def told(self) -> dict[str, str]:
        """Return the hash of each organisation, by name."""
        return {name: self._of[name].hexdigest() for name in sorted(self._of)}


def _opened(path: Path) -> pq.ParquetFile:
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowInvalid) as error:
        told = " ".join(str(error).split())
        raise UnreadableFile(path, None, f"is no Parquet file: {told}", "write it anew") from error
    missing = [name for name in STATEMENTS.names if name not in file.schema_arrow.names]
    if missing:
        file.close()
        remedy = f"give it the columns {', '.join(STATEMENTS.names)} (docs/portfolio.md)"
        raise BadInput(path, None, f"there is no column {' or '.join(missing)}", remedy)
    return file


def read_statements(path: Path, names: Collection[str]) -> tuple[dict[str, pa.Table], dict[str, str]]:
    """Return the rows of some organisations in a file, and the hash of the rows of each."""
    _opened(path).close()
    found = pq.read_table(path, columns=STATEMENTS.names, filters=[("organisation", "in", sorted(names))])
    hashes = _Hashes()
    for batch in found.to_batches():
        hashes.add(path, batch)
    told = hashes.told()
    return {name: found.filter(pc.equal(found["organisation"], name)) for name in told}, told


def source_of(path: Path, name: str, rows: pa.Table) -> Source:
    """Return what the rows of one organisation state.

    :raises BadInput: if a row is no statement, a literal is impossible, or a graph is one of the shipped content.
    """
    quads = list(_quads(path, name, rows))
    check_quads(path, "", quads)
    foreign = next(filter(is_reserved, (getattr(quad.graph_name, "value", "") for quad in quads)), "")
    if foreign:
        remedy = f"name graphs of your own, as <{GRAPH}org/{slug(name)}/assets>"
        raise BadInput(path, None, f"{name}: the graph {foreign} is one of the shipped content", remedy)
    return Source(path, "", quads)


def _quads(path: Path, name: str, rows: pa.Table) -> Iterator[Quad]:
    names = BlankNames(f"{path.name} {name}")
    home = graph(f"org/{slug(name) or 'organisation'}")
    for row in rows.to_pylist():
        try:
            subject, value = names.of(_resource(row["subject"])), names.of(_object(row))
            where = NamedNode(row["graph"]) if row["graph"] else home
            yield Quad(subject, NamedNode(row["predicate"]), value, where)
        except (TypeError, ValueError) as error:
            said = " ".join(str(row[part]) for part in ("subject", "predicate", "object"))
            remedy = "write IRIs in full, blank nodes as _:name, and give literals a datatype or a language"
            raise BadInput(path, None, f"{name}: “{said[:200]}” is no statement ({error})", remedy) from error


def _resource(text: str) -> NamedNode | BlankNode:
    return BlankNode(text.removeprefix(_BLANK)) if text.startswith(_BLANK) else NamedNode(text)


def _object(row: dict[str, str | None]) -> NamedNode | BlankNode | Literal:
    text, datatype, language = row["object"], row["datatype"], row["language"]
    if text is None:
        raise TypeError("no object")
    if language:
        return Literal(text, language=language)
    return Literal(text, datatype=NamedNode(datatype)) if datatype else _resource(text)
