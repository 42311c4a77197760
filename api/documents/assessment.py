"""The state of every requirement that binds an organisation, with the counts of each framework."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.coverage.run import records_hash
from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.coverage.assess import Assessment, Counts
    from engine.coverage.values import Result
    from engine.graph import Iri
    from engine.workspace import Workspace

__all__ = ["assessment_document", "counts_record", "in_states", "result_entry"]


def assessment_document(
    workspace: Workspace, assessment: Assessment, frameworks: Sequence[str], scope: Iri | None, states: Sequence[str]
) -> dict[str, Any]:
    """Return an assessment with what was asked for: frameworks, a scope, and states that are listed."""
    return {
        "organisation": assessment.organisation.iri,
        "as_of": assessment.day,
        "policy": assessment.policy.label,
        "least_review": assessment.policy.least.label,
        "hops": assessment.policy.hops,
        "counts": [counts_record(assessment.counts(framework)) for framework in assessment.frameworks],
        "results": [result_entry(assessment, result) for result in in_states(assessment.results, states)],
        "frameworks": list(frameworks),
        "scope": scope,
        "states": list(states),
        "content": workspace.content.hash,
        "records": records_hash(workspace.quads),
    }


def in_states(results: Iterable[Result], states: Sequence[str]) -> list[Result]:
    """Return the results in some states; all where none is named."""
    return [result for result in results if not states or result.state.value in states]


def result_entry(assessment: Assessment, result: Result) -> dict[str, Any]:
    """Return what is told of one result."""
    knowledge = assessment.knowledge
    requirement = knowledge.requirements[result.requirement]
    texts = {element.iri: element.text for element in requirement.elements}
    framework = knowledge.framework_of(result.requirement)
    return {
        "framework": framework.key if framework else None,
        "requirement": result.requirement,
        "citation": knowledge.citation(result.requirement),
        "label": requirement.label,
        "scope": result.scope,
        "state": result.state.value,
        "rule": result.rule,
        "kind": result.kind.value if result.kind else None,
        "reason": result.reason,
        "if_applicable": result.if_applicable.value if result.if_applicable else None,
        "effective_from": result.effective_from,
        "assurance": result.assurance.label if result.assurance is not None else None,
        "freshness": result.freshness.value,
        "first_expiry": result.first_expiry,
        "missing": [texts.get(element, element) for element in result.missing],
        "missing_elements": list(result.missing),
        "rests_on": sorted({premise for support in result.support for premise in support.premises}),
        "questions": list(result.questions),
    }


def counts_record(counts: Counts) -> dict[str, Any]:
    """Return the counts of one framework as JSON values."""
    return {
        "framework": counts.framework.key,
        "version": counts.version,
        "total": counts.total,
        "states": {state.value: counts.states.get(state, 0) for state in State},
        "not_applicable": {
            kind.value: n for kind, n in sorted(counts.not_applicable.items(), key=lambda p: p[0].value)
        },
        "unreviewed": {state.value: n for state, n in sorted(counts.unreviewed.items(), key=lambda p: p[0].value) if n},
        "not_modelled": counts.not_modelled,
    }
