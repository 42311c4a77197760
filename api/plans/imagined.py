"""What would change if controls were in operation or their evidence there, as tables, JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.console import emit_csv, emit_json, out, state_text, table
from api.documents.plan import imagined_changes, imagined_document
from engine.model import State

if TYPE_CHECKING:
    from datetime import date

    from rich.text import Text

    from engine.graph import Iri
    from engine.what_if import WhatIf

__all__ = ["emit_imagined"]

_COLUMNS = ("framework", "citation", "requirement", "before", "after", "gained")


def emit_imagined(found: WhatIf, asked_on: date, form: str) -> None:
    """Print what changes: every requirement whose state would be another, or of which an element would be gained."""
    records = imagined_changes(found)
    if form == "json":
        emit_json("plan", imagined_document(found, asked_on))
    elif form == "csv":
        emit_csv(_COLUMNS, records)
    else:
        _print(found, records)


def _print(found: WhatIf, records: list[dict[str, Any]]) -> None:
    knowledge = found.before.knowledge
    for control in found.controls:
        note = " (excluded by the organisation: changes nothing)" if control in found.excluded else ""
        out.print(f"{knowledge.citation(control)} {knowledge.provisions[control].label}{note}")
    for control in found.evidenced:
        out.print(f"{knowledge.citation(control)} {knowledge.provisions[control].label}: all evidence imagined")
    if records:
        title = f"{found.before.organisation.label} on {found.before.day} (accepted: {found.before.policy.label})"
        cells = [[r["citation"], _state(r["before"]), _state(r["after"]), _gained(found, r)] for r in records]
        out.print(table(title, ("requirement", "today", "then", "elements gained"), cells))
    moved = len(found.changes)
    presumed = "No other evidence is presumed." if found.evidenced else "No evidence is presumed."
    out.print(f"{moved} requirement{'' if moved == 1 else 's'} would change state. {presumed}")


def _state(name: str) -> Text:
    return state_text(State(name))


def _gained(found: WhatIf, record: dict[str, Any]) -> str:
    requirement: Iri = record["requirement"]
    elements = found.before.knowledge.requirements[requirement].elements
    return f"all {len(elements)}" if len(record["gained"]) == len(elements) > 1 else "; ".join(record["gained"])
