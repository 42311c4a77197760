"""The files of results: a part a batch, named after what it was made of, written whole or not at all.

A part says which organisations it holds, of which records, and to which question, so that a later run can take the rows
of organisations that have not changed out of it. At any time each organisation is in one part of the folder at most:
parts of an earlier layout are put aside before the first new one is written.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from engine.coverage.arrow import SCHEMA, SCHEMA_NAME, write
from engine.portfolio.tasks import Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from engine.portfolio.members import Member
    from engine.portfolio.tasks import Question

__all__ = ["Batch", "Part", "Parts", "batches", "question_hash"]

_STALE, _WRITING = ".stale", ".writing"
_MEMBERS, _QUESTION = b"members", b"question"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some organisations that are assessed together, and the file their results go to."""

    number: int
    members: tuple[Member, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Part:
    """A file of results, and what it tells of the organisations in it."""

    path: Path
    question: str
    told: tuple[Told, ...]

    @property
    def whole(self) -> bool:
        """Whether every organisation in it could be assessed."""
        return not any(each.problem for each in self.told)

    def rows(self, names: Iterable[str]) -> dict[str, pa.Table]:
        """Return the rows of some of the organisations in it, by name."""
        wanted, rows = set(names), pq.read_table(self.path)
        found, start = {}, 0
        for each in self.told:
            if each.name in wanted:
                found[each.name] = rows.slice(start, each.rows)
            start += each.rows
        return found


def question_hash(question: Question) -> str:
    """Return a hash of a question and of the columns of the answer."""
    return _hash([SCHEMA_NAME, ",".join(SCHEMA.names), json.dumps(question.record(), sort_keys=True)])


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def batches(members: Sequence[Member], question: Question, size: int) -> list[Batch]:
    """Return members in batches of about a size: each goes where the hash of its name says.

    So a new organisation changes its own batch only, as long as the number of batches stays.
    """
    number_of = -(-len(members) // size)
    placed: dict[int, list[Member]] = {}
    for member in members:
        place = int(hashlib.sha256(member.name.encode()).hexdigest()[:8], 16) * number_of >> 32
        placed.setdefault(place, []).append(member)
    asked = question_hash(question)
    return [Batch(n, tuple(placed[n]), _file(n, asked, placed[n])) for n in sorted(placed)]


def _file(number: int, asked: str, members: Iterable[Member]) -> str:
    made_of = _hash([asked, *(f"{member.name} {member.sha256}" for member in members)])
    return f"part-{number:05}-{made_of[:12]}.parquet"


class Parts:
    """The parts in a folder of results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def settle(self, layout: Iterable[Batch]) -> tuple[dict[str, Part], list[Part]]:
        """Put aside what is not of a layout, and return what is done of it, and all parts rows can be taken from."""
        shutil.rmtree(self.folder / _WRITING, ignore_errors=True)
        stale = self.folder / _STALE
        stale.mkdir(parents=True, exist_ok=True)
        files = {batch.file for batch in layout}
        for path in sorted(self.folder.glob("part-*.parquet")):
            part = _read(path)
            if part is None or not part.whole or path.name not in files:
                path.replace(stale / path.name)
        done = {path.name: part for path in sorted(self.folder.glob("part-*.parquet")) if (part := _read(path))}
        return done, [part for path in sorted(stale.glob("part-*.parquet")) if (part := _read(path))]

    def store(self, batch: Batch, asked: str, told: Sequence[Told], rows: Mapping[str, pa.Table]) -> None:
        """Write the part of a batch: first aside, then in place in one step."""
        tables = [rows[each.name] for each in told if each.rows]
        members = json.dumps([asdict(each) for each in told], ensure_ascii=False)
        said = {**SCHEMA.metadata, _MEMBERS: members.encode(), _QUESTION: asked.encode()}
        aside = self.folder / _WRITING / batch.file
        aside.parent.mkdir(parents=True, exist_ok=True)
        write(_encoded(tables).replace_schema_metadata(said), aside)
        aside.replace(self.folder / batch.file)

    def tidy(self) -> None:
        """Remove what was put aside."""
        shutil.rmtree(self.folder / _STALE, ignore_errors=True)
        shutil.rmtree(self.folder / _WRITING, ignore_errors=True)

    def read(self, names: Iterable[str]) -> Iterator[Part]:
        """Yield the parts of some names that are there and whole files."""
        yield from filter(None, (_read(self.folder / name) for name in names))


def _read(path: Path) -> Part | None:
    """Return a part; nothing where the file is missing, damaged or none of ours."""
    try:
        said = pq.read_schema(path).metadata or {}
        told = json.loads(said[_MEMBERS])
        question = said[_QUESTION].decode()
    except (OSError, KeyError, ValueError, pa.ArrowInvalid):
        return None
    return Part(path, question, tuple(Told(**{**each, "kinds": tuple(each["kinds"])}) for each in told))


def _encoded(tables: Sequence[pa.Table]) -> pa.Table:
    """Return tables as one, encoded anew: what their dictionaries held before leaves no trace in the bytes."""
    if not tables:
        return SCHEMA.empty_table()
    joined = pa.concat_tables(tables)
    columns = []
    for field in SCHEMA:
        column = joined[field.name]
        if pa.types.is_dictionary(field.type):
            column = column.cast(field.type.value_type).combine_chunks().dictionary_encode()
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=SCHEMA).combine_chunks()
