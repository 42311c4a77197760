"""What to do next about one result, in one short sentence, for the one who acts next (COVERAGE §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.model import State

if TYPE_CHECKING:
    from engine.coverage.values import EvidenceCheck, Result
    from engine.report.names import Names

__all__ = ["basis", "next_step"]


def basis(result: Result) -> Result:
    """Return what the substance of a result is read from: what holds otherwise, where it applies only later."""
    later = result.state is State.NOT_YET and result.rule != "R0"
    return result.otherwise if later and result.otherwise is not None else result


def next_step(names: Names, result: Result) -> str:
    """Return the next step towards a better state; empty where nothing is to be done."""
    found = basis(result)
    if found.state is State.REVIEW:
        return f"Legal answers: {found.questions[0]}" if found.questions else "Legal decides whether it applies."
    if found.state is State.CLAIMED:
        return _evidence(names, found)
    if found.state is State.PARTIALLY:
        return _complete(names, found)
    if found.state is State.NOT_COVERED:
        return _begin(names, found)
    return ""


def _begin(names: Names, result: Result) -> str:
    if result.unevidenced:
        return f"Record evidence of performance for {names.label(result.unevidenced[0])}."
    if result.rule == "R0":
        return "Remove the reason for which the reviewer set this state."
    offered = [c for c in result.candidates if c.rule == "R5"]
    if offered:
        best = max(offered, key=lambda c: (len(c.covers), c.control))
        return f"Implement {names.label(best.control)} here: {best.reason}."
    if any(c.rule == "R3" and "below the policy" in c.reason for c in result.candidates):
        return "Have the mappings on it reviewed, or find a control for it."
    return "Decide on a measure and its owner: no control at hand addresses it."


def _complete(names: Names, result: Result) -> str:
    if result.judgement is not None:
        return f"Remedy what the judgement found wanting: {result.reason.partition(': ')[2] or result.reason}"
    if result.inputs and result.unevidenced:
        return f"Record evidence of performance for {names.label(result.unevidenced[0])}."
    if not result.missing:
        return "Have a second reader confirm that the recorded elements are the whole requirement."
    first, *more = names.elements(result.missing)
    rest = f" (and {len(more)} more)" if more else ""
    return f"Address: {first.rstrip('.')}{rest}."


def _evidence(names: Names, result: Result) -> str:
    for support in result.support:
        for check in support.checks:
            if not check.passes:
                return _renew(names, names.label(support.control), check)
    return "Obtain current evidence."


def _renew(names: Names, control: str, check: EvidenceCheck) -> str:
    if check.findings:
        return f"Close the major finding on {control}: {names.label(check.findings[0])}."
    for template in check.templates:
        if not template.passes:
            lapsed = [r for r in template.rejected if r.lapsed_on]
            wanted = names.label(template.template)
            if lapsed:
                return f"Renew “{names.label(lapsed[-1].evidence)}”: {lapsed[-1].reason} ({wanted})."
            return f"Record evidence: {wanted}."
    return f"Say what evidence {control} needs: it has no evidence template."
