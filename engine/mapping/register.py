"""Find mapping rows: by identifier, by what they join, by set, relationship and review state."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from engine.errors import UnknownName
from engine.mapping.rows import NO_TERM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow
    from engine.model import ReviewState

__all__ = ["Filter", "find_row", "key_of", "matching", "sample", "set_names"]

_FEWEST = 6
"""How many characters of a row's key a reader has to give."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows to list; what is left out restricts nothing.

    :ivar source: a framework, clause or control that the row comes from, or a whole above it.
    :ivar target: a framework, provision or requirement that the row leads to, or a whole above it.
    :ivar least: the least review state: what a policy accepts.
    """

    set_id: str | None = None
    source: Iri | None = None
    target: Iri | None = None
    relationship: str | None = None
    review: ReviewState | None = None
    rationale_type: str | None = None
    least: ReviewState | None = None


def key_of(row: MappingRow) -> str:
    """Return the short name of a row: the last part of its identifier."""
    return row.iri.rpartition("/")[2]


def set_names(knowledge: Knowledge) -> list[str]:
    """Return the sets that there are, sorted: those that are shipped, and those of the rows of an organisation."""
    return sorted({*knowledge.mapping_sets, *(row.set_id for row in knowledge.rows)})


def matching(knowledge: Knowledge, wanted: Filter) -> tuple[MappingRow, ...]:
    """Return the rows that a filter lets through, by set, source and target.

    :raises UnknownName: if no row is of the set.
    """
    known = set_names(knowledge)
    if wanted.set_id is not None and wanted.set_id not in known:
        raise UnknownName("mapping set", wanted.set_id, known)
    return tuple(row for row in knowledge.rows if _passes(knowledge, row, wanted))


def _passes(knowledge: Knowledge, row: MappingRow, wanted: Filter) -> bool:
    return (
        wanted.set_id in {None, row.set_id}
        and (wanted.source is None or _is_within(knowledge, row.subject, wanted.source))
        and (wanted.target is None or _is_within(knowledge, row.object, wanted.target))
        and wanted.relationship in {None, row.relationship or "no-counterpart"}
        and wanted.review in {None, row.review_state}
        and wanted.rationale_type in {None, row.rationale_type}
        and (wanted.least is None or row.review_state >= wanted.least)
    )


def _is_within(knowledge: Knowledge, iri: Iri, whole: Iri) -> bool:
    requirement = knowledge.requirements.get(iri)
    return iri == whole or knowledge.within(requirement.provision if requirement else iri, [whole])


def find_row(rows: Iterable[MappingRow], name: str) -> MappingRow:
    """Return the one row of an identifier, of its last part, or of the beginning of that.

    :raises UnknownName: if there is none, or more than one.
    """
    rows = tuple(rows)
    found = [row for row in rows if name in {row.iri, key_of(row), f"{row.set_id}/{key_of(row)}"}]
    if not found and len(name) >= _FEWEST:
        found = [row for row in rows if key_of(row).startswith(name)]
    if len(found) != 1:
        near = [f"{row.set_id}/{key_of(row)}" for row in found] or ["see `normgraph mapping list`"]
        raise UnknownName("mapping row", name, near)
    return found[0]


def sample(rows: Iterable[MappingRow], *, seed: int, size: int) -> tuple[MappingRow, ...]:
    """Return some rows that join two ends, drawn at random: the same for the same seed and rows."""
    drawn = sorted((row for row in rows if row.subject != NO_TERM), key=lambda row: row.iri)
    dice = Random(seed)  # noqa: S311 - a draw that anybody can repeat, no secret
    return tuple(dice.sample(drawn, min(size, len(drawn))))
