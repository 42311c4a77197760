"""Whatever is done to a log but adding to it is found: any edit, removal, addition or other order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evidence.chain import START, Break, Chain, Deed, Entry, Head, linked, read_chain
from engine.graph import Iri

ITEMS = st.sampled_from([Iri(f"https://example.org/evidence/{name}") for name in ("a", "b", "ü")])
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
MOMENTS = st.datetimes(datetime(1900, 1, 1))  # noqa: DTZ001 - drawn as UTC
WORDS = st.text(max_size=8)


@st.composite
def any_entry(draw: st.DrawFn) -> Entry:
    return Entry(
        did=draw(st.sampled_from(Deed)),
        by=Iri(draw(WORDS)),
        at=draw(MOMENTS).strftime("%Y-%m-%dT%H:%M:%SZ"),
        item=draw(ITEMS),
        record=draw(HASHES),
        file=draw(st.one_of(st.just(""), HASHES)),
        successor=draw(WORDS),
        items=draw(st.integers(0, 9)),
        wrong=draw(st.dictionaries(WORDS, WORDS, max_size=2)),
    )


LOGS = st.lists(any_entry(), min_size=1, max_size=6)


def text_of(entries: tuple[Entry, ...]) -> str:
    return "".join(f"{entry.line()}\n" for entry in entries)


def logged(entries: list[Entry]) -> tuple[tuple[Entry, ...], str, Head]:
    made = linked(entries, Head())
    return made, text_of(made), Head(made[-1].number, made[-1].hash)


@given(LOGS)
def test_a_log_as_it_was_written_holds_and_is_read_back(entries: list[Entry]) -> None:
    made, text, head = logged(entries)
    assert read_chain(text, head) == Chain(made, ())
    assert read_chain(text, head).head == head == Head.of(head.line())
    assert [entry.number for entry in made] == list(range(1, len(made) + 1))


@given(LOGS, st.data())
def test_any_other_character_anywhere_is_found(entries: list[Entry], data: st.DataObject) -> None:
    _, text, head = logged(entries)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != text[place]))
    for edited in (text[:place] + other + text[place + 1 :], text[:place] + text[place + 1 :]):
        assert read_chain(edited, head).breaks
    assert read_chain(text[:place] + other + text[place:], head).breaks


@given(LOGS, st.data())
def test_entries_that_are_gone_are_missed_also_at_the_end(entries: list[Entry], data: st.DataObject) -> None:
    made, _, head = logged(entries)
    gone = data.draw(st.sets(st.integers(0, len(made) - 1), min_size=1))
    kept = tuple(entry for place, entry in enumerate(made) if place not in gone)
    assert read_chain(text_of(kept), head).breaks


@given(LOGS.filter(lambda entries: len(entries) > 1), st.data())
def test_another_order_is_found(entries: list[Entry], data: st.DataObject) -> None:
    made, _, head = logged(entries)
    order = data.draw(st.permutations(made).filter(lambda found: tuple(found) != made))
    assert read_chain(text_of(tuple(order)), head).breaks


@given(LOGS, any_entry(), st.data())
def test_an_entry_that_is_put_in_is_found(entries: list[Entry], more: Entry, data: st.DataObject) -> None:
    made, _, head = logged(entries)
    place = data.draw(st.integers(0, len(made) - 1))
    above = Head(made[place - 1].number, made[place - 1].hash) if place else Head()
    (forged,) = linked([more], above)
    if forged != made[place]:
        assert read_chain(text_of((*made[:place], forged, *made[place:])), head).breaks


@given(LOGS, st.data())
def test_an_edit_with_all_hashes_made_anew_is_another_than_the_head(entries: list[Entry], data: st.DataObject) -> None:
    _, _, head = logged(entries)
    place = data.draw(st.integers(0, len(entries) - 1))
    edited = [*entries]
    edited[place] = replace(edited[place], by=Iri(f"{edited[place].by}!"))
    _, text, rewritten = logged(edited)
    assert read_chain(text, rewritten).breaks == ()
    assert read_chain(text, head).breaks == (Break(0, f"entry {len(entries)} is another than custody.head says"),)
    assert not read_chain(text, rewritten).has(head.hash)


@given(LOGS, LOGS)
def test_what_is_added_after_the_head_is_no_break(entries: list[Entry], more: list[Entry]) -> None:
    made, text, head = logged(entries)
    later = linked(more, head)
    found = read_chain(text + text_of(later), head)
    assert found == Chain((*made, *later), ())
    assert found.has(head.hash)
    assert found.has(START)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    found = read_chain(text, Head())
    assert bool(found.breaks) == bool(text)
    assert Head.of(text) is None or Head.of(text) == Head(*_parts(text))


def _parts(text: str) -> tuple[int, str]:
    number, _, digest = text.removesuffix("\n").partition(" ")
    return int(number), digest


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("did", "stolen"),
        ("did", ["collected"]),
        ("number", True),
        ("number", 1.0),
        ("items", "2"),
        ("wrong", ["a"]),
        ("wrong", {"a": 1}),
        ("at", "2026-11-27"),
        ("record", "short"),
        ("by", None),
        ("previous", 7),
    ],
)
def test_a_line_that_says_what_no_entry_says_is_a_break(key: str, value: object) -> None:
    made, _, head = logged([Entry(Deed.COLLECTED, Iri("a"), "2026-11-27T09:30:00Z", Iri("b"), START)])
    told = json.loads(made[0].line())
    line = json.dumps({**told, key: value}, sort_keys=True, separators=(",", ":"))
    assert read_chain(f"{line}\n", head).breaks[-1] == Break(1, "is no entry as they are written: it was edited")


@pytest.mark.parametrize("text", ["", "1", f"1 {START}", f"01 {START}\n", f"-1 {START}\n", f"1 {START}\n\n", "٣ x\n"])
def test_a_head_that_is_not_as_written_is_none(text: str) -> None:
    assert Head.of(text) is None
    assert read_chain("", None).breaks
