"""What people call the things that an item of evidence names: types, agents, implementations, items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from api.shared import named
from engine.errors import BadParameter, UnknownName
from engine.graph import Graph, Iri
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.model import Evidence, Implementation
    from engine.workspace import Workspace

__all__ = ["EvidenceNames"]

_AGENTS = (
    f"{PREFIXES['org']}Role",
    f"{PREFIXES['org']}FormalOrganization",
    f"{PREFIXES['prov']}Person",
    f"{PREFIXES['prov']}Agent",
)
_ANSWER = (NG.collectedBy, NG.approvedBy, NG.ownedBy, NG.judgedBy)


@dataclass(frozen=True)
class EvidenceNames:
    """Find things of one organisation by identifier, by its last part, or by label."""

    workspace: Workspace

    def evidence_type(self, name: str) -> Iri:
        """Return an evidence type by its name, as ``TestResult``, or its label.

        :raises UnknownName: if there is none.
        """
        content = self.workspace.content
        known = {NG.local(iri): iri for iri in content.graph.instances(NG.EvidenceType)}
        wanted = name.removeprefix("ng:").lower()
        for local, iri in sorted(known.items()):
            if wanted in {local.lower(), iri.lower(), content.knowledge.labels.get(iri, "").lower()}:
                return iri
        raise UnknownName("evidence type", name, sorted(known))

    def agent(self, name: str, option: str) -> Iri:
        """Return a role or person that the organisation has recorded.

        :raises UnknownName: if there is none.
        :raises BadParameter: if there are several.
        """
        records = Graph(self.workspace.quads)
        agents = {iri for kind in _AGENTS for iri in records.instances(NamedNode(kind))}
        agents |= {iri for thing in records for role in _ANSWER for iri in records.iris(thing, role)}
        return self._one(name, agents, "role or person in the records", option)

    def item(self, name: str, option: str = "ITEM") -> Evidence:
        """Return an item of evidence.

        :raises UnknownName: if there is none.
        :raises BadParameter: if there are several.
        """
        items = {item.iri: item for item in self.workspace.organisation.evidence}
        return items[self._one(name, items, "item of evidence", option)]

    def implementation(self, name: str) -> Iri:
        """Return an implementation of a control.

        :raises UnknownName: if there is none.
        :raises BadParameter: if there are several.
        """
        known = [implementation.iri for implementation in self.workspace.organisation.implementations]
        return self._one(name, known, "control implementation", "--implementation")

    def implementation_of(self, citation: str, assets: Iterable[Iri]) -> Iri:
        """Return the one implementation of a control that is in operation, and has some assets in scope.

        :raises UnknownCitation: if there is no such control.
        :raises BadParameter: if there is no such implementation, or more than one.
        """
        control = self.workspace.citations.resolve(citation)
        found = [i for i in self.workspace.organisation.implementations if self._fits(i, control, tuple(assets))]
        if not found:
            expected = "a control with an implementation of status ng:Implemented that has the asset in scope"
            raise BadParameter("--control", citation, f"{expected}; record the implementation first")
        if len(found) > 1:
            names = ", ".join(i.iri.rpartition("/")[2] for i in found)
            raise BadParameter("--control", citation, f"carried out once; say with --implementation which of {names}")
        return found[0].iri

    def _fits(self, implementation: Implementation, control: Iri, assets: tuple[Iri, ...]) -> bool:
        scopes = set(implementation.scopes)
        everywhere = self.workspace.organisation.iri in scopes
        is_carried_out = implementation.control == control and implementation.status == "Implemented"
        return is_carried_out and (everywhere or scopes.issuperset(assets))

    def _one(self, name: str, things: Iterable[Iri], kind: str, option: str) -> Iri:
        things = tuple(things)
        found = named(name, things, self.workspace.organisation.labels)
        if not found:
            raise UnknownName(kind, name, sorted(iri.rpartition("/")[2] for iri in things))
        if len(found) > 1:
            raise BadParameter(option, name, f"one of them: it names {' and '.join(found)}; write the one you mean")
        return found[0]
