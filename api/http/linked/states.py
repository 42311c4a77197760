"""A requirement as linked data with its states for an organisation: the law, the run, and what the run rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from api.http.linked.description import describe
from engine.coverage.assess import assess
from engine.coverage.run import run_id, run_quads
from engine.errors import BadParameter
from engine.vocabulary import BASE, ID

if TYPE_CHECKING:
    from datetime import date

    from pyoxigraph import Triple

    from api.http.linked.statements import Statements
    from engine.coverage.values import Policy
    from engine.graph import Iri
    from engine.workspace import Workspace

__all__ = ["requirement_with_states"]


def requirement_with_states(
    content: Statements, workspace: Workspace, requirement: Iri, day: date, policy: Policy
) -> list[Triple]:
    """Return the statements of a requirement and of its state in each scope on a day, sorted.

    :raises BadParameter: if it is no requirement.
    """
    knowledge = workspace.knowledge(day)
    framework = knowledge.framework_of(requirement)
    if requirement not in knowledge.requirements or framework is None:
        expected = "a requirement, as “AI Act 15(4) no. 1”; /go leads to the page that lists them"
        raise BadParameter("citation", knowledge.citation(requirement), expected)
    whole = assess(knowledge, workspace.organisation, day, policy, frameworks=[framework.iri])
    found = replace(whole, results=whole.by_requirement.get(requirement, ()))
    run = run_id(workspace.content.hash, workspace.quads, found)
    document = f"{BASE}doc/{requirement.removeprefix(ID)}"
    described = describe(content, requirement, content).triples(document)
    return sorted({*described, *(quad.triple for quad in run_quads(found, run))}, key=str)
