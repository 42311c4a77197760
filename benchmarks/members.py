"""Make up organisations by the thousand: systems, roles, facts, controls in operation and evidence, by a seed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from engine.organisation import SCOPE_CLASSES
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from engine.content import Content
    from engine.graph import Iri

__all__ = ["DAY", "Choices", "choices", "organisation", "write_organisations"]

DAY = date(2026, 11, 20)
_BASE = "https://w3id.org/normgraph/example/portfolio/"
_XSD, _DCT, _SKOS = PREFIXES["xsd"], PREFIXES["dcterms"], PREFIXES["skos"]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_ISSUED, _LABEL = NamedNode(f"{_DCT}issued"), NamedNode(f"{_SKOS}prefLabel")
_ORGANISATION = NG.Organisation.value
_ITEMS_EACH = 5
"""How many items of evidence an implementation has."""
_KNOWN, _IN_OPERATION = 0.8, 0.9
"""Which share of the facts is recorded, and which of the controls is in operation."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from: the facts of each class with their values, roles, and what templates demand."""

    facts: Mapping[Iri, tuple[tuple[Iri, tuple[NamedNode | Literal, ...]], ...]]
    roles: tuple[Iri, ...]
    demanded: tuple[tuple[Iri, Iri], ...]


def choices(content: Content) -> Choices:
    """Return what the content offers to choose from."""
    knowledge = content.knowledge
    values: dict[tuple[Iri, Iri], set[str]] = defaultdict(set)
    for condition in knowledge.conditions.values():
        if condition.fact and condition.fact_of:
            values[condition.fact_of, condition.fact].add(str(condition.expects))
    facts: dict[Iri, list[tuple[Iri, tuple[NamedNode | Literal, ...]]]] = defaultdict(list)
    for (of_class, fact), expected in sorted(values.items()):
        facts[of_class].append((fact, _values(content, fact, expected)))
    bearers = {role for requirement in knowledge.requirements.values() for role in requirement.bearers}
    demanded = {
        (template.control, template.evidence_type)
        for templates in knowledge.templates.values()
        for template in templates
        if template.evidence_type
    }
    return Choices(
        {of: tuple(f for f in told if f[1]) for of, told in facts.items()},
        tuple(sorted(bearers)),
        tuple(sorted(demanded)),
    )


def _values(content: Content, fact: Iri, expected: set[str]) -> tuple[NamedNode | Literal, ...]:
    datatype = content.fact_datatypes.get(fact)
    if datatype is None:
        return tuple(NamedNode(value) for value in sorted(expected) if value.startswith("http"))
    boolean = NamedNode(f"{_XSD}boolean")
    return tuple(Literal(text, datatype=boolean) for text in ("true", "false")) if datatype == boolean.value else ()


def write_organisations(content: Content, folder: Path, number: int, evidence: int, *, seed: int = 0) -> None:
    """Write organisations, a file each, with so many items of evidence each."""
    offered = choices(content)
    folder.mkdir(parents=True, exist_ok=True)
    for each in range(number):
        name = f"organisation-{each:05}"
        data = serialize(organisation(offered, name, evidence, Random(f"{seed} {name}")), format=RdfFormat.TURTLE)  # noqa: S311
        (folder / f"{name}.ttl").write_bytes(data or b"")


def organisation(offered: Choices, name: str, evidence: int, dice: Random) -> Iterator[Triple]:
    """Yield what an organisation records: what it is and has, which roles, and how it carries out controls."""
    maker = _Maker(offered, name, dice)
    yield from maker.things()
    yield from maker.roles()
    yield from maker.controls(evidence)


class _Maker:
    def __init__(self, offered: Choices, name: str, dice: Random) -> None:
        self.offered = offered
        self.name = name
        self.dice = dice
        self.owner = self.named("organisation")
        self.assets: list[tuple[NamedNode, str]] = [
            (self.named(f"{NG.local(of_class).lower()}-{number}"), of_class)
            for of_class in sorted(SCOPE_CLASSES.values())
            for number in range(dice.randint(0, 3))
        ]

    def named(self, path: str) -> NamedNode:
        return NamedNode(f"{_BASE}{self.name}/{path}")

    def things(self) -> Iterator[Triple]:
        yield Triple(self.owner, _TYPE, NamedNode(PREFIXES["org"] + "FormalOrganization"))
        yield Triple(self.owner, _LABEL, Literal(self.name, language="en"))
        yield from self.facts(self.owner, _ORGANISATION)
        for asset, of_class in self.assets:
            yield Triple(asset, _TYPE, NamedNode(of_class))
            yield Triple(asset, NG.belongsTo, self.owner)
            yield from self.facts(asset, of_class)
        for role in ("owner", "collector", "approver"):
            yield Triple(self.named(f"role/{role}"), _TYPE, NamedNode(PREFIXES["org"] + "Role"))

    def facts(self, subject: NamedNode, of_class: str) -> Iterator[Triple]:
        for fact, values in self.offered.facts.get(of_class, ()):
            if self.dice.random() < _KNOWN:
                yield Triple(subject, NamedNode(fact), self.dice.choice(values))

    def roles(self) -> Iterator[Triple]:
        held = self.dice.sample(self.offered.roles, min(6, len(self.offered.roles)))
        for number, role in enumerate(held):
            node = self.named(f"assignment/{number}")
            yield Triple(node, _TYPE, NG.RoleAssignment)
            yield Triple(node, NG.party, self.owner)
            yield Triple(node, NG.role, NamedNode(role))
            yield from (Triple(node, NG.inRespectOf, each) for each in (self.owner, *(a for a, _ in self.assets)))

    def controls(self, evidence: int) -> Iterator[Triple]:
        demanded = self.dice.sample(self.offered.demanded, len(self.offered.demanded))
        for number in range(-(-evidence // _ITEMS_EACH)):
            control, kind = demanded[number % len(demanded)]
            node = self.named(f"control/{number}")
            yield Triple(node, _TYPE, NG.ControlImplementation)
            yield Triple(node, NG.implementsControl, NamedNode(control))
            yield Triple(node, NG.status, NG.Implemented if self.dice.random() < _IN_OPERATION else NG.Planned)
            yield Triple(node, NG.hasScope, self.owner)
            yield Triple(node, NG.ownedBy, self.named("role/owner"))
            for item in range(number * _ITEMS_EACH, min(evidence, (number + 1) * _ITEMS_EACH)):
                yield from self.item(item, node, kind)

    def item(self, number: int, of: NamedNode, kind: str) -> Iterator[Triple]:
        node, issued = self.named(f"evidence/{number}"), DAY - timedelta(days=self.dice.randint(0, 500))
        said = {
            _TYPE: NG.Evidence,
            NG.evidences: of,
            NG.evidenceType: NamedNode(kind),
            NG.outcome: NG.Supports,
            _ISSUED: _day(issued),
            NG.validUntil: _day(issued + timedelta(days=400)),
            NG.sha256: Literal(f"{self.dice.getrandbits(256):064x}"),
            NG.location: Literal(f"evidence/{number}.pdf"),
            NG.collectedBy: self.named("role/collector"),
            NG.approvedBy: self.named("role/approver"),
        }
        yield from (Triple(node, predicate, value) for predicate, value in said.items())


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=NamedNode(f"{_XSD}date"))
