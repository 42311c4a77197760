"""Make up frameworks beside the shipped ones, until there are so many: requirements, and controls for them."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.mapping.rows import MappingRow
from engine.model import Element, Framework, FrameworkVersion, Provision, Requirement, Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.knowledge import Knowledge

__all__ = ["filled_up"]

_BASE = "https://w3id.org/normgraph/example/synthetic/framework/"
_REQUIREMENTS, _CONTROLS, _ELEMENTS, _ROWS = 60, 40, 4, 4
"""How many requirements and controls a framework has, and how many elements and rows a requirement."""
_HOME = Iri(_BASE + "graph")


def filled_up(knowledge: Knowledge, count: int = 12, seed: int = 7) -> Knowledge:
    """Return the shipped frameworks that have requirements, and made-up ones beside them until there are so many."""
    modelled = {f.iri for iri in knowledge.requirements if (f := knowledge.framework_of(iri)) is not None}
    dice = Random(seed)  # noqa: S311 - equal seeds give equal frameworks
    known = knowledge
    for number in range(len(modelled), count):
        known = _with(known, f"made-up-{number}", dice)
    return known


def _with(knowledge: Knowledge, key: str, dice: Random) -> Knowledge:
    iri = Iri(_BASE + key)
    framework = Framework(iri, key, key, key, "", (FrameworkVersion(Iri(f"{iri}/v/1"), "1", None, ""),))
    kinds = sorted({t.evidence_type for ts in knowledge.templates.values() for t in ts if t.evidence_type})
    controls = [_provision(iri, f"control-{n}", "Control") for n in range(_CONTROLS)]
    units = [_provision(iri, f"par-{n}", "Paragraph") for n in range(_REQUIREMENTS)]
    bearers = next(iter(knowledge.requirements.values())).bearers
    requirements = {(r := _requirement(unit, n, bearers)).iri: r for n, unit in enumerate(units)}
    templates = {c.iri: (_template(c, dice.choice(kinds), n),) for n, c in enumerate(controls)}
    sources = [*sorted(knowledge.templates), *templates]
    rows = [row for r in requirements.values() for row in _rows(key, r, sources, dice)]
    return replace(
        knowledge,
        frameworks={**knowledge.frameworks, iri: framework},
        provisions={**knowledge.provisions, **{p.iri: p for p in (*controls, *units)}},
        requirements={**knowledge.requirements, **requirements},
        templates={**knowledge.templates, **templates},
        rows=(*knowledge.rows, *rows),
    )


def _provision(framework: Iri, name: str, kind: str) -> Provision:
    return Provision(Iri(f"{framework}/{name}"), framework, framework, kind, name, name, name, "", name, _HOME)


def _requirement(unit: Provision, number: int, bearers: tuple[Iri, ...]) -> Requirement:
    iri = Iri(f"{unit.iri}/req_1")
    return Requirement(
        iri=iri,
        provision=unit.iri,
        version=None,
        label="",
        text="",
        bearers=bearers,
        modality="Obligation",
        conditions=(),
        elements=tuple(Element(Iri(f"{iri}/el_{n}"), "", ()) for n in range(_ELEMENTS)),
        elements_complete=number % 4 > 0,
        needs_judgement=number % 5 == 0,
        qualifiers=(),
        assessed_per="PerSystem" if number % 3 == 0 else "PerOrganisation",
        arises_per="",
        organisation_facing=True,
        events=(),
        presupposes=(),
        penalty=None,
        deadline="",
        graph=_HOME,
    )


def _template(control: Provision, kind: Iri | None, number: int) -> Template:
    age = 365 if number % 3 == 0 else None
    per_asset = number % 6 == 0
    return Template(Iri(f"{control.iri}/tpl"), control.iri, kind, 1, age, per_asset, False, "", "", _HOME)  # noqa: FBT003


def _rows(key: str, requirement: Requirement, sources: list[Iri], dice: Random) -> Iterator[MappingRow]:
    elements = [element.iri for element in requirement.elements]
    for source in sorted(dice.sample(sources, _ROWS)):
        relationship = dice.choice(("superset-of", "subset-of", "intersects-with", "intersects-with"))
        covers = () if relationship == "superset-of" else tuple(sorted(dice.sample(elements, dice.randint(0, 2))))
        yield MappingRow(key, source, requirement.iri, relationship, "functional", "", covers=covers)
