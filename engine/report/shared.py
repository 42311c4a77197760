"""What one control does in several frameworks: the cross-regulation view of what is in place."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.report.values import SharedControl, Statement

if TYPE_CHECKING:
    from engine.graph import Iri
    from engine.report.names import Names
    from engine.report.values import GapRow

__all__ = ["shared_controls"]


def shared_controls(names: Names, rows: tuple[GapRow, ...]) -> tuple[SharedControl, ...]:
    """Return the controls that rows of more than one framework rely on, those serving most requirements first."""
    serves: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    controls = {}
    evidenced: dict[str, bool] = {}
    for row in rows:
        for used in row.controls:
            iri = used.control.iri
            controls[iri] = used
            evidenced[iri] = evidenced.get(iri, True) and used.evidenced
            serves[iri][row.framework][row.requirement.label] = None
    shared = [iri for iri, frameworks in serves.items() if len(frameworks) > 1]

    def reach(iri: str) -> tuple[int, str]:
        control: Iri = controls[iri].control.iri  # type: ignore[assignment]
        provision = names.knowledge.provisions.get(control)
        place = f"{provision.framework} {provision.sort_key}" if provision else iri
        return -sum(len(found) for found in serves[iri].values()), place

    return tuple(
        SharedControl(
            control=controls[iri].control,
            title=controls[iri].title,
            evidenced=evidenced[iri],
            serves=tuple(Statement(name, tuple(found)) for name, found in sorted(serves[iri].items())),
        )
        for iri in sorted(shared, key=reach)
    )
