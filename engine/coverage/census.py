"""What is modelled of each framework on a day, counted so that what is missing shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.mapping.rows import NO_TERM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Framework

__all__ = ["Census", "census", "not_modelled", "units"]


@dataclass(frozen=True, slots=True)
class Census:
    """The counts of one framework, in the version in force on a day.

    :ivar provisions: all citable parts in force, chapters to points.
    :ivar units: paragraphs, articles without paragraphs, clauses and controls: what must be modelled or classified.
    :ivar classified: the units that demand nothing of an organisation, with the reason why.
    """

    key: str
    name: str
    version: str
    provisions: int
    units: int
    requirements: int
    elements: int
    classified: int
    not_modelled: int
    rows: int


def _in_force(knowledge: Knowledge, framework: Framework, day: date) -> Iterator[Iri]:
    for iri in knowledge.subtree(framework.iri):
        provision = knowledge.provisions.get(iri)
        if provision is not None and provision.version_on(day) is not None:
            yield iri


def units(knowledge: Knowledge, framework: Framework, day: date) -> Iterator[Iri]:
    """Yield the parts of a framework that must say what they demand or why nothing, in document order."""
    for iri in _in_force(knowledge, framework, day):
        kind, children = knowledge.provisions[iri].kind, knowledge.children.get(iri, ())
        kinds = {knowledge.provisions[child].kind for child in children}
        whole_article = kind == "Article" and "Paragraph" not in kinds
        if kind in {"Paragraph", "Control"} or whole_article or (kind == "Clause" and not children):
            yield iri


def not_modelled(knowledge: Knowledge, framework: Framework, day: date) -> Iterator[Iri]:
    """Yield the units that have neither a requirement live on the day nor a class."""
    for iri in units(knowledge, framework, day):
        if not _classified(knowledge, iri) and not knowledge.requirements_below(iri, day):
            yield iri


def _classified(knowledge: Knowledge, iri: Iri) -> bool:
    parts = (knowledge.provisions.get(step) for step in knowledge.lineage(iri))
    return any(part is not None and part.norm_class for part in parts)


def census(knowledge: Knowledge, day: date) -> tuple[Census, ...]:
    """Return the counts of every framework on a day, by key."""
    rows: Counter[Iri] = Counter()
    for row in knowledge.rows:
        framework = knowledge.framework_of(row.object)
        if framework is not None and row.subject != NO_TERM:
            rows[framework.iri] += 1
    ordered = sorted(knowledge.frameworks.values(), key=lambda f: f.key)
    return tuple(_census(knowledge, framework, day, rows[framework.iri]) for framework in ordered)


def _census(knowledge: Knowledge, framework: Framework, day: date, rows: int) -> Census:
    live = [r for r in knowledge.live_requirements(day) if knowledge.framework_of(r.iri) == framework]
    all_units = list(units(knowledge, framework, day))
    return Census(
        key=framework.key,
        name=framework.name,
        version=framework.version_on(day).name if framework.versions else "",
        provisions=sum(1 for _ in _in_force(knowledge, framework, day)),
        units=len(all_units),
        requirements=len(live),
        elements=sum(len(r.elements) for r in live),
        classified=sum(
            1 for iri in all_units if _classified(knowledge, iri) and not knowledge.requirements_below(iri, day)
        ),
        not_modelled=sum(1 for _ in not_modelled(knowledge, framework, day)),
        rows=rows,
    )
