"""What a mapping set adds to an organisation's picture: the states with all sets beside those without one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.coverage.assess import assess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.coverage.assess import Assessment
    from engine.model import State

__all__ = ["SetEffect", "effects"]


@dataclass(frozen=True, slots=True)
class SetEffect:
    """What one set changes.

    :ivar changed: how many requirements go from which state without the set to which state with it.
    :ivar supported: how many results rest on a row of the set.
    """

    set_id: str
    rows: int
    changed: Mapping[tuple[State, State], int]
    supported: int


def effects(assessment: Assessment) -> Iterator[SetEffect]:
    """Yield what each mapping set adds to an assessment, by set; the same organisation, day and policy without it."""
    by_set: Counter[str] = Counter(row.set_id for row in assessment.knowledge.rows)
    sets = {row.iri: row.set_id for row in assessment.knowledge.rows}
    supported: Counter[str] = Counter(
        name
        for result in assessment.results
        for name in {sets[premise] for support in result.support for premise in support.premises if premise in sets}
    )
    for name in sorted(by_set):
        yield SetEffect(name, by_set[name], _changed(assessment, name), supported[name])


def _changed(assessment: Assessment, name: str) -> Mapping[tuple[State, State], int]:
    rows = tuple(row for row in assessment.knowledge.rows if row.set_id != name)
    knowledge = replace(assessment.knowledge, rows=rows)
    frameworks = [framework.iri for framework in assessment.frameworks]
    without = assess(knowledge, assessment.organisation, assessment.day, assessment.policy, frameworks=frameworks)
    pairs = ((without.state_of(iri), assessment.state_of(iri)) for iri in assessment.by_requirement)
    return Counter(pair for pair in pairs if pair[0] is not pair[1])
