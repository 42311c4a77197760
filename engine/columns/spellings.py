"""From terms as N-Triples spells them to terms by number: each spelling is looked at once, most of them by RE2.

A spelling that is surely valid, and the only one of its term, is kept as Arrow text. pyoxigraph reads the others: those
with escapes, with characters beyond ASCII in an IRI, with a language that is not written small, and invalid ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyoxigraph import RdfFormat, Triple, parse

from engine.columns.stored import StoredTerms
from engine.columns.terms import NO_LITERAL, NONE, Tail, Terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.columns.terms import Numbers, Term

__all__ = ["OutOfForm", "terms_of"]

_PATH = r"[A-Za-z0-9._~!$&'()*+,;=:@-]"
_IRI = (
    rf"<[A-Za-z][A-Za-z0-9+.-]*:(?://[A-Za-z0-9.-]+(?::[0-9]{{1,4}})?(?:/{_PATH}*)*|{_PATH}+(?:/{_PATH}*)*)"
    rf"(?:\?(?:{_PATH}|[/?])*)?(?:#(?:{_PATH}|[/?])*)?>"
)
_TEXT = r'"[^"\\\x00-\x1f]*"'
_SURE = {
    "iri": rf"^{_IRI}$",
    "blank": r"^_:[A-Za-z0-9][A-Za-z0-9_-]*$",
    "plain": rf"^{_TEXT}$",
    "tailed": rf"^{_TEXT}(?:\^\^{_IRI}|@[a-z]{{2,3}}(?:-[a-z]{{2}})?)$",
}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_UNSURE = rf'"\^\^<(?:{_STRING}>|{_RDF})'
"""The datatypes that are never written, or never allowed, after a text."""


class OutOfForm(Exception):
    """Something that only pyoxigraph can judge, in the whole file."""


def terms_of(spelled: list[Any]) -> tuple[Terms, list[Numbers]]:
    """Return the terms of some lists of spellings, and for each list the numbers; ``NONE`` is a triple as a term.

    :raises OutOfForm: if a spelling is none.
    """
    ends = np.cumsum([len(part) for part in spelled])
    if not len(ends) or not ends[-1]:
        return Terms(), [np.empty(0, np.int32) for _ in spelled]
    coded = pa.chunked_array([part.cast(pa.large_binary()) for part in spelled], pa.large_binary()).dictionary_encode()
    terms, numbers = _numbered(_text(coded.chunk(0).dictionary))
    every = numbers[np.concatenate([chunk.indices.to_numpy() for chunk in coded.chunks])]
    return terms, np.split(every, ends[:-1])


def _text(spellings: Any) -> Any:
    try:
        return spellings.cast(pa.large_string())
    except pa.ArrowInvalid as error:
        raise OutOfForm from error


def _numbered(spellings: Any) -> tuple[Terms, Numbers]:
    """Return the terms of distinct spellings, and the number of each."""
    first = pc.utf8_slice_codeunits(spellings, 0, 1)
    kinds = {name: _is(pc.equal(first, mark)) for name, mark in (("iri", "<"), ("blank", "_"), ("plain", '"'))}
    kinds["tailed"] = kinds["plain"] & ~_is(pc.ends_with(spellings, '"'))
    kinds["plain"] &= ~kinds["tailed"]
    places = {name: _sure(name, spellings, np.flatnonzero(of)) for name, of in kinds.items()}
    numbers = np.full(len(spellings), NONE, np.int32)
    order = np.concatenate(list(places.values()))
    numbers[order] = np.arange(len(order))
    terms = Terms(stored=_stored({name: spellings.take(pa.array(of)) for name, of in places.items()}))
    left = np.flatnonzero(numbers == NONE)
    if len(left):
        numbers[left] = _read(spellings, left, numbers, terms)
    return terms, numbers


def _is(found: Any) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return flags


def _sure(name: str, spellings: Any, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where the spellings of a kind stand that need no other judge."""
    of = spellings.take(pa.array(places))
    good = _is(pc.match_substring_regex(of, _SURE[name]))
    if name == "tailed":
        good &= ~_is(pc.match_substring_regex(of, _UNSURE))
    return places[good]


def _stored(spelled: dict[str, Any]) -> StoredTerms:
    tailed = pc.split_pattern(spelled["tailed"], '"').values
    every = np.arange(len(spelled["tailed"])) * 3
    coded = tailed.take(pa.array(every + 2)).dictionary_encode()
    tails = (NO_LITERAL, Tail(_STRING), *map(_tail, coded.dictionary.to_pylist()))
    texts = [
        pc.ascii_trim(spelled["iri"], "<>"),
        pc.ascii_ltrim(spelled["blank"], "_:"),
        pc.ascii_trim(spelled["plain"], '"'),  # none of the marks can stand inside
        tailed.take(pa.array(every + 1)),
    ]
    sizes = [len(of) for of in texts]
    plain = np.repeat(np.array([0, 0, 1], np.int32), sizes[:3])
    tail_of = np.concatenate([plain, coded.indices.to_numpy().astype(np.int32) + 2])
    return StoredTerms(pa.concat_arrays(texts), (sizes[0], sizes[1], sizes[2] + sizes[3]), tails, tail_of)


def _tail(spelled: str) -> Tail:
    if spelled.startswith("@"):
        return Tail(f"{_RDF}langString", spelled[1:])
    return Tail(spelled.removeprefix("^^<").removesuffix(">"))


def _read(spellings: Any, left: NDArray[np.int64], numbers: Numbers, terms: Terms) -> Numbers:
    """Return the numbers of spellings that pyoxigraph reads; one may be another of a term that is known."""
    read = _parsed(spellings.take(pa.array(left)).to_pylist())
    again = pa.array([None if term is None else str(term) for term in read], pa.large_string())
    known = pc.index_in(again, value_set=spellings).fill_null(NONE).to_numpy()
    found = np.where(known >= 0, numbers[known], NONE)
    for place in np.flatnonzero(found == NONE).tolist():
        term = read[place]
        found[place] = NONE if term is None else terms.add_unstored(term)
    return found


def _parsed(spellings: list[str]) -> list[Term | None]:
    """Return the terms of spellings, nothing for a triple as a term."""
    lines = "".join(f"<x:s> <x:p> {spelling} .\n" for spelling in spellings)
    try:
        read = [quad.object for quad in parse(lines.encode(), format=RdfFormat.N_TRIPLES)]
    except (SyntaxError, ValueError) as error:
        raise OutOfForm from error
    if len(read) != len(spellings):
        raise OutOfForm
    return [None if isinstance(term, Triple) else term for term in read]
