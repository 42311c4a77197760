"""``normgraph export``: what is here, in the forms that others read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.console import emit_json, out
from api.shared import format_option, open_content
from engine.errors import UnknownName, UnreadableFile
from engine.mapping.oscal import ONLY_PROPS, last_day, write_oscal
from engine.mapping.sssom import MappingSet
from engine.mapping.sssom_json import write_sssom_json
from engine.mapping.sssom_rdf import write_sssom_turtle
from engine.mapping.sssom_writing import write_sssom
from engine.mapping.strm import LOST, strm_table, write_strm
from engine.mapping.strm_xlsx import write_strm_xlsx

if TYPE_CHECKING:
    from engine.graph import Iri
    from engine.knowledge import Knowledge

__all__ = ["export"]

_FORMS = {
    "sssom": ".sssom.tsv",
    "sssom-json": ".sssom.json",
    "turtle": ".ttl",
    "strm": ".strm.csv",
    "strm-xlsx": ".strm.xlsx",
    "oscal": ".oscal.json",
}


@click.group()
def export() -> None:
    """Write what is here in the forms that others read."""


@export.command("mapping")
@click.argument("set_id", metavar="SET")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The folder to write into.")
@click.option(
    "--as",
    "forms",
    type=click.Choice(tuple(_FORMS)),
    multiple=True,
    default=("sssom",),
    show_default=True,
    help="The form; may be repeated.",
)
@format_option("table", "json")
def mapping_(set_id: str, output: Path, forms: tuple[str, ...], form: str) -> None:
    """Write a mapping set as SSSOM, Turtle, OSCAL mapping collection or STRM table; says what a form loses."""
    knowledge = open_content().knowledge
    if set_id not in knowledge.mapping_sets:
        raise UnknownName("mapping set", set_id, sorted(knowledge.mapping_sets))
    rows = tuple(row for row in knowledge.rows if row.set_id == set_id)
    mappings = MappingSet(knowledge.mapping_sets[set_id], rows)
    written = [_written(knowledge, mappings, name, output) for name in dict.fromkeys(forms)]
    if form == "json":
        emit_json("export-mapping", {"set": set_id, "rows": len(rows), "files": written})
        return
    for file in written:
        out.print(f"{file['file']}; {_told(file)}")


def _told(file: dict[str, Any]) -> str:
    if file["lost"]:
        return f"it has no place for: {', '.join(file['lost'])}"
    own = f"; only properties of ours say: {', '.join(file['only_props'])}" if file["only_props"] else ""
    return f"nothing is lost{own}"


def _written(knowledge: Knowledge, mappings: MappingSet, form: str, folder: Path) -> dict[str, Any]:
    path = folder / f"{mappings.described.set_id.replace('/', '-')}{_FORMS[form]}"
    content = _content(knowledge, mappings, form)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise UnreadableFile(
            path, None, error.strerror or "cannot be written", "check the folder and its rights"
        ) from error
    return {
        "form": form,
        "file": str(path),
        "lost": list(LOST) if form.startswith("strm") else [],
        "only_props": list(ONLY_PROPS) if form == "oscal" else [],
    }


def _content(knowledge: Knowledge, mappings: MappingSet, form: str) -> bytes:
    if form == "strm-xlsx":
        return write_strm_xlsx(_table(knowledge, mappings), last_day(mappings.rows))
    return _text(knowledge, mappings, form).encode()


def _text(knowledge: Knowledge, mappings: MappingSet, form: str) -> str:
    if form == "sssom":
        return write_sssom(mappings, knowledge.citation)
    if form == "sssom-json":
        return write_sssom_json(mappings, knowledge.citation)
    if form == "turtle":
        return write_sssom_turtle(mappings)
    if form == "oscal":
        return write_oscal(mappings, knowledge.citation, knowledge.requirements)
    return write_strm(_table(knowledge, mappings))


def _table(knowledge: Knowledge, mappings: MappingSet) -> list[dict[str, str]]:
    return strm_table(mappings, knowledge.citation, lambda iri: _asks(knowledge, iri))


def _asks(knowledge: Knowledge, iri: Iri) -> str:
    """Return what a clause, control or requirement asks, in our own words."""
    if iri in knowledge.requirements:
        return knowledge.requirements[iri].text
    provision = knowledge.provisions.get(iri)
    return f"{provision.label}: {provision.summary}" if provision else ""
