"""What the pages of the law and the standards show: trees, provisions in time, requirements, mapping rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.documents.provision import provision_document
from engine.coverage.census import census
from engine.mapping.rows import NO_TERM

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow
    from engine.model import Framework

__all__ = ["WHOLES", "Named", "Part", "framework_values", "provision_values", "row_values"]

WHOLES = frozenset({"Chapter", "Section", "Annex", "AnnexSection", "ControlObjective"})
"""What is read part by part: too much lies below to be shown at once."""
_LEAVES = frozenset({"Article", "Annex", "AnnexSection", "Control"})
"""Where a tree ends: what lies below has its own page."""


@dataclass(frozen=True, slots=True)
class Named:
    """A thing by what a reader calls it."""

    iri: str
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a framework in its tree.

    :ivar requirements: how many requirements are in force of it and of what lies below.
    """

    iri: str
    name: str
    title: str
    in_force: bool
    requirements: int
    parts: tuple[Part, ...]


def _named(knowledge: Knowledge, iri: Iri) -> Named:
    return Named(iri, knowledge.citation(iri))


def framework_values(knowledge: Knowledge, framework: Framework, day: date) -> dict[str, Any]:
    """Return what the page of a framework shows on a day."""
    counted = next(row for row in census(knowledge, day) if row.key == framework.key)
    sets = [
        s for s in knowledge.mapping_sets.values() if framework.iri in {s.subject_source, s.object_source} and s.title
    ]
    return {
        "framework": framework,
        "version": framework.version_on(day),
        "census": counted,
        "sets": sets,
        "parts": _tree(knowledge, framework.iri, day),
    }


def _tree(knowledge: Knowledge, iri: Iri, day: date) -> tuple[Part, ...]:
    return tuple(_part(knowledge, child, day) for child in knowledge.children.get(iri, ()))


def _part(knowledge: Knowledge, iri: Iri, day: date) -> Part:
    provision = knowledge.provisions[iri]
    below = () if provision.kind in _LEAVES else _tree(knowledge, iri, day)
    is_in_force = provision.version_on(day) is not None
    count = len(knowledge.requirements_below(iri, day))
    return Part(iri, knowledge.citation(iri), provision.title_on(day), is_in_force, count, below)


def provision_values(knowledge: Knowledge, iri: Iri, day: date) -> dict[str, Any]:
    """Return what the page of a provision, control or requirement shows on a day."""
    provision = knowledge.provisions.get(iri)
    requirement = knowledge.requirements.get(iri)
    is_whole = provision is not None and provision.kind in WHOLES
    told = {"requirements": [], "rules": [], "mappings": []} if is_whole else provision_document(knowledge, iri, day)
    home = requirement.provision if requirement else iri
    lineage = list(reversed(knowledge.lineage(home)[0 if requirement else 1 :]))
    return {
        "iri": iri,
        "name": knowledge.citation(iri),
        "title": provision.title_on(day) if provision else requirement.label if requirement else "",
        "kind": provision.kind if provision else "Requirement",
        "provision": provision,
        "lineage": [_named(knowledge, step) for step in lineage],
        "in_force": provision.version_on(day) is not None if provision else _in_force(knowledge, iri, day),
        "is_whole": is_whole,
        "parts": _tree(knowledge, iri, day),
        "windows": _windows(knowledge, home, day),
        "requirements": told["requirements"],
        "rules": told["rules"],
        "rows": _rows(knowledge, [entry["iri"] for entry in told["mappings"]]),
        **_versions(knowledge, home if provision is None else iri),
    }


def _in_force(knowledge: Knowledge, iri: Iri, day: date) -> bool:
    return knowledge.is_in_force(knowledge.requirements[iri], day)


def _versions(knowledge: Knowledge, iri: Iri) -> dict[str, Any]:
    versions = knowledge.provisions[iri].versions if iri in knowledge.provisions else ()
    return {
        "versions": versions,
        "amending": {v.changed_by: knowledge.citation(v.changed_by) for v in versions if v.changed_by},
    }


def _windows(knowledge: Knowledge, iri: Iri, day: date) -> list[dict[str, Any]]:
    return [
        {
            "iri": window.iri,
            "label": window.label,
            "from": window.applies_from,
            "condition": knowledge.citation(window.condition) if window.condition else "",
        }
        for window in sorted(knowledge.windows_on(iri, day), key=lambda window: (window.applies_from, window.iri))
    ]


def _rows(knowledge: Knowledge, iris: Iterable[Iri]) -> list[dict[str, Any]]:
    wanted = dict.fromkeys(iris)
    found = {row.iri: row for row in knowledge.rows if row.iri in wanted}
    return [{"row": found[iri], **_ends(knowledge, found[iri])} for iri in wanted]


def _ends(knowledge: Knowledge, row: MappingRow) -> dict[str, Any]:
    source = None if row.subject == NO_TERM else _named(knowledge, row.subject)
    return {"source": source, "target": _named(knowledge, row.object)}


def row_values(knowledge: Knowledge, row: MappingRow, day: date) -> dict[str, Any]:
    """Return what the page of a mapping row shows."""
    texts = {e.iri: e.text for r in knowledge.requirements.values() for e in r.elements if r.iri == row.object}
    return {
        "row": row,
        **_ends(knowledge, row),
        "set": knowledge.mapping_sets.get(row.set_id),
        "covers": [(iri, texts.get(iri, knowledge.citation(iri))) for iri in row.covers],
        "touches": [(iri, texts.get(iri, knowledge.citation(iri))) for iri in row.touches],
        "is_stale": knowledge.is_stale(row, day),
    }
