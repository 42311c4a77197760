"""The table of cases in ``tests/data/cases.toml``: read, and turned into an organisation's file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

__all__ = ["CASES", "NO_REQUIREMENT", "Case", "organisation_file"]

TABLE = Path(__file__).parents[2] / "data" / "cases.toml"
NO_REQUIREMENT = "no live requirement"
BASE = "https://example.org/case/"
CLASSES = {
    "system": "AISystem",
    "model": "AIModel",
    "activity": "ProcessingActivity",
    "service": "ICTService",
    "contract": "Contract",
}
COLUMNS = {"id", "law", "provision", "on", "roles", "facts", "events", "none", "scope", "override"}
EXPECTED = {"state", "rule", "kind", "says", "dates"}
LINE = re.compile(r"(?P<subject>[a-z]+(?:-\d)?): (?P<rest>.+)")
ROLE = re.compile(r"(?P<denied>not )?(?P<role>\w+)(?: until (?P<until>\S+))?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
PREFIXES = """@base <https://example.org/case/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ng: <https://w3id.org/normgraph/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@dataclass(frozen=True)
class Case:
    """One row of the table: what is recorded, and what must come out."""

    id: str
    law: str
    provision: str
    on: date
    state: str
    rule: str = ""
    kind: str = ""
    says: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    roles: str = ""
    facts: str = ""
    events: str = ""
    none: tuple[str, ...] = ()
    scope: str = ""
    override: Mapping[str, Any] | None = None

    @property
    def subjects(self) -> list[str]:
        """The assets that a line of the case names, each once."""
        lines = f"{self.roles}\n{self.facts}\n{self.events}"
        named = re.findall(r"^([a-z]+(?:-\d)?): |= (service|activity|system|model)$", lines, re.MULTILINE)
        return sorted({one or other for one, other in named} - {"organisation"})


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.strip().splitlines():
        found = LINE.fullmatch(line)
        assert found, f"not a line of a case: {line!r}"
        yield found["subject"], found["rest"]


def _case(row: dict[str, Any]) -> Case:
    unknown = row.keys() - COLUMNS - EXPECTED
    assert not unknown, f"{row.get('id')}: no such column: {unknown}"
    lists = {name: tuple(row.get(name, ())) for name in ("says", "dates", "none")}
    kind = row.get("kind", "role-or-class" if row["state"] == "NotApplicable" else "")
    return Case(**{**row, **lists, "kind": kind})


_READ = tomllib.loads(TABLE.read_text(encoding="utf-8"))
USUAL: Mapping[str, str] = _READ["usual"]
CASES = tuple(_case(row) for row in _READ["case"])


def _facts(case: Case, subject: str) -> dict[str, list[str]]:
    """Return the facts of a subject: the usual ones, replaced by what the case says."""
    usual = USUAL.get(subject.partition("-")[0], "")
    facts = {name: [value] for name, _, value in (line.partition(" = ") for line in usual.strip().splitlines())}
    said: dict[str, list[str]] = {}
    for about, rest in _lines(case.facts):
        name, _, value = rest.partition(" = ")
        if about == subject:
            said.setdefault(name, []).append(value)
    return {name: values for name, values in {**facts, **said}.items() if values != ["unknown"]}


def _term(value: str, concepts: Mapping[str, str]) -> str:
    if value in {"true", "false"}:
        return value
    if DATE.fullmatch(value):
        return f'"{value}"^^xsd:date'
    if value.partition("-")[0] in CLASSES:
        return f"<{value}>"
    if "/" in value:
        return f"<{ID}{value}>"
    return f"<{concepts[value]}>"


def _subject(case: Case, name: str, concepts: Mapping[str, str]) -> str:
    own = name == "organisation"
    said = [("a", "org:FormalOrganization" if own else f"ng:{CLASSES[name.partition('-')[0]]}")]
    said += [] if own else [("ng:belongsTo", "<organisation>")]
    said += [("ng:hasNone", f"ng:{kind}") for kind in case.none] if own else []
    said += [("skos:prefLabel", f'"{name}"@en')]
    said += [(f"ng:{fact}", _term(value, concepts)) for fact, values in _facts(case, name).items() for value in values]
    return _statement(name, said)


def _statement(subject: str, said: list[tuple[str, str]]) -> str:
    return f"<{subject}> " + " ;\n    ".join(f"{predicate} {value}" for predicate, value in said) + " .\n"


def _roles(case: Case, concepts: Mapping[str, str]) -> Iterator[str]:
    for number, (subject, rest) in enumerate(_lines(case.roles), 1):
        found = ROLE.fullmatch(rest)
        assert found, f"{case.id}: not a role: {rest!r}"
        said = [("a", "ng:RoleAssignment"), ("ng:party", "<organisation>"), ("ng:ground", '"the case says so"@en')]
        said += [("ng:role", f"<{concepts[found['role']]}>"), ("ng:inRespectOf", f"<{subject}>")]
        said += [("ng:holds", "false")] if found["denied"] else []
        said += [("ng:validUntil", f'"{found["until"]}"^^xsd:date')] if found["until"] else []
        yield _statement(f"role/{number}", said)


def _events(case: Case) -> Iterator[str]:
    for number, (subject, rest) in enumerate(_lines(case.events), 1):
        kind, _, day = rest.partition(" on ")
        said = [("a", "ng:Event"), ("ng:eventType", f"<https://w3id.org/normgraph/id/event/{kind}>")]
        said += [("ng:inRespectOf", f"<{subject}>"), ("dcterms:issued", f'"{day}"^^xsd:date')]
        yield _statement(f"event/{number}", said)


def _overrides(case: Case, requirements: list[str]) -> Iterator[str]:
    if case.override is None:
        return
    yield _statement("person", [("a", "org:Role"), ("skos:prefLabel", '"General counsel"@en')])
    for number, requirement in enumerate(requirements, 1):
        said = [("a", "ng:Override"), ("ng:ofRequirement", f"<{requirement}>"), ("ng:judgedBy", "<person>")]
        said += [("ng:inRespectOf", f"<{subject}>") for subject in ("organisation", *case.subjects)]
        said += [("ng:overridingState", f"ng:{case.override['state']}")]
        said += [("ng:reason", f'"{case.override["reason"]}"@en')]
        said += [("dcterms:issued", f'"{case.override["issued"]}"^^xsd:date')]
        said += [("ng:validUntil", f'"{case.override["until"]}"^^xsd:date')]
        yield _statement(f"override/{number}", said)


def organisation_file(case: Case, concepts: Mapping[str, str], requirements: list[str]) -> str:
    """Return the organisation of a case as Turtle.

    :param concepts: the IRI of each role and class by its local name.
    :param requirements: the norms that an override of the case is about.
    """
    subjects = [_subject(case, name, concepts) for name in ("organisation", *case.subjects)]
    rest = (*_roles(case, concepts), *_events(case), *_overrides(case, requirements))
    return "\n".join([PREFIXES, *subjects, *rest])
