"""An organisation opened to be looked at on a day, by a command or over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.console import progress
from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.errors import BadParameter, UnknownName
from engine.model import ReviewState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from engine.coverage.assess import Assessment
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Framework
    from engine.workspace import Workspace

__all__ = ["POLICIES", "Opened", "find_framework", "named"]

POLICIES = {
    "proposed": ReviewState.PROPOSED,
    "expert": ReviewState.EXPERT_REVIEWED,
    "legal": ReviewState.LEGALLY_REVIEWED,
}


def find_framework(knowledge: Knowledge, name: str) -> Framework:
    """Return a framework by its key or the name it is cited by.

    :raises UnknownName: if there is none.
    """
    for framework in knowledge.frameworks.values():
        if name.lower() in {framework.key, framework.name.lower()}:
            return framework
    raise UnknownName("framework", name, sorted(f.key for f in knowledge.frameworks.values()))


@dataclass(frozen=True)
class Opened:
    """An organisation that was opened for a command, and the day to look at."""

    workspace: Workspace
    day: date

    def assess(
        self, least: str = "proposed", hops: int = 1, frameworks: Sequence[str] = (), scope: str | None = None
    ) -> Assessment:
        """Return the assessment under the named policy, of the named frameworks and scope."""
        wanted, where = [self.framework(name) for name in frameworks], self.scope(scope)
        with progress("Assessing"):
            return self.assessed(Policy(POLICIES[least], hops), wanted, where)

    def assessed(self, policy: Policy, frameworks: Sequence[Iri] = (), scope: Iri | None = None) -> Assessment:
        """Return the assessment under a policy, of some frameworks and one scope, or of all."""
        knowledge, organisation = self.workspace.knowledge(self.day), self.workspace.organisation
        return assess(knowledge, organisation, self.day, policy, frameworks=frameworks, scope=scope)

    def framework(self, name: str) -> Iri:
        """Return a framework by its key.

        :raises UnknownName: if there is none.
        """
        return find_framework(self.workspace.content.knowledge, name).iri

    def scope(self, name: str | None, option: str = "--scope") -> Iri | None:
        """Return an asset of the organisation, or itself, by its identifier, its last part or its label.

        :param option: where the name was given.

        :raises BadParameter: if there is none, or more than one.
        """
        if name is None:
            return None
        organisation = self.workspace.organisation
        things = (organisation.iri, *organisation.assets)
        found = named(name, things, organisation.labels)
        if not found:
            known = ", ".join(iri.rpartition("/")[2] for iri in organisation.assets)
            raise BadParameter(option, name, f"the organisation or one of its assets ({known})")
        if len(found) > 1:
            raise BadParameter(option, name, f"one of them: it names {' and '.join(found)}; write the one you mean")
        return found[0]


def named(name: str, things: Iterable[Iri], labels: Mapping[Iri, str]) -> list[Iri]:
    """Return the thing of that identifier, or else all of that last part or label, sorted."""
    found = sorted({iri for iri in things if name in {iri, iri.rpartition("/")[2], labels.get(iri)}})
    return [iri for iri in found if iri == name] or found
