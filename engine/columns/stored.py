"""Terms kept as Arrow text: IRIs, then blank nodes, then literals; Python objects are made only where asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyoxigraph import BlankNode, Literal, NamedNode

from engine.columns.terms import NO_LITERAL, NONE, Kind, Tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.columns.terms import Numbers, Term

__all__ = ["StoredTerms"]

_WORD = 8
_PLAIN = "http://www.w3.org/2001/XMLSchema#string"


class StoredTerms:
    """Terms that never change.

    :ivar texts: the text of each, a large Arrow string array.
    :ivar kinds: the kind of each.
    :ivar tails: what literals have beside their text; that of what is no literal stands first.
    :ivar tail_of: the number of the tail of each.
    """

    def __init__(self, texts: Any, sizes: tuple[int, int, int], tails: tuple[Tail, ...], tail_of: Numbers) -> None:
        assert tails[0] == NO_LITERAL  # noqa: S101 - its number is 0 everywhere
        self.texts = texts
        self.tails = tails
        self.tail_of = tail_of
        self.kinds: NDArray[np.uint8] = np.repeat(np.array(list(Kind), np.uint8), sizes)
        self._starts = dict(zip(Kind, np.cumsum([0, *sizes[:2]]).tolist(), strict=True))
        self._sizes = dict(zip(Kind, sizes, strict=True))
        self._marks = _marks(texts)

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def nbytes(self) -> int:
        """How much memory the texts take, and the marks they are found by."""
        return int(self.texts.nbytes) + self._marks.nbytes

    def number(self, term: Term) -> int:
        """Return the number of a term, ``NONE`` where it has none: one pass over a mark of each term, no index."""
        kind = Kind.IRI if isinstance(term, NamedNode) else Kind.BLANK if isinstance(term, BlankNode) else Kind.LITERAL
        start, size = self._starts[kind], self._sizes[kind]
        near = np.flatnonzero(self._marks[start : start + size] == _mark(term.value.encode())) + start
        return next((number for number in near.tolist() if self.terms([number]) == [term]), NONE)

    def terms(self, numbers: Sequence[int]) -> list[Term]:
        """Return the terms of some numbers, in their order."""
        wanted = np.array(numbers, np.int64)
        said = zip(self.texts.take(pa.array(wanted)).to_pylist(), self.tail_of[wanted].tolist(), strict=True)
        if not len(wanted) or self.kinds[wanted].max() == Kind.IRI:
            return [NamedNode(text) for text, _ in said]
        kinds = self.kinds[wanted].tolist()
        return [self._made(kind, text, tail) for kind, (text, tail) in zip(kinds, said, strict=True)]

    def _made(self, kind: int, text: str, tail_number: int) -> Term:
        if kind == Kind.IRI:
            return NamedNode(text)
        if kind == Kind.BLANK:
            return BlankNode(text)
        tail = self.tails[tail_number]
        if tail.language:
            return Literal(text, language=tail.language)
        return Literal(text) if tail.datatype == _PLAIN else Literal(text, datatype=NamedNode(tail.datatype))


def _marks(texts: Any) -> NDArray[np.uint64]:
    """Return a number that equal texts share: the last bytes, and how long the text is."""
    _, bounds, data = texts.buffers()
    offsets = np.frombuffer(bounds, np.int64, len(texts) + 1, texts.offset * _WORD)
    padded = np.concatenate([np.zeros(_WORD, np.uint8), np.frombuffer(data or b"", np.uint8, int(offsets[-1]))])
    words = np.lib.stride_tricks.as_strided(padded.view(np.uint8), (len(padded) - _WORD + 1, _WORD), (1, 1))
    last = np.ascontiguousarray(words[offsets[1:]]).view(np.uint64).reshape(len(texts))
    lengths = np.diff(offsets)
    short = np.clip(_WORD - lengths, 0, _WORD).astype(np.uint64) * np.uint64(8)
    kept = np.where(lengths >= _WORD, last, np.where(lengths == 0, np.uint64(0), last >> np.minimum(short, 56)))
    marks: NDArray[np.uint64] = kept ^ (lengths.astype(np.uint64) << np.uint64(48))
    return marks


def _mark(text: bytes) -> np.uint64:
    last = int.from_bytes(text[-_WORD:], "little")
    return np.uint64(last ^ (len(text) << 48 & 0xFFFFFFFFFFFFFFFF))
