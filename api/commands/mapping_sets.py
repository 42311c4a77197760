"""What mapping sets say beside each other, what each adds, and what a file names that is not here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.console import emit_csv, emit_json, out, progress, table
from api.diffs.names import Names
from api.diffs.sets import emit_sets
from api.shared import as_of_option, format_option, open_content, open_workspace, policy_options
from engine.citations import CitationIndex
from engine.effect import effects
from engine.mapping.compare import compare, counted
from engine.mapping.register import Filter, matching
from engine.mapping.set_changes import compare_set_files
from engine.mapping.sssom import read_sssom
from engine.mapping.unresolved import unresolved

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from engine.effect import SetEffect
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow

__all__ = ["SET_COMMANDS"]


@click.command("compare")
@click.argument("first")
@click.argument("second")
@format_option("table", "json", "csv")
def compare_(first: str, second: str, form: str) -> None:
    """Measure how far two sets agree: same, stronger, weaker, contrary, only in one. FIRST, SECOND: set or file."""
    knowledge = open_content().knowledge
    with progress("Comparing"):
        found = compare(_rows_named(knowledge, first), _rows_named(knowledge, second))
    records = [
        {
            "source": knowledge.citation(pair.subject),
            "target": knowledge.citation(pair.object),
            "verdict": pair.verdict,
            "first": pair.first.relationship if pair.first else None,
            "second": pair.second.relationship if pair.second else None,
        }
        for pair in found
    ]
    if form == "json":
        emit_json("mapping-compare", {"first": first, "second": second, "counts": counted(found), "pairs": records})
    elif form == "csv":
        emit_csv(("source", "target", "verdict", "first", "second"), records)
    else:
        cells = [[r["source"], r["target"], r["verdict"], r["first"] or "-", r["second"] or "-"] for r in records]
        out.print(table(f"{first} against {second}", ("source", "target", "the first is", first, second), cells))
        out.print("; ".join(f"{verdict}: {number}" for verdict, number in counted(found).items()))


def _rows_named(knowledge: Knowledge, name: str) -> Sequence[MappingRow]:
    """Return the rows of a set by name, or of an SSSOM file."""
    if Path(name).suffix == ".tsv":
        return read_sssom(Path(name)).rows
    return matching(knowledge, Filter(name))


@click.command("diff")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@format_option("table", "json", "csv")
def diff_(before: Path, after: Path, form: str) -> None:
    """Say what differs, row by row, between a set file BEFORE and another AFTER, of the same pair of frameworks."""
    emit_sets(compare_set_files(before, after), Names(open_content().knowledge), form)


@click.command("effect")
@click.argument("org")
@as_of_option
@policy_options
@format_option("table", "json")
def effect(org: str, as_of: date | None, least: str, hops: int, form: str) -> None:
    """Say what each mapping set adds to the picture of ORG: the states with it beside the states without it."""
    assessment = open_workspace(org, as_of).assess(least, hops)
    with progress("Assessing without each set"):
        found = list(effects(assessment))
    if form == "json":
        emit_json("mapping-effect", {"as_of": assessment.day, "sets": [_effect(one) for one in found]})
        return
    cells = [[one.set_id, one.rows, one.supported, sum(one.changed.values()), _told(one)] for one in found]
    columns = ("set", "rows", "results that rest on it", "states it changes", "from → to")
    title = f"{assessment.organisation.label} on {assessment.day} (accepted: {assessment.policy.label})"
    out.print(table(title, columns, cells, right=columns[1:4], whole=("set",)))


def _effect(one: SetEffect) -> dict[str, Any]:
    changed = [
        {"without": without.value, "with": with_.value, "requirements": number}
        for (without, with_), number in sorted(one.changed.items(), key=lambda item: (-item[1], item[0][0].value))
    ]
    return {"set": one.set_id, "rows": one.rows, "results": one.supported, "changed": changed}


def _told(one: SetEffect) -> str:
    return "; ".join(f"{c['requirements']} {c['without']} → {c['with']}" for c in _effect(one)["changed"])


@click.command("unresolved")
@click.argument("file", type=click.Path(path_type=Path))
@format_option("table", "json", "csv")
def unresolved_(file: Path, form: str) -> None:
    """List every identifier of FILE that is bare or resolves to nothing, with what may be meant; exit 1 for any."""
    knowledge = open_content().knowledge
    found = unresolved(file, knowledge, CitationIndex.of(knowledge).resolve)
    rows = [
        {
            "line": one.line,
            "column": one.column,
            "value": one.value,
            "problem": one.problem,
            "candidates": list(one.candidates),
        }
        for one in found
    ]
    if form == "json":
        emit_json("mapping-unresolved", {"file": file.name, "unresolved": rows})
    elif form == "csv":
        emit_csv(("line", "column", "value", "problem", "candidates"), rows)
    else:
        cells = [[one.line, one.column, one.value, one.problem, " or ".join(one.candidates)] for one in found]
        if cells:
            columns = ("line", "column", "identifier", "what is wrong", "what may be meant")
            out.print(table(file.name, columns, cells, right=("line",)))
        out.print(
            f"{len(found)} identifier{'' if len(found) == 1 else 's'} that resolve{'s' * (len(found) == 1)} to nothing"
        )
    raise SystemExit(int(bool(found)))


SET_COMMANDS = (compare_, diff_, effect, unresolved_)
"""The commands about whole sets."""
