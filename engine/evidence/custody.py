"""The chain of custody of an organisation on disk, what a record said when something was done with it, and PROV."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from engine.errors import BadInput
from engine.evidence.chain import START, Deed, Head, linked, read_chain
from engine.graph import Iri
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import Quad

    from engine.evidence.chain import Chain, Entry

__all__ = ["HEAD", "LOG", "SEALED_BY", "Records", "append", "custody_triples", "entry_iri", "read_custody"]

LOG, HEAD = "custody.log", "custody.head"
"""The two files beside the records."""
_PROV, _SKOS, _XSD = PREFIXES["prov"], PREFIXES["skos"], PREFIXES["xsd"]
SEALED_BY = NamedNode(f"{_PROV}wasGeneratedBy")
"""From a record to the entry by which it was collected: so that a log that is gone as a whole is missed."""


class Records:
    """The statements of an organisation by subject, and the hash of what is said of one."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._about: dict[str, set[tuple[str, NamedNode | BlankNode | Literal | Triple]]] = defaultdict(set)
        for quad in quads:
            if isinstance(quad.subject, NamedNode | BlankNode):
                self._about[quad.subject.value].add((quad.predicate.value, quad.object))

    def hash(self, iri: str) -> str:
        """Return the SHA-256 of what is said of a thing; the entry that its record names aside, which names the hash.

        Blank nodes are hashed by what is said of them: the names they have differ each time a file is read.
        """
        said = self._said(iri, frozenset({iri}))
        return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()

    def _said(self, subject: str, above: frozenset[str]) -> list[object]:
        told = [
            [predicate, self._term(term, above)]
            for predicate, term in self._about.get(subject, ())
            if predicate != SEALED_BY.value
        ]
        return sorted(told, key=json.dumps)

    def _term(self, term: NamedNode | BlankNode | Literal | Triple, above: frozenset[str]) -> object:
        if not isinstance(term, BlankNode):
            return str(term)
        return [] if term.value in above else self._said(term.value, above | {term.value})

    def register_hash(self, items: Iterable[str]) -> str:
        """Return the SHA-256 of what is said of some things together."""
        lines = "".join(f"{iri} {self.hash(iri)}\n" for iri in sorted(items))
        return hashlib.sha256(lines.encode()).hexdigest()


def read_custody(folder: Path) -> Chain:
    """Return the log that stands beside the records in a folder; an empty one where there is none.

    :raises OSError: if it is there and cannot be read.
    """
    log, head = folder / LOG, folder / HEAD
    # First the head: whoever adds meanwhile makes the log longer than it says, which is no break.
    said = head.read_bytes().decode("utf-8", "replace") if head.exists() else None
    text = log.read_bytes().decode("utf-8", "replace") if log.exists() else ""
    begun = bool(text) or said is not None
    return read_chain(text, Head.of(said or "") if begun else Head())


def append(folder: Path, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Add entries to the log of a folder and return them as they stand there; the caller holds the lock of the folder.

    What is added is on the disk before this returns. Nothing is added to a chain that does not hold.

    :raises BadInput: if the chain does not hold.
    :raises OSError: if nothing can be written.
    """
    log, chain = folder / LOG, read_custody(folder)
    if chain.breaks:
        first = chain.breaks[0]
        remedy = f"put a copy of {LOG} and {HEAD} back, or keep both elsewhere: a new chain begins then"
        raise BadInput(log, first.line or None, f"the chain of custody does not hold: {first.problem}", remedy)
    made = linked(entries, chain.head)
    if not log.exists():
        _replace(folder / HEAD, Head().line())
    _add(log, "".join(f"{entry.line()}\n" for entry in made).encode())
    _replace(folder / HEAD, Head(made[-1].number, made[-1].hash).line())
    return made


def _add(path: Path, data: bytes) -> None:
    """Write at the end of a file, whole or not at all."""
    with path.open("ab") as file:
        before = file.seek(0, os.SEEK_END)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise


def _replace(path: Path, text: str) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        whole = Path(folder, path.name)
        with whole.open("w", encoding="ascii", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        whole.replace(path)


def entry_iri(home: str, digest: str) -> Iri:
    """Return the identifier of an entry: what was done, as an activity."""
    return Iri(f"{home}custody/{digest}")


def custody_triples(entries: Iterable[Entry], home: str) -> Iterator[Triple]:
    """Yield entries as activities of PROV: who, when, with what, and after which."""
    for entry in entries:
        about = NamedNode(entry_iri(home, entry.hash))
        item = NamedNode(entry.item)
        yield Triple(about, NamedNode(f"{PREFIXES['rdf']}type"), NamedNode(f"{_PROV}Activity"))
        yield Triple(about, NamedNode(f"{_SKOS}prefLabel"), Literal(_LABELS[entry.did], language="en"))
        yield Triple(about, NamedNode(f"{_PROV}wasAssociatedWith"), NamedNode(entry.by))
        yield Triple(about, NamedNode(f"{_PROV}endedAtTime"), Literal(entry.at, datatype=NamedNode(f"{_XSD}dateTime")))
        yield Triple(about, NG.contentHash, Literal(entry.record))
        if entry.did is Deed.COLLECTED:
            yield Triple(item, SEALED_BY, about)
        else:
            yield Triple(about, NamedNode(f"{_PROV}used"), item)
        if entry.file:
            yield Triple(about, NG.sha256, Literal(entry.file))
        if entry.successor:
            yield Triple(NamedNode(entry.successor), NG.supersedes, item)
        if entry.previous != START:
            before = NamedNode(entry_iri(home, entry.previous))
            yield Triple(about, NamedNode(f"{_PROV}wasInformedBy"), before)


_LABELS: Mapping[Deed, str] = {
    Deed.COLLECTED: "Collection of evidence",
    Deed.APPROVED: "Approval of evidence",
    Deed.SUPERSEDED: "Evidence superseded",
    Deed.VERIFIED: "Verification of the evidence register",
}
