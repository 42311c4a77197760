"""``normgraph validate``: evidence completeness by SHACL."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pyoxigraph import NamedNode
from rich.text import Text

from api.console import emit_json, out, progress, table
from api.documents.validation import validation_document
from api.shared import as_of_option, format_option, open_workspace
from engine.graph import Iri
from engine.profiles import STANDARD
from engine.validation import validate as run_validation
from engine.validation import validate_by

if TYPE_CHECKING:
    from datetime import date

    from api.shared import Opened
    from engine.shacl.results import ValidationResult
    from engine.shacl.validator import Report
    from engine.workspace import Workspace

__all__ = ["validate", "validation_summary"]

_IRI = re.compile(r"https?://[^\s,;]*[^\s,;.]")
_STYLES = {"Violation": "red", "Warning": "yellow", "Info": "blue"}


@click.command()
@click.argument("org")
@click.option(
    "--shapes",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Run the SHACL shapes of this file on the records, instead of the evidence shapes.",
)
@click.option(
    "--profile",
    metavar="NAME",
    help=f"How grave each check of the evidence shapes is: starter, standard or strict. [default: {STANDARD}]",
)
@as_of_option
@format_option("table", "json", "turtle")
def validate(org: str, shapes: Path | None, profile: str | None, as_of: date | None, form: str) -> None:
    """Say what is missing before ORG's controls count as evidenced; exit 1 where something is."""
    if shapes is not None and profile is not None:
        raise click.UsageError("--profile is about the evidence shapes; leave it out beside --shapes")
    opened = open_workspace(org, as_of)
    used = None if shapes is not None else profile or STANDARD
    with progress("Validating the evidence" if shapes is None else "Running the shapes"):
        found = _found(opened, shapes, used)
    if form == "turtle":
        sys.stdout.write(found.turtle())
    elif form == "json":
        emit_json("validate", validation_document(opened.workspace, opened.day, used, found))
    else:
        _table(opened.workspace, opened.day, found)
    raise SystemExit(0 if found.conforms else 1)


def _found(opened: Opened, shapes: Path | None, profile: str | None) -> Report:
    if shapes is None:
        return run_validation(opened.workspace, opened.day, profile or STANDARD)
    return validate_by(shapes, opened.workspace, opened.day)


def _name(workspace: Workspace, text: str) -> str:
    iri = Iri(text)
    named = workspace.organisation.labels.get(iri) or workspace.content.knowledge.labels.get(iri)
    return named or text.rpartition("/")[2]


def _record_of(workspace: Workspace, result: ValidationResult) -> str:
    """Return the record to mend: the focus, or what it names where the focus is the organisation itself."""
    whole = result.focus.value == workspace.organisation.iri
    return result.value.value if whole and isinstance(result.value, NamedNode) else result.focus.value


def validation_summary(found: Report) -> str:
    """Return the counts of findings per severity in one line."""
    counts = Counter(result.severity for result in found.results)
    return ", ".join(f"{n} {name.lower()}{'s' if n != 1 else ''}" for name, n in sorted(counts.items())) or "no finding"


def _table(workspace: Workspace, day: date, found: Report) -> None:
    rows = [
        [
            Text(r.severity, style=_STYLES.get(r.severity, "")),
            found.name(r),
            _name(workspace, _record_of(workspace, r)),
            _IRI.sub(lambda m: _name(workspace, m[0]), r.message),
        ]
        for r in found.results
    ]
    if rows:
        out.print(
            table(f"{workspace.organisation.label} on {day}", ("severity", "check", "record", "what to do"), rows)
        )
    out.print(f"{validation_summary(found)}; {found.engine}")
