"""What people decide about mapping rows, written into the graphs of their own organisation in a repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad

from engine.mapping.proposing import proposed_row
from engine.mapping.recording import decide, home_of, replaced_by, review_triples, row_triples
from engine.mapping.register import find_row
from engine.repository.organisations import home
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date

    from pyoxigraph import Triple

    from engine.graph import Iri
    from engine.mapping.proposing import Proposal
    from engine.mapping.recording import Person
    from engine.mapping.reviews import Decision
    from engine.mapping.rows import MappingRow
    from engine.repository.journal import Entry
    from engine.repository.organisations import Repository
    from engine.workspace import Workspace

__all__ = ["Desk"]

_LABEL = PREFIXES["skos"] + "prefLabel"
Said = tuple[str, str, "Callable[[int], str]"]


@dataclass(frozen=True)
class Desk:
    """A person who decides about rows for an organisation on a day.

    :ivar actor: who is told to have done so in the journal.
    """

    repository: Repository
    key: str
    actor: str
    person: Person
    day: date

    @property
    def set_id(self) -> str:
        """The set that the organisation's own rows are of."""
        return f"org/{self.key}"

    def _workspace(self) -> Workspace:
        return self.repository.held(self.key).workspace

    def _rows(self) -> tuple[MappingRow, ...]:
        return self._workspace().knowledge(self.day).rows

    def review(
        self,
        name: str,
        decision: Decision,
        reason: str,
        after: Callable[[Workspace], None] = lambda _: None,
        answer: Said | None = None,
    ) -> Entry:
        """Write what the person decides about a row.

        :param after: is given the organisation as it is then.
        :raises UnknownName: if there is no such row.
        :raises BadParameter: if they sign a row of their own, or give no reason where one is needed.
        """

        def step(there: Collection[Quad]) -> tuple[Collection[Quad], Collection[Quad]]:
            workspace = self._workspace()
            row = find_row(self._rows(), name)
            base = home_of(workspace.organisation.iri)
            called = ("person", "reason")
            review = decide(row, self.person, decision, self.day, reason=reason, home=base, called=called)
            gone = replaced_by(review, workspace.overlay.reviews)
            return self._written(there, gone, review_triples(review), "reviews")

        return self._change("mapping reviewed", step, after, answer, row=name, decision=decision.value)

    def propose(
        self,
        said: Proposal,
        overrides: str | None,
        after: Callable[[Workspace], None] = lambda _: None,
        answer: Said | None = None,
    ) -> Entry:
        """Write a row of the organisation's own, in the place of an earlier one for the same two ends.

        :param overrides: a shipped row that it puts out of force.
        :param after: is given the organisation as it is then.
        :raises BadParameter: if it cannot stand as a row.
        :raises UnknownName: if there is no row to put out of force.
        """

        def step(there: Collection[Quad]) -> tuple[Collection[Quad], Collection[Quad]]:
            knowledge = self._workspace().knowledge(self.day)
            row = proposed_row(knowledge, said, self.set_id, self.person, self.day)
            aside = [find_row(knowledge.rows, overrides).iri] if overrides else []
            return self._written(there, {row.iri}, row_triples(row, aside), "mappings")

        return self._change("mapping proposed", step, after, answer, source=said.subject, target=said.object)

    def _written(
        self, there: Collection[Quad], gone: Collection[Iri], said: Iterable[Triple], graph: str
    ) -> tuple[Collection[Quad], Collection[Quad]]:
        """Return the change that says something anew; whoever gets a name loses the one they had."""
        place = NamedNode(f"{home(self.key).value}/{graph}")
        added = [Quad(t.subject, t.predicate, t.object, place) for t in said]
        named = {quad.subject for quad in added if quad.predicate.value == _LABEL}
        removed = [
            quad
            for quad in there
            if getattr(quad.subject, "value", "") in gone or (quad.predicate.value == _LABEL and quad.subject in named)
        ]
        return removed, added

    def _change(
        self,
        action: str,
        step: Callable[[Collection[Quad]], tuple[Collection[Quad], Collection[Quad]]],
        after: Callable[[Workspace], None],
        answer: Said | None,
        **detail: str,
    ) -> Entry:
        told = {**detail, "person": self.person.iri}
        return self.repository.change(self.key, self.actor, action, step, detail=told, answer=answer, check=after)
