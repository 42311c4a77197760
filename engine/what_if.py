"""What would change if controls were implemented: the states before and after (COMPETENCY 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.coverage.assess import assess
from engine.plan.actions import Action, How, Item, Kind
from engine.plan.carried_out import carried_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.coverage.assess import Assessment
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Organisation, State

__all__ = ["Change", "WhatIf", "what_if"]


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement whose state, rolled up over its scopes, is another one afterwards."""

    requirement: Iri
    before: State
    after: State


@dataclass(frozen=True)
class WhatIf:
    """One organisation as it is, and as it would be with some more controls in operation, or evidence of some.

    :ivar excluded: those of the controls that the organisation has left out in every scope: they change nothing.
    :ivar evidenced: the controls all of whose evidence is imagined to be there.
    """

    before: Assessment
    after: Assessment
    controls: tuple[Iri, ...]
    excluded: tuple[Iri, ...]
    evidenced: tuple[Iri, ...] = ()

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


def what_if(
    assessment: Assessment, controls: Sequence[Iri], scopes: Sequence[Iri] = (), evidenced: Sequence[Iri] = ()
) -> WhatIf:
    """Return what changes once controls are in operation in some scopes; everywhere where none is named.

    No evidence is presumed but that of the controls in ``evidenced``: all that their templates ask for, current and
    approved, for each implementation recorded or imagined. What is complete without evidence is
    ClaimedWithoutCurrentEvidence until it is collected.
    """
    organisation, day = assessment.organisation, assessment.day
    where = tuple(scopes) or (organisation.iri,)
    richer = carried_out(organisation, [Action(Kind.IMPLEMENT, control, where) for control in controls], day)
    shown = [_shown(assessment.knowledge, richer, control) for control in evidenced]
    richer = carried_out(richer, shown, day)
    frameworks = [framework.iri for framework in assessment.frameworks]
    after = assess(assessment.knowledge, richer, day, assessment.policy, frameworks=frameworks)
    return WhatIf(assessment, after, tuple(controls), _excluded(assessment, controls), tuple(evidenced))


def _shown(knowledge: Knowledge, organisation: Organisation, control: Iri) -> Action:
    """Return that all evidence of a control is there, for the organisation and each of its assets."""
    everything = (organisation.iri, *organisation.assets)
    items = tuple(
        Item(How.ADD, (implementation.iri,), template.evidence_type, everything, template.minimum)
        for implementation in organisation.implementations
        for template in knowledge.templates.get(control, ())
        if implementation.control == control
    )
    return Action(Kind.EVIDENCE, control, everything, items)


def _excluded(assessment: Assessment, controls: Sequence[Iri]) -> tuple[Iri, ...]:
    organisation = assessment.organisation
    left_out = {
        i.control
        for i in organisation.implementations
        if i.status == "Excluded" and i.in_force(assessment.day) and organisation.iri in i.scopes
    }
    return tuple(control for control in controls if control in left_out)
