"""What the shapes of evidence find at single records, before they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from engine.errors import BadInput
from engine.graph import Iri
from engine.shacl.reading import compile_shapes
from engine.shacl.run import Run
from engine.shacl.targets import focus_nodes
from engine.shacl.triples import Triples
from engine.validation import evidence_data, evidence_shapes
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from pyoxigraph import Quad

    from engine.shacl.results import ValidationResult
    from engine.workspace import Workspace

__all__ = ["findings_about", "findings_about_each", "to_do"]

_LATER = frozenset({NG.approvedBy.value})
"""What others add to an item later: until then it does not count, and may be recorded."""


def findings_about(
    workspace: Workspace, said: Iterable[Quad], item: Iri, day: date | None
) -> tuple[ValidationResult, ...]:
    """Return what the shapes that target a record find at it, were some statements added; by shape and message.

    Shapes about the organisation compare its records: they are left to `normgraph validate`.
    """
    return findings_about_each(workspace, said, [item], day)[item]


def findings_about_each(
    workspace: Workspace, said: Iterable[Quad], items: Collection[Iri], day: date | None
) -> Mapping[Iri, tuple[ValidationResult, ...]]:
    """Return what the shapes that target a record find at each of some, as :func:`findings_about` does for one."""
    shapes = Triples(evidence_shapes(workspace.content))
    context = evidence_data(workspace, day) if day else workspace.quads
    data = Triples((*context, *said))
    run, nodes = Run(data, shapes), [NamedNode(item) for item in items]
    found: dict[Iri, list[ValidationResult]] = {item: [] for item in items}
    for shape in compile_shapes(shapes).shapes:
        targets = focus_nodes(shape.targets, data)
        focus = [node for node in nodes if node in targets]
        for node, result in run.found(shape, focus) if focus else ():
            found[Iri(node.value)].append(result)
    return {item: tuple(sorted(each, key=lambda r: (str(r.shape), r.message))) for item, each in found.items()}


def to_do(found: Iterable[ValidationResult], name: str, place: Path | str) -> tuple[str, ...]:
    """Return what others have still to add to an item.

    :param name: what the item is called.
    :param place: what to name where it is refused.
    :raises BadInput: if it breaks a shape of evidence otherwise.
    """
    found = tuple(found)
    grave = [f for f in found if f.severity == "Violation" and not (f.path_text in _LATER and f.value is None)]
    if grave:
        remedies = " ".join(dict.fromkeys(f.message for f in grave))
        raise BadInput(place, None, f"{name} cannot stand as evidence", remedies)
    return tuple(dict.fromkeys(f.message for f in found))
