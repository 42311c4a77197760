"""Checks of mapping sets as a whole: what they promise to answer for, what they except, and rationales used twice."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from engine.mapping.rows import NO_TERM
from engine.mapping.triage import untriaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow

__all__ = ["copied_rationales", "idle_exceptions", "stale_rows", "triage_gaps"]

_SHINGLE = 4
"""How many words in a row are compared."""
_ALIKE = 0.5
"""From which share of common runs two rationales are one text used twice."""
_COMMON = 12
"""A run of words that stands in more rationales than this is a way of speaking, and tells nothing."""


def triage_gaps(knowledge: Knowledge, day: date) -> Iterator[tuple[str, str]]:
    """Yield the requirements that a set which claims to answer for all does not answer for, with what is wrong."""
    for name, described in knowledge.mapping_sets.items():
        if described.triaged:
            for requirement in untriaged(knowledge, name, day):
                yield knowledge.citation(requirement.iri), f"{name} has neither a row nor a reason why there is none"


def idle_exceptions(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield the rows without counterpart whose exceptions are not exactly what is mapped below them."""
    by_set: dict[str, set[Iri]] = defaultdict(set)
    for row in knowledge.rows:
        if row.subject != NO_TERM:
            by_set[row.set_id].add(row.object)
    for row in knowledge.rows:
        if row.subject == NO_TERM:
            yield from ((row.iri, told) for told in _exceptions(knowledge, row, by_set[row.set_id]))


def _exceptions(knowledge: Knowledge, row: MappingRow, mapped: set[Iri]) -> Iterator[str]:
    requirements = [knowledge.requirements[iri] for iri in sorted(mapped) if iri in knowledge.requirements]
    for requirement in requirements:
        if knowledge.reaches(requirement, [row.object], row.exceptions):
            yield f"{knowledge.citation(requirement.iri)} has a row, yet it is said to have no counterpart: except it"
    for part in row.exceptions:
        if not any(knowledge.reaches(requirement, [part], ()) for requirement in requirements):
            yield f"{knowledge.citation(part)} is excepted and has no row"


def stale_rows(knowledge: Knowledge, day: date) -> Iterator[tuple[str, str]]:
    """Yield the rows whose target has another text on a day than the one they were written for, with both versions."""
    for row in knowledge.rows:
        if knowledge.is_stale(row, day):
            target = knowledge.citation(row.object)
            told = f"{target} has another text since the version {row.object_version}: read it and the row anew"
            yield row.iri, told


def copied_rationales(rows: Iterable[MappingRow]) -> Iterator[tuple[str, str]]:
    """Yield the rows whose rationale is nearly that of an earlier row: one text under two pairs argues for neither.

    Reasons why something has no counterpart may be the same in two sets: they argue no pair.
    """
    paired = sorted((row for row in rows if row.subject != NO_TERM), key=lambda row: row.iri)
    texts = {row.iri: _shingles(row.rationale) for row in paired}
    holders: dict[tuple[str, ...], list[Iri]] = defaultdict(list)
    for iri, runs in texts.items():
        for run in runs:
            holders[run].append(iri)
    shared: Counter[tuple[Iri, Iri]] = Counter()
    for together in holders.values():
        if len(together) <= _COMMON:
            shared.update(combinations(together, 2))
    for (first, second), common in sorted(shared.items()):
        if common / len(texts[first] | texts[second]) >= _ALIKE:
            yield second, f"its rationale is nearly that of {first}: argue each pair on its own"


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+(?:['\u2019]\w+)*", text.lower())
    return frozenset(tuple(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1)))
