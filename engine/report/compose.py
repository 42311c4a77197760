"""The whole report of an organisation in one call: assessed, counted under the stricter policy too, and proved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.coverage.assess import assess
from engine.coverage.run import run_id
from engine.explain import explain_all, prose
from engine.model import ReviewState
from engine.report.model import build_report
from engine.report.penalties import read_penalties
from engine.report.values import Imprint
from engine.tensions import read_tensions

if TYPE_CHECKING:
    from engine.coverage.assess import Assessment
    from engine.report.values import Report
    from engine.workspace import Workspace

__all__ = ["compose_report"]


def compose_report(workspace: Workspace, assessment: Assessment, imprint: Imprint | None = None) -> Report:
    """Return the gap report of an assessment, with the counts under expert-reviewed rows beside, and every proof."""
    content = workspace.content
    policy = replace(assessment.policy, least=max(assessment.policy.least, ReviewState.EXPERT_REVIEWED))
    frameworks = [framework.iri for framework in assessment.frameworks]
    stricter = assess(assessment.knowledge, workspace.organisation, assessment.day, policy, frameworks=frameworks)
    proofs = {key: prose(node) for key, node in explain_all(assessment).items()}
    run = run_id(content.hash, workspace.quads, assessment)
    return build_report(
        assessment,
        stricter,
        proofs=proofs,
        imprint=replace(imprint or Imprint(), content_hash=content.hash, run=run),
        penalties=read_penalties(content.graph),
        tensions=read_tensions(content.graph),
    )
