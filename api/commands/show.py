"""``normgraph show``: what is known of a provision, control or requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from pyoxigraph import Literal, NamedNode
from rich.text import Text

from api.console import emit_json, out, table
from api.settings import Settings
from api.shared import as_of_option, format_option, open_law
from engine.citations import CitationIndex
from engine.mapping.rows import NO_TERM
from engine.rulebook import rules_on
from engine.store import reading
from engine.vocabulary import NG

if TYPE_CHECKING:
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow
    from engine.model import Requirement
    from engine.rulebook import RuleNote

__all__ = ["show"]


@click.command()
@click.argument("citation", nargs=-1, required=True)
@as_of_option
@format_option("table", "json")
def show(citation: tuple[str, ...], as_of: date | None, form: str) -> None:
    """Show a framework, provision, control or requirement: “AI Act 15(4)”, “ISO/IEC 42001 A.6.2.4”."""
    law = open_law(as_of=as_of)
    knowledge = law.knowledge
    cited = CitationIndex.of(knowledge).resolve(" ".join(citation))
    record = {**_record(knowledge, cited, law.day), "official_text": _official_text(knowledge, cited)}
    if form == "json":
        emit_json("show", record)
    else:
        _print(record)


def _record(knowledge: Knowledge, iri: Iri, day: date) -> dict[str, Any]:
    provision = knowledge.provisions.get(iri)
    requirements = (
        [knowledge.requirements[iri]] if iri in knowledge.requirements else knowledge.requirements_below(iri, day)
    )
    targets = {iri, *(r.iri for r in requirements)}
    rows = [row for row in knowledge.rows if row.subject != NO_TERM and (row.subject == iri or row.object in targets)]
    framework = knowledge.framework_of(iri)
    return {
        "iri": iri,
        "citation": knowledge.citation(iri),
        "as_of": day,
        "kind": provision.kind if provision else "Framework" if iri in knowledge.frameworks else "Requirement",
        "title": provision.label if provision else knowledge.labels.get(iri, ""),
        "summary": provision.summary if provision else "",
        "class": provision.norm_class if provision else "",
        "source": framework.source if framework else "",
        "in_force": provision.version_on(day) is not None if provision else True,
        "versions": [_version(v) for v in provision.versions] if provision else [],
        "parts": [{"iri": child, "citation": knowledge.citation(child)} for child in knowledge.children.get(iri, ())],
        "requirements": [_requirement(knowledge, requirement) for requirement in requirements],
        "rules": _rules(knowledge, requirements),
        "mappings": [_mapping(knowledge, row) for row in rows],
    }


def _rules(knowledge: Knowledge, requirements: list[Requirement]) -> list[dict[str, Any]]:
    """Return the rules that reach some of the requirements, each once, with those it reaches."""
    reached: dict[RuleNote, list[str]] = {}
    for requirement in requirements:
        for note in rules_on(knowledge, requirement):
            reached.setdefault(note, []).append(knowledge.citation(requirement.iri))
    return [
        {
            "iri": note.iri,
            "kind": note.kind,
            "label": note.label,
            "says": note.says,
            "conditions": [knowledge.citation(condition) for condition in note.conditions],
            "reaches": cited,
        }
        for note, cited in reached.items()
    ]


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


def _version(version: Any) -> dict[str, Any]:
    return {"iri": version.iri, "from": version.valid_from, "until": version.valid_until, "change": version.change}


def _requirement(knowledge: Knowledge, requirement: Requirement) -> dict[str, Any]:
    return {
        "iri": requirement.iri,
        "citation": knowledge.citation(requirement.iri),
        "label": requirement.label,
        "text": requirement.text,
        "bearers": [knowledge.citation(role) for role in requirement.bearers],
        "modality": requirement.modality,
        "conditions": [knowledge.citation(condition) for condition in requirement.conditions],
        "elements": [
            {"text": e.text, "conditions": [knowledge.citation(c) for c in e.conditions]} for e in requirement.elements
        ],
        "elements_complete": requirement.elements_complete,
        "requires_human_judgement": requirement.needs_judgement,
        "qualifiers": list(requirement.qualifiers),
        "assessed_per": requirement.assessed_per,
    }


def _mapping(knowledge: Knowledge, row: MappingRow) -> dict[str, Any]:
    return {
        "iri": row.iri,
        "source": knowledge.citation(row.subject),
        "relationship": row.relationship,
        "target": knowledge.citation(row.object),
        "rationale_type": row.rationale_type,
        "rationale": row.rationale,
        "residual": row.residual,
        "review_state": row.review_state.label,
        "set": row.set_id,
    }


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
