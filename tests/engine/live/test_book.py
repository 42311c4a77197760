"""A book keeps what it has acknowledged, refuses what a file may not say, and its results are those of its records."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from engine.errors import BadInput, UnreadableFile
from engine.live.book import Book, lay_down
from engine.live.change import Change
from engine.live.shapes import RecordShapes
from engine.shacl.terms import SH
from engine.shacl.triples import Triples
from engine.validation import evidence_shapes, validate
from engine.vocabulary import NG, PREFIXES
from tests.engine.live.changing import anew
from tests.engine.live.committing import LABEL, PAIR, TYPE, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.workspace import Workspace

DAY = date(2026, 11, 20)
BANK = "https://w3id.org/normgraph/example/bank/"
ITEM, IMPLEMENTATION = f"{BANK}evidence/access-policy-3", f"{BANK}control/access-policy"
NEW = NamedNode(f"{BANK}evidence/new")


@pytest.fixture
def folder(bank: Workspace, tmp_path: Path) -> Path:
    lay_down(tmp_path / "bank", bank)
    return tmp_path / "bank"


@pytest.fixture
def book(bank: Workspace, folder: Path) -> Iterator[Book]:
    with Book(bank.content, folder, DAY) as opened:
        yield opened


def about(bank: Workspace, iri: str) -> list[Quad]:
    return [quad for quad in bank.quads if quad.subject == NamedNode(iri)]


def without(bank: Workspace, iri: str, predicate: NamedNode) -> Change:
    return Change.of(quad for quad in about(bank, iri) if quad.predicate != predicate)


def test_a_book_opens_as_the_organisation_it_was_laid_down_from(bank: Workspace, book: Book) -> None:
    assert book.live.organisation == bank.organisation
    assert book.live.results == anew(book.live)


def test_changes_are_there_after_opening_again(bank: Workspace, folder: Path) -> None:
    with Book(bank.content, folder, DAY) as book:
        kept = book.commit(without(bank, ITEM, NG.approvedBy))
        assert kept.changed
        assert [f.message[:32] for f in kept.findings] == ["Have the artefact approved and a"]
        book.commit(Change.of([], [f"{BANK}evidence/ai-data-standard"]))
        organisation, results = book.live.organisation, book.live.results
    with Book(bank.content, folder, DAY) as again:
        assert again.live.organisation == organisation
        assert again.live.results == results == anew(again.live)


def test_changes_that_are_only_in_the_log_are_there_too(bank: Workspace, folder: Path, tmp_path: Path) -> None:
    with Book(bank.content, folder, DAY) as book:
        book.commit(without(bank, ITEM, NG.approvedBy))
        organisation, log = book.live.organisation, (folder / "changes.log").read_bytes()
    assert log
    lay_down(tmp_path / "copy" / "bank", bank)
    (tmp_path / "copy" / "bank" / "changes.log").write_bytes(log)
    with Book(bank.content, tmp_path / "copy" / "bank", DAY) as again:
        assert again.live.organisation == organisation


def test_other_statements_are_counted_whole(bank: Workspace, book: Book) -> None:
    system = f"{BANK}credit-scoring-2"
    kept = book.commit(without(bank, system, NG.riskClass))
    assert any(change.of_state for change in kept.changed)
    assert book.live.results == anew(book.live)
    assert not [key for key in book.live.organisation.facts if key == (system, NG.riskClass.value)]


def quad(predicate: NamedNode, value: NamedNode | Literal) -> Quad:
    return Quad(NEW, predicate, value)


DATE = NamedNode(PREFIXES["xsd"] + "date")
REFUSED = {
    "a link to nothing": ([quad(NG.evidences, NamedNode(f"{BANK}control/none"))], [], "there is no implementation"),
    "a term we lack": ([quad(NG("issuedOn"), Literal("x"))], [], "there is no term"),
    "a value of another kind": ([quad(NG.validUntil, Literal("soon"))], [], "is no date"),
    "a day that cannot be": ([quad(NG.validUntil, Literal("2026-02-30", datatype=DATE))], [], "is not a date"),
    "a graph of ours": ([Quad(NEW, TYPE, NG.Evidence, NamedNode("https://w3id.org/normgraph/g/prov"))], [], "graph"),
    "what others name": ([], [IMPLEMENTATION], "access-policy-3 names access-policy"),
    "what others name, as something else": (
        [Quad(NamedNode(IMPLEMENTATION), TYPE, NG.Finding)],
        [],
        "access-policy-3 names access-policy",
    ),
    "no IRI": ([], ["not an IRI"], "is no IRI"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_of_it_kept(book: Book, folder: Path, case: str) -> None:
    said, dropped, problem = REFUSED[case]
    typed = [quad(TYPE, NG.Evidence)] if any(q.subject == NEW for q in said) else []
    before = book.live.organisation
    with pytest.raises(BadInput, match=problem):
        book.commit(Change.of([*typed, *said], dropped))
    assert book.live.organisation == before
    assert (folder / "changes.log").stat().st_size == 0


def test_records_that_name_each_other_go_together(bank: Workspace, book: Book) -> None:
    naming = {q.subject.value for q in bank.quads if q.object == NamedNode(IMPLEMENTATION)}  # type: ignore[union-attr]
    assert book.commit(Change.of([], [IMPLEMENTATION, *naming])).changed
    assert book.live.results == anew(book.live)


def test_the_shapes_find_what_a_validation_finds(bank: Workspace, book: Book) -> None:
    shapes = Triples(evidence_shapes(bank.content))
    queried = set(shapes.subjects(SH.sparql))
    records = {NamedNode(r.iri) for r in (*bank.organisation.evidence, *bank.organisation.implementations)}
    spoilt = [q for q in bank.quads if q.subject not in records or q.predicate not in {NG.sha256, NG.ownedBy}]
    for record in sorted(records, key=str)[::7]:
        change = Change.of(q for q in spoilt if q.subject == record)
        found = RecordShapes(bank.content).findings(change, book._store, DAY)
        told = {(f.focus, f.shape, f.component, f.severity, f.value) for f in found}
        changed = [q for q in bank.quads if q.subject != record] + list(change.quads)
        whole = validate(_with(bank, changed), DAY).results
        assert told == {
            (f.focus, f.shape, f.component, f.severity, f.value)
            for f in whole
            if f.focus == record and f.shape not in queried
        }


def _with(bank: Workspace, quads: list[Quad]) -> Workspace:
    from dataclasses import replace  # noqa: PLC0415 - only here

    return replace(bank, quads=tuple(quads))


def test_one_process_at_a_time(bank: Workspace, book: Book, folder: Path) -> None:
    del book
    with pytest.raises(UnreadableFile, match="close the other process"):
        Book(bank.content, folder, DAY)


def test_a_folder_without_a_book_is_told(bank: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="lay them down there first"):
        Book(bank.content, tmp_path, DAY)


def test_a_book_is_not_laid_down_twice(bank: Workspace, folder: Path) -> None:
    with pytest.raises(UnreadableFile, match="holds records already"):
        lay_down(folder, bank)


def killed_after(folder: Path, changes: int) -> int:
    """Return the last change that was acknowledged by a process that was killed while it went on."""
    command = [sys.executable, "-m", "tests.engine.live.committing", str(folder)]
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root, env=environment, text=True) as process:
        assert process.stdout is not None
        for _ in range(changes):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        told = process.stdout.read().split()
    return changes + len([line for line in told if line.isdigit()])


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
def test_a_killed_process_has_lost_nothing_and_halved_nothing(bank: Workspace, folder: Path) -> None:
    for changes in (1, 20, 57):
        last = killed_after(folder, changes)
        with Book(bank.content, folder, DAY) as book:
            labels = {book.live.organisation.labels[name] for name in PAIR}  # type: ignore[index]
            assert len(labels) == 1
            assert int(labels.pop()) in {last, last + 1}
            assert book.live.results == anew(book.live)


def test_a_change_of_two_records_is_one(book: Book) -> None:
    book.commit(numbered(7))
    found = [q for name in PAIR for q in book._store.quads_for_pattern(NamedNode(name), LABEL, None)]
    assert [q.object for q in found] == [Literal("7"), Literal("7")]
