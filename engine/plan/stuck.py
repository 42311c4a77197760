"""Why none of the actions of a plan lifts a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.model import State

if TYPE_CHECKING:
    from engine.coverage.values import Result
    from engine.model import Requirement

__all__ = ["why_stuck"]

_INSUFFICIENT = "a judgement in force says that what is in place does not suffice"
_NO_MAPPING = "no accepted mapping leads from a control to it"
_LEFT_OUT = "the controls that lead to it are left out by the statement of applicability"
_NO_CONTROL = "no known control gives all that is missing"
_NOT_COMPLETE = "its decomposition is not confirmed complete, and no known control gives the whole"
_FINDING = "a major finding is open against what carries it out"
_NO_TEMPLATE = "no evidence template says what would show it"
_NO_ITEM = "no item of evidence is known that would show it"


def why_stuck(requirement: Requirement, result: Result, done: Result) -> str:
    """Return in words why a result that is not covered cannot be lifted by controls, evidence or a judgement.

    :param done: the same result with all actions carried out that come into question.
    """
    if done.judgement is not None and done.state is State.PARTIALLY:
        return _INSUFFICIENT
    if result.state is State.CLAIMED:
        return _why_not_shown(result)
    if result.state is State.NOT_COVERED:
        return _LEFT_OUT if any(candidate.rule == "R5" for candidate in result.candidates) else _NO_MAPPING
    return _NO_CONTROL if requirement.elements_complete else _NOT_COMPLETE


def _why_not_shown(result: Result) -> str:
    checks = [check for support in result.support for check in support.checks if not check.passes]
    if any(check.findings for check in checks):
        return _FINDING
    return _NO_ITEM if all(check.templates for check in checks) else _NO_TEMPLATE
