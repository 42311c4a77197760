from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from engine.errors import BadInput, BadParameter, Conflict, UnknownName
from engine.repository.catching_up import bring_up
from engine.repository.journal import DELETED, Change, Journal
from engine.repository.organisations import Repeated
from engine.vocabulary import NG, PREFIXES, graph

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.repository.organisations import Repository
    from engine.workspace import Workspace

TYPE = NamedNode(PREFIXES["rdf"] + "type")
LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
ACME = NamedNode("https://example.org/acme")
HOME = graph("org/acme")
FORMAL = Quad(ACME, TYPE, NamedNode(PREFIXES["org"] + "FormalOrganization"), HOME)


def named(text: str) -> Quad:
    return Quad(ACME, LABEL, Literal(text, language="en"), HOME)


def test_an_organisation_is_there_once_it_was_put(repository: Repository) -> None:
    with pytest.raises(UnknownName):
        repository.held("acme")
    entry = repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"))))
    assert (entry.number, entry.version) == (1, 1)
    assert repository.keys() == ("acme",)
    held = repository.held("acme")
    assert (held.version, held.workspace.organisation.label) == (1, "Acme")
    assert repository.held("acme") is held


def test_a_change_takes_away_and_adds_and_is_seen_at_once(repository: Repository) -> None:
    repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"))))
    repository.change("acme", "ann", "renamed", lambda _: ((named("Acme"),), (named("Acme AG"),)))
    assert repository.held("acme").workspace.organisation.label == "Acme AG"
    assert repository.version("acme") == 2


def test_a_lost_update_is_refused(repository: Repository) -> None:
    repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"))))
    repository.change("acme", "ann", "renamed", lambda _: ((named("Acme"),), (named("Acme AG"),)), expected=1)
    with pytest.raises(Conflict, match="at version 2, not 1"):
        repository.change("acme", "bob", "renamed", lambda _: ((named("Acme"),), (named("Acme SE"),)), expected=1)
    assert repository.journal.number == 2


def test_what_cannot_be_changes_nothing(repository: Repository) -> None:
    repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"))))
    dangling = Quad(NamedNode("https://example.org/e"), NG.evidences, NamedNode("https://example.org/nobody"), HOME)
    with pytest.raises(BadInput):
        repository.change("acme", "ann", "evidence added", lambda _: ((), (dangling,)))
    foreign = Quad(ACME, LABEL, Literal("x"), graph("org/other"))
    with pytest.raises(BadParameter, match="of organisation acme"):
        repository.change("acme", "ann", "renamed", lambda _: ((), (foreign,)))
    assert (repository.journal.number, len(repository.quads("acme"))) == (1, 2)


def test_the_store_is_brought_up_to_date_from_the_journal(opened: Callable[[Path], Repository], tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"))))
    first.close()
    behind = Journal(tmp_path / "journal.sqlite")
    added = f"{named('Acme AG')} .\n".encode()
    behind.append("ann", "renamed", "acme", 2, change=Change(f"{named('Acme')} .\n".encode(), added))
    behind.close()
    again = opened(tmp_path)
    assert again.held("acme").workspace.organisation.label == "Acme AG"
    assert (again.version("acme"), again.backend.applied()) == (2, 2)
    again.close()


def test_blank_nodes_can_be_taken_away(repository: Repository) -> None:
    note = Quad(ACME, NamedNode("https://example.org/note"), BlankNode("b"), HOME)
    repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"), note)))
    assert len(repository.quads("acme")) == 3
    repository.change("acme", "ann", "cut", lambda t: ([q for q in t if isinstance(q.object, BlankNode)], ()))
    assert set(repository.quads("acme")) == {FORMAL, named("Acme")}


def test_blank_nodes_keep_their_names_however_often_the_journal_is_applied(repository: Repository) -> None:
    node, other = BlankNode("b"), BlankNode()
    notes = [Quad(ACME, NamedNode("https://example.org/note"), each, HOME) for each in (node, other)]
    repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"), *notes)))
    repository.change("acme", "ann", "cut", lambda _: ((notes[1],), ()))
    for _ in range(2):
        assert [entry.number for entry in bring_up(repository.journal, repository.backend, 0)] == [1, 2]
        assert set(repository.quads("acme")) == {FORMAL, named("Acme"), notes[0]}


def test_a_deletion_that_was_cut_short_is_finished(opened: Callable[[Path], Repository], tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"))))
    first.close()
    cut = Journal(tmp_path / "journal.sqlite")
    cut.append("ann", DELETED, "acme", 2, change=Change(f"{FORMAL} .\n{named('Acme')} .\n".encode()))
    cut.close()
    again = opened(tmp_path)
    assert (again.keys(), again.journal.change(1), again.journal.change(2)) == ((), None, None)
    assert (again.version("acme"), list(again.journal.breaks())) == (2, [])
    again.close()


def test_a_deleted_organisation_leaves_no_statement_and_a_chain_that_holds(repository: Repository) -> None:
    repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"))))
    repository.delete("acme", "ann")
    assert repository.keys() == ()
    assert repository.journal.change(1) is None
    assert list(repository.journal.breaks()) == []
    assert [entry.action for entry in repository.journal.entries()] == ["organisation added", "organisation deleted"]


def test_what_a_caller_checks_beside_is_checked_before_anything_is_written(repository: Repository) -> None:
    repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"))))

    def check(workspace: Workspace) -> None:
        assert workspace.organisation.label == "Acme AG"
        raise BadParameter("name", "Acme AG", "what we want")

    with pytest.raises(BadParameter, match="what we want"):
        repository.change("acme", "ann", "renamed", lambda _: ((named("Acme"),), (named("Acme AG"),)), check=check)
    assert (repository.journal.number, repository.held("acme").workspace.organisation.label) == (1, "Acme")


def test_a_key_is_answered_once(repository: Repository) -> None:
    answer = ("key", "asked", lambda version: f"at {version}")
    repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL,)), answer=answer)
    with pytest.raises(Repeated) as again:
        repository.change("acme", "ann", "renamed", lambda _: ((), (named("Acme"),)), answer=answer)
    assert (again.value.asked, again.value.body, repository.version("acme")) == ("asked", "at 1", 1)
    repository.change("acme", "bob", "renamed", lambda _: ((), (named("Acme"),)), answer=answer)
    assert repository.version("acme") == 2


def test_an_organisation_is_not_deleted_over_a_change(repository: Repository) -> None:
    repository.change("acme", "ann", "organisation added", lambda _: ((), (FORMAL, named("Acme"))))
    with pytest.raises(Conflict):
        repository.delete("acme", "bob", 0)
    assert repository.state("acme") == (1, repository.quads("acme"))
    repository.delete("acme", "bob", 1)
    with pytest.raises(UnknownName):
        repository.state("acme")
