"""What the pages of an organisation show: what is recorded, what is covered, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.http.pages.provisions import WHOLES
from api.http.pages.statements import short
from engine.coverage.assess import Assessment, Counts, assess
from engine.coverage.values import Policy
from engine.errors import BadParameter
from engine.explain import explain, explain_provision
from engine.organisation import ASSET_CLASSES
from engine.periods import covers
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.coverage.values import Result
    from engine.explain import ProofNode
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Evidence, Framework, Organisation
    from engine.repository.organisations import Held

__all__ = ["MOST", "coverage_values", "overview_values", "proof_values"]

MOST = 100
"""How many results a page of coverage lists."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many records there are of a kind, and how many of them count on the day.

    :ivar current: those that count; nothing where a day makes no difference.
    """

    kind: str
    total: int
    current: int | None = None
    counts_as: str = ""


def overview_values(held: Held, day: date, policy: Policy) -> dict[str, Any]:
    """Return what the overview of an organisation shows on a day."""
    organisation = held.workspace.organisation
    assessment = assess(held.workspace.knowledge(day), organisation, day, policy)
    found = _assets(organisation)
    return {
        "held": held,
        "organisation": organisation,
        "recorded": _recorded(organisation, day),
        "assets": [(name, found[name]) for name in ASSET_CLASSES if found[name]],
        "counts": [_counted(assessment.counts(framework)) for framework in assessment.frameworks],
        "policy": policy.label,
    }


def _recorded(organisation: Organisation, day: date) -> list[Recorded]:
    in_force = [i for i in organisation.implementations if i.in_force(day)]
    operating = sum(1 for i in in_force if i.status == "Implemented")
    return [
        Recorded("Role assignments", len(organisation.roles), _count(organisation.roles, day), "in force on the day"),
        Recorded("Control implementations", len(organisation.implementations), operating, "in operation on the day"),
        Recorded(
            "Items of evidence",
            len(organisation.evidence),
            sum(1 for item in organisation.evidence if _is_valid(item, day)),
            "issued by the day and within their validity",
        ),
        Recorded("Findings", len(organisation.findings), _open(organisation, day), "open on the day"),
        Recorded("Judgements", len(organisation.judgements)),
        Recorded("Overrides", len(organisation.overrides)),
    ]


def _count(periods: Iterable[Any], day: date) -> int:
    return sum(1 for period in periods if covers(period, day))


def _open(organisation: Organisation, day: date) -> int:
    return sum(1 for finding in organisation.findings if finding.is_open(day))


def _is_valid(item: Evidence, day: date) -> bool:
    begun = item.issued is not None and item.issued <= day
    return begun and (item.valid_until is None or day < item.valid_until)


def _assets(organisation: Organisation) -> Counter[str]:
    return Counter(NG.local(kind) for asset in organisation.assets.values() for kind in asset.classes)


def _counted(counts: Counts) -> dict[str, Any]:
    return {
        "framework": counts.framework,
        "version": counts.version,
        "total": counts.total,
        "states": {state.value: number for state, number in counts.states.items()},
        "unreviewed": sum(counts.unreviewed.values()),
        "not_modelled": counts.not_modelled,
    }


def coverage_values(
    held: Held, framework: Framework, day: date, policy: Policy, *, state: str, start: int
) -> dict[str, Any]:
    """Return what the page of the coverage of a framework shows: all counts, and a part of the results."""
    knowledge, organisation = held.workspace.knowledge(day), held.workspace.organisation
    assessment = assess(knowledge, organisation, day, policy, frameworks=[framework.iri])
    wanted = [result for result in assessment.results if not state or result.state.value == state]
    return {
        "held": held,
        "organisation": organisation,
        "framework": framework,
        "counts": _counted(assessment.counts(framework)),
        "results": [_result(assessment, result) for result in wanted[start : start + MOST]],
        "listed": len(wanted),
        "all": len(assessment.results),
        "per_page": MOST,
        "policy": policy.label,
    }


def _result(assessment: Assessment, result: Result) -> dict[str, Any]:
    knowledge = assessment.knowledge
    requirement = knowledge.requirements[result.requirement]
    texts = {element.iri: element.text for element in requirement.elements}
    unreviewed = bool(result.support) and result.assurance is not None and result.assurance <= 0
    return {
        "iri": result.requirement,
        "name": knowledge.citation(result.requirement),
        "label": requirement.label,
        "scope": assessment.organisation.labels.get(result.scope, result.scope),
        "state": result.state.value,
        "unreviewed": unreviewed,
        "reason": result.reason,
        "missing": [texts.get(element, element) for element in result.missing],
        "from": result.effective_from,
        "first_expiry": result.first_expiry,
    }


def proof_values(held: Held, cited: Iri, day: date, policy: Policy) -> dict[str, Any]:
    """Return what the page of a proof shows: a tree per scope.

    :raises BadParameter: if the provision has no requirement on the day, or is too large to have one state.
    """
    knowledge, organisation = held.workspace.knowledge(day), held.workspace.organisation
    framework = knowledge.framework_of(cited)
    assert framework is not None  # noqa: S101 - a citation names something of a framework
    _refuse_wholes(knowledge, cited)
    assessment = assess(knowledge, organisation, day, policy, frameworks=[framework.iri])
    proofs = _proofs(assessment, cited)
    if not proofs:
        expected = f"a provision with a requirement on {day}; its page tells what is modelled"
        raise BadParameter("citation", knowledge.citation(cited), expected)
    return {
        "held": held,
        "organisation": organisation,
        "framework": framework,
        "cited": cited,
        "name": knowledge.citation(cited),
        "proofs": proofs,
        "policy": policy.label,
        "names": _Names(knowledge, organisation),
    }


def _refuse_wholes(knowledge: Knowledge, cited: Iri) -> None:
    provision = knowledge.provisions.get(cited)
    if cited in knowledge.frameworks or (provision is not None and provision.kind in WHOLES):
        expected = "an article or a part of one; above an article there are counts only, on the page of its coverage"
        raise BadParameter("citation", knowledge.citation(cited), expected)


def _proofs(assessment: Assessment, cited: Iri) -> tuple[ProofNode, ...]:
    if cited in assessment.knowledge.requirements:
        return tuple(explain(assessment, result) for result in assessment.by_requirement.get(cited, ()))
    return explain_provision(assessment, cited)


@dataclass(frozen=True)
class _Names:
    """What a page of an organisation calls a thing."""

    knowledge: Knowledge
    organisation: Organisation

    def __call__(self, iri: Iri) -> str:
        """Return a label of the organisation, or what the law calls it."""
        return self.organisation.labels.get(iri) or short(self.knowledge.citation(iri))
