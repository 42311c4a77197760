"""The front page and the counts of a report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.model import ReviewState
from engine.report.values import (
    Cover,
    Edition,
    FrameworkCounts,
    KindCount,
    MappingSetUse,
    ReviewCount,
    StateCount,
)
from engine.report.wording import STATE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.coverage.assess import Assessment
    from engine.graph import Iri
    from engine.mapping.rows import MappingRow
    from engine.model import Framework
    from engine.report.names import Names
    from engine.report.values import Imprint

__all__ = ["cover", "framework_counts"]


def cover(names: Names, stricter: Assessment | None, imprint: Imprint) -> Cover:
    """Return the front page."""
    assessment = names.assessment
    rows = _rows_at_hand(assessment)
    owner = assessment.organisation.iri
    scopes = {names.scope(result.scope) for result in assessment.results}
    return Cover(
        organisation=names.scope(owner),
        scopes=tuple(sorted(scopes, key=lambda scope: (scope.iri != owner, scope.label, scope.iri))),
        as_of=assessment.day,
        policy=assessment.policy.label,
        stricter_policy=stricter.policy.label if stricter else "",
        editions=_editions(names, rows),
        mapping_sets=_mapping_sets(names, rows),
        content_hash=imprint.content_hash,
        run=imprint.run,
        status=imprint.status,
        marking=imprint.marking,
        author=imprint.author,
        reviewer=imprint.reviewer,
    )


def _rows_at_hand(assessment: Assessment) -> list[MappingRow]:
    assessed = set(assessment.frameworks)
    return [row for row in assessment.knowledge.rows if assessment.knowledge.framework_of(row.object) in assessed]


def _editions(names: Names, rows: Iterable[MappingRow]) -> tuple[Edition, ...]:
    knowledge, assessed = names.knowledge, names.assessment.frameworks
    sources = {knowledge.framework_of(row.subject) for row in rows} - set(assessed)
    further = sorted((f for f in sources if f is not None), key=lambda f: f.key)
    ordered = sorted([*assessed, *further], key=lambda f: (not f.is_law, f.key))
    return tuple(_edition(names, framework, assessed=framework in assessed) for framework in ordered)


def _edition(names: Names, framework: Framework, *, assessed: bool) -> Edition:
    version = framework.version_on(names.assessment.day)
    return Edition(
        framework=names.law(framework.iri),
        key=framework.key,
        title=framework.title,
        version=version.name,
        in_force_from=version.valid_from,
        source=framework.source,
        amended_by="" if version.source == framework.source else version.source,
        is_law=framework.is_law,
        assessed=assessed,
    )


def _mapping_sets(names: Names, rows: Iterable[MappingRow]) -> tuple[MappingSetUse, ...]:
    sets: dict[str, list[MappingRow]] = {}
    for row in rows:
        sets.setdefault(row.set_id, []).append(row)
    return tuple(_mapping_set(names, set_id, sets[set_id]) for set_id in sorted(sets))


def _mapping_set(names: Names, set_id: str, rows: list[MappingRow]) -> MappingSetUse:
    states = Counter(row.review_state for row in rows)
    return MappingSetUse(
        set_id=set_id,
        subject=_ends(names, ((row.subject, row.subject_version) for row in rows)),
        target=_ends(names, ((row.object, row.object_version) for row in rows)),
        rows=len(rows),
        per_review_state=tuple(ReviewCount(s.label, states[s]) for s in sorted(ReviewState) if states[s]),
    )


def _ends(names: Names, ends: Iterable[tuple[Iri, str]]) -> str:
    """Return the frameworks and versions that one end of some rows lies in."""
    found = {
        f"{framework.name} {version}".strip()
        for iri, version in ends
        if (framework := names.knowledge.framework_of(iri)) is not None
    }
    return ", ".join(sorted(found))


def framework_counts(names: Names, stricter: Assessment | None) -> tuple[FrameworkCounts, ...]:
    """Return the counts of every framework, with those of the stricter policy beside."""
    return tuple(_counts(names, framework, stricter) for framework in names.assessment.frameworks)


def _counts(names: Names, framework: Framework, stricter: Assessment | None) -> FrameworkCounts:
    counts = names.assessment.counts(framework)
    others = stricter.counts(framework).states if stricter else None
    states = tuple(
        StateCount(
            state,
            counts.states.get(state, 0),
            counts.unreviewed.get(state, 0),
            None if others is None else others.get(state, 0),
        )
        for state in STATE_WORDS
    )
    kinds = sorted(counts.not_applicable.items(), key=lambda item: item[0].value)
    return FrameworkCounts(
        framework=names.law(framework.iri),
        version=counts.version,
        total=counts.total,
        states=states,
        not_applicable=tuple(KindCount(kind, number) for kind, number in kinds),
        not_modelled=counts.not_modelled,
    )
