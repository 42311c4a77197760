"""What would change if controls were implemented: the states before and after (COMPETENCY 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from engine.coverage.assess import assess
from engine.graph import Iri
from engine.lift import fewest_controls, offers_of_anything, offers_of_elements
from engine.model import Implementation, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.coverage.assess import Assessment
    from engine.knowledge import Knowledge
    from engine.model import Organisation

__all__ = ["Change", "WhatIf", "controls_for", "is_control", "what_if"]

_LACKING = frozenset({State.PARTIALLY, State.NOT_COVERED})


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement whose state, rolled up over its scopes, is another one afterwards."""

    requirement: Iri
    before: State
    after: State


@dataclass(frozen=True)
class WhatIf:
    """One organisation as it is, and as it would be with some more controls in operation and no more evidence.

    :ivar excluded: those of the controls that the organisation has left out in every scope: they change nothing.
    """

    before: Assessment
    after: Assessment
    controls: tuple[Iri, ...]
    excluded: tuple[Iri, ...]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The requirements whose state would be another one, in document order."""
        pairs = ((iri, self.before.state_of(iri), self.after.state_of(iri)) for iri in self.before.by_requirement)
        return tuple(Change(*pair) for pair in pairs if pair[1] is not pair[2])

    @cached_property
    def gained(self) -> Mapping[Iri, tuple[Iri, ...]]:
        """By requirement the elements that would be addressed in a scope in which they are missing today."""
        found: dict[Iri, dict[Iri, None]] = {}
        for old, new in zip(self.before.results, self.after.results, strict=True):
            for element in old.missing:
                if element not in new.missing:
                    found.setdefault(old.requirement, {})[element] = None
        return {requirement: tuple(elements) for requirement, elements in found.items()}


def is_control(knowledge: Knowledge, iri: Iri) -> bool:
    """Tell whether something can be implemented: a clause or control of a standard, and no group of them."""
    part = knowledge.provisions.get(iri)
    return part is not None and part.kind in {"Clause", "Control"} and not knowledge.children.get(iri)


def what_if(assessment: Assessment, controls: Sequence[Iri], scopes: Sequence[Iri] = ()) -> WhatIf:
    """Return what changes once controls are in operation in some scopes; everywhere where none is named.

    No evidence is presumed: what is complete then is ClaimedWithoutCurrentEvidence until evidence is collected.
    """
    organisation = assessment.organisation
    where = tuple(scopes) or (organisation.iri,)
    planned = tuple(_implemented(assessment.knowledge, organisation, control, where) for control in controls)
    richer = replace(organisation, implementations=(*organisation.implementations, *planned))
    frameworks = [framework.iri for framework in assessment.frameworks]
    after = assess(assessment.knowledge, richer, assessment.day, assessment.policy, frameworks=frameworks)
    return WhatIf(assessment, after, tuple(controls), _excluded(assessment, controls))


def _implemented(
    knowledge: Knowledge, organisation: Organisation, control: Iri, scopes: tuple[Iri, ...]
) -> Implementation:
    return Implementation(
        iri=Iri(f"{organisation.iri}#what-if-{control.rpartition('/id/')[2]}"),
        label=knowledge.citation(control),
        control=control,
        status="Implemented",
        scopes=scopes,
        owner=None,
        valid_from=None,
        valid_until=None,
        justification="",
        approved_by=(),
        graph=organisation.iri,
    )


def _excluded(assessment: Assessment, controls: Sequence[Iri]) -> tuple[Iri, ...]:
    organisation = assessment.organisation
    left_out = {
        i.control
        for i in organisation.implementations
        if i.status == "Excluded" and i.in_force(assessment.day) and organisation.iri in i.scopes
    }
    return tuple(control for control in controls if control in left_out)


def controls_for(assessment: Assessment, cited: Iri) -> tuple[Iri, ...]:
    """Return the fewest controls that together give most of what is missing of a requirement, provision or act.

    What is missing are the elements that nothing addresses, and the requirements that nothing addresses at all, in
    every scope; nothing is returned where no known control gives any of that.
    """
    if cited in assessment.knowledge.requirements:
        results = assessment.by_requirement.get(cited, ())
    else:
        results = assessment.leaves_of(cited)
    lacking = [result for result in results if result.state in _LACKING]
    offers = offers_of_elements(lacking)
    for control, things in offers_of_anything(lacking).items():
        offers.setdefault(control, set()).update(things)
    return fewest_controls(offers)
