"""Why none of the actions of a plan lifts a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.model import State

if TYPE_CHECKING:
    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result

__all__ = ["why_stuck"]

_NO_MAPPING = "no accepted mapping leads from a control to it"
_LEFT_OUT = "the controls that lead to it are left out by the statement of applicability"
_NO_CONTROL = "no known control gives all that is missing"
_NOT_COMPLETE = "its decomposition is not confirmed complete, and no known control gives the whole"
_FINDING = "a major finding is open against what carries it out"
_NO_TEMPLATE = "no evidence template says what would show it"
_NO_ITEM = "no item of evidence is known that would show it"


def why_stuck(assessment: Assessment, result: Result) -> str:
    """Return in words why a result that is not covered cannot be lifted by controls, evidence or a judgement."""
    if result.state is State.CLAIMED:
        return _why_not_shown(result)
    offered = [candidate for candidate in result.candidates if candidate.rule == "R5"]
    if result.state is State.NOT_COVERED:
        return _LEFT_OUT if offered else _NO_MAPPING
    return _NO_CONTROL if assessment.knowledge.requirements[result.requirement].elements_complete else _NOT_COMPLETE


def _why_not_shown(result: Result) -> str:
    checks = [check for support in result.support for check in support.checks if not check.passes]
    if any(check.findings for check in checks):
        return _FINDING
    return _NO_ITEM if all(check.templates for check in checks) else _NO_TEMPLATE
