"""``normgraph show``: what is known of a provision, control or requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from pyoxigraph import Literal, NamedNode
from rich.text import Text

from api.console import emit_json, out, table
from api.documents.provision import provision_document
from api.documents.requirement import requirement_document
from api.settings import Settings
from api.shared import as_of_option, format_option, open_law
from engine.citations import CitationIndex
from engine.coverage.run import run_id
from engine.errors import BadParameter
from engine.store import reading
from engine.vocabulary import NG

if TYPE_CHECKING:
    from datetime import date

    from api.shared import Law
    from engine.graph import Iri
    from engine.knowledge import Knowledge

__all__ = ["show"]


@click.command()
@click.argument("citation", nargs=-1, required=True)
@click.option(
    "--org", metavar="ORG", help="With --format json-ld: the states of the requirement for this organisation."
)
@as_of_option
@format_option("table", "json", "json-ld")
def show(citation: tuple[str, ...], org: str | None, as_of: date | None, form: str) -> None:
    """Show a framework, provision, control or requirement: “AI Act 15(4)”, “ISO/IEC 42001 A.6.2.4”."""
    if org is not None and form != "json-ld":
        raise BadParameter("--org", org, f"an option of --format {form}: states are told with --format json-ld")
    law = open_law(org, as_of)
    knowledge = law.knowledge
    cited = CitationIndex.of(knowledge).resolve(" ".join(citation))
    if form == "json-ld":
        emit_json("requirement", _linked(law, cited))
        return
    record = {**provision_document(knowledge, cited, law.day), "official_text": _official_text(knowledge, cited)}
    if form == "json":
        emit_json("show", record)
    else:
        _print(record)


def _linked(law: Law, cited: Iri) -> dict[str, Any]:
    """Return a requirement as a linked document, with its states where an organisation is named."""
    content = law.content.hash
    if law.opened is None:
        return requirement_document(law.knowledge, cited, law.day, content)
    assessment = law.opened.assess()
    run = run_id(content, law.opened.workspace.quads, assessment)
    return requirement_document(law.knowledge, cited, law.day, content, assessment, run)


def _official_text(knowledge: Knowledge, iri: Iri) -> list[dict[str, str]]:
    """Return the official wording of a provision and its parts from the user's own store, where it was imported."""
    found = []
    with reading(Settings.from_environment().store) as store:
        for part in knowledge.subtree(iri):
            for quad in store.quads_for_pattern(NamedNode(part), NG.officialText, None):
                if isinstance(quad.object, Literal):
                    language = quad.object.language or ""
                    found.append(
                        {"citation": knowledge.citation(part), "language": language, "text": quad.object.value}
                    )
    return found


def _print(record: dict[str, Any]) -> None:
    title = f" · {record['title']}" if record["title"] else ""
    out.print(Text.assemble((record["citation"], "bold"), f"{title} ({record['kind']})"))
    out.print(f"{record['iri']}", style="dim")
    for key in ("summary", "class"):
        if record[key]:
            out.print(record[key])
    if not record["in_force"]:
        out.print(f"Not in force on {record['as_of']}.", style="red")
    for version in record["versions"]:
        span = f"from {version['from'] or 'the start'} until {version['until'] or 'now'}"
        out.print(f"{version['change'] or 'as first adopted'}: {span}")
    for text in record["official_text"]:
        out.print(f"  {text['citation']} ({text['language']}): {text['text']}", style="italic")
    if record["parts"]:
        out.print("Parts: " + ", ".join(part["citation"] for part in record["parts"]))
    for requirement in record["requirements"]:
        _print_requirement(requirement)
    for rule in record["rules"]:
        when = f"; when: {'; '.join(rule['conditions'])}" if rule["conditions"] else ""
        out.print(f"{rule['label']}: {rule['kind']}, {rule['says']}{when}", style="dim")
    columns = ("source", "relationship", "target", "rationale", "what it does not give", "review")
    rows = [
        [m["source"], m["relationship"], m["target"], m["rationale"], m["residual"], m["review_state"]]
        for m in record["mappings"]
    ]
    if rows:
        out.print(table("Mappings", columns, rows))


def _print_requirement(requirement: dict[str, Any]) -> None:
    told = f" {requirement['label']} ({requirement['modality'].lower()})"
    out.print(Text.assemble("\n", (requirement["citation"], "bold"), told))
    out.print(requirement["text"])
    out.print(
        f"binds: {', '.join(requirement['bearers'])}; when: {'; '.join(requirement['conditions']) or 'always'}",
        style="dim",
    )
    for number, element in enumerate(requirement["elements"], 1):
        condition = f" (only if: {'; '.join(element['conditions'])})" if element["conditions"] else ""
        out.print(f"  {number}. {element['text']}{condition}")
