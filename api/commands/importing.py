"""``normgraph import``: laws and other sources into the graph."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.import_mapping import import_mapping
from api.console import emit_json, out, progress, table
from api.settings import Settings
from api.shared import format_option
from engine.errors import BadParameter, UnreadableFile
from engine.eurlex import KNOWN, read_act, structure_quads, text_quads
from engine.eurlex.recognise import recognise
from engine.store import replace_graph, writing
from engine.turtle import format_turtle

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from engine.eurlex import Act, Framework

__all__ = ["import_"]


@click.group("import")
def import_() -> None:
    """Read a law or another source into the graph."""


import_.add_command(import_mapping)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--framework", "key", metavar="KEY", help="Which act it is, where the title does not tell: " + ", ".join(KNOWN)
)
@click.option("--text", is_flag=True, help="Also load the official text into your own store (never shipped).")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write the structure as Turtle to this file instead of the store.",
)
@format_option("table", "json")
def eurlex(file: Path, key: str | None, text: bool, output: Path | None, form: str) -> None:  # noqa: FBT001 - a flag
    """Read an act from EUR-Lex: Formex 4 (file, folder or zip) or HTML, in any language of the Union."""
    with progress(f"Reading {file.name}"):
        act = read_act(file)
        framework = _framework(act, key)
        structure = structure_quads(act, framework)
        texts = text_quads(act, framework) if text else []
    if output is not None:
        _write(output, structure)
    else:
        _store(structure, texts)
    _tell(act, framework, len(texts), output, form)


def _framework(act: Act, key: str | None) -> Framework:
    """Return which act it is: as named, or by its title."""
    if key is not None:
        if key not in KNOWN:
            raise BadParameter("--framework", key, f"one of {', '.join(KNOWN)}")
        return KNOWN[key]
    return recognise(act)


def _write(path: Path, structure: list[Quad]) -> None:
    try:
        path.write_text(format_turtle(quad.triple for quad in structure), encoding="utf-8")
    except OSError as error:
        raise UnreadableFile(
            path, None, error.strerror or "cannot be written", "check the folder and its rights"
        ) from error


def _store(structure: list[Quad], texts: list[Quad]) -> None:
    with progress("Storing"), writing(Settings.from_environment().store) as store:
        for quads in (structure, texts):
            if quads:
                replace_graph(store, quads[0].graph_name, quads)  # type: ignore[arg-type]


def _tell(act: Act, framework: Framework, texts: int, output: Path | None, form: str) -> None:
    counts = Counter(part.kind.value for part in act.walk())
    where = str(output) if output else str(Settings.from_environment().store)
    if form == "json":
        document = {
            "framework": framework.key,
            "version": framework.version,
            "language": act.language,
            "recitals": act.recitals,
            "parts": dict(sorted(counts.items())),
            "texts": texts,
            "written_to": where,
        }
        emit_json("import-eurlex", document)
        return
    rows = [[kind, number] for kind, number in counts.items()]
    title = f"{framework.citation_name} ({framework.version}, {act.language})"
    out.print(table(title, ("part", "number"), [*rows, ["recitals", act.recitals]], right=("number",)))
    out.print(
        f"{sum(counts.values())} parts written to {where}" + (f", with {texts} texts" if texts else ""), soft_wrap=True
    )
