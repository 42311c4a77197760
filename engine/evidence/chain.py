"""The chain of custody as a log: one entry a line, each with the hash of the one before, and where the log ends.

The log is kept outside the graph: a store writes literals in its own way, and what is hashed must stay as it was. It is
only ever added to. An entry that is edited, taken out or moved breaks the chain; entries taken from the end are missed
because a second file, the head, says how far the log had come. Whoever can write both files can write both anew:
therefore the head is told on every change, to be kept elsewhere and compared.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from engine.graph import Iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["START", "Break", "Chain", "Deed", "Entry", "Head", "linked", "read_chain"]

START = "0" * 64
"""What the first entry has as the hash of the one before."""
_HASHES = ("record", "previous", "hash")


class Deed(Enum):
    """What was done with an item of evidence; with the whole register, where it was verified."""

    COLLECTED = "collected"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: who did what with which item when.

    :ivar at: the time, as ``2026-11-27T14:03:22Z``.
    :ivar item: the item; the organisation where the whole register was verified.
    :ivar record: the hash of what the record of the item said then; of the register, where that was verified.
    :ivar file: the hash of the file, where the deed is about one.
    :ivar successor: the item that took the place of a superseded one.
    :ivar items: how many items were verified.
    :ivar wrong: what was found wrong, by item.
    :ivar hash: the hash of all else.
    """

    did: Deed
    by: Iri
    at: str
    item: Iri
    record: str
    file: str = ""
    successor: str = ""
    items: int = 0
    wrong: Mapping[str, str] = field(default_factory=dict)
    number: int = 0
    previous: str = START
    hash: str = ""

    def line(self) -> str:
        """Return the entry as the one line that says it."""
        return _written({**self._told(), "hash": self.hash})

    def sealed(self) -> Entry:
        """Return the entry with the hash of what it says."""
        return replace(self, hash=hashlib.sha256(_written(self._told()).encode()).hexdigest())

    def _told(self) -> dict[str, Any]:
        told = {
            "did": self.did.value,
            "by": self.by,
            "at": self.at,
            "item": self.item,
            "record": self.record,
            "number": self.number,
            "previous": self.previous,
        }
        more = {"file": self.file, "successor": self.successor, "items": self.items, "wrong": dict(self.wrong)}
        return {**told, **{name: value for name, value in more.items() if value}}


def _written(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log has come: the number of its last entry, and the hash of it."""

    number: int = 0
    hash: str = START

    def line(self) -> str:
        """Return the head as the one line that says it."""
        return f"{self.number} {self.hash}\n"

    @classmethod
    def of(cls, text: str) -> Head | None:
        """Return the head that a text says; nothing where it says none."""
        number, _, digest = text.removesuffix("\n").partition(" ")
        if not number.isascii() or not number.isdigit() or len(number) > len("1000000000") or not _is_hash(digest):
            return None
        found = cls(int(number), digest)
        return found if found.line() == text else None


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold, and why; line 0 where it is the log as a whole."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A log as it was read: the entries that can be read, and where it does not hold."""

    entries: tuple[Entry, ...]
    breaks: tuple[Break, ...]

    @property
    def head(self) -> Head:
        """How far the log has come."""
        last = self.entries[-1] if self.entries else None
        return Head(last.number, last.hash) if last else Head()

    def has(self, digest: str) -> bool:
        """Tell whether the log has, or began with, an entry of that hash."""
        return digest == START or any(entry.hash == digest for entry in self.entries)


def linked(entries: Iterable[Entry], after: Head) -> tuple[Entry, ...]:
    """Return entries numbered, chained to one another and to the end of a log, and sealed."""
    made: list[Entry] = []
    for entry in entries:
        made.append(replace(entry, number=after.number + 1, previous=after.hash).sealed())
        after = Head(made[-1].number, made[-1].hash)
    return tuple(made)


def read_chain(text: str, head: Head | None) -> Chain:
    """Return a log with all the places where it was edited, cut, thinned out or put in another order.

    :param head: how far the log had come by the second file; nothing where that is missing or says no such thing.
    """
    lines = text.split("\n")
    breaks = [Break(len(lines), "the line is cut short")] if lines[-1] else []
    read = [(number, _entry(line)) for number, line in enumerate(lines[:-1], 1)]
    breaks += [Break(number, "is no entry as they are written: it was edited") for number, entry in read if not entry]
    kept = [(number, entry) for number, entry in read if entry]
    breaks += [Break(n, "was edited: its hash is another") for n, entry in kept if entry.sealed().hash != entry.hash]
    breaks += _gaps(kept)
    entries = tuple(entry for _, entry in kept)
    breaks += _at_end(entries, len(read), head)
    return Chain(entries, tuple(sorted(breaks, key=lambda found: (found.line, found.problem))))


def _gaps(kept: Sequence[tuple[int, Entry]]) -> list[Break]:
    """Return where an entry does not follow the one above it."""
    start = (0, Entry(Deed.VERIFIED, Iri(""), "", Iri(""), "", hash=START))
    problem = "does not follow the entry above it: one was removed, added or moved"
    return [
        Break(number, problem)
        for (_, above), (number, entry) in pairwise([start, *kept])
        if (entry.previous, entry.number) != (above.hash, above.number + 1)
    ]


def _at_end(entries: Sequence[Entry], lines: int, head: Head | None) -> list[Break]:
    if head is None:
        return [Break(0, "how far the log had come is not said: custody.head is missing or damaged")]
    if head.number > lines:
        return [Break(0, f"the log had come to entry {head.number} and ends with {lines}: entries were removed")]
    found = next((entry.hash for entry in entries if entry.number == head.number), START)
    if found != head.hash:
        return [Break(0, f"entry {head.number} is another than custody.head says")]
    return []


def _entry(line: str) -> Entry | None:
    """Return the entry that a line says; nothing where it is not exactly as entries are written."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not all(_is_hash(told.get(name)) for name in _HASHES):
        return None
    number, items, wrong = told.get("number"), told.get("items", 0), told.get("wrong", {})
    texts = {name: told.get(name, "") for name in ("by", "at", "item", "file", "successor")}
    if str(told.get("did")) not in {deed.value for deed in Deed} or not isinstance(wrong, dict):
        return None
    if not all(isinstance(value, str) for value in (*texts.values(), *wrong.values())) or not _is_time(texts["at"]):
        return None
    if type(number) is not int or type(items) is not int:
        return None
    hashes = {name: told[name] for name in _HASHES}
    found = Entry(did=Deed(told["did"]), number=number, items=items, wrong=wrong, **texts, **hashes)
    return found if found.line() == line else None


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and len(value) == len(START) and set(value) <= set("0123456789abcdef")


def _is_time(value: str) -> bool:
    try:
        return bool(datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ"))  # noqa: DTZ007 - the Z is literal
    except ValueError:
        return False
