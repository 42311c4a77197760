"""The proof behind a state: a tree for each requirement and scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import BadParameter
from engine.explain import explain as explain_result
from engine.explain import explain_provision, to_json

if TYPE_CHECKING:
    from engine.coverage.assess import Assessment
    from engine.explain import ProofNode
    from engine.graph import Iri
    from engine.knowledge import Knowledge

__all__ = ["explanation_document", "proofs_of", "refuse_wholes"]

_WHOLES = frozenset({"Chapter", "Section", "Annex", "AnnexSection", "ControlObjective"})


def refuse_wholes(knowledge: Knowledge, cited: Iri) -> None:
    """Refuse what has counts only and no single state: an act, a chapter, a section, an annex (COVERAGE §5).

    :raises BadParameter: if it is one of these.
    """
    provision = knowledge.provisions.get(cited)
    if cited in knowledge.frameworks or (provision is not None and provision.kind in _WHOLES):
        expected = "an article or a part of one; above an article there are counts only: assess the framework"
        raise BadParameter("citation", knowledge.citation(cited), expected)


def proofs_of(assessment: Assessment, cited: Iri) -> tuple[ProofNode, ...]:
    """Return the proofs of a provision or requirement.

    :raises BadParameter: if nothing is demanded there on the day.
    """
    found = _nodes(assessment, cited)
    if not found:
        name = assessment.knowledge.citation(cited)
        expected = f"a provision with a requirement on {assessment.day}; look at what is modelled of it"
        raise BadParameter("citation", name, expected)
    return found


def _nodes(assessment: Assessment, cited: Iri) -> tuple[ProofNode, ...]:
    if cited in assessment.knowledge.requirements:
        return tuple(explain_result(assessment, result) for result in assessment.by_requirement.get(cited, ()))
    return explain_provision(assessment, cited)


def explanation_document(assessment: Assessment, cited: Iri, nodes: tuple[ProofNode, ...]) -> dict[str, Any]:
    """Return the proofs of a provision or requirement as a document."""
    return {
        "citation": assessment.knowledge.citation(cited),
        "iri": cited,
        "organisation": assessment.organisation.iri,
        "as_of": assessment.day,
        "policy": assessment.policy.label,
        "proofs": [to_json(node) for node in nodes],
    }
