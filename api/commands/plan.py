"""``normgraph plan``: the fewest controls for what is missing, and what would change if controls were implemented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from api.console import emit_csv, emit_json, out, progress, state_text, table
from api.shared import as_of_option, format_option, open_workspace, policy_options
from engine.errors import BadParameter
from engine.model import State
from engine.what_if import controls_for, is_control, what_if

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rich.text import Text

    from api.shared import Opened
    from engine.coverage.assess import Assessment
    from engine.graph import Iri
    from engine.what_if import WhatIf

__all__ = ["plan"]

_COLUMNS = ("framework", "citation", "requirement", "before", "after", "gained")


@click.command()
@click.argument("org")
@click.argument("citation", nargs=-1)
@click.option("--what-if", "control", multiple=True, metavar="CONTROL", help="Imagine this control; may be repeated.")
@click.option("--scope", metavar="ASSET", help="Implement in this asset only; everywhere without it.")
@as_of_option
@policy_options
@format_option("table", "json", "csv")
def plan(
    org: str,
    citation: tuple[str, ...],
    control: tuple[str, ...],
    scope: str | None,
    as_of: date | None,
    least: str,
    hops: int,
    form: str,
) -> None:
    """Find the fewest controls that give most of what ORG lacks of a provision, and say what they would change.

    With --what-if: what changes once these controls are in operation. No evidence is presumed, and nothing is written.
    """
    if bool(citation) == bool(control):
        given = " ".join((*citation, *control)) or "nothing"
        raise BadParameter("plan", given, "a provision or framework to plan for, or controls with --what-if, not both")
    opened = open_workspace(org, as_of)
    where = opened.scope(scope)
    chosen = _Chosen.of(opened, control, " ".join(citation))
    assessment = opened.assess(least, hops)
    controls = controls_for(assessment, chosen.aim) if chosen.aim else chosen.controls
    with progress("Assessing once more"):
        found = what_if(assessment, controls, (where,) if where else ())
    _emit(found, chosen.aim, form)


@dataclass(frozen=True)
class _Chosen:
    """What the user asked about: controls, or a provision or requirement to find some for."""

    controls: tuple[Iri, ...]
    aim: Iri | None

    @classmethod
    def of(cls, opened: Opened, control: Sequence[str], aim: str) -> _Chosen:
        citations, knowledge = opened.workspace.citations, opened.workspace.content.knowledge
        controls = tuple(dict.fromkeys(citations.resolve(name) for name in control))
        for iri in controls:
            if not is_control(knowledge, iri):
                expected = "a clause or control of a standard, and no group of them: “ISO/IEC 42001 A.6.2.4”"
                raise BadParameter("--what-if", knowledge.citation(iri), expected)
        return cls(controls, citations.resolve(aim) if aim else None)


def _emit(found: WhatIf, aim: Iri | None, form: str) -> None:
    records = _records(found)
    if form == "json":
        emit_json("plan", _document(found, aim, records))
    elif form == "csv":
        emit_csv(_COLUMNS, ({name: record[name] for name in _COLUMNS} for record in records))
    else:
        _print(found, aim, records)


def _records(found: WhatIf) -> list[dict[str, Any]]:
    """Return what changes: every requirement whose state would be another, or of which an element would be gained."""
    changed = {change.requirement for change in found.changes}
    touched = [iri for iri in found.before.by_requirement if iri in changed or iri in found.gained]
    return [_record(found, iri) for iri in touched]


def _record(found: WhatIf, requirement: Iri) -> dict[str, Any]:
    knowledge = found.before.knowledge
    framework, elements = knowledge.framework_of(requirement), knowledge.requirements[requirement].elements
    texts = {element.iri: element.text for element in elements}
    return {
        "framework": framework.key if framework else "",
        "citation": knowledge.citation(requirement),
        "requirement": requirement,
        "before": found.before.state_of(requirement).value,
        "after": found.after.state_of(requirement).value,
        "gained": [texts[element] for element in found.gained.get(requirement, ())],
    }


def _document(found: WhatIf, aim: Iri | None, records: list[dict[str, Any]]) -> dict[str, Any]:
    knowledge = found.before.knowledge
    return {
        "organisation": found.before.organisation.iri,
        "as_of": found.before.day,
        "policy": found.before.policy.label,
        "for": knowledge.citation(aim) if aim else None,
        "controls": [
            {
                "control": control,
                "citation": knowledge.citation(control),
                "excluded": control in found.excluded,
                "evidence_to_collect": [template.label for template in knowledge.templates.get(control, ())],
            }
            for control in found.controls
        ],
        "changes": records,
        "left": _left(found.after, aim),
    }


def _left(after: Assessment, aim: Iri | None) -> list[str]:
    """Return what would still be missing of the provision asked about, in words."""
    if aim is None:
        return []
    requirements = after.knowledge.requirements
    results = after.by_requirement.get(aim, ()) if aim in requirements else after.leaves_of(aim)
    texts = {e.iri: e.text for r in results for e in requirements[r.requirement].elements}
    citation = {e: after.knowledge.citation(r.requirement) for r in results for e in r.missing}
    return [f"{citation[e]}: {texts[e]}" for e in citation]


def _print(found: WhatIf, aim: Iri | None, records: list[dict[str, Any]]) -> None:
    _print_controls(found, aim)
    if records:
        title = f"{found.before.organisation.label} on {found.before.day} (accepted: {found.before.policy.label})"
        cells = [[r["citation"], _state(r["before"]), _state(r["after"]), _gained(found, r)] for r in records]
        out.print(table(title, ("requirement", "today", "then", "elements gained"), cells))
    moved = len(found.changes)
    out.print(f"{moved} requirement{'' if moved == 1 else 's'} would change state. No evidence is presumed.")
    left = _left(found.after, aim)
    if left:
        out.print(f"Still missing then ({len(left)}):")
    for text in left:
        out.print(f"  {text}")


def _print_controls(found: WhatIf, aim: Iri | None) -> None:
    knowledge = found.before.knowledge
    if aim and not found.controls:
        out.print(f"No further control is known to give an element that is missing of {knowledge.citation(aim)}.")
    for control in found.controls:
        note = " (excluded by the organisation: changes nothing)" if control in found.excluded else ""
        out.print(f"{knowledge.citation(control)} {knowledge.provisions[control].label}{note}")


def _state(name: str) -> Text:
    return state_text(State(name))


def _gained(found: WhatIf, record: dict[str, Any]) -> str:
    elements = found.before.knowledge.requirements[record["requirement"]].elements
    return f"all {len(elements)}" if len(record["gained"]) == len(elements) > 1 else "; ".join(record["gained"])
