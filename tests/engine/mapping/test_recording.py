"""What is written into an organisation's files: one record a thing, one name a person, nothing lost between two."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from engine.errors import BadParameter, UnreadableFile
from engine.graph import Graph, Iri
from engine.mapping.recording import (
    append_triples,
    decide,
    home_of,
    person_of,
    replaced_by,
    review_triples,
    row_triples,
)
from engine.mapping.reviews import Decision, reviews_of, standing
from engine.mapping.rows import MappingRow, record_iri, rows_of
from engine.model import ReviewState
from engine.vocabulary import ID, NG, PREFIXES, graph

if TYPE_CHECKING:
    from pathlib import Path

    from engine.mapping.reviews import Review

BASE = "https://example.org/"
DAY = date(2026, 11, 20)
ENDS = (Iri(f"{ID}iso-42001/A.6.2.4"), Iri(f"{ID}eu-ai-act/art_15/par_1/req_1"))
ROW = MappingRow("org/acme", *ENDS, "intersects-with", "functional", "why", "what is left", created=DAY)


def records(path: Path) -> Graph:
    """Return what a file says, as it is read for an organisation."""
    home = graph(f"org/acme/{path.stem}")
    read = parse(path.read_bytes(), format=RdfFormat.TURTLE)
    return Graph(Quad(quad.subject, quad.predicate, quad.object, home) for quad in read)


def write(path: Path, who: str, decision: Decision, on: date = DAY, row: MappingRow = ROW) -> None:
    """Write a decision as the commands do: in place of another of that day."""
    made = decide(row, person_of(who), decision, on, reason="because", home=BASE)
    known: tuple[Review, ...] = reviews_of(records(path)) if path.exists() else ()
    append_triples(path, review_triples(made), base=BASE, replace=replaced_by(made, known))


@pytest.mark.parametrize("number", range(8))
def test_whoever_signs_and_withdraws_on_one_day_has_withdrawn(number: int, tmp_path: Path) -> None:
    path, who = tmp_path / "reviews.ttl", f"Ann <ann{number}@example.org>"
    write(path, who, Decision.EXPERT)
    write(path, who, Decision.WITHDRAWN)
    assert [review.decision for review in reviews_of(records(path))] == [Decision.WITHDRAWN]
    write(path, who, Decision.LAWYER)
    assert [review.decision for review in reviews_of(records(path))] == [Decision.LAWYER]
    write(path, who, Decision.WITHDRAWN, DAY + timedelta(days=1))
    assert len(reviews_of(records(path))) == 2


def test_a_decision_replaces_one_of_the_day_that_has_another_name(tmp_path: Path) -> None:
    path = tmp_path / "reviews.ttl"
    earlier = decide(ROW, person_of("Ann <ann@example.org>"), Decision.EXPERT, DAY, reason="", home=BASE)
    append_triples(path, review_triples(replace(earlier, iri=Iri(f"{BASE}review/by-hand"))), base=BASE)
    write(path, "Bob <bob@example.org>", Decision.EXPERT)
    write(path, "Ann <ann@example.org>", Decision.WITHDRAWN)
    found = {review.name: review.decision for review in reviews_of(records(path))}
    assert len(reviews_of(records(path))) == 2
    assert found == {"Ann": Decision.WITHDRAWN, "Bob": Decision.EXPERT}
    assert standing(ROW, reviews_of(records(path)), DAY).state is ReviewState.EXPERT_REVIEWED


def test_a_row_that_is_written_again_is_one_row_that_says_the_new(tmp_path: Path) -> None:
    path = tmp_path / "mappings.ttl"
    later = replace(ROW, relationship="superset-of", rationale="read again", residual="", created=DAY + timedelta(1))
    for row in (ROW, later):
        append_triples(path, row_triples(row), base=BASE, replace=[row.iri])
    assert rows_of(records(path)) == (later,)
    assert records(path).values(ROW.iri, NG.rationale) == ["read again"]
    assert records(path).values(ROW.iri, NG.residual) == []


def test_a_person_has_one_name_and_keeps_what_else_is_said_of_them(tmp_path: Path) -> None:
    path, ann = tmp_path / "reviews.ttl", NamedNode("mailto:ann@example.org")
    write(path, "Ann Lee <ann@example.org>", Decision.EXPERT)
    append_triples(path, [Triple(ann, NamedNode(f"{BASE}seat"), Literal("Graz"))], base=BASE)
    write(path, "Ann Roy <Ann@example.org>", Decision.EXPERT, DAY + timedelta(1))
    assert records(path).values(ann.value, PREFIXES["skos"] + "prefLabel") == ["Ann Roy"]
    assert records(path).text(ann.value, f"{BASE}seat") == "Graz"


def _append(path: Path, number: int) -> None:
    said = Triple(NamedNode(f"{BASE}s{number}"), NamedNode(f"{BASE}p"), Literal(number))
    append_triples(path, [said], base=BASE)


def test_nothing_is_lost_when_several_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "reviews.ttl"
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as several:
        for written in [several.submit(_append, path, number) for number in range(60)]:
            written.result()
    kept = {quad.subject.value for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)}
    assert kept == {f"{BASE}s{number}" for number in range(60)}
    assert [file.name for file in sorted(tmp_path.iterdir())] == [".lock", "reviews.ttl"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="check the folder and its rights"):
        append_triples(tmp_path / "none" / "reviews.ttl", row_triples(ROW), base=BASE)


@pytest.mark.parametrize(
    ("author", "who"),
    [
        ("Ann Lee <Ann@Example.org>", "Ann Lee <ann@example.org>"),
        ("Ann Lee <ann@example.org>", "A. Lee <ANN@example.ORG>"),
        ("Bob Roy <bob@example.org>; Ann Lee (ann@example.org).", "Ann Lee <ann@example.org>"),
        ("mailto:ann@example.org", "Ann Lee <ann@example.org>"),
    ],
)
@pytest.mark.parametrize("decision", [Decision.EXPERT, Decision.LAWYER, Decision.UPHELD])
def test_nobody_signs_their_own_however_it_is_written(author: str, who: str, decision: Decision) -> None:
    with pytest.raises(BadParameter, match="nobody signs their own"):
        decide(replace(ROW, author=author), person_of(who), decision, DAY, reason="because", home=BASE)


@pytest.mark.parametrize("author", ["Joann <joann@example.org>", "Ann <ann@example.organic>", "Ann", ""])
def test_another_address_is_another_person(author: str) -> None:
    person = person_of("Ann <ann@example.org>")
    made = decide(replace(ROW, author=author), person, Decision.EXPERT, DAY, reason="", home=BASE)
    assert made.person == "mailto:ann@example.org"


@pytest.mark.parametrize("who", ["Ann <mailto:ann@example.org>", "Ann <a{n@example.org>", "Ann <ann@example>", "Ann"])
def test_what_is_no_address_is_refused(who: str) -> None:
    with pytest.raises(BadParameter, match="is not a person"):
        person_of(who)


@pytest.mark.parametrize("organisation", ["urn:acme:org", "https://acme.example", "tag:acme.example,2026:org"])
def test_every_organisation_can_name_and_find_its_reviews(organisation: str, tmp_path: Path) -> None:
    path, home = tmp_path / "reviews.ttl", home_of(Iri(organisation))
    for who in ("Ann <ann@example.org>", "Bob <bob@example.org>"):
        made = decide(ROW, person_of(who), Decision.EXPERT, DAY, reason="", home=home)
        append_triples(path, review_triples(made), base=home, replace=[made.iri])
        assert made.iri.startswith(organisation)
    assert {review.name for review in reviews_of(records(path))} == {"Ann", "Bob"}


def test_the_set_of_an_own_row_is_the_one_it_is_named_by(tmp_path: Path) -> None:
    path, by_hand = tmp_path / "mappings.ttl", Iri("https://example.org/row/1")
    taken = replace(ROW, set_id="org/acme/theirs", record=record_iri("org/acme/theirs", *ENDS))
    for row in (ROW, taken, replace(ROW, record=by_hand)):
        append_triples(path, row_triples(row), base=BASE, replace=[row.iri])
    sets = {row.iri: row.set_id for row in rows_of(records(path))}
    assert sets == {ROW.iri: "org/acme", taken.iri: "org/acme/theirs", by_hand: "org/acme/mappings"}
