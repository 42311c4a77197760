"""Random N-Triples, whole and broken: the same statements as pyoxigraph reads, or the same refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from engine.columns.ntriples import read_ntriples
from engine.columns.terms import NONE

if TYPE_CHECKING:
    from pathlib import Path

    from engine.columns.table import Columns

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMES = ["<urn:x:a>", "<urn:x:b>", "<http://example.org/c?d#e>", "_:a", "_:b-1"]
VALUES = [
    *NAMES,
    *('"x"', '"a b . "', '"é"', '""', '"x"@en', '"x"@en-gb'),
    *(f'"2026-01-01"^^<{XSD}date>', f'"1"^^<{XSD}integer>', f'"01"^^<{XSD}integer>'),
]
OTHERS = [
    *(r"<urn:x:\u0061>", r'"\u0078"', r'"\""', r'"a\nb"', '"x"@EN', '"x"@en-GB', '"x"@en--ltr', f'"x"^^<{XSD}string>'),
    *("<urn:x:é>", "_:a.b", "_:0", '"a\tb"', '"x" # c', '"x" . # d', '"\x7f"', f'"x"^^<{RDF}HTML>'),
    '<<( <urn:x:a> <urn:x:b> "x" )>>',
]
BROKEN = [
    *(
        "<x>",
        "<http://a:b/>",
        "<urn:%zz>",
        '"',
        '"x"@',
        '"x"^^<x>',
        "_:",
        "1",
        "",
        f'"x"^^<{RDF}langString>',
        "<a b:c>",
    ),
    *('"x"@engl-123456789', '"\\x"', "# c", '"x" <urn:x:g>'),
]
NAMED, PREDICATE, VALUE, OTHER = map(st.sampled_from, (NAMES, NAMES[:3], VALUES, OTHERS))
BLANK = st.sampled_from([*[" "] * 8, "\t", "  ", ""])
END = st.sampled_from([*["."] * 8, ". # c", "", ". ."])
PLAIN = st.tuples(NAMED, PREDICATE, VALUE).map(lambda terms: f"{' '.join(terms)} .")
LINES = st.one_of(
    PLAIN,
    PLAIN,
    st.tuples(NAMED, PREDICATE, OTHER).map(lambda terms: f"{' '.join(terms)} ."),
    st.tuples(st.sampled_from([*NAMES, *OTHERS]), BLANK, PREDICATE, BLANK, OTHER, BLANK, END).map("".join),
    st.sampled_from(["", "# c", "  "]),
)
ANY = st.one_of(PLAIN, LINES, st.tuples(NAMED, PREDICATE, st.sampled_from(BROKEN)).map(lambda t: f"{' '.join(t)} ."))
NEWLINE = st.sampled_from([*["\n"] * 8, "\r\n", "\r"])


def texts(lines: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    ended = st.lists(st.tuples(lines, NEWLINE).map("".join), max_size=12).map("".join)
    return st.tuples(ended, st.one_of(st.just(""), PLAIN)).map("".join)


def stated(columns: Columns) -> set[Triple]:
    return set(columns.statements())


def expected(path: Path) -> set[Triple] | str:
    try:
        read = list(parse(path=path, format=RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        return str(error)
    return {q.triple for q in read if not isinstance(q.object, Triple)}


@given(st.one_of(texts(PLAIN), texts(LINES), texts(ANY)), st.sampled_from([1 << 20, 60, 7]))
@settings(max_examples=600, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_reads_what_pyoxigraph_reads(tmp_path_factory: pytest.TempPathFactory, text: str, block: int) -> None:
    path = tmp_path_factory.getbasetemp() / "random.nt"
    path.write_bytes(text.encode())
    wanted = expected(path)
    if isinstance(wanted, str):
        with pytest.raises(SyntaxError) as refused:
            read_ntriples(path, block)
        assert str(refused.value) == wanted
        return
    columns = read_ntriples(path, block)
    assert stated(columns) == wanted
    assert len(columns) == len(wanted)
    check_terms(columns)


def check_terms(columns: Columns) -> None:
    """Each term is found again by number and by itself, and its columns say what it says."""
    terms = columns.terms
    every = np.arange(len(terms), dtype=np.int32)
    listed, told = terms.terms(every), terms.texts(every).to_pylist()
    assert [terms.number(term) for term in listed] == every.tolist()
    assert told == [term.value for term in listed]
    kinds = [NamedNode, BlankNode, Literal]
    assert [kinds[kind] for kind in terms.kinds] == [type(term) for term in listed]
    for term, number in zip(listed, terms.tail_of, strict=True):
        tail = terms.tails[number]
        if isinstance(term, Literal):
            assert (term.datatype.value, term.language or "") == (tail.datatype, tail.language)
        else:
            assert number == 0


def test_a_line_that_is_none_is_refused_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "broken.nt"
    path.write_text('<urn:a> <urn:b> "x" .\n<urn:a> <urn:b> .\n', encoding="utf-8")
    with pytest.raises(SyntaxError) as refused:
        read_ntriples(path)
    assert refused.value.lineno == 2


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bytes.nt"
    path.write_bytes(b'<urn:a> <urn:b> "\xff" .\n')
    with pytest.raises((SyntaxError, ValueError)) as ours:
        read_ntriples(path)
    with pytest.raises(type(ours.value)) as theirs:
        list(parse(path=path, format=RdfFormat.N_TRIPLES))
    assert str(ours.value) == str(theirs.value)


def test_a_file_all_in_another_form_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "tabs.nt"
    path.write_text("".join(f'<urn:a>\t<urn:b>\t"{n}" .\n' for n in range(3_000)), encoding="utf-8")
    assert stated(read_ntriples(path)) == expected(path)


def test_terms_may_be_added_to_those_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "one.nt"
    path.write_text('<urn:a> <urn:b> "x" .\n', encoding="utf-8")
    terms = read_ntriples(path).terms
    fresh = [Literal("x", language="en"), Literal(""), NamedNode("urn:c"), BlankNode("b")]
    assert [terms.number(term) for term in fresh] == [NONE] * len(fresh)
    assert [terms.add(term) for term in fresh] == [3, 4, 5, 6]
    assert terms.add(Literal("x")) < 3
    check = np.array([6, 0, 3], np.int32)
    assert terms.texts(check).to_pylist() == [term.value for term in terms.terms(check)]
    assert terms.kinds[check].tolist() == [1, 0, 2]
