"""Records of an organisation in a repository: added, changed and removed, one change of the organisation each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from engine.errors import BadInput, UnknownName
from engine.evidence.checking import findings_about_each, to_do
from engine.graph import Graph, Iri
from engine.mapping.recording import home_of
from engine.records.naming import key_of, named
from engine.records.statements import changed, is_record, names, statements, values_of, whole
from engine.records.table import KINDS, ORGANISATION
from engine.repository.organisations import home

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pyoxigraph import Quad

    from engine.records.table import Kind
    from engine.repository.journal import Entry
    from engine.repository.organisations import Repository
    from engine.workspace import Workspace

__all__ = ["Answer", "Draft", "Recorded", "Recorder", "Taken"]

Said = Callable[["Recorded"], str]


class Taken(BadInput):
    """A record of this name is there already."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that is to be added.

    :ivar values: its fields, as JSON has them.
    :ivar name: what it is to be called in its IRI; made of what it says where it names none.
    """

    values: Mapping[str, object]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An idempotency key, a fingerprint of what was asked, and what is answered once it is done."""

    key: str
    asked: str
    body: Said

    def at(self, told: Callable[[int], Recorded]) -> tuple[str, str, Callable[[int], str]]:
        """Return it as the repository takes it.

        :param told: what was written, at a version.
        """
        return self.key, self.asked, lambda version: self.body(told(version))


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written.

    :ivar version: the version of the organisation after it.
    :ivar items: the records, in the order in which they were sent.
    :ivar workspace: the organisation after it.
    :ivar to_do: what is still to be added before an item of evidence counts, for each.
    """

    version: int
    items: tuple[Iri, ...]
    workspace: Workspace
    to_do: Mapping[Iri, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorder:
    """Somebody who changes records of one organisation."""

    repository: Repository
    key: str
    actor: str

    def add(self, kind: Kind, drafts: Sequence[Draft], answer: Answer | None = None) -> Recorded:
        """Add records, all or none.

        :raises Taken: if one of this name is there already.
        :raises BadInput: if one states what cannot be.
        """
        made: list[Iri] = []

        def step(there: Collection[Quad]) -> tuple[Collection[Quad], Collection[Quad]]:
            organisation = _organisation(there)
            taken = {getattr(quad.subject, "value", "") for quad in there}
            added: list[Quad] = []
            for number, draft in enumerate(drafts):
                iri = named(kind, home_of(organisation), draft.values, draft.name)
                if iri in taken:
                    problem = f"there is something called {iri} already"
                    raise Taken(_place(kind, number, drafts), None, problem, "change it, or give another name")
                taken.add(iri)
                made.append(iri)
                graph = NamedNode(f"{home(self.key).value}/{kind.name}")
                added += statements(kind, iri, draft.values, organisation, graph)
            return (), added

        return self._change(kind, "added", step, made, answer)

    def replace(self, kind: Kind, iri: Iri, values: Mapping[str, object], expected: int | None = None) -> Recorded:
        """Give a record other values; what it states beside the fields of its kind stays.

        :raises UnknownName: if there is no such record.
        :raises BadInput: if it would state what cannot be.
        """

        def step(there: Collection[Quad]) -> tuple[Collection[Quad], Collection[Quad]]:
            organisation = self._found(kind, iri, there)
            return changed(kind, iri, values, organisation, there)

        return self._change(kind, "changed", step, [iri], expected=expected)

    def amend(
        self,
        kind: Kind,
        iri: Iri,
        action: str,
        values: Callable[[Mapping[str, object]], Mapping[str, object]],
        answer: Answer | None = None,
        expected: int | None = None,
    ) -> Recorded:
        """Change a record from the values that it has then.

        :raises UnknownName: if there is no such record.
        :raises BadInput: if it would state what cannot be.
        """

        def step(there: Collection[Quad]) -> tuple[Collection[Quad], Collection[Quad]]:
            organisation = self._found(kind, iri, there)
            own = Graph(quad for quad in there if names(quad, iri))
            return changed(kind, iri, values(values_of(kind, own, iri)), organisation, there)

        return self._change(kind, action, step, [iri], answer, expected=expected)

    def remove(self, kind: Kind, iri: Iri, expected: int | None = None) -> Recorded:
        """Remove a record, with all that is said of it.

        :raises UnknownName: if there is no such record.
        :raises BadInput: if others name it.
        """

        def step(there: Collection[Quad]) -> tuple[Collection[Quad], Collection[Quad]]:
            self._found(kind, iri, there)
            return whole(iri, there), ()

        return self._change(kind, "removed", step, [iri], expected=expected)

    def _found(self, kind: Kind, iri: Iri, there: Collection[Quad]) -> Iri:
        """Return the organisation, if the record is one of its kind."""
        organisation = _organisation(there)
        if not is_record(kind, Graph(quad for quad in there if names(quad, iri)), iri, organisation):
            raise UnknownName(kind.one, key_of(iri, home_of(organisation), kind.segment))
        return organisation

    def _change(
        self,
        kind: Kind,
        action: str,
        step: Callable[[Collection[Quad]], tuple[Collection[Quad], Collection[Quad]]],
        made: Sequence[Iri],
        answer: Answer | None = None,
        *,
        expected: int | None = None,
    ) -> Recorded:
        left: dict[Iri, tuple[str, ...]] = {}
        after: list[Workspace] = []

        def stepped(there: Collection[Quad]) -> tuple[Collection[Quad], Collection[Quad]]:
            if not there:
                raise UnknownName("organisation", self.key, self.repository.keys())
            return step(there)

        def check(workspace: Workspace) -> None:
            after.append(workspace)
            if kind is KINDS["evidence"] and action != "removed":
                left.update(_sound(workspace, made))

        def told(version: int) -> Recorded:
            return Recorded(version, tuple(made), after[0], left)

        entry: Entry = self.repository.change(
            self.key,
            self.actor,
            f"{kind.name} {action}",
            stepped,
            expected=expected,
            detail={"records": made},
            answer=None if answer is None else answer.at(told),
            check=check,
        )
        return told(entry.version)


def _organisation(there: Collection[Quad]) -> Iri:
    """Return the organisation that is described: there is one."""
    is_one = ORGANISATION.types["FormalOrganization"]
    return Iri(min(q.subject.value for q in there if q.object == is_one and isinstance(q.subject, NamedNode)))


def _place(kind: Kind, number: int, drafts: Sequence[Draft]) -> str:
    return kind.one if len(drafts) == 1 else f"items[{number}]"


def _sound(workspace: Workspace, items: Sequence[Iri]) -> dict[Iri, tuple[str, ...]]:
    """Return what is left to do for each item.

    :raises BadInput: if one breaks a shape of evidence, with its place among them.
    """
    days = [item.issued for item in workspace.organisation.evidence if item.iri in set(items) and item.issued]
    found = findings_about_each(workspace, (), items, max(days, default=date.min))
    labels = workspace.organisation.labels
    places = {iri: f"items[{n}]" if len(items) > 1 else "the item" for n, iri in enumerate(items)}
    return {iri: to_do(found[iri], labels.get(iri) or iri.rpartition("/")[2], places[iri]) for iri in items}
