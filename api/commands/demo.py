"""``normgraph demo``: the main job on the bundled bank, on its own day and on the day the law has grown up."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.padding import Padding
from rich.text import Text

from api.commands.assess import counts_table
from api.commands.validate import validation_summary
from api.console import emit_json, out, progress, state_text
from api.documents.assessment import counts_record
from api.shared import Opened, as_of_option, format_option, open_workspace
from engine.model import State
from engine.report.compose import compose_report
from engine.report.penalties import read_penalties
from engine.report.urgency import all_gaps
from engine.report.write import write_report
from engine.validation import validate

if TYPE_CHECKING:
    from engine.coverage.assess import Assessment
    from engine.report.values import Gap

__all__ = ["demo"]

_LATER = date(2028, 8, 2)
_OUTPUT = Path("build") / "demo"
_URGENT = 10


@click.command()
@as_of_option
@format_option("table", "json")
def demo(as_of: date | None, form: str) -> None:
    """Validate and assess the bundled bank against all frameworks, today and in 2028, and write its gap report."""
    opened = open_workspace("bank", as_of)
    with progress("Validating the evidence"):
        found = validate(opened.workspace, opened.day)
    now, later = opened.assess(), Opened(opened.workspace, _LATER).assess()
    gaps = all_gaps(now, penalties=read_penalties(opened.workspace.content.graph))
    with progress("Writing the report"):
        paths = write_report(compose_report(opened.workspace, now), _OUTPUT, ["html"])
    path = os.path.relpath(paths[0])
    if form == "json":
        counts = {str(a.day): [counts_record(a.counts(f)) for f in a.frameworks] for a in (now, later)}
        emit_json(
            "demo",
            {
                "findings": len(found.results),
                "counts": counts,
                "gaps": [_record(g) for g in gaps[:_URGENT]],
                "report": path,
            },
        )
        return
    _print(now, later, validation_summary(found), gaps)
    out.print(f"report: {path}", soft_wrap=True)


def _record(gap: Gap) -> dict[str, object]:
    return {
        "requirement": gap.requirement,
        "citation": gap.citation,
        "label": gap.label,
        "state": gap.state.value,
        "from": gap.effective_from,
        "penalty": gap.penalty,
        "next_step": gap.next_step,
    }


def _print(now: Assessment, later: Assessment, evidence: str, gaps: tuple[Gap, ...]) -> None:
    out.print(
        Text.assemble(
            (now.organisation.label, "bold"),
            f", an invented bank; evidence completeness on {now.day}: {evidence}\n",
        )
    )
    out.print(counts_table(now))
    _print_gaps(gaps[:_URGENT], len(gaps))
    out.print(counts_table(later))
    out.print(_change(now, later))
    out.print(
        "Coverage is a statement about records under the named mappings; it is no legal advice. Every mapping here is "
        "proposed and unreviewed. See why: normgraph explain bank “AI Act 15” --as-of 2028-01-10",
        style="dim",
    )


def _print_gaps(gaps: tuple[Gap, ...], total: int) -> None:
    out.print(f"The {len(gaps)} most urgent of {total} gaps", style="bold")
    for number, gap in enumerate(gaps, 1):
        when = f"since {gap.effective_from}" if gap.applies_now else f"from {gap.effective_from}"
        head = Text(f"{number:>2}. {gap.citation}, {gap.label}: ")
        out.print(head.append_text(state_text(gap.state)).append(f", {when}"))
        out.print(Padding(gap.next_step, (0, 0, 0, 4)), style="dim")
    out.print()


def _change(now: Assessment, later: Assessment) -> Text:
    """Say in two lines how the picture changes between the two days."""
    shared = set(now.by_requirement) & set(later.by_requirement)
    moved = [iri for iri in shared if now.state_of(iri) is not later.state_of(iri)]
    begun = sum(1 for iri in moved if now.state_of(iri) is State.NOT_YET)
    fell = sum(1 for iri in moved if now.state_of(iri) is State.COVERED)
    lapsed = sum(1 for e in now.organisation.evidence if e.valid_until and now.day <= e.valid_until < later.day)
    return Text(
        f"Between {now.day} and {later.day}: {len(moved)} of {len(shared)} requirements change state; "
        f"{begun} begin to apply, {fell} no longer stand as Covered; "
        f"{lapsed} evidence items lapse unless they are renewed."
    )
