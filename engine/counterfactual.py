"""What would have to be otherwise for a norm to apply: the answer to “not applicable, but what if …?”."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.coverage.values import Kind
from engine.kleene import Truth
from engine.model import State
from engine.organisation import SCOPE_NAMES

if TYPE_CHECKING:
    from engine.applicability import Applicability
    from engine.coverage.values import Result
    from engine.graph import Iri
    from engine.model import Requirement

__all__ = ["would_apply_if"]


def would_apply_if(applicability: Applicability, result: Result) -> tuple[str, ...]:
    """Return all that would have to hold for a requirement that does not apply to apply, in words.

    What stands in its way is named: the role, each condition known not to hold, or the rule that takes it away.
    Nothing is returned where the requirement applies, or where a person set the state.
    """
    if result.state is not State.NOT_APPLICABLE or result.kind is None or result.rule == "R0":
        return ()
    requirement = applicability.knowledge.requirements[result.requirement]
    if result.kind is Kind.NO_ASSET:
        return (f"the organisation had an {SCOPE_NAMES[requirement.assessed_per]}",)
    lacking = _lacking(applicability, requirement, result.scope) if result.kind is Kind.ROLE_OR_CLASS else ()
    return lacking or (f"not for this: {result.reason}",)


def _lacking(applicability: Applicability, requirement: Requirement, scope: Iri) -> tuple[str, ...]:
    knowledge, where = applicability.knowledge, applicability.name(scope)
    found = []
    if applicability.bears(requirement.bearers, scope).truth is Truth.FALSE:
        roles = " or ".join(map(knowledge.citation, requirement.bearers))
        found.append(f"{applicability.organisation.label} were {roles} of {where}")
    failing = (c for c in requirement.conditions if applicability.holds(c, scope).truth is Truth.FALSE)
    return (*found, *(f"this held: {knowledge.citation(condition)}" for condition in failing))
