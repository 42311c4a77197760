"""``normgraph check``: whether what is shipped is in order."""

from __future__ import annotations

import click
from rich.text import Text

from api.console import emit_json, out, progress, table
from api.shared import format_option, open_content
from engine.hygiene import CHECKS, problems

__all__ = ["check"]


@click.command()
@format_option("table", "json")
def check(form: str) -> None:
    """Check the shipped ontology, mappings, queries and shapes; exit 1 where an error is found."""
    content = open_content()
    with progress("Checking") as told:
        found = problems(content, told)
    errors = [problem for problem in found if problem.severity == "ERROR"]
    if form == "json":
        rows = [{"check": p.check, "severity": p.severity, "entity": p.entity, "problem": p.problem} for p in found]
        emit_json("check", {"checks": [name for name, _ in CHECKS], "errors": len(errors), "problems": rows})
    else:
        styles = {"ERROR": "red", "WARN": "yellow"}
        cells = [[Text(p.severity, style=styles.get(p.severity, "")), p.check, p.entity, p.problem] for p in found]
        if cells:
            out.print(table("Problems", ("severity", "check", "entity", "what is wrong"), cells))
        out.print(f"{len(CHECKS)} checks, {len(errors)} errors, {len(found) - len(errors)} warnings")
    raise SystemExit(1 if errors else 0)
