"""From an N-Triples file to columns, a block of lines at a time, without a Python object for each statement.

Lines in the plain form, three terms with one blank between them and a full stop after another, are cut by the places
of their blanks. Other lines are read by pyoxigraph one by one and written anew in the plain form. Where anything is not
as it should be, pyoxigraph reads the whole file: what is refused, and with which words, is its decision alone.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from pyoxigraph import RdfFormat, Triple, parse

from engine.columns.spellings import OutOfForm, terms_of
from engine.columns.table import Columns, Pairs
from engine.columns.terms import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.columns.terms import Numbers

__all__ = ["read_ntriples"]

_BLOCK = 4 << 20
"""How many bytes are looked at together: what is made of them should fit in the caches of a processor."""
_BLANK, _NEWLINE, _STOP = b" \n."
_LINE = 4
"""How many blanks and newlines a line has at least: two between the terms, one before the full stop, the newline."""
_MANY = 1_000
"""From how many lines in another form on, if that is more than a tenth, pyoxigraph reads the whole file."""


def read_ntriples(path: Path, block: int = _BLOCK) -> Columns:
    """Return the columns of a file.

    :param block: how many bytes are looked at together.
    :raises SyntaxError: if it is no N-Triples; what pyoxigraph says of it.
    :raises ValueError: as above.
    """
    try:
        return _columns([_block(lines) for lines in _blocks(path, block)])
    except OutOfForm:
        return Columns.of(parse(path=path, format=RdfFormat.N_TRIPLES))


def _blocks(path: Path, size: int) -> Iterator[bytes]:
    """Yield whole lines, the last of them ended if it is not."""
    rest = b""
    with path.open("rb") as file:
        while read := file.read(size):
            end = read.rfind(b"\n") + 1
            if end:
                yield b"".join((rest, memoryview(read)[:end]))
                rest = read[end:]
            else:
                rest += read
    if rest:
        yield rest + b"\n"


class _Block(NamedTuple):
    """Some statements: their terms by the place in a list of spellings, the predicates in one of their own."""

    terms: Any
    subjects: Numbers
    objects: Numbers
    named: Any
    predicates: Numbers


def _block(lines: bytes) -> _Block:
    bounds, others = _cut(lines)
    if len(others) > max(_MANY, len(bounds) // 10):
        raise OutOfForm
    again = _written(others)
    if again:
        lines, shift = lines + again, len(lines)
        more, left = _cut(again)
        if left:
            raise OutOfForm
        bounds = np.concatenate([bounds, more + np.int32(shift)])
    return _encoded(lines, bounds)


def _cut(lines: bytes) -> tuple[NDArray[np.int32], list[bytes]]:
    """Return where the three terms of each plain line begin and end, and the lines that are not plain."""
    found = np.frombuffer(lines, np.uint8)
    blanks = np.flatnonzero(found <= _BLANK).astype(np.int32)
    kinds = found[blanks]
    last = np.flatnonzero(kinds == _NEWLINE)
    first = np.concatenate([[0], last[:-1] + 1])
    starts, ends = np.concatenate([[0], blanks[last[:-1]] + 1]).astype(np.int32), blanks[last]
    plain = last - first >= _LINE - 1
    odd = np.flatnonzero((kinds != _NEWLINE) & (kinds != _BLANK))
    plain[np.searchsorted(last, odd)] = False
    first, before = np.where(plain, first, 0), np.where(plain, last - 1, 2)
    blanks = blanks if len(blanks) >= _LINE else np.zeros(_LINE, np.int32)
    one, two, three = blanks[first], blanks[first + 1], blanks[before]
    plain &= (three == ends - 2) & (found[ends - 1] == _STOP) & (three > two + 1) & (two > one + 1) & (one > starts)
    bounds = np.column_stack([starts, one, one + 1, two, two + 1, three])[plain]
    begun = _begin(found, bounds)
    if not begun.all():
        plain[plain], bounds = begun, bounds[begun]
    others = np.flatnonzero(~plain)
    return bounds, [lines[s : e + 1] for s, e in zip(starts[others].tolist(), ends[others].tolist(), strict=True)]


def _begin(found: NDArray[np.uint8], bounds: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell of which lines each term begins as one that may stand there."""
    subject, predicate, value = (found[bounds[:, column]] for column in (0, 2, 4))
    iri, blank, literal = b'<_"'
    named = (subject == iri) | (subject == blank)
    fits: NDArray[np.bool_] = named & (predicate == iri) & ((value == iri) | (value == literal) | (value == blank))
    return fits


def _written(lines: list[bytes]) -> bytes:
    """Return what lines in another form state, in the plain form."""
    stated = [statement for line in lines for statement in _parsed(line)]
    kept = [s for s in stated if not isinstance(s.object, Triple)]
    return "".join(f"{s.subject} {s.predicate} {s.object} .\n" for s in kept).encode()


def _parsed(line: bytes) -> list[Any]:
    try:
        return list(parse(line, format=RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as error:
        raise OutOfForm from error


def _encoded(lines: bytes, bounds: NDArray[np.int32]) -> _Block:
    """Return the statements of a block by the number of a spelling: what stands between the terms is left out."""
    count = len(bounds)
    offsets = np.append(bounds.reshape(-1), np.int32(len(lines)))
    fields = pa.Array.from_buffers(pa.binary(), 6 * count, [None, pa.py_buffer(offsets), pa.py_buffer(lines)])
    every = np.arange(count, dtype=np.int32) * 6
    terms = fields.take(pa.array(np.concatenate([every, every + 4]))).dictionary_encode()
    named = fields.take(pa.array(every + 2)).dictionary_encode()
    numbers = terms.indices.to_numpy()
    return _Block(
        terms.dictionary, numbers[:count], numbers[count:], named.dictionary, named.indices.to_numpy().astype(np.int32)
    )


def _columns(blocks: list[_Block]) -> Columns:
    spelled = [block.terms for block in blocks] + [block.named for block in blocks]
    terms, numbers = terms_of(spelled)
    own, named = numbers[: len(blocks)], numbers[len(blocks) :]
    subjects = _all([of[block.subjects] for of, block in zip(own, blocks, strict=True)])
    objects = _all([of[block.objects] for of, block in zip(own, blocks, strict=True)])
    predicates = _all([of[block.predicates] for of, block in zip(named, blocks, strict=True)])
    stated = (subjects >= 0) & (objects >= 0)
    if not stated.all():
        subjects, objects, predicates = subjects[stated], objects[stated], predicates[stated]
    kinds = terms.kinds
    if (kinds[subjects] == Kind.LITERAL).any() or (kinds[np.unique(predicates)] != Kind.IRI).any():
        raise OutOfForm
    return Columns(terms, _by_predicate(predicates, subjects, objects))


def _all(several: list[Numbers]) -> Numbers:
    return np.concatenate(several) if several else np.empty(0, np.int32)


def _by_predicate(predicates: Numbers, subjects: Numbers, objects: Numbers) -> dict[int, Pairs]:
    """Return the pairs of each predicate; those of one subject that stood together still do."""
    names, which = np.unique(predicates, return_inverse=True)
    order = np.argsort(which.astype(np.uint16 if len(names) <= np.iinfo(np.uint16).max else np.int64), kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=len(names)))
    parts = [order[start:end] for start, end in pairwise([0, *ends.tolist()])]
    return {int(name): Pairs(subjects[part], objects[part]) for name, part in zip(names, parts, strict=True)}
