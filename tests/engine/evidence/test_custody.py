"""The log on disk: only ever added to, by one process at a time, and never to a chain that does not hold."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from engine.errors import BadInput
from engine.evidence.chain import START, Chain, Deed, Entry, Head
from engine.evidence.custody import HEAD, LOG, SEALED_BY, Records, append, custody_triples, read_custody
from engine.graph import Iri
from engine.locks import alone
from engine.vocabulary import graph

if TYPE_CHECKING:
    from pathlib import Path

BASE = "https://example.org/"
ITEM = Iri(f"{BASE}evidence/1")


def entry(number: int = 1, did: Deed = Deed.COLLECTED) -> Entry:
    return Entry(did, Iri(f"{BASE}role/{number}"), "2026-11-27T09:30:00Z", ITEM, START)


def test_where_there_is_no_log_nothing_was_done(tmp_path: Path) -> None:
    assert read_custody(tmp_path) == Chain((), ())


def test_what_is_added_follows_what_is_there(tmp_path: Path) -> None:
    first = append(tmp_path, [entry(1), entry(2)])
    before = (tmp_path / LOG).read_bytes()
    second = append(tmp_path, [entry(3)])
    assert (tmp_path / LOG).read_bytes().startswith(before)
    assert read_custody(tmp_path) == Chain((*first, *second), ())
    assert [made.previous for made in (*first, *second)] == [START, first[0].hash, first[1].hash]
    assert Head.of((tmp_path / HEAD).read_text(encoding="ascii")) == Head(3, second[0].hash)
    assert sorted(path.name for path in tmp_path.iterdir()) == [HEAD, LOG]


@pytest.mark.parametrize("lost", [HEAD, LOG])
def test_one_of_the_two_files_alone_does_not_hold(lost: str, tmp_path: Path) -> None:
    append(tmp_path, [entry()])
    (tmp_path / lost).unlink()
    assert read_custody(tmp_path).breaks
    with pytest.raises(BadInput, match="the chain of custody does not hold"):
        append(tmp_path, [entry()])


def test_nothing_is_added_to_a_chain_that_does_not_hold(tmp_path: Path) -> None:
    append(tmp_path, [entry(1), entry(2)])
    log = tmp_path / LOG
    edited = log.read_text(encoding="ascii").replace("role/1", "role/9")
    log.write_text(edited, encoding="ascii")
    with pytest.raises(BadInput, match=r"custody\.log, line 1: .*was edited"):
        append(tmp_path, [entry(3)])
    assert log.read_text(encoding="ascii") == edited


def test_a_write_that_was_cut_off_between_the_two_files_is_taken_up(tmp_path: Path) -> None:
    append(tmp_path, [entry(1)])
    head = (tmp_path / HEAD).read_bytes()
    append(tmp_path, [entry(2)])
    (tmp_path / HEAD).write_bytes(head)
    assert read_custody(tmp_path).breaks == ()
    append(tmp_path, [entry(3)])
    assert [made.number for made in read_custody(tmp_path).entries] == [1, 2, 3]


def test_a_line_that_was_cut_off_is_told(tmp_path: Path) -> None:
    append(tmp_path, [entry(1)])
    with (tmp_path / LOG).open("ab") as log:
        log.write(b'{"at":"2026')
    assert [(found.line, found.problem) for found in read_custody(tmp_path).breaks] == [(2, "the line is cut short")]


def _append(folder: Path, number: int) -> None:
    with alone(folder):
        append(folder, [entry(number), entry(number, Deed.APPROVED)])


def test_nothing_is_lost_when_several_add_at_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as several:
        for done in [several.submit(_append, tmp_path, number) for number in range(40)]:
            done.result()
    found = read_custody(tmp_path)
    assert found.breaks == ()
    assert sorted(made.by for made in found.entries) == sorted(entry(n // 2).by for n in range(80))
    assert all(a.by == b.by for a, b in zip(found.entries[::2], found.entries[1::2], strict=True))


def records(text: str) -> Records:
    home = graph("org/acme")
    return Records(Quad(q.subject, q.predicate, q.object, home) for q in parse(text, format=RdfFormat.TURTLE))


def test_a_record_is_hashed_by_what_it_says_in_whatever_order_and_form() -> None:
    one = records(f'@prefix : <{BASE}> . :e :p "0.70", "b"@en ; :q [ :r :s ; :t [ :u "v" ] ], [ :r "w" ] .')
    other = records(
        f'<{BASE}e> <{BASE}q> [ <{BASE}r> "w" ] . @prefix : <{BASE}> . :e :q [ :t [ :u "v" ] ; :r :s ] ; '
        ':p "b"@en , "0.70" .'
    )
    assert one.hash(f"{BASE}e") == other.hash(f"{BASE}e")


@pytest.mark.parametrize(
    "text",
    [
        ':e :p "0.7" ; :q [ :r :s ] .',
        ':e :p "0.70"@en ; :q [ :r :s ] .',
        ':e :p "0.70" ; :q [ :r "s" ] .',
        ':e :p "0.70" ; :q :r .',
        ':e :p "0.70", "1" ; :q [ :r :s ] .',
        ':e :p "0.70"^^<http://www.w3.org/2001/XMLSchema#decimal> ; :q [ :r :s ] .',
        ':e :p "0.70" ; :q [ :r [ ] ] .',
        ":e :q [ :r :s ] .",
    ],
)
def test_a_record_that_says_anything_else_has_another_hash(text: str) -> None:
    prefix = f"@prefix : <{BASE}> . "
    said = records(f'{prefix}:e :p "0.70" ; :q [ :r :s ] .')
    assert said.hash(f"{BASE}e") != records(prefix + text).hash(f"{BASE}e")


def test_blank_nodes_that_name_each_other_are_hashed() -> None:
    node, home, name = BlankNode("a"), graph("org/acme"), NamedNode(f"{BASE}p")
    round_again = Records([Quad(NamedNode(ITEM), name, node, home), Quad(node, name, node, home)])
    assert len(round_again.hash(ITEM)) == len(START)


def test_the_entry_that_a_record_names_is_no_part_of_its_hash() -> None:
    home, subject = graph("org/acme"), NamedNode(ITEM)
    said = Quad(subject, NamedNode(f"{BASE}p"), Literal("x"), home)
    sealed = Quad(subject, SEALED_BY, NamedNode(f"{BASE}custody/1"), home)
    assert Records([said]).hash(ITEM) == Records([said, sealed, said]).hash(ITEM)


def test_entries_are_activities_of_prov(tmp_path: Path) -> None:
    made = append(tmp_path, [entry(), entry(2, Deed.APPROVED)])
    told = {
        (t.subject.value, t.predicate.value.rpartition("#")[2], t.object.value) for t in custody_triples(made, BASE)
    }
    first, second = (f"{BASE}custody/{one.hash}" for one in made)
    assert {
        (ITEM, "wasGeneratedBy", first),
        (first, "wasAssociatedWith", f"{BASE}role/1"),
        (second, "used", ITEM),
        (second, "wasInformedBy", first),
        (second, "endedAtTime", "2026-11-27T09:30:00Z"),
    } <= told
