"""Evidence completeness by SHACL: what an analyst has to add before a control counts as evidenced.

The shapes run on the organisation's records, the evidence templates and types, and one as-of node: a date in
the data, never the clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.shacl.triples import Triples
from engine.shacl.validator import run_shapes
from engine.vocabulary import GRAPH, NG, PREFIXES, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from engine.content import Content
    from engine.shacl.validator import Report
    from engine.workspace import Workspace

__all__ = ["evidence_data", "evidence_shapes", "validate"]

_CONTEXT_GRAPHS = ("scheme/evidence-templates", "scheme/evidence-types", "scheme/roles")


def evidence_shapes(content: Content) -> list[Quad]:
    """Return the shapes of evidence completeness."""
    return list(_of(content, ("shapes/evidence",)))


def evidence_data(workspace: Workspace, day: date) -> list[Quad]:
    """Return what the evidence shapes are run on: records, templates, types, and the day."""
    as_of = Literal(day.isoformat(), datatype=NamedNode(PREFIXES["xsd"] + "date"))
    context = _of(workspace.content, _CONTEXT_GRAPHS)
    return [*workspace.quads, *context, Quad(identifier("as-of"), NG.asOf, as_of)]


def _of(content: Content, names: Iterable[str]) -> Iterator[Quad]:
    homes = {GRAPH + name for name in names}
    return (quad for quad in content.quads if getattr(quad.graph_name, "value", "") in homes)


def validate(workspace: Workspace, day: date) -> Report:
    """Return what the evidence shapes find in an organisation's records on a day."""
    return run_shapes(Triples(evidence_shapes(workspace.content)), Triples(evidence_data(workspace, day)))
