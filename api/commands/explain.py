"""``normgraph explain``: the proof behind a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text
from rich.tree import Tree

from api.console import STATE_STYLES, emit_json, out
from api.documents.explanation import explanation_document, proofs_of, refuse_wholes
from api.shared import as_of_option, format_option, open_workspace, policy_options
from engine.model import State

if TYPE_CHECKING:
    from datetime import date

    from engine.explain import ProofNode

__all__ = ["explain"]


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
    refuse_wholes(opened.workspace.content.knowledge, cited)
    assessment = opened.assess(least, hops, (), scope)
    nodes = proofs_of(assessment, cited)
    if form == "json":
        emit_json("explain", explanation_document(assessment, cited, nodes))
        return
    for node in nodes:
        out.print(_tree(node))


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
