"""What the readers of coverage have found so far, beside the records it was found in; to be forgotten piece by piece.

One reader after another can go on with a memory, for another day or with other rows. Whoever changes a record, the day
or the rows says what to forget; what is left has to be what a new reader would find.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from engine.coverage.records import Records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.coverage.values import ControlStanding, EvidenceCheck, Result
    from engine.graph import Iri
    from engine.model import Organisation

__all__ = ["Memory"]

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Memory:
    """An index over records, and what was found in them.

    :ivar checks: by implementation and scope.
    :ivar standings: by control and scope.
    :ivar bases: by requirement and scope, what supports it there before evidence and judgement are weighed.
    :ivar results: by requirement and scope.
    """

    records: Records
    checks: dict[Iri, dict[Iri, EvidenceCheck]] = field(default_factory=dict)
    standings: dict[Iri, dict[Iri, ControlStanding]] = field(default_factory=dict)
    bases: dict[Iri, dict[Iri, Result]] = field(default_factory=dict)
    results: dict[Iri, dict[Iri, Result]] = field(default_factory=dict)

    @classmethod
    def of(cls, organisation: Organisation) -> Memory:
        """Return a memory of nothing yet over the records of an organisation."""
        return cls(Records(organisation))

    def forget_control(self, control: Iri, scopes: Iterable[Iri] | None = None) -> Mapping[Iri, ControlStanding]:
        """Forget a control in some scopes or in all; return how it stood in those of them that were asked for."""
        return _forgotten(self.standings, control, scopes)

    def restate(self, requirement: Iri, scope: Iri, control: Iri, checks: tuple[EvidenceCheck, ...]) -> None:
        """Put other checks of a control under a requirement; forget its support where the control moves in or out."""
        known = self.bases.get(requirement, {})
        if scope not in known:
            return
        base = known.pop(scope)
        if checks and any(support.control == control for support in base.support):
            support = tuple(replace(s, checks=checks) if s.control == control else s for s in base.support)
            known[scope] = replace(base, support=support)

    def forget_requirement(self, requirement: Iri, scopes: Iterable[Iri] | None = None) -> Mapping[Iri, Result]:
        """Forget a requirement in some scopes or in all; return what was known of it there."""
        return _forgotten(self.results, requirement, scopes)


def _forgotten(known: dict[Iri, dict[Iri, Found]], about: Iri, scopes: Iterable[Iri] | None) -> Mapping[Iri, Found]:
    if scopes is None:
        return known.pop(about, {})
    found = known.get(about, {})
    return {scope: found.pop(scope) for scope in tuple(scopes) if scope in found}
