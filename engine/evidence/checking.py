"""What the shapes of evidence find at one record, before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from engine.shacl.reading import compile_shapes
from engine.shacl.run import Run
from engine.shacl.targets import focus_nodes
from engine.shacl.triples import Triples
from engine.validation import evidence_data, evidence_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from pyoxigraph import Quad

    from engine.graph import Iri
    from engine.shacl.results import ValidationResult
    from engine.workspace import Workspace

__all__ = ["findings_about"]


def findings_about(
    workspace: Workspace, said: Iterable[Quad], item: Iri, day: date | None
) -> tuple[ValidationResult, ...]:
    """Return what the shapes that target a record find at it, were some statements added; by shape and message.

    Shapes about the organisation compare its records: they are left to `normgraph validate`.
    """
    shapes = Triples(evidence_shapes(workspace.content))
    context = evidence_data(workspace, day) if day else workspace.quads
    data = Triples((*context, *said))
    run, focus = Run(data, shapes), NamedNode(item)
    found = [
        result
        for shape in compile_shapes(shapes).shapes
        if focus in focus_nodes(shape.targets, data)
        for _, result in run.found(shape, [focus])
    ]
    return tuple(sorted(found, key=lambda result: (str(result.shape), result.message)))
