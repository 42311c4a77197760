"""Evidence completeness by SHACL: what an analyst has to add before a control counts as evidenced.

The shapes run on the organisation's records, the evidence templates and types, and one as-of node: a date in
the data, never the clock.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.errors import BadInput, IllFormedShape
from engine.intake import line_of, read_quads
from engine.profiles import STANDARD, graded
from engine.shacl.triples import Triples
from engine.shacl.validator import run_shapes
from engine.vocabulary import GRAPH, NG, PREFIXES, graph, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from engine.content import Content
    from engine.shacl.validator import Report
    from engine.workspace import Workspace

__all__ = [
    "CONTEXT",
    "SHAPES",
    "evidence_context",
    "evidence_data",
    "evidence_shapes",
    "validate",
    "validate_by",
]

SHAPES = (
    "shapes/ai-lifecycle",
    "shapes/data-governance",
    "shapes/documentation",
    "shapes/evidence",
    "shapes/impact-assessments",
    "shapes/incidents",
    "shapes/suppliers",
)
"""The graphs of the shapes that an organisation's records are checked by."""
CONTEXT = (
    "rules/clocks",
    "scheme/evidence-rules",
    "scheme/evidence-templates",
    "scheme/evidence-types",
    "scheme/lifecycle-stages",
    "scheme/roles",
)
"""The graphs of the content that these shapes read beside the records."""


def evidence_shapes(content: Content, profile: str = STANDARD) -> list[Quad]:
    """Return the shapes of evidence completeness, as grave as a profile makes them.

    :raises UnknownName: if there is no such profile.
    """
    return list(graded(_of(content, SHAPES), content.graph, profile))


def evidence_context(content: Content) -> list[Quad]:
    """Return what of the content the evidence shapes look at beside the records."""
    return list(_of(content, CONTEXT))


def evidence_data(workspace: Workspace, day: date) -> list[Quad]:
    """Return what the evidence shapes are run on: records, what they are checked against, and the day."""
    as_of = Literal(day.isoformat(), datatype=NamedNode(PREFIXES["xsd"] + "date"))
    return [*workspace.quads, *evidence_context(workspace.content), Quad(identifier("as-of"), NG.asOf, as_of)]


def _of(content: Content, names: Iterable[str]) -> Iterator[Quad]:
    homes = {GRAPH + name for name in names}
    return (quad for quad in content.quads if getattr(quad.graph_name, "value", "") in homes)


def validate(workspace: Workspace, day: date, profile: str = STANDARD) -> Report:
    """Return what the evidence shapes find in an organisation's records on a day.

    :param profile: how grave each check is; it changes no result but in that.
    :raises UnknownName: if there is no such profile.
    """
    shapes = evidence_shapes(workspace.content, profile)
    return run_shapes(Triples(shapes), evidence_data(workspace, day))


def validate_by(path: Path, workspace: Workspace, day: date) -> Report:
    """Return what the shapes of a file find in an organisation's records on a day.

    :raises UnreadableFile: if the file is no RDF, or unsafe.
    :raises BadInput: if it holds no shape with a target, or one that cannot be run.
    """
    shapes = Triples(read_quads(path, graph("shapes/own")))
    try:
        report = run_shapes(shapes, evidence_data(workspace, day))
    except IllFormedShape as error:
        line = line_of(path.read_text(encoding="utf-8", errors="replace"), *_spellings(error.shape))
        raise BadInput(path, line, f"shape {error.shape}: {error.problem}", error.remedy) from error
    if not report.compiled and not report.not_covered:
        remedy = "add sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf to a shape"
        raise BadInput(path, None, "holds no shape that says what it is about", remedy)
    return report


def _spellings(shape: str) -> tuple[str, str]:
    """Return how a shape may be written in a file: its IRI, or what follows the prefix."""
    return f"<{shape}>", re.split(r"[/#]", shape)[-1]
