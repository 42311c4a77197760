"""``normgraph explain``: the proof behind a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text
from rich.tree import Tree

from api.console import STATE_STYLES, emit_json, out
from api.shared import as_of_option, format_option, open_workspace, policy_options
from engine.errors import BadParameter
from engine.explain import explain as explain_result
from engine.explain import explain_provision, to_json
from engine.model import State

if TYPE_CHECKING:
    from datetime import date

    from engine.coverage.assess import Assessment
    from engine.explain import ProofNode
    from engine.graph import Iri
    from engine.knowledge import Knowledge

__all__ = ["explain"]

_WHOLES = frozenset({"Chapter", "Section", "Annex", "AnnexSection", "ControlObjective"})


@click.command()
@click.argument("org")
@click.argument("citation", nargs=-1, required=True)
@click.option("--scope", metavar="ASSET", help="Only this asset, or the organisation.")
@as_of_option
@policy_options
@format_option("table", "json")
def explain(
    org: str, citation: tuple[str, ...], scope: str | None, as_of: date | None, least: str, hops: int, form: str
) -> None:
    """Explain why a provision or requirement has its state for ORG, a tree per scope: “AI Act 15”, “GDPR 35(1)”."""
    opened = open_workspace(org, as_of)
    cited = opened.workspace.citations.resolve(" ".join(citation))
    _refuse_wholes(opened.workspace.content.knowledge, cited)
    assessment = opened.assess(least, hops, (), scope)
    nodes = _nodes(assessment, cited)
    if not nodes:
        name = assessment.knowledge.citation(cited)
        expected = (
            f"a provision with a requirement on {assessment.day}; see what is modelled with: normgraph show “{name}”"
        )
        raise BadParameter("CITATION", name, expected)
    if form == "json":
        emit_json("explain", _document(assessment, cited, nodes))
        return
    for node in nodes:
        out.print(_tree(node))


def _refuse_wholes(knowledge: Knowledge, cited: Iri) -> None:
    """Refuse what has counts only and no single state: an act, a chapter, a section, an annex (COVERAGE §5)."""
    provision = knowledge.provisions.get(cited)
    if cited in knowledge.frameworks or (provision is not None and provision.kind in _WHOLES):
        expected = "an article or a part of one; above an article there are counts only: normgraph assess ORG -f KEY"
        raise BadParameter("CITATION", knowledge.citation(cited), expected)


def _nodes(assessment: Assessment, cited: Iri) -> tuple[ProofNode, ...]:
    if cited in assessment.knowledge.requirements:
        return tuple(explain_result(assessment, result) for result in assessment.by_requirement.get(cited, ()))
    return explain_provision(assessment, cited)


def _document(assessment: Assessment, cited: Iri, nodes: tuple[ProofNode, ...]) -> dict[str, Any]:
    return {
        "citation": assessment.knowledge.citation(cited),
        "iri": cited,
        "organisation": assessment.organisation.iri,
        "as_of": assessment.day,
        "policy": assessment.policy.label,
        "proofs": [to_json(node) for node in nodes],
    }


def _line(node: ProofNode) -> Text:
    style = STATE_STYLES.get(State(node.state), "") if node.state else ""
    return Text.assemble((node.conclusion, style), (f" [{node.rule}]", "dim"))


def _tree(node: ProofNode, parent: Tree | None = None) -> Tree:
    tree = parent.add(_line(node)) if parent is not None else Tree(_line(node))
    for text in node.missing:
        tree.add(Text(f"missing: {text}", style="red"))
    for child in node.children:
        _tree(child, tree)
    for text in node.rejected:
        tree.add(Text(f"not counted: {text}", style="dim"))
    if node.lift:
        tree.add(Text(f"smallest change: {node.lift}", style="bold"))
    return tree
