"""``normgraph import mapping``: somebody else's rows, compared with what is here before anything is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.mapping_review import open_desk
from api.console import emit_json, out, table
from api.shared import DateType, find_framework, format_option
from engine.errors import BadInput, BadParameter
from engine.mapping.compare import compare, counted
from engine.mapping.oscal_reading import read_mapping_json
from engine.mapping.recording import append_triples, row_triples, slug
from engine.mapping.row_checks import refuse_twins, row_problems
from engine.mapping.rows import record_iri
from engine.mapping.sets import SetDescription
from engine.mapping.sssom import read_sssom
from engine.mapping.sssom_rdf import read_sssom_turtle
from engine.mapping.strm import read_strm
from engine.mapping.strm_xlsx import read_strm_xlsx
from engine.model import ReviewState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from api.commands.mapping_review import Desk
    from engine.graph import Iri
    from engine.mapping.compare import Comparison
    from engine.mapping.rows import MappingRow

__all__ = ["import_mapping"]


@dataclass(frozen=True)
class _Handed:
    """The rows of a file as they would stand in the organisation's graph, and what is wrong with them."""

    rows: tuple[MappingRow, ...]
    lines: tuple[int, ...]


@click.command("mapping")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--org", required=True, metavar="FOLDER", help="The organisation that takes the rows.")
@click.option("--from", "source", metavar="KEY", help="The framework of the sources; for STRM tables.")
@click.option("--to", "target", metavar="KEY", help="The framework of the targets; for STRM tables.")
@click.option("--write", is_flag=True, help="Write the rows; without it only the report is made.")
@click.option("--on", type=DateType(), metavar="DATE", help="The day; today.")
@format_option("table", "json")
def import_mapping(
    file: Path,
    org: str,
    source: str | None,
    target: str | None,
    write: bool,  # noqa: FBT001 - a flag
    on: date | None,
    form: str,
) -> None:
    """Read mapping rows of others: SSSOM, OSCAL, Turtle or an STRM table; says first what would change."""
    desk = open_desk(org, on)
    handed = _handed(file, desk, source, target)
    found = compare(handed.rows, _known(desk, handed.rows))
    told = [pair for pair in found if pair.verdict != "only in second"]
    path = desk.folder / "mappings.ttl"
    if write:
        triples = [triple for row in handed.rows for triple in row_triples(row)]
        append_triples(path, triples, base=desk.home, replace=[row.iri for row in handed.rows])
    _tell(desk, told, str(path) if write else None, form)


def _handed(file: Path, desk: Desk, source: str | None, target: str | None) -> _Handed:
    read = _read(file, desk, source, target)
    rows = [_taken(desk, file, row) for row in read.rows]
    refuse_twins(file, zip(read.lines, rows, strict=True))
    knowledge = desk.knowledge
    for line, row in zip(read.lines, rows, strict=True):
        problem = next(iter(row_problems(knowledge, row)), None)
        if problem:
            wrong, _, remedy = problem.partition("; ")
            raise BadInput(file, line, wrong, remedy)
    return _Handed(tuple(rows), read.lines)


def _taken(desk: Desk, file: Path, row: MappingRow) -> MappingRow:
    """Return a row as the organisation takes it: proposed, and of a set of its own for each set of others."""
    set_id = f"{desk.set_id}/{row.set_id}"
    return replace(
        row,
        set_id=set_id,
        review_state=ReviewState.PROPOSED,
        reviewer="",
        author=row.author or f"imported from {file.name}",
        record=record_iri(set_id, row.subject, row.object),
    )


def _read(file: Path, desk: Desk, source: str | None, target: str | None) -> _Handed:
    name = file.name.lower()
    if name.endswith((".csv", ".xlsx")):
        read_table = read_strm if name.endswith(".csv") else read_strm_xlsx
        rows = read_table(file, _described(file, desk, source, target), desk.workspace.citations.resolve)
        return _Handed(rows, tuple(range(2, len(rows) + 2)))
    readers = {".tsv": read_sssom, ".json": read_mapping_json, ".ttl": read_sssom_turtle}
    reader = next((readers[ending] for ending in readers if name.endswith(ending)), None)
    if reader is None:
        raise BadParameter("FILE", file.name, "a mapping set: .tsv, .json, .ttl, .csv or .xlsx")
    mappings = reader(file)
    return _Handed(mappings.rows, mappings.lines or (1,) * len(mappings.rows))


def _described(file: Path, desk: Desk, source: str | None, target: str | None) -> SetDescription:
    if source is None or target is None:
        raise BadParameter(
            "--from and --to", f"{source} and {target}", "given: an STRM table does not name its frameworks"
        )
    ends = [find_framework(desk.knowledge, name) for name in (source, target)]
    versions = [end.version_on(desk.day).name for end in ends]
    return SetDescription(slug(file.stem), file.stem, "", "", ends[0].iri, versions[0], ends[1].iri, versions[1])


def _known(desk: Desk, rows: Sequence[MappingRow]) -> list[MappingRow]:
    """Return the rows that are here for the pairs that were handed in; what is disputed or out of use is not held."""
    pairs: set[tuple[Iri, Iri]] = {(row.subject, row.object) for row in rows}
    held = (row for row in desk.knowledge.rows if row.review_state >= ReviewState.PROPOSED)
    return [row for row in held if (row.subject, row.object) in pairs]


def _tell(desk: Desk, told: Sequence[Comparison], written: str | None, form: str) -> None:
    cited = desk.workspace.content.knowledge.citation
    if form == "json":
        rows = [{"source": cited(p.subject), "target": cited(p.object), "verdict": _word(p)} for p in told]
        emit_json("import-mapping", {"rows": rows, "counts": dict(Counter(map(_word, told))), "written": written})
        return
    cells = [[cited(p.subject), cited(p.object), _word(p)] for p in told]
    out.print(table(f"{len(told)} rows handed in", ("source", "target", "against what is here"), cells))
    out.print("; ".join(f"{number} {verdict}" for verdict, number in counted(told).items() if number))
    out.print(
        f"written to {written}" if written else "nothing was written; add --write to take these rows", style="dim"
    )


def _word(pair: Comparison) -> str:
    return "new" if pair.verdict == "only in first" else pair.verdict
