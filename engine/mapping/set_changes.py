"""What differs between two mapping sets of the same pair of frameworks, row by row."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.mapping.rows import MappingRow
from engine.mapping.sssom import read_sssom
from engine.vocabulary import ID

if TYPE_CHECKING:
    from pathlib import Path

    from engine.graph import Iri
    from engine.mapping.sssom import MappingSet

__all__ = ["RowDifference", "SetComparison", "compare_set_files", "compare_sets"]

_IDENTITY = {"set_id", "subject", "object"}
FIELDS = tuple(field.name for field in fields(MappingRow) if field.compare and field.name not in _IDENTITY)


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A pair that only one set maps, or that both map and describe differently.

    :ivar fields: the fields of the row that differ; none where one set has no row.
    """

    subject: Iri
    object: Iri
    old: MappingRow | None
    new: MappingRow | None
    fields: tuple[str, ...]

    @property
    def change(self) -> str:
        """Whether the row was added, removed or changed."""
        return "added" if self.old is None else "removed" if self.new is None else "changed"


@dataclass(frozen=True)
class SetComparison:
    """Two mapping sets and the rows in which they differ, by subject and object.

    :ivar same: how many rows are equal in both.
    """

    before: MappingSet
    after: MappingSet
    rows: tuple[RowDifference, ...]
    same: int


def compare_sets(before: MappingSet, after: MappingSet) -> SetComparison:
    """Return the rows that only one of two sets has, and those that differ in anything but their set."""
    old, new = ({(row.subject, row.object): row for row in mappings.rows} for mappings in (before, after))
    pairs = sorted({*old, *new})
    differences = [RowDifference(*pair, old.get(pair), new.get(pair), _differing(old, new, pair)) for pair in pairs]
    rows = tuple(d for d in differences if d.change != "changed" or d.fields)
    return SetComparison(before, after, rows, len(pairs) - len(rows))


def _differing(
    old: dict[tuple[Iri, Iri], MappingRow], new: dict[tuple[Iri, Iri], MappingRow], pair: tuple[Iri, Iri]
) -> tuple[str, ...]:
    if pair not in old or pair not in new:
        return ()
    return tuple(name for name in FIELDS if getattr(old[pair], name) != getattr(new[pair], name))


def compare_set_files(first: Path, second: Path) -> SetComparison:
    """Return what differs between the mapping sets of two SSSOM files.

    :raises BadInput: if the sets map other frameworks to each other.
    """
    before, after = read_sssom(first), read_sssom(second)
    if _ends(before) != _ends(after):
        problem = f"maps {_ends(after)}, and {first} maps {_ends(before)}"
        raise BadInput(second, 1, problem, "compare two sets of the same pair of frameworks")
    return compare_sets(before, after)


def _ends(mappings: MappingSet) -> str:
    source, target = (
        iri.removeprefix(ID) for iri in (mappings.described.subject_source, mappings.described.object_source)
    )
    return f"{source} to {target}"
